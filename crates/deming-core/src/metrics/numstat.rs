//! Reads `git log -z --numstat`: commits, their files, and lines per file.
//! Bytes in, bytes kept; what cannot be read is skipped and reported.

use super::git_log::{Header, MARK};
use super::history::{Commit, FileChange, Lines, PathTable};
use super::tokens::Tokens;
use crate::clean::clean_line;
use crate::diagnostic::Diagnostic;

/// Reads what `git` answers to [`super::git_log::log_arguments`] with
/// [`super::git_log::Pass::Counts`], in chunks as they come.
#[derive(Debug, Default)]
pub struct Decoder {
    tokens: Tokens,
    state: State,
    paths: PathTable,
    commits: Vec<Commit>,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, Default)]
enum State {
    /// A header or a file may follow.
    #[default]
    Between,
    Header(Header),
    /// A rename: the old path and then the new one follow.
    OldPath(Option<Lines>),
    NewPath(Option<Lines>, Vec<u8>),
}

/// Reads a whole answer: the commits in git's order, newest first.
///
/// ```
/// use deming_core::metrics::numstat;
///
/// let answer = b"\x01c0ffee\0\0Ada\0ada@host.example\017\018\0Add a parser\0\n4\t1\tsrc/parser.rs\0";
/// let (commits, diagnostics) = numstat::decode(answer);
/// assert_eq!(commits[0].subject, "Add a parser");
/// assert_eq!(commits[0].lines().total(), 5);
/// assert_eq!(diagnostics, []);
/// ```
pub fn decode(answer: &[u8]) -> (Vec<Commit>, Vec<Diagnostic>) {
    let mut decoder = Decoder::default();
    decoder.push(answer);
    decoder.finish()
}

/// Reads what `git` answers to [`super::git_log::net_arguments`]: the files
/// that differ between two commits.
pub fn decode_files(answer: &[u8]) -> (Vec<FileChange>, Vec<Diagnostic>) {
    let mut decoder = Decoder::default();
    decoder.commits.push(nameless());
    decoder.push(answer);
    let (commits, diagnostics) = decoder.finish();
    (commits.into_iter().flat_map(|commit| commit.files).collect(), diagnostics)
}

impl Decoder {
    pub fn push(&mut self, chunk: &[u8]) {
        self.tokens.push(chunk);
        while let Some(token) = self.tokens.until(0) {
            self.state = match std::mem::take(&mut self.state) {
                State::Between => between(token, &mut self.diagnostics, |lines, path| {
                    let path = self.paths.intern(path);
                    record(&mut self.commits, FileChange::new(path, None, lines))
                }),
                State::Header(mut header) => match header.push(token, &mut self.diagnostics) {
                    Some(commit) => {
                        self.commits.push(commit);
                        State::Between
                    }
                    None => State::Header(header),
                },
                State::OldPath(lines) => State::NewPath(lines, token.to_vec()),
                State::NewPath(lines, old) => {
                    let from = self.paths.intern(&old);
                    let path = self.paths.intern(token);
                    let file = FileChange::new(path, Some(from), lines);
                    if !record(&mut self.commits, file) {
                        self.diagnostics.push(stray(token));
                    }
                    State::Between
                }
            };
        }
    }

    /// The commits in the order of the answer.
    pub fn finish(mut self) -> (Vec<Commit>, Vec<Diagnostic>) {
        let is_whole = matches!(self.state, State::Between) && self.tokens.is_empty();
        if !is_whole {
            self.diagnostics.push(Diagnostic::new("git's answer ends in the middle of a commit"));
        }
        (self.commits, self.diagnostics)
    }
}

impl FileChange {
    pub(super) fn new(
        path: super::history::RepoPath,
        from: Option<super::history::RepoPath>,
        lines: Option<Lines>,
    ) -> Self {
        Self { path, from, lines, inline_tests: Lines::NONE }
    }
}

/// A token where a header or a file may begin.
fn between(
    token: &[u8],
    diagnostics: &mut Vec<Diagnostic>,
    record: impl FnOnce(Option<Lines>, &[u8]) -> bool,
) -> State {
    if let [MARK, hash @ ..] = token {
        let mut header = Header::default();
        header.push(hash, diagnostics);
        return State::Header(header);
    }
    // Git puts a line feed between a header and its files.
    let token = token.strip_prefix(b"\n").unwrap_or(token);
    if token.is_empty() {
        return State::Between;
    }
    match counts(token) {
        Some((lines, [])) => State::OldPath(lines),
        Some((lines, path)) => {
            if !record(lines, path) {
                diagnostics.push(stray(path));
            }
            State::Between
        }
        None => {
            diagnostics.push(Diagnostic::new(format!(
                "neither a commit nor a count of lines: `{}`",
                excerpt(token)
            )));
            State::Between
        }
    }
}

/// `added TAB deleted TAB path`; the path may hold tabs itself.
fn counts(token: &[u8]) -> Option<(Option<Lines>, &[u8])> {
    let mut fields = token.splitn(3, |&byte| byte == b'\t');
    let (added, deleted, path) = (fields.next()?, fields.next()?, fields.next()?);
    if (added, deleted) == (b"-", b"-") {
        return Some((None, path));
    }
    Some((Some(Lines { added: number(added)?, deleted: number(deleted)? }), path))
}

