//! What a test run shows, and which runs count as the baseline and the result.

use std::collections::HashSet;

use crate::session::event::{At, CommitFile, FileClass, TestRan};
use crate::session::state::{Commit, Fact, State};
use crate::session::test_scope::covers;

/// A test run with its time.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TestRun {
    pub at: At,
    pub ran: TestRan,
}

/// What a test run shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// Tests ran and none failed.
    Green,
    /// Tests ran and some failed.
    Red,
    /// The command failed and no test said why: it did not compile or start, or
    /// tests could not be loaded.
    Broken,
    /// No test is known to have run.
    NoEvidence,
}

/// What a shell and npm say where there was nothing to start.
const NOTHING_STARTED: [i32; 3] = [126, 127, 254];

impl TestRan {
    pub fn outcome(&self) -> Outcome {
        let counts = self.counts.unwrap_or_default();
        match self.exit {
            _ if 0 < counts.failed => Outcome::Red,
            _ if 0 < counts.errors => Outcome::Broken,
            Some(0) | None if 0 < counts.ran() => Outcome::Green,
            Some(0) | None => Outcome::NoEvidence,
            Some(exit) if self.counts.is_none() && NOTHING_STARTED.contains(&exit) => {
                Outcome::NoEvidence
            }
            Some(_) => Outcome::Broken,
        }
    }
}

impl State {
    /// Whether something happened since the check that its yes did not know of:
    /// an edit, a commit of code or a failing run, without a green run that
    /// knows of it.
    pub fn is_check_outdated(&self) -> bool {
        let since = self.trail.get(self.checked_trail..).unwrap_or_default();
        let is_bad = |fact: &Fact| match fact {
            Fact::Ran(ran) => matches!(ran.outcome(), Outcome::Red | Outcome::Broken),
            Fact::Edited { .. } => is_code_edit(fact),
            Fact::Committed { hash } => self.commit(hash).is_some_and(has_code),
            Fact::Spoken => false,
        };
        let result = self.result_run().map(|it| it.ran.outcome());
        self.check.as_ref().is_some_and(|it| it.ready)
            && since.iter().any(|it| is_bad(&it.fact))
            && result != Some(Outcome::Green)
    }

    /// All test runs in their order.
    pub fn runs(&self) -> impl DoubleEndedIterator<Item = TestRun> {
        self.trail.iter().filter_map(|trace| match &trace.fact {
            Fact::Ran(ran) => Some(TestRun { at: trace.at, ran: ran.clone() }),
            Fact::Edited { .. } | Fact::Committed { .. } | Fact::Spoken => None,
        })
    }

    /// The largest run that says something before the first change of code. What
    /// nobody saw edited may have been changed before a run of a dirty tree.
    pub fn baseline_run(&self) -> Option<TestRun> {
        let first = self.trail.iter().position(|it| match &it.fact {
            Fact::Edited { .. } => is_code_edit(&it.fact),
            Fact::Committed { hash } => self.commit(hash).is_some_and(has_code),
            Fact::Ran(_) | Fact::Spoken => false,
        })?;
        let is_seen = is_code_edit(&self.trail[first].fact);
        let runs = self.trail[..first].iter().filter_map(|it| telling(it.at, &it.fact));
        let is_before = |run: &TestRun| is_seen || !run.ran.dirty && !self.holds(first, &run.ran);
        runs.filter(is_before).max_by_key(|it| it.ran.counts.map_or(0, |counts| counts.ran()))
    }

    /// The run that stands for the state of the tests now.
    ///
    /// Of the runs since the last change of code, those count that no later one
    /// covers: the worst of them, and of equally good ones the largest. `None`
    /// where nothing was run since then.
    pub fn result_run(&self) -> Option<TestRun> {
        let mut open: Vec<TestRun> = vec![];
        for run in self.current_runs().filter_map(|(at, ran)| telling(at, &Fact::Ran(ran.clone())))
        {
            open.retain(|it| !covers(&run.ran, &it.ran, &self.opening.root));
            open.push(run);
        }
        let weight = |it: &TestRun| {
            let is_bad = it.ran.outcome() != Outcome::Green;
            (is_bad, it.ran.counts.map_or(0, |counts| counts.ran()))
        };
        open.into_iter().max_by_key(weight)
    }

    /// Whether tests were run since the last change of code, with no word of how
    /// many there were.
    pub fn has_uncounted_run(&self) -> bool {
        let is_uncounted = |ran: &TestRan| ran.counts.is_none() && ran.exit == Some(0);
        self.current_runs().any(|it| is_uncounted(it.1))
    }

