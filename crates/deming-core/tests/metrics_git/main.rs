//! The metrics against a real git: a sample labelled by hand, and random
//! histories against a slow computation that shares no code with ours.
#![expect(clippy::unwrap_used, reason = "in a test, what fails should stop at once")]

mod brute_force;
mod history;
mod labelled;
mod repository;
mod settings;