fn number(digits: &[u8]) -> Option<u64> {
    let is_plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    is_plain.then(|| std::str::from_utf8(digits).ok()?.parse().ok())?
}

/// Puts the file into the newest commit. A merge's files are what it changes
/// against the automatic merge.
fn record(commits: &mut [Commit], file: FileChange) -> bool {
    let Some(commit) = commits.last_mut() else { return false };
    if commit.is_merge() {
        commit.resolution += file.lines.unwrap_or_default();
    } else {
        commit.files.push(file);
    }
    true
}

fn nameless() -> Commit {
    Commit {
        hash: String::new(),
        parents: Vec::new(),
        author: String::new(),
        email: String::new(),
        authored_at: 0,
        committed_at: 0,
        subject: String::new(),
        files: Vec::new(),
        resolution: Lines::NONE,
    }
}

fn stray(path: &[u8]) -> Diagnostic {
    Diagnostic::new(format!("a file without a commit: `{}`", excerpt(path)))
}

pub(super) fn excerpt(bytes: &[u8]) -> String {
    const LENGTH: usize = 60;
    clean_line(&String::from_utf8_lossy(&bytes[..bytes.len().min(LENGTH)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &[u8] = b"\x01c1\0p1\0Ada\0ada@host.example\x0010\x0020\0Subject\0";

    fn commit(files: Vec<FileChange>) -> Commit {
        Commit {
            hash: "c1".to_owned(),
            parents: vec!["p1".to_owned()],
            author: "Ada".to_owned(),
            email: "ada@host.example".to_owned(),
            authored_at: 10,
            committed_at: 20,
            subject: "Subject".to_owned(),
            files,
            resolution: Lines::NONE,
        }
    }

    fn file(from: Option<&[u8]>, path: &[u8], lines: Option<(u64, u64)>) -> FileChange {
        let lines = lines.map(|(added, deleted)| Lines { added, deleted });
        FileChange::new(path.into(), from.map(Into::into), lines)
    }

    #[track_caller]
    fn check(files: &[u8], want: Vec<FileChange>, diagnostics: &[&str]) {
        let answer = [HEADER, files].concat();
        let said = |all: Vec<Diagnostic>| all.iter().map(ToString::to_string).collect::<Vec<_>>();
        let (commits, found) = decode(&answer);
        assert_eq!((commits, said(found)), (vec![commit(want.clone())], strings(diagnostics)));
        for size in 1..=answer.len() {
            let mut decoder = Decoder::default();
            answer.chunks(size).for_each(|chunk| decoder.push(chunk));
            let (commits, found) = decoder.finish();
            assert_eq!((commits, said(found)), (vec![commit(want.clone())], strings(diagnostics)));
        }
    }

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn a_commit_may_have_no_files() {
        check(b"", vec![], &[]);
    }

    #[test]
    fn a_rename_has_three_fields() {
        check(
            b"\n0\t0\t\0src/a.rs\0tests/a.rs\x001\t2\tb\0",
            vec![
                file(Some(b"src/a.rs"), b"tests/a.rs", Some((0, 0))),
                file(None, b"b", Some((1, 2))),
            ],
            &[],
        );
    }

    #[test]
    fn a_binary_file_has_no_lines() {
        check(b"\n-\t-\tlogo.png\0", vec![file(None, b"logo.png", None)], &[]);
    }

    #[test]
    fn paths_keep_tabs_newlines_quotes_and_bytes_that_are_not_utf8() {
        check(
            b"\n1\t0\ta\tb\n\"c\"\xff\0\x002\t0\td\0",
            vec![file(None, b"a\tb\n\"c\"\xff", Some((1, 0))), file(None, b"d", Some((2, 0)))],
            &[],
        );
    }

    #[test]
    fn what_cannot_be_read_is_reported() {
        check(
            b"\n1\tx\ta\x001\t1\tb\0",
            vec![file(None, b"b", Some((1, 1)))],
            &["neither a commit nor a count of lines: `1 x a`"],
        );
        check(b"\n1\t1\tb", vec![], &["git's answer ends in the middle of a commit"]);
    }

    #[test]
    fn a_merge_keeps_its_resolution_apart() {
        let answer = b"\x01m\0p q\0A\0a@b.example\x001\x001\0Merge\0\n3\t5\tt.rs\0";
        let (commits, _) = decode(answer);
        assert_eq!(commits[0].files, []);
        assert_eq!(commits[0].resolution, Lines { added: 3, deleted: 5 });
    }

    #[test]
    fn files_between_two_commits_are_read_without_headers() {
        let (files, diagnostics) = decode_files(b"1\t0\ta\x000\t0\t\0b\0c\0");
        assert_eq!(files, [file(None, b"a", Some((1, 0))), file(Some(b"b"), b"c", Some((0, 0)))]);
        assert_eq!(diagnostics, []);
    }
}
