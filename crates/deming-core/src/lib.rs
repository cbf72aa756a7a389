//! The pure part of Deming: no clock, no environment, no files, no processes.
//!
//! Everything here is a function of its arguments and so cannot fail for
//! outside reasons. Time, paths and git output are inputs.

mod bytes;
pub mod clean;
pub mod diagnostic;
pub mod doctor;
pub mod exec_event;
pub mod failure;
pub mod finding;
pub mod journal;
pub mod lesson;
pub mod metrics;
pub mod plan;
pub mod plan_lint;
pub mod prompt;
pub mod render;
pub mod reply;
pub mod review_loop;
pub mod round;
mod sameness;
pub mod secret;
pub mod session;
pub mod session_lint;
pub mod verdict;
