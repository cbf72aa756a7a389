//! Quality metrics of a git history, from git's answers alone.

pub mod attributes;
pub mod blobs;
pub mod compute;
pub mod file_class;
pub mod git_log;
pub mod history;
pub mod inline_tests;
pub mod numstat;
mod pairing;
pub mod patch;
mod path_rules;
pub mod range;
mod rust_tests;
pub mod targets;
mod tokens;
mod zig_tests;
