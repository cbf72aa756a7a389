//! `deming doctor`: what is installed, logged in and writable, and one line of
//! advice for each problem. Contacts nobody and changes nothing.

mod claude_code;
mod folders;
mod helper;
mod programs;
mod reviews;
mod surroundings;

use std::path::Path;

use deming_core::doctor::{Check, Report};
use deming_core::render;

use crate::environment::Environment;
use crate::error::Error;
use crate::project::Project;
use crate::{exit, output};

/// Says what is installed, logged in and writable, with advice
///
/// Looks at this machine alone: nobody is contacted, so "logged in" does not
/// prove that a key is still valid. Changes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit codes: 0 a review by the configured reviewer can start; 3 something that
it needs is missing. What is optional gets advice and never changes the code.")]
pub(crate) struct Arguments {
    /// Print one JSON object instead of Markdown
    #[arg(long)]
    json: bool,
}

/// # Errors
/// When the current folder cannot be looked at.
pub(crate) fn run(environment: &Environment, arguments: &Arguments) -> Result<u8, Error> {
    let report = crate::block_on(async { Ok(examine(environment).await) })?;
    output::print(&match arguments.json {
        true => render::doctor::json(&report),
        false => render::doctor::markdown(&report),
    });
    Ok(if report.ready { exit::DONE } else { exit::ENVIRONMENT })
}

async fn examine(environment: &Environment) -> Report {
    let project = Project::around(&environment.folder);
    let (settings, settings_check) = surroundings::settings(environment);
    // Each of them starts a process and waits for it.
    let (reviewer, git, claude) = tokio::join!(
        programs::reviewer(environment, &settings, &project),
        programs::git(environment, &project),
        claude_code::version(environment, &project),
    );
    let mut checks = vec![helper::helper(environment)];
    checks.push(helper::plugin(environment));
    checks.push(helper::on_path(environment));
    checks.push(settings_check);
    checks.extend(surroundings::project_settings(environment, &project));
    checks.extend(surroundings::overrides(environment, &settings));
    checks.extend(reviewer);
    checks.push(git);
    checks.push(claude);
    checks.extend(claude_code::hooks(environment, &project));
    checks.extend(folders::checks(environment));
    checks.push(reviews::check(environment));
    Report::new(settings.reviewer.word(), checks)
}

/// An error as a check: its first hint is the advice.
fn from_error(id: &'static str, title: &'static str, error: &Error) -> Check {
    let check = Check::ok(id, title, &error.message).problem();
    match error.hints.first() {
        Some(hint) => check.advice(hint),
        None => check,
    }
}

/// A problem if the configured reviewer needs it, else a note.
fn only_if(needed: bool, check: Check) -> Check {
    if needed { check.problem() } else { check.note() }
}

/// `'…'`, for a command line that a person pastes.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}
