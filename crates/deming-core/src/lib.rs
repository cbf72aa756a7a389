//! The pure part of Deming: no clock, no environment, no files, no processes.
//!
//! Everything here is a function of its arguments and so cannot fail for
//! outside reasons. Time, paths and git output are inputs.

pub mod clean;
pub mod diagnostic;
pub mod exec_event;
pub mod failure;
pub mod finding;
pub mod journal;
pub mod prompt;
pub mod render;
pub mod secret;
