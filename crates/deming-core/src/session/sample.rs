//! Sessions for tests: a clock that ticks, and events in their usual order.

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::journal::Record;
use crate::session::event::{
    At, By, CommitFile, Event, FileClass, Mode, NewCommit, Opening, Phase, PlannedStep, StepKind,
    TestRan, What,
};
use crate::session::refused::Refused;
use crate::session::state::State;
use crate::session::test_output::TestCounts;

/// A session under way, with its journal and a clock.
pub(crate) struct Sample {
    pub(crate) state: State,
    pub(crate) journal: Vec<Record<Event>>,
    pub(crate) now: At,
    commits: u32,
}

impl Sample {
    pub(crate) fn opened(mode: Mode) -> Self {
        let now: DateTime<FixedOffset> =
            DateTime::parse_from_rfc3339("2030-01-15T14:30:20+01:00").unwrap();
        let opening = Opening {
            feature: "Doors that lock".to_owned(),
            project: "house".to_owned(),
            mode,
            estimate_minutes: Some(150),
            objective: Some("Nobody walks in.".to_owned()),
            branch: Some("doors".to_owned()),
            base: Some("0000000aaaaaaa".to_owned()),
            head_log: None,
            email: None,
            root: "/srv/house".to_owned(),
        };
        let first = Record::new(now, Event::new(By::Helper, What::Opened(opening)));
        let state = State::open(&first).unwrap();
        Self { state, journal: vec![first], now, commits: 0 }
    }

    /// Confirmed up to the doing; `tasks` are positions without behaviour.
    pub(crate) fn doing(titles: &[&str], tasks: &[usize]) -> Self {
        let mut sample = Self::opened(Mode::Full);
        sample.agent(What::AnalysisSet {
            approach: Some("Use the lock of the gate.".to_owned()),
            patterns: Some(vec!["`gate.rs` has a lock".to_owned()]),
            files: None,
        });
        sample.confirm(Phase::Analysis);
        sample.agent(plan(titles, tasks));
        sample.confirm(Phase::Planning);
        sample
    }

    /// Records an event a minute later.
    pub(crate) fn try_record(&mut self, by: By, what: What) -> Result<(), Refused> {
        self.now += TimeDelta::minutes(1);
        let record = Record::new(self.now, Event::new(by, what));
        self.state.apply(&record)?;
        self.journal.push(record);
        Ok(())
    }

    #[track_caller]
    pub(crate) fn agent(&mut self, what: What) {
        self.try_record(By::Agent, what).unwrap();
    }

    #[track_caller]
    pub(crate) fn human(&mut self, what: What) {
        self.try_record(By::Human, what).unwrap();
    }

    #[track_caller]
    pub(crate) fn hook(&mut self, what: What) {
        self.try_record(By::Hook, what).unwrap();
    }

    #[track_caller]
    pub(crate) fn confirm(&mut self, phase: Phase) {
        self.human(What::PhaseConfirmed { phase, words: None });
    }

    #[track_caller]
    pub(crate) fn start(&mut self, step: u32) {
        self.agent(What::StepStarted { step });
    }

    #[track_caller]
    pub(crate) fn done(&mut self, step: u32) {
        self.agent(What::StepDone { step, items: vec![format!("Did step {step}")] });
    }

    /// A whole pair, test first, with its commit.
    #[track_caller]
    pub(crate) fn pair(&mut self, first: u32, subject: &str) {
        self.start(first);
        self.hook(edit("tests/door.rs", FileClass::Test));
        self.hook(red(1));
        self.done(first);
        self.hook(edit("src/door.rs", FileClass::Product));
        self.hook(run(0, 5, 0));
        let commit = self.commit(subject);
        self.hook(commit);
        self.done(first + 1);
    }

    /// A new commit of a test and a product file.
    pub(crate) fn commit(&mut self, subject: &str) -> What {
        self.commits += 1;
        let file = |path: &str, class| CommitFile { path: path.to_owned(), class };
        What::CommitRecorded(NewCommit {
            hash: format!("{:07x}c0ffee", self.commits),
            subject: subject.to_owned(),
            files: vec![
                file("src/door.rs", FileClass::Product),
                file("tests/door.rs", FileClass::Test),
            ],
            lines: 40 + self.commits,
            patch_id: None,
            tree: None,
            other_author: false,
        })
    }
}

pub(crate) fn plan(titles: &[&str], tasks: &[usize]) -> What {
    let kind = |it| if tasks.contains(&it) { StepKind::Task } else { StepKind::Pair };
    let steps = titles.iter().enumerate();
    let steps = steps.map(|(at, title)| PlannedStep {
        title: (*title).to_owned(),
        kind: kind(at),
        detail: String::new(),
    });
    What::PlanSet {
        steps: Some(steps.collect()),
        checkpoints: None,
        criteria: Some(vec!["The door locks".to_owned()]),
        risks: Some(vec!["Keys get lost".to_owned()]),
    }
}

pub(crate) fn edit(path: &str, class: FileClass) -> What {
    What::FileEdited { path: path.to_owned(), class }
}

pub(crate) fn red(failed: u32) -> What {
    run(101, 4, failed)
}

/// A run of all tests.
pub(crate) fn run(exit: i32, passed: u32, failed: u32) -> What {
    What::TestRan(TestRan {
        command: "cargo test".to_owned(),
        exit: Some(exit),
        counts: Some(TestCounts::new(passed, failed, 0)),
        commit: Some("0000001c0ffee".to_owned()),
        dirty: true,
        changed: None,
    })
}
