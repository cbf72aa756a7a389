//! Which commits a session made, from the commits that its log names and the
//! one that it began at. Says what git is to be asked and reads the answers.
//!
//! Without the session's journal this is known only in the working tree where it
//! was, and where one line of commits leads from the base to those that are
//! named. Of these, a commit is the session's if its author made it after the
//! start and, by git's log of HEAD, here: others were pulled.

use std::collections::{HashMap, HashSet};

use super::About;

/// More commits than this are no session's.
pub const MOST: usize = 2000;

/// The arguments of git that list the line of commits behind `named`.
pub fn question(base: &str, named: &[String]) -> Vec<String> {
    let most = format!("--max-count={}", MOST + 1);
    let format = "--format=tformat:%H%x00%P%x00%ae%x00%ad";
    let words = ["log", "-z", "--first-parent", "--date=format:%Y-%m-%d %H:%M", &most, format];
    let words = words.into_iter().map(str::to_owned);
    words.chain(named.iter().cloned()).chain([format!("^{base}"), "--".to_owned()]).collect()
}

/// The arguments of git that list what HEAD of this working tree was moved to.
pub const MOVES: [&str; 6] =
    ["log", "-g", "-z", "--max-count=5000", "--format=tformat:%H%x00%gs", "HEAD"];

/// The answers of git.
#[derive(Debug)]
pub struct Line<'a> {
    commits: HashMap<&'a str, Ancestor<'a>>,
    /// Made in this working tree.
    made_here: HashSet<&'a str>,
}

#[derive(Debug)]
struct Ancestor<'a> {
    parents: Vec<&'a str>,
    email: &'a str,
    /// By the author's clock: `2030-01-15 14:30`.
    authored: &'a str,
}

impl<'a> Line<'a> {
    /// Reads the answers to [`question`] and to [`MOVES`].
    pub fn read(history: &'a str, moves: &'a str) -> Self {
        let fields: Vec<&str> = history.split('\0').collect();
        let commit = |&[hash, parents, email, authored]: &[&'a str; 4]| {
            let parents = parents.split_ascii_whitespace().collect();
            (hash, Ancestor { parents, email, authored })
        };
        let moves: Vec<&str> = moves.split('\0').collect();
        // A fast-forward, a checkout or a reset leads to what was made elsewhere.
        let makes = ["commit", "revert", "cherry-pick", "am", "rebase"];
        let leads = ["fast-forward", "(start)", "(finish)", "finished", ": checkout"];
        let is_made = |message: &str| {
            let action = message.split([':', ' ']).next().unwrap_or_default();
            makes.contains(&action) && !leads.iter().any(|it| message.contains(it))
        };
        let made = moves.as_chunks::<2>().0.iter().filter(|it| is_made(it[1])).map(|it| it[0]);
        Self {
            commits: fields.as_chunks::<4>().0.iter().map(commit).collect(),
            made_here: made.collect(),
        }
    }

    /// Whether one of these was made in this working tree.
    pub fn has_made(&self, named: &[String]) -> bool {
        named.iter().any(|it| self.made_here.contains(it.as_str()))
    }

    /// Whether a commit that was asked for is in the history of the base.
    pub fn is_before(&self, hash: &str) -> bool {
        !self.commits.contains_key(hash)
    }

    /// All commits of the session; `None` where that is not sure.
    pub fn of_session(&self, about: &About, base: &str, named: &[String]) -> Option<Vec<String>> {
        let began = about.began()?;
        if named.is_empty() || MOST < self.commits.len() {
            return None;
        }
        let mut line: Vec<(&str, &Ancestor<'_>)> = vec![];
        for tip in named {
            let mut hash = tip.as_str();
            while let Some((known, commit)) = self.commits.get_key_value(hash) {
                if !line.iter().any(|it| it.0 == *known) {
                    line.push((known, commit));
                }
                hash = commit.parents.first()?;
            }
            // What does not start from the base was rebased, or is elsewhere.
            if hash != base || hash == tip {
                return None;
            }
        }
        let is_named = |hash: &str| named.iter().any(|it| it == hash);
        let authors: HashSet<&str> =
            line.iter().filter(|it| is_named(it.0)).map(|it| it.1.email).collect();
        let is_own = |commit: &Ancestor<'_>| {
            authors.contains(commit.email) && *began <= *commit.authored && commit.parents.len() < 2
        };
        // Nobody knows in a copy of the repository where its commits were made.
        if !self.has_made(named) {
            return None;
        }
        let made = line.iter().filter(|(hash, commit)| {
            is_named(hash) || is_own(commit) && self.made_here.contains(hash)
        });
        Some(made.map(|it| it.0.to_owned()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "# PDCA Session Log\n\n**Session Date:** 2030-01-15\n\n\
        ### Start Time\n14:30\n";

    /// Commits from the newest to the oldest, `hash parents author time`; the
    /// moves of HEAD; those that are named; those that must be the session's.
    #[track_caller]
    fn check(history: &[&str], moves: &[&str], named: &[&str], want: Option<&[&str]>) {
        let commit = |it: &&str| {
            let parts: Vec<&str> = it.split(' ').collect();
            let parents = parts[1].replace('+', " ");
            format!("{}\0{parents}\0{}\02030-01-15 {}\0", parts[0], parts[2], parts[3])
        };
        let history: String = history.iter().map(commit).collect();
        let moves: String =
            moves.iter().map(|it| format!("{}\0", it.replacen(' ', "\0", 1))).collect();
        let named: Vec<String> = named.iter().map(|it| (*it).to_owned()).collect();
        let line = Line::read(&history, &moves);
        let found = line.of_session(&super::super::about(LOG), "base", &named);
        let want = want.map(|it| it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
        assert_eq!(found, want);
    }

    #[test]
    fn commit_between_the_base_and_the_last_one_is_the_sessions() {
        let line = ["c b me 15:00", "b a me 14:50", "a base me 14:40"];
        check(&line, &["c commit: x", "b commit: y"], &["a", "c"], Some(&["a", "c", "b"]));
        check(&line, &["c commit: x", "b commit: y"], &["c"], Some(&["c", "b"]));
        // In a copy of the repository nobody knows.
        check(&line, &["c clone: from x"], &["a", "c"], None);
        check(&line, &["c commit: x", "b merge x: Fast-forward"], &["a", "c"], Some(&["a", "c"]));
    }

    #[test]
    fn what_others_made_or_what_is_older_is_not_the_sessions() {
        let line = ["c b me 15:00", "b a you 14:50", "a base me 14:10"];
        let here = ["c commit: x", "b commit: y", "a rebase (pick): z"];
        check(&line, &here, &["c"], Some(&["c"]));
        let led = ["c commit: x", "b rebase (start): checkout b", "a commit: z"];
        check(&line, &led, &["c"], Some(&["c"]));
    }

    #[test]
    fn line_that_does_not_start_from_the_base_says_nothing() {
        check(&["b a me 15:00", "a other me 14:50"], &["b commit: x"], &["b"], None);
        check(&["b a me 15:00", "a base me 14:50"], &["b commit: x"], &["b", "old"], None);
        check(&[], &[], &[], None);
        let merged = ["c b+x me 15:00", "b base me 14:50"];
        check(&merged, &["c commit (merge): x", "b commit: y"], &["c"], Some(&["c", "b"]));
    }
}
