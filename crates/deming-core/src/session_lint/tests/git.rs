//! What git has, against what a log says of it.

use super::super::*;
use super::SOUND;

fn commit(number: u32, subject: &str) -> GitCommit {
    GitCommit {
        hash: format!("{number:07}c0ffee"),
        subject: subject.to_owned(),
        files: vec!["loans.py".to_owned(), "tests/test_loans.py".to_owned()],
        lines: 64,
    }
}

#[track_caller]
fn check_git(text: &str, commits: Vec<GitCommit>, is_exact: bool, want: &[(Rule, &str, &str)]) {
    let found = lint(text, Some(&GitFacts { commits, is_exact, ..GitFacts::default() }));
    let found: Vec<(Rule, &str, &str)> =
        found.iter().map(|it| (it.rule, it.message.as_str(), it.truth.as_str())).collect();
    assert_eq!(found, want);
}

fn history() -> Vec<GitCommit> {
    vec![
        commit(1, "Lend a book"),
        commit(2, "Refuse a book that is lent"),
        commit(3, "Take a book back"),
        commit(4, "Charge for late books"),
    ]
}

#[test]
fn git_is_the_witness_of_commits() {
    check_git(SOUND, history(), true, &[]);
    check_git(
        SOUND,
        history().split_off(1),
        false,
        &[
            (Rule::GitCommit, "commit `Lend a book`", "git has no such commit here"),
            (Rule::GitCount, "4 commits counted", "git has 3"),
        ],
    );
    let more = [history(), vec![commit(5, "Fix the desk")]].concat();
    check_git(SOUND, more.clone(), false, &[]);
    check_git(
        SOUND,
        more,
        true,
        &[
            (Rule::GitCommit, "a commit is not named", "git has `0000005` \"Fix the desk\""),
            (Rule::GitCount, "4 commits counted", "git has 5"),
        ],
    );
    let hashed = SOUND.replace("Commit: \"Lend a book\"", "Commit: \"Lend\" (`0000001`)");
    check_git(
        &hashed,
        history(),
        true,
        &[(Rule::GitCommit, "the commit is called \"Lend\"", "git says \"Lend a book\"")],
    );
    let files = SOUND.replace("- Files: loans.py,", "- Files: `books.py`,");
    check_git(
        &files,
        history(),
        true,
        &[(Rule::GitCommit, "the commit holds `books.py`", "git has no such file in this commit")],
    );
    let old = "2.5 average (slightly under target)";
    check_git(
        &SOUND.replace(old, "2.5 average (under target 5, 10/4)"),
        history(),
        true,
        &[(
            Rule::GitLines,
            "files touched: 2.5 average (under target 5, 10/4)",
            "the commits in git have 8 files",
        )],
    );
    let large = SOUND.replace("Largest commit: 64", "Largest commit: 65");
    check_git(
        &large,
        history(),
        true,
        &[(
            Rule::GitLines,
            "largest commit: 65 lines (under target)",
            "the largest commit in git has 64 lines",
        )],
    );
}

#[test]
fn revisions_and_commits_of_others_are_told() {
    let log = include_str!("../fixtures/recorded.md");
    let named = mentions(log).into_iter().map(|it| GitCommit {
        hash: format!("{}c0ffee", it.hash.unwrap()),
        subject: it.subject,
        files: vec![],
        lines: 23,
    });
    let mut commits: Vec<GitCommit> = named.collect();
    let strangers = commits.split_off(5);
    let wrong = ["0a1b2c3", "6666ff6", "1111111"];
    let wrong = wrong.map(|it| (it.to_owned(), "something else".to_owned())).to_vec();
    let found = lint(log, Some(&GitFacts { commits, strangers, wrong, ..GitFacts::default() }));
    let found = found.iter().filter(|it| !it.message.starts_with("the commit holds"));
    let found: Vec<(&str, &str)> =
        found.map(|it| (it.message.as_str(), it.truth.as_str())).collect();
    assert_eq!(
        found,
        [
            ("base commit `0a1b2c3`", "something else"),
            ("commit `6666ff6`", "git has it, and it is none of the session's"),
            ("at commit `6666ff6`", "something else"),
            ("6 commits counted", "git has 5"),
        ]
    );
}
