//! Reads `git log -z --raw -p -U0`: the same commits as [`super::numstat`] and,
//! for languages with tests inside product files, where each hunk stands.
//! Keeps positions, never the text of a patch.

use super::git_log::{Header, MARK};
use super::history::{Commit, FileChange, Lines, PathTable};
use super::inline_tests::Language;
use super::numstat::excerpt;
use super::tokens::Tokens;
use crate::diagnostic::Diagnostic;

/// Lines that one hunk takes away and puts in their place, counted from one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Hunk {
    pub old_start: u64,
    pub old_count: u64,
    pub new_start: u64,
    pub new_count: u64,
}

/// The hunks of one file whose language keeps tests among the product.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Edit {
    /// Index of the commit.
    pub commit: usize,
    /// Index of the file in the commit.
    pub file: usize,
    pub language: Language,
    /// Object names of the content before and after; all zeros for none.
    pub old_blob: String,
    pub new_blob: String,
    pub hunks: Vec<Hunk>,
}

/// Reads what `git` answers to [`super::git_log::log_arguments`] with
/// [`super::git_log::Pass::Hunks`], in chunks as they come.
#[derive(Debug, Default)]
pub struct Decoder {
    tokens: Tokens,
    state: State,
    paths: PathTable,
    commits: Vec<Commit>,
    edits: Vec<Edit>,
    /// Files of the newest commit, in git's order, that wait for their patch.
    raw: Vec<Raw>,
    /// How many of `raw` have got their patch.
    patched: usize,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Debug)]
struct Raw {
    old_blob: String,
    new_blob: String,
    /// A file that became a link, or the reverse, has two patches.
    patches: u8,
    /// Index in [`Decoder::edits`].
    edit: Option<usize>,
}

#[derive(Debug, Default)]
enum State {
    /// A header, a list of files or a patch may follow.
    #[default]
    Between,
    Header(Header),
    /// A listed file: its path follows, for a rename the old path first.
    RawPath {
        raw: Raw,
        is_rename: bool,
    },
    RawNewPath {
        raw: Raw,
        old: Vec<u8>,
    },
    /// A line of a patch outside a hunk.
    Patch,
    /// So many lines of a hunk follow.
    Hunk(u64),
}

/// The commits in the order of the answer, and the edits that need the content
/// of their files.
pub type Decoded = (Vec<Commit>, Vec<Edit>, Vec<Diagnostic>);

impl Decoder {
    pub fn push(&mut self, chunk: &[u8]) {
        self.tokens.push(chunk);
        while self.advance() {}
    }

    pub fn finish(mut self) -> Decoded {
        let is_whole =
            matches!(self.state, State::Between | State::Patch) && self.tokens.is_empty();
        if !is_whole {
            self.diagnostics.push(Diagnostic::new("git's answer ends in the middle of a commit"));
        }
        self.edits.retain(|edit| !edit.hunks.is_empty());
        (self.commits, self.edits, self.diagnostics)
    }

    /// Reads one token; says whether there was a whole one.
    fn advance(&mut self) -> bool {
        let Some(first) = self.tokens.peek() else { return false };
        let delimiter = match (&self.state, first) {
            (State::Between | State::Patch, MARK) | (State::Between, b':') => 0,
            (State::Between, b'\n' | 0) => {
                self.tokens.skip(1);
                return true;
            }
            (State::Between | State::Patch | State::Hunk(_), _) => b'\n',
            (State::Header(_) | State::RawPath { .. } | State::RawNewPath { .. }, _) => 0,
        };
        let Some(token) = self.tokens.until(delimiter) else { return false };
        self.state = match std::mem::take(&mut self.state) {
            State::Between | State::Patch if first == MARK => {
                self.raw.clear();
                self.patched = 0;
                let mut header = Header::default();
                header.push(&token[1..], &mut self.diagnostics);
                State::Header(header)
            }
            State::Header(mut header) => match header.push(token, &mut self.diagnostics) {
                Some(commit) => {
                    self.commits.push(commit);
                    State::Between
                }
                None => State::Header(header),
            },
            State::Between if first == b':' => match listed(token) {
                Some((raw, is_rename)) => State::RawPath { raw, is_rename },
                None => {
                    self.diagnostics
                        .push(Diagnostic::new(format!("not a listed file: `{}`", excerpt(token))));
                    State::Between
                }
            },
            State::RawPath { raw, is_rename: true } => {
                State::RawNewPath { raw, old: token.to_vec() }
            }
            State::RawPath { raw, is_rename: false } => {
                let path = self.paths.intern(token);
                self.list(raw, FileChange::new(path, None, Some(Lines::NONE)));
                State::Between
            }
            State::RawNewPath { raw, old } => {
                let from = self.paths.intern(&old);
                let path = self.paths.intern(token);
                self.list(raw, FileChange::new(path, Some(from), Some(Lines::NONE)));
                State::Between
            }
            State::Hunk(left) => {
                // "\ No newline at end of file" is no line of the file.
                match left - u64::from(first != b'\\') {
                    0 => State::Patch,
                    left => State::Hunk(left),
                }
            }
            State::Between | State::Patch => {
                let line = patch_line(token);
                self.apply(line)
            }
        };
        true
    }

