//! Whether the test of a step came first, from recorded events alone.
//!
//! Git cannot know the order of changes inside one commit. So the order comes
//! from edits and test runs as they were seen, and what was not seen is not
//! claimed.

use crate::metrics::compute::TestFirst as Discipline;
use crate::session::event::{CommitFile, FileClass, StepKind};
use crate::session::state::{Fact, Progress, State};
use crate::session::test_run::Outcome;

/// What the events of one step show.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TestFirst {
    /// A test was changed, ran and failed before any product file was edited,
    /// and the tests passed afterwards.
    Proven,
    /// A test was changed before any product file; its failure was not seen, or
    /// only as a build error, or the tests were not seen to pass afterwards.
    Likely,
    /// A test was changed, and it was not seen to come first.
    TestAfter,
    /// Product files were changed and no test.
    NoTest,
    /// Product files and a test were committed, and nobody watched: no edit and
    /// no test run was recorded.
    NotSeen,
    /// No new behaviour: not planned as one, or no product file was changed.
    NotApplicable,
}

impl TestFirst {
    pub fn word(self) -> &'static str {
        match self {
            Self::Proven => "PROVEN",
            Self::Likely => "LIKELY",
            Self::TestAfter => "TEST_AFTER",
            Self::NoTest => "NO_TEST",
            Self::NotSeen => "NOT_SEEN",
            Self::NotApplicable => "NOT_APPLICABLE",
        }
    }
}

/// Classes and counts of a session.
impl State {
    /// What the events of the step at `position` show.
    pub fn test_first(&self, position: usize) -> TestFirst {
        let is_pair = |kind| kind == StepKind::Pair;
        if !self.plan.steps.get(position).is_some_and(|it| is_pair(it.kind)) {
            return TestFirst::NotApplicable;
        }
        let mut seen = Seen::default();
        for trace in self.trail.iter().filter(|it| it.step == Some(position)) {
            match &trace.fact {
                Fact::Edited { class, .. } => seen.edited(*class),
                Fact::Ran(ran) => seen.ran(ran.outcome()),
                Fact::Committed { .. } | Fact::Spoken => {}
            }
        }
        // Edits that no hook saw are still in the commits, without their order.
        for commit in self.present_commits().filter(|it| it.steps.contains(&position)) {
            let has = |class| commit.commit.files.iter().any(|it: &CommitFile| it.class == class);
            seen.product |= has(FileClass::Product);
            seen.test |= has(FileClass::Test);
        }
        seen.class()
    }

    /// Counts the steps that are done, by their class.
    pub fn discipline(&self) -> Discipline {
        let mut discipline = Discipline::default();
        for (position, step) in self.plan.steps.iter().enumerate() {
            if !matches!(step.progress, Progress::Done { .. }) {
                continue;
            }
            let count = match self.test_first(position) {
                TestFirst::Proven => &mut discipline.proven,
                TestFirst::Likely => &mut discipline.likely,
                TestFirst::TestAfter => &mut discipline.test_after,
                TestFirst::NoTest => &mut discipline.no_test,
                TestFirst::NotSeen => &mut discipline.not_seen,
                TestFirst::NotApplicable => &mut discipline.not_applicable,
            };
            *count += 1;
        }
        discipline
    }
}

/// What was seen of a step so far, in order.
#[derive(Default)]
struct Seen {
    /// An edit or a test run was recorded.
    watched: bool,
    test: bool,
    product: bool,
    /// A test was edited while no product edit had been seen.
    test_came_first: bool,
    /// After that edit and before any product edit, a test ran and failed.
    failed_first: bool,
    /// After all this and after the last product edit, the tests passed.
    passed_after: bool,
}

impl Seen {
    fn edited(&mut self, class: FileClass) {
        self.watched = true;
        match class {
            FileClass::Test => {
                self.test_came_first |= !self.product;
                self.test = true;
            }
            FileClass::Product => {
                self.product = true;
                self.passed_after = false;
            }
            FileClass::Other => {}
        }
    }

