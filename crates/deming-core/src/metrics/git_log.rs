//! How git is asked for a history, and the header of each commit in its answer.
//! Never starts git.

use super::history::Commit;
use crate::diagnostic::Diagnostic;

/// Which diff follows each header.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pass {
    /// Counts of lines: for [`super::numstat`].
    Counts,
    /// Object names and hunks without context: for [`super::patch`].
    Hunks,
}

/// What git shows of a merge.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Merges {
    /// The header alone.
    HeadersOnly,
    /// The difference to the automatic merge. Git 2.35 or later, and git needs
    /// to write temporary objects into the repository.
    Resolutions,
}

/// Settings before the subcommand; they hold for every pass and make the
/// user's and the repository's own settings irrelevant.
pub const SETTINGS: [&str; 23] = [
    "--no-pager",
    "--literal-pathspecs",
    "-c",
    "core.quotePath=false",
    "-c",
    "core.attributesFile=/dev/null",
    "-c",
    "log.showSignature=false",
    "-c",
    "log.showRoot=true",
    "-c",
    "log.mailmap=false",
    "-c",
    "diff.renames=true",
    // Git reads these again for each automatic merge.
    "-c",
    "i18n.logOutputEncoding=UTF-8",
    "-c",
    "merge.conflictStyle=merge",
    "-c",
    "merge.renames=true",
    "-c",
    "merge.directoryRenames=conflict",
    "--no-optional-locks",
];

/// How files are compared, for `log` and `diff` alike.
pub const COMPARISON: [&str; 11] = [
    "-z",
    "-M",
    "-l1000",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-relative",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--ignore-submodules=all",
    "-O/dev/null",
];

/// The first byte of each header; neither a count nor a line of a patch begins
/// with it.
pub(super) const MARK: u8 = 1;

const FORMAT: &str = "--format=tformat:%x01%H%x00%P%x00%an%x00%ae%x00%at%x00%ct%x00%s";
const FIELDS: usize = 7;

/// The arguments of `git` for a pass, without the revisions. Revisions go
/// behind them, after `--end-of-options` and before `--`.
pub fn log_arguments(pass: Pass, merges: Merges) -> Vec<&'static str> {
    let mut arguments = SETTINGS.to_vec();
    arguments.push("log");
    arguments.extend(COMPARISON);
    arguments.extend(["--no-show-signature", "--no-notes", "--encoding=UTF-8", FORMAT]);
    arguments.push(match merges {
        Merges::HeadersOnly => "--no-diff-merges",
        Merges::Resolutions => "--remerge-diff",
    });
    match pass {
        Pass::Counts => arguments.push("--numstat"),
        Pass::Hunks => {
            arguments.extend(["--raw", "--no-abbrev", "-p", "-U0", "--inter-hunk-context=0"]);
        }
    }
    arguments
}

/// The arguments of `git` that count what lies between two commits.
pub fn net_arguments() -> Vec<&'static str> {
    let mut arguments = SETTINGS.to_vec();
    arguments.push("diff");
    arguments.extend(COMPARISON);
    arguments.push("--numstat");
    arguments
}

/// Collects the fields of one header.
#[derive(Debug, Default)]
pub(super) struct Header {
    fields: Vec<String>,
}

impl Header {
    /// Takes the next field; answers with the commit once all are there.
    pub(super) fn push(
        &mut self,
        field: &[u8],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Commit> {
        self.fields.push(String::from_utf8_lossy(field).into_owned());
        if self.fields.len() < FIELDS {
            return None;
        }
        let mut fields = std::mem::take(&mut self.fields).into_iter();
        let mut next = || fields.next().unwrap_or_default();
        let hash = next();
        let parents = next().split_ascii_whitespace().map(str::to_owned).collect();
        let (author, email) = (next(), next());
        let mut seconds = || {
            let text = next();
            text.parse().unwrap_or_else(|_| {
                diagnostics.push(Diagnostic::new(format!(
                    "commit `{hash}` has the unreadable time `{}`",
                    crate::clean::clean_line(&text)
                )));
                0
            })
        };
        let (authored_at, committed_at) = (seconds(), seconds());
        let subject = next();
        Some(Commit {
            hash,
            parents,
            author,
            email,
            authored_at,
            committed_at,
            subject,
            files: Vec::new(),
            resolution: super::history::Lines::NONE,
        })
    }
}
