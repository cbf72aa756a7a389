//! `pdca lint`: checks any log of this shape against itself and against git.

use std::path::PathBuf;

use deming_core::clean::clean_line;
use deming_core::session_lint::lint;
use serde_json::json;

use super::Context;
use crate::error::Error;
use crate::exit;

/// Checks a session log: sums, times, steps, commits, claims
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The log
    #[arg(value_name = "LOG")]
    log: PathBuf,
}

const SIZE_LIMIT: u64 = 16 * 1024 * 1024;

pub(super) fn run(
    _context: &Context<'_>,
    arguments: &Arguments,
    is_json: bool,
) -> Result<(String, u8), Error> {
    let bytes = deming_store::read_bounded(&arguments.log, SIZE_LIMIT)
        .map_err(|error| Error::usage(Error::from(error).message))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Error::usage(format!("`{}` is not UTF-8", clean_line(&arguments.log.to_string_lossy())))
    })?;
    let findings = lint(&text, None);
    let answer = if is_json {
        format!("{}\n", json!({ "version": 1, "findings": findings }))
    } else if findings.is_empty() {
        "Nothing contradicts itself.\n".to_owned()
    } else {
        let lines = findings
            .iter()
            .map(|it| format!("{}: {}: {}; {}\n", it.line, it.rule.name(), it.message, it.truth));
        lines.collect()
    };
    let code = if findings.is_empty() { exit::DONE } else { exit::FINDINGS };
    Ok((answer, code))
}