    /// The runs that know of every change of code.
    fn current_runs(&self) -> impl Iterator<Item = (At, &TestRan)> {
        let since = self.trail.iter().rposition(|it| is_code_edit(&it.fact)).map_or(0, |at| at + 1);
        let after = self.trail.iter().enumerate().skip(since);
        after.filter_map(|(index, trace)| match &trace.fact {
            Fact::Ran(ran) if !self.is_outdated(index, ran) => Some((trace.at, ran)),
            Fact::Ran(_) | Fact::Edited { .. } | Fact::Committed { .. } | Fact::Spoken => None,
        })
    }

    /// Whether a commit after the run at `index` holds code that it did not see.
    ///
    /// A run of a clean tree saw its commit and nothing else. A run of a dirty
    /// tree saw what was changed then, and what was committed of that once.
    fn is_outdated(&self, index: usize, ran: &TestRan) -> bool {
        let later = self.trail.iter().enumerate().skip(index + 1);
        let later = later.filter_map(|(at, trace)| match &trace.fact {
            Fact::Committed { hash } => Some((at, self.commit(hash)?)),
            Fact::Edited { .. } | Fact::Ran(_) | Fact::Spoken => None,
        });
        // A commit can be recorded after the run that it came before.
        let known = self.trail.iter().rposition(|it| is_commit(&it.fact, ran.commit.as_deref()));
        let known = known.unwrap_or(index);
        let own_tree = ran.commit.as_deref().and_then(|it| self.commit(it)?.commit.tree.as_ref());
        let mut trees: Vec<&String> = own_tree.filter(|_| !ran.dirty).into_iter().collect();
        let mut committed: HashSet<&str> = HashSet::new();
        for (_, commit) in later.filter(|(at, _)| known < *at) {
            let tree = commit.commit.tree.as_ref();
            if tree.is_some_and(|it| trees.contains(&it)) {
                continue;
            }
            for file in commit.commit.files.iter().filter(|it| is_code(it)) {
                let was_seen = ran.dirty && was_changed(ran, &file.path);
                if !was_seen || !committed.insert(&file.path) {
                    return true;
                }
            }
            trees.extend(tree);
        }
        false
    }

    /// Whether the run saw the commit at `index` of the trail already.
    fn holds(&self, index: usize, ran: &TestRan) -> bool {
        self.trail
            .get(index..)
            .unwrap_or_default()
            .iter()
            .any(|it| is_commit(&it.fact, ran.commit.as_deref()))
    }

    pub(super) fn commit(&self, hash: &str) -> Option<&Commit> {
        self.commits.iter().find(|it| it.commit.hash == hash)
    }
}

pub(super) fn is_edit(fact: &Fact, wanted: FileClass) -> bool {
    matches!(fact, Fact::Edited { class, .. } if *class == wanted)
}

fn is_code_edit(fact: &Fact) -> bool {
    is_edit(fact, FileClass::Product) || is_edit(fact, FileClass::Test)
}

fn is_commit(fact: &Fact, wanted: Option<&str>) -> bool {
    matches!(fact, Fact::Committed { hash } if Some(hash.as_str()) == wanted)
}

fn is_code(file: &CommitFile) -> bool {
    matches!(file.class, FileClass::Product | FileClass::Test)
}

fn has_code(commit: &Commit) -> bool {
    commit.commit.files.iter().any(is_code)
}

/// Whether a file differed from its commit at the run, as far as that is known.
fn was_changed(ran: &TestRan, path: &str) -> bool {
    let is_named =
        |name: &String| name == path || name.ends_with('/') && path.starts_with(name.as_str());
    ran.changed.as_ref().is_none_or(|it| it.iter().any(is_named))
}

