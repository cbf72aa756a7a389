//! The state of a session: what its events add up to. Never written to disk.

use crate::session::event::{
    At, By, Change, Check, FileClass, Mode, NewCommit, Opening, Phase, PlannedFile, PlannedStep,
    Point, StepKind, TestRan,
};
use crate::session::test_run::TestRun;

/// Everything that is known about a session.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub opening: Opening,
    pub opened_at: At,
    /// The last event. Time never runs backwards in a state.
    pub last_at: At,
    pub phase: Phase,
    pub closing: Option<Closing>,
    pub objective: Option<String>,
    /// In the order in which they were made; the first is compared at the end.
    pub estimates: Vec<Estimate>,
    pub analysis: Analysis,
    pub plan: Plan,
    /// The confirmations that still hold.
    pub confirmations: Vec<Confirmation>,
    pub commits: Vec<Commit>,
    pub trail: Vec<Trace>,
    pub remarks: Vec<Remark>,
    pub deviations: Vec<Deviation>,
    pub interventions: Vec<Intervened>,
    pub check: Option<Check>,
    /// How much of the trail there was at the check.
    pub checked_trail: usize,
    pub checked_by: Option<By>,
    pub retro: Retro,
    pub knowledge: Knowledge,
    pub lessons: Lessons,
    /// Spans between two events that are longer than [`PAUSE_MINUTES`].
    pub paused_minutes: u32,
    /// Where the log is, once there is one.
    pub log_path: Option<String>,
}

/// A span without any event that is longer than this is a pause.
pub const PAUSE_MINUTES: i64 = 60;

