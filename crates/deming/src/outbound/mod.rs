//! The way out of this machine, as types.
//!
//! A [`Payload`] is what we would like to send. Scanning makes it [`Scanned`],
//! a [`Consent`] makes that [`Approved`], and a reviewer takes nothing else.
//! Each step has one constructor, so that no other way exists.

mod attach;
mod consent;
mod payload;

pub(crate) use attach::attached;
pub(crate) use consent::{
    AGREE_IN_ADVANCE, Consent, NotCovered, ToCover, ask_on_terminal, recorded, standing,
};
pub(crate) use payload::{Approved, Destination, Payload, Scanned};
