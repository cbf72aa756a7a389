//! Which lines of a product file are tests: `#[cfg(test)]` items and doctests
//! of Rust, `test` blocks of Zig, doctests of Python.
//! Reads whole files, so that a line inside a string is never taken for code.

use std::ops::Range;

use super::history::{Lines, RepoPath};
use super::patch::Hunk;
use super::{rust_tests, zig_tests};

/// A language that keeps tests inside product files.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Language {
    Rust,
    Zig,
    Python,
}

impl Language {
    pub fn of(path: &RepoPath) -> Option<Self> {
        let name = path.as_bytes();
        if name.ends_with(b".rs") {
            Some(Self::Rust)
        } else if name.ends_with(b".zig") {
            Some(Self::Zig)
        } else if name.ends_with(b".py") {
            Some(Self::Python)
        } else {
            None
        }
    }
}

/// Ranges of line numbers, counted from one, sorted and apart.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TestLines(Vec<Range<u64>>);

impl TestLines {
    /// The lines of `content` that are tests.
    pub fn of(language: Language, content: &[u8]) -> Self {
        let spans = match language {
            Language::Rust => rust_tests::spans(content),
            Language::Zig => zig_tests::spans(content),
            Language::Python => python_spans(content),
        };
        Self::covering(content, spans)
    }

    /// How many of the lines from `start` on are tests.
    fn count(&self, start: u64, count: u64) -> u64 {
        let end = start.saturating_add(count);
        let overlap =
            |range: &Range<u64>| range.end.min(end).saturating_sub(range.start.max(start));
        self.0.iter().map(overlap).sum()
    }

    /// Turns spans of bytes into the lines that they touch.
    fn covering(content: &[u8], mut spans: Vec<Range<usize>>) -> Self {
        spans.sort_by_key(|span| span.start);
        let mut lines: Vec<Range<u64>> = Vec::new();
        let (mut line, mut at) = (1, 0);
        for span in spans {
            if span.is_empty() || span.start < at {
                continue;
            }
            let start = line + line_feeds(&content[at..span.start]);
            line = start + line_feeds(&content[span.start..span.end - 1]);
            at = span.end - 1;
            match lines.last_mut() {
                Some(last) if start <= last.end => last.end = line + 1,
                Some(_) | None => lines.push(start..line + 1),
            }
        }
        Self(lines)
    }
}

