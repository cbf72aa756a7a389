//! `pdca lint`: checks any log of this shape against itself and against git.

mod witness;

use std::path::PathBuf;

use deming_core::clean::clean_line;
use deming_core::session_lint::{LintFinding, lint};
use serde_json::json;

use super::Context;
use crate::error::Error;
use crate::exit;

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

pub(super) fn run(
    context: &Context<'_>,
    arguments: &Arguments,
    is_json: bool,
) -> Result<(String, u8), Error> {
    let bytes = deming_store::read_bounded(&arguments.log, SIZE_LIMIT)
        .map_err(|error| Error::usage(Error::from(error).message).hint("give the path of a log"))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Error::usage(format!("`{}` is not UTF-8", clean_line(&arguments.log.to_string_lossy())))
    })?;
    let facts = witness::facts(context, &arguments.log, &text)?;
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
        format!("line {}: {}: {message}; what would be true: {truth}\n", it.line, it.rule.name())
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