    fn list(&mut self, mut raw: Raw, file: FileChange) {
        let Some(commit) = self.commits.len().checked_sub(1) else { return };
        if self.commits[commit].is_merge() {
            return;
        }
        if let Some(language) = Language::of(&file.path) {
            raw.edit = Some(self.edits.len());
            self.edits.push(Edit {
                commit,
                file: self.commits[commit].files.len(),
                language,
                old_blob: raw.old_blob.clone(),
                new_blob: raw.new_blob.clone(),
                hunks: Vec::new(),
            });
        }
        self.raw.push(raw);
        self.commits[commit].files.push(file);
    }

    fn apply(&mut self, line: PatchLine) -> State {
        match line {
            PatchLine::File => {
                self.patched += 1;
                State::Patch
            }
            PatchLine::Binary => {
                if let Some((_, file)) = self.current() {
                    file.lines = None;
                }
                State::Patch
            }
            PatchLine::Hunk(hunk) => {
                let lines = Lines { added: hunk.new_count, deleted: hunk.old_count };
                if let Some((edit, file)) = self.current() {
                    if let Some(sum) = &mut file.lines {
                        *sum += lines;
                    }
                    if let Some(edit) = edit {
                        self.edits[edit].hunks.push(hunk);
                    }
                } else if let Some(merge) = self.commits.last_mut() {
                    merge.resolution += lines;
                }
                match lines.total() {
                    0 => State::Patch,
                    left => State::Hunk(left),
                }
            }
            PatchLine::Other => State::Patch,
        }
    }

    /// The file whose patch is being read, and the index of its edit.
    fn current(&mut self) -> Option<(Option<usize>, &mut FileChange)> {
        let mut before = 0;
        let at = self.raw.iter().position(|raw| {
            before += usize::from(raw.patches);
            self.patched <= before
        })?;
        let file = self.commits.last_mut()?.files.get_mut(at)?;
        Some((self.raw[at].edit, file))
    }
}

/// `:100644 100644 <object> <object> R097`, without the paths.
fn listed(token: &[u8]) -> Option<(Raw, bool)> {
    let text = std::str::from_utf8(token).ok()?;
    let mut fields = text.split(' ').skip(2);
    let (old_blob, new_blob, status) = (fields.next()?, fields.next()?, fields.next()?);
    let patches = if status.starts_with('T') { 2 } else { 1 };
    let raw =
        Raw { old_blob: old_blob.to_owned(), new_blob: new_blob.to_owned(), patches, edit: None };
    Some((raw, status.starts_with(['R', 'C'])))
}

enum PatchLine {
    File,
    Binary,
    Hunk(Hunk),
    Other,
}

fn patch_line(line: &[u8]) -> PatchLine {
    if line.starts_with(b"diff --git ") {
        PatchLine::File
    } else if line.starts_with(b"Binary files ") {
        PatchLine::Binary
    } else if let Some(hunk) = line.strip_prefix(b"@@ -").and_then(hunk) {
        PatchLine::Hunk(hunk)
    } else {
        PatchLine::Other
    }
}

