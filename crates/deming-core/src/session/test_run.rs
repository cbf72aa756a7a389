//! What a test run shows, and which runs count as the baseline and the result.

use crate::session::event::{At, FileClass, TestRan};
use crate::session::state::{Fact, State};

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
    /// The command failed and no test said why: it did not compile or start.
    Broken,
    /// No test is known to have run.
    NoEvidence,
}

impl TestRan {
    pub fn outcome(&self) -> Outcome {
        let (ran, failed) = self.counts.map_or((0, 0), |it| (it.ran(), it.failed));
        match self.exit {
            _ if 0 < failed => Outcome::Red,
            Some(0) | None if 0 < ran => Outcome::Green,
            Some(0) | None => Outcome::NoEvidence,
            Some(_) => Outcome::Broken,
        }
    }
}

impl State {
    /// Whether something happened since the check that its yes did not know of:
    /// an edit or a failing run, without a green run after it.
    pub fn is_check_outdated(&self) -> bool {
        let since = self.trail.get(self.checked_trail..).unwrap_or_default();
        let is_bad = |fact: &Fact| match fact {
            Fact::Ran(ran) => matches!(ran.outcome(), Outcome::Red | Outcome::Broken),
            Fact::Edited { .. } => is_code_edit(fact),
            Fact::Committed { .. } | Fact::Spoken => false,
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

    /// The largest run that says something before the first edit.
    pub fn baseline_run(&self) -> Option<TestRun> {
        let first_edit = self.trail.iter().position(|it| is_code_edit(&it.fact));
        let before = &self.trail[..first_edit.unwrap_or(0)];
        let runs = before.iter().filter_map(|it| telling(it.at, &it.fact));
        runs.max_by_key(|it| it.ran.counts.map_or(0, |counts| counts.ran()))
    }

    /// The run that stands for the state of the tests now.
    ///
    /// Of the runs since the last edit, the last one of each command counts: the
    /// worst of them, and of equally good ones the largest. `None` where nothing
    /// was run since then.
    pub fn result_run(&self) -> Option<TestRun> {
        let since = self.trail.iter().rposition(|it| is_code_edit(&it.fact)).map_or(0, |at| at + 1);
        let mut last: Vec<TestRun> = vec![];
        for run in self.trail[since..].iter().filter_map(|it| telling(it.at, &it.fact)) {
            last.retain(|it| it.ran.command != run.ran.command);
            last.push(run);
        }
        let weight = |it: &TestRun| {
            let is_bad = it.ran.outcome() != Outcome::Green;
            (is_bad, it.ran.counts.map_or(0, |counts| counts.ran()))
        };
        last.into_iter().max_by_key(weight)
    }
}

pub(super) fn is_edit(fact: &Fact, wanted: FileClass) -> bool {
    matches!(fact, Fact::Edited { class, .. } if *class == wanted)
}

fn is_code_edit(fact: &Fact) -> bool {
    is_edit(fact, FileClass::Product) || is_edit(fact, FileClass::Test)
}

fn telling(at: At, fact: &Fact) -> Option<TestRun> {
    match fact {
        Fact::Ran(ran) if ran.outcome() != Outcome::NoEvidence => {
            Some(TestRun { at, ran: ran.clone() })
        }
        Fact::Ran(_) | Fact::Edited { .. } | Fact::Committed { .. } | Fact::Spoken => None,
    }
}
