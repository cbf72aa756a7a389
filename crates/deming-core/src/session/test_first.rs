//! Whether the test of a step came first, from recorded events alone.
//!
//! Git cannot know the order of changes inside one commit. So the order comes
//! from edits and test runs as they were seen, and what was not seen is not
//! claimed.

use crate::metrics::compute::TestFirst as Discipline;
use crate::session::event::{CommitFile, FileClass, StepKind};
use crate::session::state::{Commit, Fact, Progress, State};
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
    /// A test was changed, and the product was seen to be changed before it.
    TestAfter,
    /// Product files were changed and no test.
    NoTest,
    /// Product files and a test were committed, and nobody saw in which order
    /// they were changed: a shell command wrote them, say.
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

/// First failures of steps, before their product was changed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct RedQuality {
    /// A test ran and failed.
    pub of_tests: u32,
    /// Nothing but a build or a load failed.
    pub of_builds: u32,
}

/// Classes and counts of a session.
impl State {
    /// What the events of the step at `position` show.
    pub fn test_first(&self, position: usize) -> TestFirst {
        let is_pair = |kind| kind == StepKind::Pair;
        if !self.plan.steps.get(position).is_some_and(|it| is_pair(it.kind)) {
            return TestFirst::NotApplicable;
        }
        let mut seen = self.seen(position);
        // Edits that no hook saw are still in the commits, without their order.
        for commit in self.present_commits().filter(|it| it.steps.contains(&position)) {
            let has = |class| commit.commit.files.iter().any(|it: &CommitFile| it.class == class);
            seen.product |= has(FileClass::Product);
            seen.test |= has(FileClass::Test);
        }
        seen.class()
    }

    /// How the first failures of the pairs that are done came about: by a test
    /// that ran, or before any test could run.
    pub fn red_quality(&self) -> RedQuality {
        let mut quality = RedQuality::default();
        for (position, step) in self.plan.steps.iter().enumerate() {
            if step.kind == StepKind::Pair && matches!(step.progress, Progress::Done { .. }) {
                let seen = self.seen(position);
                quality.of_tests += u32::from(seen.failed_before);
                quality.of_builds += u32::from(!seen.failed_before && seen.broken_before);
            }
        }
        quality
    }

    fn seen(&self, position: usize) -> Seen {
        let mut seen = Seen::default();
        for (index, trace) in self.trail.iter().enumerate() {
            if trace.step != Some(position) {
                continue;
            }
            match &trace.fact {
                Fact::Edited { class, .. } => seen.edited(*class),
                Fact::Ran(ran) => seen.ran(ran.outcome()),
                Fact::Committed { hash } => {
                    if let Some(commit) = self.commit(hash)
                        && !self.is_of_earlier_step(index, commit)
                    {
                        seen.committed(commit);
                    }
                }
                Fact::Spoken => {}
            }
        }
        seen
    }

    /// Whether a commit at `index` of the trail only holds product files that
    /// were edited in an earlier step, and were not committed there.
    fn is_of_earlier_step(&self, index: usize, commit: &Commit) -> bool {
        let step = self.trail.get(index).and_then(|it| it.step);
        let is_late = |path: &str| {
            let before = self.trail[..index].iter().rev();
            let mut last = before.filter(|it| match &it.fact {
                Fact::Edited { path: edited, .. } => edited == path,
                Fact::Committed { hash } => self
                    .commit(hash)
                    .is_some_and(|it| it.commit.files.iter().any(|it| it.path == path)),
                Fact::Ran(_) | Fact::Spoken => false,
            });
            last.next().is_some_and(|it| matches!(it.fact, Fact::Edited { .. }) && it.step != step)
        };
        let mut product =
            commit.commit.files.iter().filter(|it| it.class == FileClass::Product).peekable();
        product.peek().is_some() && product.all(|it| is_late(&it.path))
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
    test: bool,
    product: bool,
    test_edit: bool,
    product_edit: bool,
    /// A test was edited while no product change had been seen.
    test_came_first: bool,
    /// Product files were edited, or committed alone, before any test was.
    product_came_first: bool,
    /// A test failed before any product change.
    failed_before: bool,
    /// A run did not get to its tests before any product change.
    broken_before: bool,
    /// A test failed, after the edit of one that came first, before any product
    /// change.
    failed_first: bool,
    /// After the last product edit the tests passed.
    passed_after: bool,
}

impl Seen {
    fn edited(&mut self, class: FileClass) {
        match class {
            FileClass::Test => {
                self.test_came_first |= !self.product;
                self.test = true;
                self.test_edit = true;
            }
            FileClass::Product => {
                self.touch_product();
                self.product_edit = true;
                self.passed_after = false;
            }
            FileClass::Other => {}
        }
    }

