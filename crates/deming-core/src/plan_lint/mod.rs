//! The offline reviewer: a deterministic lint of a plan. It never approves,
//! never reads a file, and in doubt says nothing.

mod commands;
mod data_change;
mod dependencies;
mod files;
mod finding;
#[cfg(test)]
mod fixtures;
mod language;
mod numbering;
mod placeholders;
mod references;
mod repository;
mod rules;
mod structure;
mod tests_named;

pub use finding::{LintFinding, RuleName};
pub use repository::{Repository, Runner, just_recipes, make_targets, npm_scripts};
pub use rules::lint;
