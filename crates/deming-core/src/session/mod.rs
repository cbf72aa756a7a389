//! A PDCA session: its events, the state they add up to, and what is due next.
//!
//! Nothing here looks at a clock, a file or a repository; all of that comes in
//! as events.

mod apply;
pub mod commits;
pub mod duration;
pub mod edit;
pub mod event;
pub mod form;
pub mod next_action;
mod prefix;
pub mod prompts;
mod reflog;
pub mod refused;
#[cfg(test)]
pub(crate) mod sample;
mod shell_line;
pub mod start;
pub mod state;
pub mod test_command;
pub mod test_first;
pub mod test_output;
pub mod test_run;
mod test_scope;
pub mod told;
pub mod weakened;
pub mod work_tree;

pub use apply::replay;