/// `12,3 +14 @@ context`, behind `@@ -`.
fn hunk(text: &[u8]) -> Option<Hunk> {
    let end = memchr::memmem::find(text, b" @@")?;
    let (old, new) = std::str::from_utf8(&text[..end]).ok()?.split_once(" +")?;
    let side = |side: &str| {
        let (start, count) = side.split_once(',').unwrap_or((side, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    let ((old_start, old_count), (new_start, new_count)) = (side(old)?, side(new)?);
    Some(Hunk { old_start, old_count, new_start, new_count })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &[u8] = b"\x01c1\0p1\0Ada\0ada@host.example\x0010\x0020\0Subject\0";

    #[track_caller]
    fn decode(answer: &[u8]) -> Decoded {
        let mut decoder = Decoder::default();
        decoder.push(answer);
        let whole = decoder.finish();
        for size in 1..answer.len() {
            let mut decoder = Decoder::default();
            answer.chunks(size).for_each(|chunk| decoder.push(chunk));
            assert_eq!(decoder.finish(), whole, "in chunks of {size}");
        }
        whole
    }

    fn file(from: Option<&str>, path: &str, lines: Option<(u64, u64)>) -> FileChange {
        let lines = lines.map(|(added, deleted)| Lines { added, deleted });
        FileChange::new(path.into(), from.map(Into::into), lines)
    }

    #[track_caller]
    fn check(body: &[u8], files: Vec<FileChange>) {
        let (commits, _, diagnostics) = decode(&[HEADER, body].concat());
        assert_eq!((&commits[0].files, diagnostics), (&files, vec![]));
    }

    #[test]
    fn lines_are_counted_by_hunk_headers_not_by_what_lines_look_like() {
        check(
            b"\n:100644 100644 aa bb M\0a.txt\0\0diff --git a/a.txt b/a.txt\nindex aa..bb 100644\n\
              --- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1 @@ head\n---- x\n-@@ -9,9 +9,9 @@\n+\x01+diff --git\n\
              @@ -9,0 +9,2 @@\n++++\n+b\n\\ No newline at end of file\n",
            vec![file(None, "a.txt", Some((3, 2)))],
        );
    }

    #[test]
    fn patches_belong_to_files_in_their_order() {
        check(
            b"\n:100644 100644 aa aa R100\0a\0b\0:100644 120000 aa bb T\0c\0\
              :000000 100644 00 cc A\0d.png\0:100644 100644 aa bb M\0e\0\0\
              diff --git a/a b/b\nsimilarity index 100%\nrename from a\nrename to b\n\
              diff --git a/c b/c\ndeleted file mode 100644\n@@ -1,2 +0,0 @@\n-x\n-y\n\
              diff --git a/c b/c\nnew file mode 120000\n@@ -0,0 +1 @@\n+z\n\
              diff --git a/d.png b/d.png\nBinary files /dev/null and b/d.png differ\n\
              diff --git a/e b/e\n@@ -4 +4 @@\n-x\n+y\n",
            vec![
                file(Some("a"), "b", Some((0, 0))),
                file(None, "c", Some((1, 2))),
                file(None, "d.png", None),
                file(None, "e", Some((1, 1))),
            ],
        );
    }

    #[test]
    fn hunks_are_kept_for_languages_with_inline_tests() {
        let body = b"\n:100644 100644 aa bb M\0a.rs\0:100644 100644 aa bb M\0a.ts\0\0\
              diff --git a/a.rs b/a.rs\n@@ -4,0 +5,2 @@ mod tests {\n+x\n+y\n\
              diff --git a/a.ts b/a.ts\n@@ -4 +4 @@\n-x\n+y\n";
        let (_, edits, _) = decode(&[HEADER, body, HEADER].concat());
        assert_eq!(
            edits,
            [Edit {
                commit: 0,
                file: 0,
                language: Language::Rust,
                old_blob: "aa".to_owned(),
                new_blob: "bb".to_owned(),
                hunks: vec![Hunk { old_start: 4, old_count: 0, new_start: 5, new_count: 2 }],
            }]
        );
    }

    #[test]
    fn a_merge_has_a_resolution_and_no_files() {
        let answer =
            b"\x01m\0p q\0A\0a@b.example\x001\x001\0Merge\0\n:100644 100644 aa bb M\0t.rs\0\0\
              diff --git a/t.rs b/t.rs\nremerge CONFLICT (add/add): in t.rs\nindex aa..bb\n\
              @@ -1,5 +1 @@\n-<<<<<<< a\n-m\n-=======\n-t\n->>>>>>> b\n+both\n";
        let (commits, edits, diagnostics) = decode(answer);
        assert_eq!((&commits[0].files, edits, diagnostics), (&vec![], vec![], vec![]));
        assert_eq!(commits[0].resolution, Lines { added: 1, deleted: 5 });
    }

    #[test]
    fn a_commit_may_have_no_files() {
        let (commits, edits, diagnostics) = decode(&[HEADER, HEADER].concat());
        assert_eq!((commits.len(), edits, diagnostics), (2, vec![], vec![]));
    }
}
