//! Tells the inline tests of a history from its product lines, with the
//! contents of files as `git cat-file --batch` answers them.
//! Keeps where tests stand in each file, never the file.

use std::collections::HashMap;

use super::history::Commit;
use super::inline_tests::{Language, TestLines, split};
use super::numstat::excerpt;
use super::patch::Edit;
use super::tokens::Tokens;
use crate::diagnostic::Diagnostic;

/// Reads contents, in chunks as they come, and settles the edits with them.
#[derive(Debug)]
pub struct Splitter {
    edits: Vec<Edit>,
    languages: HashMap<String, Language>,
    found: HashMap<String, TestLines>,
    tokens: Tokens,
    /// The content that is being read.
    content: Option<(String, usize)>,
    diagnostics: Vec<Diagnostic>,
}

impl Splitter {
    /// For those edits alone whose files are product; others have no lines to
    /// split.
    pub fn new(edits: Vec<Edit>) -> Self {
        let mut languages = HashMap::new();
        for edit in &edits {
            for blob in [&edit.new_blob, &edit.old_blob] {
                if !is_absent(blob) && !languages.contains_key(blob) {
                    languages.insert(blob.clone(), edit.language);
                }
            }
        }
        Self {
            edits,
            languages,
            found: HashMap::new(),
            tokens: Tokens::default(),
            content: None,
            diagnostics: Vec::new(),
        }
    }

    /// The standard input of `git cat-file --batch --buffer`: each object once,
    /// in the order of the history, in which git finds them fastest. Empty when
    /// there is nothing to ask.
    pub fn requests(&self) -> String {
        let mut asked = std::collections::HashSet::new();
        let mut requests = String::new();
        for edit in &self.edits {
            for blob in [&edit.new_blob, &edit.old_blob] {
                if !is_absent(blob) && asked.insert(blob) {
                    requests.push_str(blob);
                    requests.push('\n');
                }
            }
        }
        requests
    }

    pub fn push(&mut self, chunk: &[u8]) {
        self.tokens.push(chunk);
        loop {
            if let Some((blob, size)) = &self.content {
                // Git puts a line feed behind each content.
                let Some(content) = self.tokens.take(size + 1) else { return };
                if let Some(&language) = self.languages.get(blob) {
                    let tests = TestLines::of(language, &content[..*size]);
                    self.found.insert(blob.clone(), tests);
                }
                self.content = None;
            } else {
                let Some(line) = self.tokens.until(b'\n') else { return };
                match header(line) {
                    Some(content) => self.content = Some(content),
                    None => self.diagnostics.push(Diagnostic::new(format!(
                        "git has no content for `{}`; its lines count as product",
                        excerpt(line)
                    ))),
                }
            }
        }
    }

    /// Puts the inline tests into the files of the commits that the edits were
    /// read with.
    pub fn finish(mut self, commits: &mut [Commit]) -> Vec<Diagnostic> {
        let none = TestLines::default();
        for edit in &self.edits {
            let tests = |blob: &str| self.found.get(blob).unwrap_or(&none);
            let lines = split(&edit.hunks, tests(&edit.old_blob), tests(&edit.new_blob));
            let file = commits.get_mut(edit.commit).and_then(|it| it.files.get_mut(edit.file));
            if let Some(file) = file {
                file.inline_tests = lines;
            }
        }
        if self.content.is_some() || !self.tokens.is_empty() {
            self.diagnostics.push(Diagnostic::new("git's answer ends in the middle of a file"));
        }
        self.diagnostics
    }
}

fn is_absent(blob: &str) -> bool {
    blob.bytes().all(|digit| digit == b'0')
}

/// `<object> blob <size>`.
fn header(line: &[u8]) -> Option<(String, usize)> {
    let mut fields = std::str::from_utf8(line).ok()?.split(' ');
    match (fields.next(), fields.next(), fields.next()) {
        (Some(blob), Some("blob"), Some(size)) => Some((blob.to_owned(), size.parse().ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::history::{FileChange, Lines};
    use crate::metrics::patch::Hunk;

    #[test]
    fn lines_are_split_by_the_content_before_and_after() {
        let edit = Edit {
            commit: 0,
            file: 0,
            language: Language::Rust,
            old_blob: "aa".to_owned(),
            new_blob: "bb".to_owned(),
            hunks: vec![
                Hunk { old_start: 1, old_count: 1, new_start: 1, new_count: 1 },
                Hunk { old_start: 2, old_count: 2, new_start: 2, new_count: 3 },
            ],
        };
        let gone = Edit {
            file: 7,
            new_blob: "cc".to_owned(),
            old_blob: "0000".to_owned(),
            ..edit.clone()
        };
        let answer = b"bb blob 42\nfn b() {}\n#[cfg(test)]\nmod tests {\n    x\n}\n\
              aa blob 31\nfn a() {}\n#[test]\nfn t() {}\nfn\n\ncc missing\n";
        let lines = Some(Lines { added: 4, deleted: 3 });
        for size in 1..=answer.len() {
            let mut splitter = Splitter::new(vec![edit.clone(), gone.clone()]);
            assert_eq!(splitter.requests(), "bb\naa\ncc\n");
            let (mut commits, _) = crate::metrics::numstat::decode(b"\x01c\0p\0\0\x000\x000\0\0");
            commits[0].files = vec![FileChange::new("a.rs".into(), None, lines)];
            answer.chunks(size).for_each(|chunk| splitter.push(chunk));
            let said = splitter.finish(&mut commits);
            assert_eq!(commits[0].files[0].inline_tests, Lines { added: 3, deleted: 2 });
            assert_eq!(
                said.iter().map(Diagnostic::as_str).collect::<Vec<_>>(),
                ["git has no content for `cc missing`; its lines count as product"]
            );
        }
    }
}
