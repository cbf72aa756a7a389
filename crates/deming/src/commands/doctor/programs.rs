//! The programs that Deming works with: the reviewer's, and git.

use std::time::Duration;

use deming_core::doctor::Check;

use super::{from_error, only_if};
use crate::environment::Environment;
use crate::git;
use crate::process::{self, End};
use crate::project::Project;
use crate::reviewer::Reviewer;
use crate::reviewer::codex_cli::{Installation, MINIMUM, NEWEST_TESTED, locate};
use crate::settings::{ReviewerName, Settings};

/// How long a program may take to say its version.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The Codex CLI, and the configured reviewer if that is another one.
pub(super) async fn reviewer(
    environment: &Environment,
    settings: &Settings,
    project: &Project,
) -> Vec<Check> {
    let is_needed = settings.reviewer == ReviewerName::Codex;
    let mut checks = Vec::new();
    match locate(environment, &project.root).await {
        Ok(installation) => {
            checks.push(codex(environment, &installation));
            checks.push(destination(environment, settings, project, ReviewerName::Codex).await);
        }
        Err(error) => checks.push(from_error("codex", "Codex CLI", &error)),
    }
    for check in &mut checks {
        if check.state > deming_core::doctor::State::Note {
            *check = only_if(is_needed, check.clone());
        }
    }
    checks.extend(personal_instructions(environment));
    if settings.reviewer == ReviewerName::Openai {
        checks.push(destination(environment, settings, project, ReviewerName::Openai).await);
    }
    checks
}

fn codex(environment: &Environment, installation: &Installation) -> Check {
    let version = installation.version;
    let launcher = environment.display(&installation.launcher);
    let how = match installation.program == installation.launcher {
        true => "",
        false => ", its native binary without Node",
    };
    let range = format!("needed {MINIMUM}, tested to {NEWEST_TESTED}");
    let check = Check::ok("codex", "Codex CLI", format!("{version} at {launcher}{how} ({range})"));
    if version <= NEWEST_TESTED {
        return check;
    }
    check.note().advice(format!(
        "a newer one should work; if reviews fail: npm install -g @openai/codex@{NEWEST_TESTED}"
    ))
}

/// Where a review would go and with which credentials; asks no server.
async fn destination(
    environment: &Environment,
    settings: &Settings,
    project: &Project,
    name: ReviewerName,
) -> Check {
    let (id, title) = match name {
        ReviewerName::Openai => ("openai", "HTTP reviewer"),
        ReviewerName::Codex | ReviewerName::Offline => ("login", "Codex login"),
    };
    match Reviewer::prepare(name, environment, settings, &project.root).await {
        Ok(reviewer) => {
            let mut found = reviewer.destination().description;
            found.extend(reviewer.unused_address().map(|it| format!("; {it}")));
            Check::ok(id, title, found)
        }
        Err(error) => from_error(id, title, &error),
    }
}

/// Codex sends this file with every request, and no switch keeps it from that.
fn personal_instructions(environment: &Environment) -> Option<Check> {
    let path = environment.homes.codex.join("AGENTS.md");
    let size = std::fs::metadata(&path).ok().filter(|it| 0 < it.len())?.len();
    let shown = environment.display(&path);
    let found = format!("{size} bytes that Codex sends with every review: {shown}");
    Some(Check::ok("personal_instructions", "Your AGENTS.md", found).note())
}

pub(super) async fn git(environment: &Environment, project: &Project) -> Check {
    let check = |found: String| Check::ok("git", "git", found);
    let Some(program) = git::program(environment, &project.root, &["--version"]) else {
        return check("not found on PATH".to_owned())
            .note()
            .advice("install git: metrics and sessions need it, reviews do without");
    };
    let place = environment.display(&program.path);
    let asked = process::capture(&program, PATIENCE).await;
    let version = asked.ok().filter(|(finished, _)| finished.end == End::Exited(0));
    match version.as_ref().and_then(|(_, output)| third_word(output)) {
        Some(version) => check(format!("{version} at {place}")),
        None => check(format!("{place} does not say its version"))
            .note()
            .advice("reinstall git: metrics and sessions need it, reviews do without"),
    }
}

/// `git version 2.39.5` and what some builds put behind it.
fn third_word(output: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(output);
    text.split_whitespace().nth(2).map(deming_core::clean::clean_line)
}
