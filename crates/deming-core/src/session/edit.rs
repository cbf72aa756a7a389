//! What an edit of a file was: of a test, of the product, or of both.

use crate::metrics::file_class::{Class, Classifier};
use crate::metrics::history::{Lines, RepoPath};
use crate::metrics::inline_tests::{Language, TestLines, split};
use crate::metrics::patch::Hunk;
use crate::session::event::FileClass;

/// An edit as it was seen.
#[derive(Clone, Copy, Debug)]
pub struct Edit<'a> {
    /// From the top of the working tree.
    pub path: &'a str,
    /// What changed; the whole file where it is empty. Hunks may hold lines
    /// around the change.
    pub hunks: &'a [EditedLines<'a>],
    /// The text before, where it is known.
    pub old: Option<&'a str>,
    /// The text after.
    pub new: Option<&'a str>,
}

/// Lines of a patch, each beginning with ` `, `-` or `+`, and where they start.
#[derive(Clone, Copy, Debug)]
pub struct EditedLines<'a> {
    pub old_start: u64,
    pub new_start: u64,
    pub lines: &'a [&'a str],
}

/// The classes of an edit, in the order in which they are to be recorded: what
/// is in one edit has no order, so a test in it never came first.
pub fn classes(edit: Edit<'_>, classifier: &Classifier) -> Vec<FileClass> {
    let path = RepoPath::from(edit.path);
    let class = classifier.classify(&path, false);
    let tests = Language::of(&path).filter(|_| class == Class::Prod);
    match tests.and_then(|language| inline_tests(edit, language)) {
        Some((tests, all)) if tests.total() == 0 || all.total() == 0 => vec![FileClass::Product],
        Some((tests, all)) if tests == all => vec![FileClass::Test],
        Some(_) => vec![FileClass::Product, FileClass::Test],
        None => vec![class.into()],
    }
}

/// How many of the changed lines are tests, and how many there are.
fn inline_tests(edit: Edit<'_>, language: Language) -> Option<(Lines, Lines)> {
    let lines = |text: Option<&str>| TestLines::of(language, text.unwrap_or_default().as_bytes());
    let new_text = edit.new?;
    let (old, new) = (lines(edit.old), lines(Some(new_text)));
    let hunks: Vec<Hunk> = if edit.hunks.is_empty() {
        let count = |text: &str| text.lines().count() as u64;
        let (old_count, new_count) = (edit.old.map_or(0, count), count(new_text));
        vec![Hunk { old_start: 1, old_count, new_start: 1, new_count }]
    } else {
        edit.hunks.iter().flat_map(changed_lines).collect()
    };
    let mut all = Lines::NONE;
    for hunk in &hunks {
        all += Lines { added: hunk.new_count, deleted: hunk.old_count };
    }
    Some((split(&hunks, &old, &new), all))
}

/// A hunk for each changed line that is not empty.
fn changed_lines(edited: &EditedLines<'_>) -> Vec<Hunk> {
    let (mut old_start, mut new_start) = (edited.old_start, edited.new_start);
    let mut hunks = vec![];
    for line in edited.lines {
        let is_filled = line.get(1..).is_some_and(|it| !it.trim().is_empty());
        let (old_count, new_count) = match line.as_bytes().first() {
            Some(b'+') => (0, 1),
            Some(b'-') => (1, 0),
            Some(b'\\') => continue,
            Some(_) | None => {
                old_start += 1;
                new_start += 1;
                continue;
            }
        };
        if is_filled {
            hunks.push(Hunk { old_start, old_count, new_start, new_count });
        }
        old_start += old_count;
        new_start += new_count;
    }
    hunks
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn t() {}\n}\n";

    #[track_caller]
    fn check(path: &str, lines: &[&str], new: &str, want: &[FileClass]) {
        let hunk = EditedLines { old_start: 1, new_start: 1, lines };
        let hunks = if lines.is_empty() { vec![] } else { vec![hunk] };
        let old = (!lines.is_empty()).then_some(BEFORE);
        let edit = Edit { path, hunks: &hunks, old, new: Some(new) };
        assert_eq!(classes(edit, &Classifier::default()), want);
    }

    #[test]
    fn class_of_the_path_is_the_class_of_the_edit() {
        check("tests/a.py", &[], "x\n", &[FileClass::Test]);
        check("src/a.ts", &[], "x\n", &[FileClass::Product]);
        check("README.md", &[], "x\n", &[FileClass::Other]);
        check("tests/a.rs", &[], BEFORE, &[FileClass::Test]);
    }

    #[test]
    fn test_inside_a_product_file_is_a_test() {
        let with_test = BEFORE.replace("    fn t() {}\n", "    fn t() {}\n    fn u() {}\n");
        let patch = [
            " fn a() {}",
            " ",
            " #[cfg(test)]",
            " mod tests {",
            "     fn t() {}",
            "+    fn u() {}",
        ];
        check("src/a.rs", &patch, &with_test, &[FileClass::Test]);
        let both = with_test.replace("fn a() {}", "fn b() {}");
        let patch = [&["-fn a() {}", "+fn b() {}"], &patch[1..]].concat();
        check("src/a.rs", &patch, &both, &[FileClass::Product, FileClass::Test]);
        check("src/a.rs", &patch[..2], &both, &[FileClass::Product]);
    }

    #[test]
    fn whole_file_with_both_has_its_test_last() {
        check("src/a.rs", &[], BEFORE, &[FileClass::Product, FileClass::Test]);
        check("src/a.rs", &[], "fn a() {}\n", &[FileClass::Product]);
    }
}
