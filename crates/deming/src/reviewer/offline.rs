//! The built-in lint as a reviewer: deterministic, free, and never Codex.

use std::collections::{BTreeMap, BTreeSet};

use deming_core::exec_event::Usage;
use deming_core::finding::{Counts, Finding, FindingId};
use deming_core::plan::{self, Plan};
use deming_core::plan_lint::{Repository, Runner, just_recipes, lint, make_targets, npm_scripts};
use deming_core::round::{Outcome, Round};
use deming_core::verdict::Verdict;

use crate::environment::Environment;
use crate::error::Error;
use crate::git;
use crate::project::Project;

/// Stands where other reviewers have an address.
pub(crate) const DESTINATION: &str = "offline";

/// Lints a plan against what the project has.
///
/// # Errors
/// When the text is not a plan at all.
pub(crate) async fn review(
    environment: &Environment,
    text: &str,
    project: &Project,
    first: FindingId,
) -> Result<Round, Error> {
    let repository = repository(environment, project).await;
    let plan =
        Plan::parse(text).map_err(|error| Error::usage(error.to_string()).hint(error.hint()))?;
    Ok(check(&plan, &repository, first))
}

/// The same for a plan that was read and a project that is known already.
pub(crate) fn check(plan: &Plan, repository: &Repository, first: FindingId) -> Round {
    let found = lint(plan, repository);
    let ids = (first.0..).map(FindingId);
    let findings: Vec<Finding> = ids
        .zip(found)
        .map(|(id, it)| {
            let place = it.line.map(|line| format!(" (line {line})")).unwrap_or_default();
            Finding { id, level: it.level, text: format!("{}{place}", it.text) }
        })
        .collect();
    let counts = Counts::of(findings.iter().map(|it| it.level));
    let verdict = match (counts.blocking(), counts.minor()) {
        (0, 0) => Verdict::Approved,
        (0, _) => Verdict::MinorOnly,
        (_, _) => Verdict::Revise,
    };
    let outcome = Outcome::Read { verdict, findings, prior: Vec::new() };
    Round::new(outcome, Usage::default(), Vec::new())
}

/// The files that a plan names, each once.
pub(crate) fn files_named(text: &str) -> Vec<String> {
    let Ok(plan) = Plan::parse(text) else { return Vec::new() };
    let mut seen = BTreeSet::new();
    let files = plan::files_named(&plan).into_iter().map(|it| it.path);
    files.filter(|it| seen.insert(it.clone())).collect()
}

const SCRIPTS_LIMIT: u64 = 1024 * 1024;

/// What the lint may know of the project: the names of its files and scripts.
pub(crate) async fn repository(environment: &Environment, project: &Project) -> Repository {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listed = match project.has_git {
        true => git::output(environment, &project.root, &list).await,
        false => None,
    };
    let files = listed.map(|bytes| {
        let names = bytes.split(|&it| it == 0).filter(|it| !it.is_empty());
        names
            .map(|it| String::from_utf8_lossy(it).into_owned())
            .filter(|it| project.has(it))
            .collect()
    });
    let folder = environment.folder.canonicalize().unwrap_or_default();
    let folder = folder.strip_prefix(&project.root).unwrap_or(std::path::Path::new(""));
    let read = |name: &str| {
        let bytes = deming_store::read_bounded(&project.root.join(name), SCRIPTS_LIMIT).ok()?;
        String::from_utf8(bytes).ok()
    };
    let mut scripts = BTreeMap::new();
    if let Some(text) = read("package.json") {
        scripts.insert(Runner::Npm, npm_scripts(&text));
    }
    if let Some(targets) = read("Makefile").and_then(|it| make_targets(&it)) {
        scripts.insert(Runner::Make, targets);
    }
    if let Some(recipes) = read("justfile").and_then(|it| just_recipes(&it)) {
        scripts.insert(Runner::Just, recipes);
    }
    Repository { files, folder: folder.to_string_lossy().into_owned(), scripts }
}