fn line_feeds(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// How many of the lines that the hunks add and delete are tests.
pub fn split(hunks: &[Hunk], old: &TestLines, new: &TestLines) -> Lines {
    let mut tests = Lines::NONE;
    for hunk in hunks {
        tests += Lines {
            added: new.count(hunk.new_start, hunk.new_count),
            deleted: old.count(hunk.old_start, hunk.old_count),
        };
    }
    tests
}

/// From a `>>>` prompt to the end of what it should print: an empty line or
/// the end of the docstring.
fn python_spans(content: &[u8]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    if memchr::memmem::find(content, b">>>").is_none() {
        return spans;
    }
    let mut open: Option<Range<usize>> = None;
    for line in lines(content) {
        let text = content[line.clone()].trim_ascii();
        let ends = text.is_empty() || contains(text, b"\"\"\"") || contains(text, b"'''");
        if text.starts_with(b">>>") {
            let start = open.map_or(line.start, |span| span.start);
            open = Some(start..line.end);
        } else if ends {
            spans.extend(open.take());
        } else if let Some(span) = &mut open {
            span.end = line.end;
        }
    }
    spans.extend(open);
    spans
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

/// The lines of a text, each with its line feed.
pub(super) fn lines(content: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = content.get(start..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        start += length;
        Some(start - length..start)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines that begin with `T` after the bar are tests; the rest are not.
    #[track_caller]
    fn check(language: Language, marked: &str) {
        let rows = || marked.lines().map(|row| row.split_once('|').unwrap());
        let content: String = rows().map(|(_, text)| format!("{text}\n")).collect();
        let found = TestLines::of(language, content.as_bytes());
        let shown: String = (1..)
            .zip(rows())
            .map(|(number, (_, text))| {
                let mark = if found.count(number, 1) == 1 { "T" } else { " " };
                format!("{mark}|{text}\n")
            })
            .collect();
        assert_eq!(shown, format!("{}\n", marked.trim_end_matches('\n')));
    }

    #[test]
    fn items_under_a_test_attribute_are_tests() {
        check(
            Language::Rust,
            r##" |fn product() { let x = '{'; }
 |
T|#[cfg(test)]
T|mod tests {
T|    use super::*;
T|    #[test]
T|    fn a() { assert_eq!("}", r#"}"}"#); }
T|}
 |
 |pub fn more<'a>(x: &'a str) {}
T|#[cfg(all(test, feature = "slow"))]
T|use std::{fs, io};
T|#[cfg(test)] mod one_line { fn a() {} }
 |#[cfg(any(test, feature = "x"))]
 |fn shared() {}
 |#[cfg(not(test))]
 |fn never() {}
T|#[tokio::test(flavor = "current_thread")]
T|#[ignore]
T|async fn waits() {
T|}
T|#[cfg(test)]
T|mod tests;
 |struct S {
T|    #[cfg(test)]
T|    probe: Vec<u8>,
 |    field: u8,
 |}
 |#[derive(Debug)]
 |struct Test;
 |fn last() {
T|    #[cfg(test)]
T|    count(1)
 |}"##,
        );
    }

    #[test]
    fn what_strings_and_comments_say_is_no_test() {
        check(
            Language::Rust,
            r###" |const A: &str = "
 |#[cfg(test)]
 |mod tests {
 |}
 |";
 |// #[cfg(test)] mod x {
 |/* #[cfg(test)] /* nested */
 |mod tests { */
 |const B: &str = r#"
 |#[cfg(test)] mod x { " }
 |"#;
 |const C: char = '"'; const D: char = '\''; const E: u8 = b'\\';
T|#[cfg(test)]
T|mod tests {
T|    const FIXTURE: &str = r#"
T|fn main() {
T|"#;
T|    // an unbalanced { in a comment
T|    fn label() { 'outer: loop { break 'outer; } }
T|}
 |fn after() {}"###,
        );
    }

    #[test]
    fn doctests_are_tests_where_they_are_run() {
        check(
            Language::Rust,
            " |//! Text.
 |
 |/// Adds.
 |///
T|/// ```
T|/// assert_eq!(add(1, 1), 2);
T|/// ```
 |/// ```text
 |/// assert!
 |/// ```
T|/// ```should_panic
T|/// add(0, 0);
T|/// ```
 |fn add() {}
 |//// ```
 |// ```
 |/// ```ignore
 |/// x
 |/// ```
 |fn b() {}",
        );
    }

    #[test]
    fn a_whole_file_may_be_a_test() {
        check(Language::Rust, "T|//! Tests.\nT|#![cfg(test)]\nT|fn a() {}");
        check(Language::Rust, " |#![warn(test)]\n |fn a() {}");
    }

    #[test]
    fn test_blocks_of_zig_are_tests() {
        check(
            Language::Zig,
            r#" |const std = @import("std");
 |fn product() void { const c = '{'; }
T|test "adds }" {
T|    const text =
T|        \\ } not the end
T|    ;
T|    // } nor this
T|}
 |const testing = std.testing;
T|test product {
T|}
 |struct {
T|    test { try x(); }
 |}"#,
        );
    }

    #[test]
    fn doctests_of_python_are_tests() {
        check(
            Language::Python,
            r#" |def add(a, b):
 |    """Adds.
 |
T|    >>> add(1, 1)
T|    2
 |
 |    More text.
T|    >>> add(
T|    ...     1, 2)
T|    3
 |    """
 |    return a + b >> 3"#,
        );
    }

    #[test]
    fn unfinished_source_does_not_hang_or_panic() {
        for source in ["#[cfg(test)]", "#[cfg(test", "#[test] fn a() {", "\"", "'", "/*", "r#\""] {
            TestLines::of(Language::Rust, source.as_bytes());
            TestLines::of(Language::Zig, source.as_bytes());
        }
    }

    #[test]
    fn hunks_are_split_at_the_edges_of_a_test() {
        let old = TestLines(vec![10..20, 90..95]);
        let new = TestLines(vec![12..24, 94..99]);
        let hunk = |old_start, old_count, new_start, new_count| Hunk {
            old_start,
            old_count,
            new_start,
            new_count,
        };
        let hunks = [hunk(8, 4, 8, 6), hunk(19, 0, 22, 2)];
        assert_eq!(split(&hunks, &old, &new), Lines { added: 4, deleted: 2 });
    }
}