    /// What is in a commit with both has no order of its own.
    fn committed(&mut self, commit: &Commit) {
        let has = |class| commit.commit.files.iter().any(|it| it.class == class);
        match (has(FileClass::Product), has(FileClass::Test)) {
            (true, false) => self.touch_product(),
            (false, true) => self.test = true,
            (true, true) | (false, false) => {}
        }
    }

    fn touch_product(&mut self) {
        self.product_came_first |= !self.test;
        self.product = true;
    }

    fn ran(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Red => {
                self.failed_before |= !self.product;
                self.failed_first |= self.test_came_first && !self.product;
            }
            Outcome::Green => self.passed_after = self.product_edit,
            Outcome::Broken => self.broken_before |= !self.product,
            Outcome::NoEvidence => {}
        }
    }

    fn class(&self) -> TestFirst {
        let was_seen = self.product_edit || self.failed_before;
        match (self.product, self.test) {
            (false, _) => TestFirst::NotApplicable,
            (true, false) => TestFirst::NoTest,
            (true, true) if self.failed_first && self.passed_after => TestFirst::Proven,
            (true, true) if self.test_came_first && was_seen => TestFirst::Likely,
            (true, true) if self.product_came_first && self.test_edit => TestFirst::TestAfter,
            (true, true) if self.failed_before && self.product_edit => TestFirst::Likely,
            (true, true) => TestFirst::NotSeen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TestFirst::{Likely, NoTest, NotApplicable, NotSeen, Proven, TestAfter};
    use super::*;
    use crate::session::event::What;
    use crate::session::sample::{Sample, edit, red, run};

    /// Facts of one step by letter: `t`est edit, `p`roduct edit, `o`ther edit,
    /// `r`ed, `g`reen, `b`roken build, `0` no tests, `c`ommit of both, `P` of the
    /// product alone, `T` of the test alone.
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
                'P' => commit_of(&mut sample, FileClass::Product),
                'T' => commit_of(&mut sample, FileClass::Test),
                other => unreachable!("`{other}` is no fact"),
            };
            sample.hook(what);
        }
        assert_eq!(sample.state.test_first(0), want, "{facts}");
    }

    fn commit_of(sample: &mut Sample, class: FileClass) -> What {
        let What::CommitRecorded(mut commit) = sample.commit("Open the door") else {
            unreachable!("a commit")
        };
        commit.files.retain(|it| it.class == class);
        What::CommitRecorded(commit)
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
    }

    #[test]
    fn product_that_was_committed_before_the_red_run_came_first() {
        check("Ptrpg", TestAfter);
        check("Ptrpgc", TestAfter);
        check("tPrpg", Likely);
        // In the order of test-first work.
        check("tTrpPg", Proven);
        check("trpgTP", Proven);
    }

    #[test]
    fn order_that_nobody_watched_is_not_claimed() {
        check("rgc", NotSeen);
        check("gc", NotSeen);
        check("ptgc", TestAfter);
        // One side was written by the shell.
        check("pgc", NotSeen);
        check("tgc", NotSeen);
        check("rpgc", Likely);
        check("trgc", Likely);
    }

    #[test]
    fn commit_of_the_step_before_says_nothing_of_this_one() {
        let mut sample = Sample::doing(&["Open", "Close"], &[]);
        sample.start(1);
        sample.hook(edit("tests/door.rs", FileClass::Test));
        sample.hook(edit("src/door.rs", FileClass::Product));
        sample.done(2);
        sample.start(3);
        let late = commit_of(&mut sample, FileClass::Product);
        sample.hook(late);
        for fact in [edit("tests/door.rs", FileClass::Test), red(1)] {
            sample.hook(fact);
        }
        sample.hook(edit("src/door.rs", FileClass::Product));
        sample.hook(run(0, 5, 0));
        assert_eq!(sample.state.test_first(1), Proven);
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
        check("cg", NotSeen);
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
    fn first_failures_are_of_a_test_or_of_a_build() {
        let mut sample = Sample::doing(&["Open", "Close"], &[]);
        sample.pair(1, "Open");
        sample.start(3);
        sample.hook(run(101, 0, 0));
        sample.hook(edit("src/door.rs", FileClass::Product));
        sample.hook(red(1));
        sample.done(4);
        assert_eq!(sample.state.red_quality(), RedQuality { of_tests: 1, of_builds: 1 });
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