fn telling(at: At, fact: &Fact) -> Option<TestRun> {
    match fact {
        Fact::Ran(ran) if ran.outcome() != Outcome::NoEvidence => {
            Some(TestRun { at, ran: ran.clone() })
        }
        Fact::Ran(_) | Fact::Edited { .. } | Fact::Committed { .. } | Fact::Spoken => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::event::{NewCommit, What};
    use crate::session::sample::{Sample, edit};
    use crate::session::test_output::TestCounts;

    fn ran(command: &str, exit: i32, (passed, failed): (u32, u32), at: (&str, &[&str])) -> What {
        let (commit, changed) = at;
        What::TestRan(TestRan {
            command: command.to_owned(),
            exit: Some(exit),
            counts: (0 < passed + failed).then(|| TestCounts::new(passed, failed, 0)),
            commit: Some(commit.to_owned()),
            dirty: !changed.is_empty(),
            changed: Some(changed.iter().map(|it| (*it).to_owned()).collect()),
        })
    }

    fn commit(hash: &str, path: &str, tree: &str) -> What {
        let class = if path.ends_with(".md") { FileClass::Other } else { FileClass::Product };
        What::CommitRecorded(NewCommit {
            hash: hash.to_owned(),
            subject: hash.to_owned(),
            files: vec![CommitFile { path: path.to_owned(), class }],
            lines: 1,
            patch_id: None,
            tree: Some(tree.to_owned()),
            other_author: false,
        })
    }

    /// Facts in their order, and the command of the run that stands then.
    #[track_caller]
    fn check(facts: &[What], want: Option<(&str, Outcome)>) {
        let mut sample = Sample::doing(&["Lock"], &[]);
        sample.start(1);
        for fact in facts {
            sample.hook(fact.clone());
        }
        let result = sample.state.result_run();
        let result = result.as_ref().map(|it| (it.ran.command.as_str(), it.ran.outcome()));
        assert_eq!(result, want, "{facts:?}");
    }

    const GREEN: Option<(&str, Outcome)> = Some(("pytest", Outcome::Green));

    fn green(commit: &str, changed: &[&str]) -> What {
        ran("pytest", 0, (5, 0), (commit, changed))
    }

    #[test]
    fn commit_of_code_after_a_clean_run_outdates_it() {
        check(&[green("a", &[]), commit("b", "src/door.py", "T2")], None);
        check(&[green("a", &[]), commit("b", "README.md", "T2")], GREEN);
        check(&[green("a", &[]), commit("b", "src/door.py", "T2"), green("b", &[])], GREEN);
        // The run came behind the commits in one line of the shell.
        check(
            &[green("c", &[]), commit("b", "src/door.py", "T2"), commit("c", "src/key.py", "T3")],
            GREEN,
        );
    }

    #[test]
    fn commit_of_what_the_run_saw_leaves_it_valid() {
        let dirty = || green("a", &["src/door.py", "tests/"]);
        check(&[dirty(), commit("b", "src/door.py", "T2")], GREEN);
        let second = commit("c", "tests/test_door.py", "T3");
        check(&[dirty(), commit("b", "src/door.py", "T2"), second], GREEN);
        check(&[dirty(), commit("b", "src/key.py", "T2")], None);
        // The same file again: it was changed in between.
        let again = commit("c", "src/door.py", "T3");
        check(&[dirty(), commit("b", "src/door.py", "T2"), again], None);
        let edited = edit("src/door.py", FileClass::Product);
        check(&[dirty(), edited, commit("b", "src/door.py", "T2")], None);
    }

    #[test]
    fn other_words_for_the_same_content_outdate_nothing() {
        let first = || commit("b", "src/door.py", "T2");
        let amended = || commit("c", "src/door.py", "T2");
        check(&[first(), green("b", &[]), amended()], GREEN);
        check(&[green("a", &["src/door.py"]), first(), amended()], GREEN);
        check(&[first(), green("b", &[]), commit("c", "src/door.py", "T3")], None);
    }

    #[test]
    fn fix_outside_of_code_makes_a_red_run_old() {
        let red = |command: &str| ran(command, 1, (3, 2), ("a", &["pyproject.toml"]));
        check(&[red("pytest tests/test_a.py"), green("a", &["pyproject.toml"])], GREEN);
        check(&[red("python -m pytest -q"), green("a", &["pyproject.toml"])], GREEN);
        let narrow = ran("pytest -k lock", 0, (2, 0), ("a", &["x"]));
        check(&[red("pytest"), narrow], Some(("pytest", Outcome::Red)));
        let other = ran("npm test", 0, (40, 0), ("a", &["x"]));
        check(&[red("pytest"), other], Some(("pytest", Outcome::Red)));
    }

    #[test]
    fn mistyped_command_says_nothing_of_the_tests() {
        let mistyped = |exit| ran("npm test", exit, (0, 0), ("a", &[]));
        check(&[mistyped(254), green("a", &[])], GREEN);
        check(&[green("a", &[]), mistyped(127)], GREEN);
        check(&[green("a", &[]), mistyped(1)], Some(("npm test", Outcome::Broken)));
    }

    #[test]
    fn baseline_is_before_the_first_change_of_code() {
        let mut sample = Sample::doing(&["Lock"], &[]);
        sample.start(1);
        sample.hook(green("a", &[]));
        sample.hook(ran("pytest", 1, (5, 1), ("a", &["src/door.py"])));
        assert_eq!(sample.state.baseline_run(), None);
        sample.hook(commit("b", "src/door.py", "T2"));
        let baseline = sample.state.baseline_run().and_then(|it| it.ran.counts);
        assert_eq!(baseline, Some(TestCounts::new(5, 0, 0)));
    }
}
