//! `pdca lint`: checks any log of this shape against itself and against git.

use std::path::PathBuf;

use deming_core::clean::clean_line;
use deming_core::session_lint::{
    GitCommit, GitFacts, LintFinding, Mention, is_called, lint, mentions, project,
};
use serde_json::json;

use super::Context;
use crate::environment::Environment;
use crate::error::Error;
use crate::git_history::{Range, Repository};
use crate::project::{self, Project};
use crate::{exit, git};

/// Checks a session log: sums, times, steps, commits, claims
///
/// Against itself, and against git where the log is about the repository that
/// the command is run in. Codes: 0 nothing found, 1 findings.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The log
    #[arg(value_name = "LOG")]
    log: PathBuf,
}

const SIZE_LIMIT: u64 = 16 * 1024 * 1024;
/// The most commits of a log that git is asked about.
const MOST: usize = 500;

pub(super) fn run(
    context: &Context<'_>,
    arguments: &Arguments,
    is_json: bool,
) -> Result<(String, u8), Error> {
    let bytes = deming_store::read_bounded(&arguments.log, SIZE_LIMIT)
        .map_err(|error| Error::usage(Error::from(error).message))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Error::usage(format!("`{}` is not UTF-8", clean_line(&arguments.log.to_string_lossy())))
    })?;
    let facts = crate::block_on(facts(context.environment, &text))?;
    let findings = lint(&text, facts.as_ref());
    let code = if findings.is_empty() { exit::DONE } else { exit::FINDINGS };
    let answer = if is_json {
        let with_git = facts.is_some();
        format!("{}\n", json!({ "version": 1, "git": with_git, "findings": findings }))
    } else {
        in_words(&findings, facts.is_some())
    };
    Ok((answer, code))
}

fn in_words(findings: &[LintFinding], with_git: bool) -> String {
    let lines = findings.iter().map(|it| {
        let (message, truth) = (clean_line(&it.message), clean_line(&it.truth));
        format!("line {}: {}: {message}; true: {truth}\n", it.line, it.rule.name())
    });
    let mut text: String = lines.collect();
    let against = if with_git { "itself and git" } else { "itself" };
    text.push_str(&match findings.len() {
        0 => format!("Nothing contradicts, checked against {against}.\n"),
        1 => format!("1 finding, checked against {against}.\n"),
        number => format!("{number} findings, checked against {against}.\n"),
    });
    text
}

/// What git knows of the commits that the log names; `None` where the log is
/// about another repository, or git cannot say.
async fn facts(environment: &Environment, text: &str) -> Result<Option<GitFacts>, Error> {
    let place = Project::around(&environment.folder);
    let named = mentions(text);
    if !place.has_git || named.is_empty() || MOST < named.len() {
        return Ok(None);
    }
    let mut hashes: Vec<String> = vec![];
    let subjects = match named.iter().any(|it| it.hash.is_none()) {
        true => all_subjects(environment, &place).await,
        false => vec![],
    };
    for mention in &named {
        let found = match &mention.hash {
            Some(hash) => git::commit(environment, &place.root, hash).await,
            None => of_subject(&subjects, mention),
        };
        hashes.extend(found.filter(|it| !hashes.contains(it)));
    }
    let is_ours = match project(text) {
        Some(name) => name == project::name(environment, &place).await,
        None => false,
    };
    if hashes.is_empty() {
        return Ok(is_ours.then(GitFacts::default));
    }
    let repository = Repository::at(environment, &place.root).await?;
    let history = repository.read(&Range::Commits(hashes), &[]).await?;
    let commit = |it: &deming_core::metrics::history::Commit| GitCommit {
        hash: it.hash.clone(),
        subject: it.subject.clone(),
        files: it.files.iter().map(|it| it.path.to_string()).collect(),
        lines: u32::try_from(
            it.files.iter().filter_map(|it| it.lines).map(|it| it.total()).sum::<u64>(),
        )
        .unwrap_or(u32::MAX),
    };
    Ok(Some(GitFacts { commits: history.commits.iter().map(commit).collect(), is_exact: false }))
}

/// Hash and subject of every commit on a branch, newest first.
async fn all_subjects(environment: &Environment, place: &Project) -> Vec<(String, String)> {
    let arguments = ["log", "--branches", "--remotes", "HEAD", "-z", "--format=%H %s", "--"];
    let output = git::output(environment, &place.root, &arguments).await.unwrap_or_default();
    let output = String::from_utf8_lossy(&output);
    let lines = output.split('\0').filter_map(|it| it.split_once(' '));
    lines.map(|(hash, subject)| (hash.to_owned(), subject.to_owned())).collect()
}

fn of_subject(subjects: &[(String, String)], mention: &Mention) -> Option<String> {
    subjects.iter().find(|it| is_called(&mention.subject, &it.1)).map(|it| it.0.clone())
}