    fn ran(&mut self, outcome: Outcome) {
        self.watched = true;
        match outcome {
            Outcome::Red => self.failed_first |= self.test_came_first && !self.product,
            Outcome::Green => self.passed_after = self.product,
            Outcome::Broken | Outcome::NoEvidence => {}
        }
    }

    fn class(&self) -> TestFirst {
        match (self.product, self.test) {
            (false, _) => TestFirst::NotApplicable,
            (true, false) => TestFirst::NoTest,
            (true, true) if !self.watched => TestFirst::NotSeen,
            (true, true) if self.failed_first && self.passed_after => TestFirst::Proven,
            (true, true) if self.test_came_first => TestFirst::Likely,
            (true, true) => TestFirst::TestAfter,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TestFirst::{Likely, NoTest, NotApplicable, NotSeen, Proven, TestAfter};
    use super::*;
    use crate::session::sample::{Sample, edit, red, run};

    /// Facts of one step by letter: `t`est edit, `p`roduct edit, `o`ther edit,
    /// `r`ed, `g`reen, `b`roken build, `0` no tests, `c`ommit of both.
    #[track_caller]
    fn check(facts: &str, want: TestFirst) {
        let mut sample = Sample::doing(&["Open the door"], &[]);
        sample.start(1);
        for fact in facts.chars() {
            let what = match fact {
                't' => edit("tests/door.rs", FileClass::Test),
                'p' => edit("src/door.rs", FileClass::Product),
                'o' => edit("README.md", FileClass::Other),
                'r' => red(1),
                'g' => run(0, 5, 0),
                'b' => run(101, 0, 0),
                '0' => run(0, 0, 0),
                'c' => sample.commit("Open the door"),
                other => unreachable!("`{other}` is no fact"),
            };
            sample.hook(what);
        }
        assert_eq!(sample.state.test_first(0), want, "{facts}");
    }

    #[test]
    fn failing_test_before_the_edit_and_passing_after_is_proven() {
        check("trpg", Proven);
        check("trpgpg", Proven);
        check("trpgtrpg", Proven);
        check("otbtrpbpg", Proven);
    }

    #[test]
    fn order_without_a_failure_is_likely() {
        check("tpg", Likely);
        check("tp", Likely);
        check("tbpg", Likely);
        check("t0pg", Likely);
        check("tgpg", Likely);
        check("trp", Likely);
        check("trpgp", Likely);
    }

    #[test]
    fn failure_of_another_test_proves_nothing() {
        check("rtpg", Likely);
        check("rptg", TestAfter);
    }

    #[test]
    fn test_after_the_edit_is_not_first() {
        check("ptg", TestAfter);
        check("ptrpg", TestAfter);
        check("rpgc", TestAfter);
    }

    #[test]
    fn no_test_and_nothing_to_test_are_told_apart() {
        check("pg", NoTest);
        check("p", NoTest);
        check("", NotApplicable);
        check("tg", NotApplicable);
        check("og", NotApplicable);
    }

    #[test]
    fn what_nobody_watched_is_neither_first_nor_after() {
        check("c", NotSeen);
        check("cc", NotSeen);
        check("cg", TestAfter);
    }

    #[test]
    fn steps_without_behaviour_do_not_count() {
        let mut sample = Sample::doing(&["Open", "Tidy up"], &[1]);
        sample.start(3);
        sample.hook(edit("src/door.rs", FileClass::Product));
        assert_eq!(sample.state.test_first(1), NotApplicable);
        assert_eq!(sample.state.test_first(9), NotApplicable);
    }

    #[test]
    fn discipline_counts_what_is_done() {
        let mut sample = Sample::doing(&["Open", "Close", "Lock"], &[]);
        sample.pair(1, "Open");
        sample.start(3);
        sample.hook(edit("src/door.rs", FileClass::Product));
        let open = Discipline { proven: 1, ..Discipline::default() };
        assert_eq!(sample.state.discipline(), open);
        sample.done(4);
        assert_eq!(sample.state.discipline(), Discipline { no_test: 1, ..open });
    }
}