/// Failed attempts at one step after which the human is asked.
pub const MAX_ATTEMPTS: u32 = 3;

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Closing {
    pub at: At,
    /// Why it was closed before its end.
    pub abandoned: Option<String>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Estimate {
    pub at: At,
    pub minutes: u32,
    pub reason: Option<String>,
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Analysis {
    pub approach: Option<String>,
    /// Empty means that there are none; absent, that nobody said so.
    pub patterns: Option<Vec<String>>,
    pub files: Option<Vec<PlannedFile>>,
    pub recalled: Vec<String>,
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Plan {
    pub steps: Vec<Step>,
    pub checkpoints: Vec<Checkpoint>,
    /// Somebody said which there are, or that there are none.
    pub checkpoints_told: bool,
    pub criteria: Vec<String>,
    pub risks: Option<Vec<String>>,
    pub review: Option<PlanReview>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlanReview {
    pub review: String,
    pub rounds: u32,
    pub outcome: String,
}

/// A step of the plan; a pair has two numbers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Step {
    pub title: String,
    pub detail: String,
    pub kind: StepKind,
    pub first: u32,
    pub last: u32,
    pub progress: Progress,
    /// Of a pair: its test was said to be done by itself.
    pub test_told: bool,
    /// What was done, in the words of whoever did it.
    pub items: Vec<Item>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Progress {
    Planned,
    Started { at: At },
    Done { started: At, at: At },
    Deferred { started: Option<At>, at: At, reason: String },
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Item {
    pub by: By,
    pub text: String,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checkpoint {
    /// The number of the step after which it comes.
    pub step: u32,
    pub reached: Option<Reached>,
    pub confirmed: Option<Confirmed>,
}

/// A checkpoint is reached when its step is done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reached {
    pub at: At,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Confirmed {
    pub at: At,
    pub words: Option<String>,
    /// The run that stood for the tests at that time.
    pub run: Option<TestRun>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Confirmation {
    pub phase: Phase,
    pub at: At,
    pub words: Option<String>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Commit {
    pub at: At,
    pub commit: NewCommit,
    /// Positions of the steps it belongs to; none before the first step, and
    /// after the last one.
    pub steps: Vec<usize>,
    /// Made when all steps were done.
    pub after_steps: bool,
    pub gone: bool,
    pub replaced_by: Option<String>,
}

/// What was measured, in order, with the step during which it happened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Trace {
    pub at: At,
    pub step: Option<usize>,
    pub fact: Fact,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fact {
    Edited {
        path: String,
        class: FileClass,
    },
    Ran(TestRan),
    Committed {
        hash: String,
    },
    /// The human spoke; failed attempts count anew.
    Spoken,
}

/// A note, or an answer of the human to a question.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Remark {
    pub at: At,
    pub by: By,
    pub step: Option<usize>,
    /// What was asked, where the text is an answer.
    pub question: Option<String>,
    pub text: String,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Deviation {
    pub by: By,
    pub step: Option<usize>,
    pub what: String,
    pub reason: String,
    pub impact: String,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Intervened {
    pub at: At,
    /// The number of the step, as it was said or as it was due.
    pub step: Option<u32>,
    pub what: String,
    pub said: String,
    pub why: Option<String>,
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Retro {
    pub worked: Option<Vec<Point>>,
    pub better: Option<Vec<Point>>,
    pub learning: Option<Point>,
    pub change: Option<NextTime>,
}

/// What the human decided to change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NextTime {
    Change(Change),
    Nothing { evidence: String },
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Knowledge {
    pub patterns: Option<Vec<String>>,
    pub insights: Option<Vec<String>>,
    pub refactorings: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Lessons {
    pub lessons: Option<Vec<Point>>,
    pub next: Option<String>,
}

impl State {
    pub fn is_closed(&self) -> bool {
        self.closing.is_some()
    }

    pub fn mode(&self) -> Mode {
        self.opening.mode
    }

    pub fn confirmation(&self, phase: Phase) -> Option<&Confirmation> {
        self.confirmations.iter().find(|it| it.phase == phase)
    }

    /// The position of the step that holds this number.
    pub fn position(&self, number: u32) -> Option<usize> {
        self.plan.steps.iter().position(|it| (it.first..=it.last).contains(&number))
    }

    /// The step that is being done.
    pub fn current(&self) -> Option<usize> {
        self.plan.steps.iter().position(|it| matches!(it.progress, Progress::Started { .. }))
    }

    /// The step to which something belongs that happens now: the current one,
    /// else the one that was finished last.
    pub fn attributed(&self) -> Option<usize> {
        let ended = self.plan.steps.iter().enumerate();
        let ended = ended.filter_map(|(position, it)| Some((it.progress.ended()?, position)));
        self.current().or(ended.max().map(|it| it.1))
    }

    /// A checkpoint that was reached and that no human has looked at yet.
    pub fn open_checkpoint(&self) -> Option<&Checkpoint> {
        self.plan.checkpoints.iter().find(|it| it.reached.is_some() && it.confirmed.is_none())
    }

    /// The number of steps as people count them: two for a pair.
    pub fn step_count(&self) -> u32 {
        self.plan.steps.last().map_or(0, |it| it.last)
    }

    /// The commits that are still there, in the order of their recording.
    pub fn present_commits(&self) -> impl Iterator<Item = &Commit> {
        self.commits.iter().filter(|it| !it.gone)
    }

    /// The first estimate, in minutes.
    pub fn estimate_minutes(&self) -> Option<u32> {
        self.estimates.first().map(|it| it.minutes)
    }

    /// From opening to closing in minutes as the clock shows them; so far, while open.
    pub fn wall_minutes(&self) -> u32 {
        let end = self.closing.as_ref().map_or(self.last_at, |it| it.at);
        minutes_between(self.opened_at, end)
    }

    /// The same without pauses.
    pub fn active_minutes(&self) -> u32 {
        self.wall_minutes().saturating_sub(self.paused_minutes)
    }
}

impl Retro {
    /// Whether all of it was said, but for the change.
    pub fn is_told(&self) -> bool {
        self.worked.is_some() && self.better.is_some() && self.learning.is_some()
    }
}

impl Knowledge {
    pub fn is_told(&self) -> bool {
        self.patterns.is_some() && self.insights.is_some() && self.refactorings.is_some()
    }
}

impl Progress {
    pub fn started(&self) -> Option<At> {
        match self {
            Self::Planned => None,
            Self::Started { at } => Some(*at),
            Self::Done { started, .. } => Some(*started),
            Self::Deferred { started, .. } => *started,
        }
    }

    pub fn ended(&self) -> Option<At> {
        match self {
            Self::Planned | Self::Started { .. } => None,
            Self::Done { at, .. } | Self::Deferred { at, .. } => Some(*at),
        }
    }
}

impl Step {
    /// Numbers the steps of a plan from 1.
    pub(super) fn numbered(planned: Vec<PlannedStep>) -> Vec<Self> {
        let mut next = 1;
        let number = |PlannedStep { title, kind, detail }| {
            let first = next;
            let last = match kind {
                StepKind::Pair => first + 1,
                StepKind::Task => first,
            };
            next = last + 1;
            let progress = Progress::Planned;
            Self { title, detail, kind, first, last, progress, test_told: false, items: vec![] }
        };
        planned.into_iter().map(number).collect()
    }
}

/// The difference of two times as a clock without seconds shows them.
pub(super) fn minutes_between(start: At, end: At) -> u32 {
    let minute = |at: At| at.timestamp().div_euclid(60);
    u32::try_from(minute(end) - minute(start)).unwrap_or(0)
}
