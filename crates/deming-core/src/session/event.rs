//! What can happen in a session: the closed set of events of its journal.
//!
//! Who says it stands beside what happened: a helper or a hook measured a
//! fact, an agent or a human judged.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::journal;
use crate::session::test_output::TestCounts;

/// One entry of a session's journal.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub by: By,
    #[serde(flatten)]
    pub what: What,
}

impl journal::Event for Event {
    const VERSION: u32 = 1;
}

impl Event {
    pub fn new(by: By, what: What) -> Self {
        Self { by, what }
    }
}

/// Who says that something happened.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// Measured by the helper when a command was run.
    Helper,
    /// Measured by a hook when it happened.
    Hook,
    /// The agent's judgement.
    Agent,
    /// What the human said or chose.
    Human,
}

impl By {
    /// Whether it was measured rather than judged.
    pub fn is_measured(self) -> bool {
        matches!(self, Self::Helper | Self::Hook)
    }
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What {
    Opened(Opening),
    ObjectiveSet {
        text: String,
    },
    /// A new estimate; the first one stays the one that is compared.
    Estimated {
        minutes: u32,
        reason: Option<String>,
    },
    /// What is absent stays as it was.
    AnalysisSet {
        approach: Option<String>,
        patterns: Option<Vec<String>>,
        files: Option<Vec<PlannedFile>>,
    },
    /// What is absent stays as it was.
    PlanSet {
        steps: Option<Vec<PlannedStep>>,
        /// Numbers of the steps after which the human looks.
        checkpoints: Option<Vec<u32>>,
        criteria: Option<Vec<String>>,
        risks: Option<Vec<String>>,
    },
    /// The plan went through the review loop.
    PlanReviewed {
        review: String,
        rounds: u32,
        /// Whose approval it was, in words.
        outcome: String,
    },
    /// What earlier sessions learned was shown.
    Recalled {
        lessons: Vec<String>,
    },
    /// Where the log is: a name below the folder of all logs, or a whole path.
    LogPlaced {
        path: String,
    },
    PhaseConfirmed {
        phase: Phase,
        words: Option<String>,
    },
    WentBack {
        phase: Phase,
        reason: String,
    },
    StepStarted {
        step: u32,
    },
    /// `items` say what was done, one line each.
    StepDone {
        step: u32,
        items: Vec<String>,
    },
    StepDeferred {
        step: u32,
        reason: String,
    },
    CommitRecorded(NewCommit),
    /// The commit is not on the branch any more.
    CommitGone {
        hash: String,
        /// The commit that holds its changes after an amend, rebase or squash.
        replaced_by: Option<String>,
    },
    TestRan(TestRan),
    FileEdited {
        path: String,
        class: FileClass,
    },
    Noted {
        text: String,
    },
    Deviated {
        what: String,
        reason: String,
        impact: String,
    },
    Intervened(Intervention),
    CheckpointConfirmed {
        step: u32,
        words: Option<String>,
    },
    /// The human answered a question that no other event stands for.
    Decided {
        question: String,
        words: String,
    },
    Checked(Check),
    RetroSet {
        worked: Option<Vec<Point>>,
        better: Option<Vec<Point>>,
        learning: Option<Point>,
    },
    ChangeChosen(Change),
    /// Nothing is to be changed, and what shows it.
    NoChange {
        evidence: String,
    },
    KnowledgeSet {
        patterns: Option<Vec<String>>,
        insights: Option<Vec<String>>,
        refactorings: Option<Vec<String>>,
    },
    LessonsSet {
        lessons: Option<Vec<Point>>,
        next: Option<String>,
    },
    Closed,
    /// Closed before its end.
    Abandoned {
        reason: String,
    },
    Reopened {
        reason: String,
    },
}

/// Who may say that something happened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source {
    /// The helper or a hook, from what they saw.
    Measured,
    /// The human alone; the agent passes on their words.
    Human,
    Anyone,
}

impl What {
    pub fn source(&self) -> Source {
        match self {
            Self::PlanReviewed { .. }
            | Self::Recalled { .. }
            | Self::LogPlaced { .. }
            | Self::CommitRecorded(_)
            | Self::CommitGone { .. }
            | Self::TestRan(_)
            | Self::FileEdited { .. } => Source::Measured,
            Self::PhaseConfirmed { .. }
            | Self::Intervened(_)
            | Self::CheckpointConfirmed { .. }
            | Self::Decided { .. }
            | Self::ChangeChosen(_)
            | Self::NoChange { .. }
            | Self::Closed
            | Self::Abandoned { .. } => Source::Human,
            Self::Opened(_)
            | Self::ObjectiveSet { .. }
            | Self::Estimated { .. }
            | Self::AnalysisSet { .. }
            | Self::PlanSet { .. }
            | Self::WentBack { .. }
            | Self::StepStarted { .. }
            | Self::StepDone { .. }
            | Self::StepDeferred { .. }
            | Self::Noted { .. }
            | Self::Deviated { .. }
            | Self::Checked(_)
            | Self::RetroSet { .. }
            | Self::KnowledgeSet { .. }
            | Self::LessonsSet { .. }
            | Self::Reopened { .. } => Source::Anyone,
        }
    }

    /// The event as a person would name it, for a refusal.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opening a session",
            Self::ObjectiveSet { .. } => "the objective",
            Self::Estimated { .. } => "the estimate",
            Self::AnalysisSet { .. } => "the analysis",
            Self::PlanSet { .. } => "the plan",
            Self::PlanReviewed { .. } => "the review of the plan",
            Self::Recalled { .. } => "showing lessons",
            Self::LogPlaced { .. } => "the place of the log",
            Self::PhaseConfirmed { .. } => "confirming a phase",
            Self::WentBack { .. } => "going back",
            Self::StepStarted { .. } => "starting a step",
            Self::StepDone { .. } => "finishing a step",
            Self::StepDeferred { .. } => "deferring a step",
            Self::CommitRecorded(_) => "a commit",
            Self::CommitGone { .. } => "a replaced commit",
            Self::TestRan(_) => "a test run",
            Self::FileEdited { .. } => "an edit",
            Self::Noted { .. } => "a note",
            Self::Deviated { .. } => "a deviation",
            Self::Intervened(_) => "an intervention",
            Self::CheckpointConfirmed { .. } => "confirming a checkpoint",
            Self::Decided { .. } => "a decision",
            Self::Checked(_) => "the completion check",
            Self::RetroSet { .. } => "the retrospective",
            Self::ChangeChosen(_) | Self::NoChange { .. } => "the change for next time",
            Self::KnowledgeSet { .. } => "the knowledge",
            Self::LessonsSet { .. } => "the lessons",
            Self::Closed => "closing",
            Self::Abandoned { .. } => "abandoning",
            Self::Reopened { .. } => "reopening",
        }
    }
}

/// How a session begins.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    pub feature: String,
    pub project: String,
    pub mode: Mode,
    pub estimate_minutes: Option<u32>,
    pub objective: Option<String>,
    pub branch: Option<String>,
    /// The commit before the session; absent without git or without commits.
    pub base: Option<String>,
    /// How long HEAD's log was, in bytes; absent where git keeps none as a file.
    #[serde(default)]
    pub head_log: Option<u64>,
    /// The e-mail address that git takes for commits here.
    #[serde(default)]
    pub email: Option<String>,
    /// The top of the working tree, or the folder that the session is about.
    #[serde(default)]
    pub root: String,
}

/// How much ceremony a session has.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The human confirms each phase.
    #[default]
    Full,
    /// Analysis and plan are confirmed at once, and the check.
    Light,
    /// Only the check is confirmed.
    Emergency,
}

impl Mode {
    pub fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Light => "light",
            Self::Emergency => "emergency",
        }
    }

    /// Whether `phase` ends only with the human's yes.
    pub fn confirms(self, phase: Phase) -> bool {
        match self {
            Self::Full => phase != Phase::Retro,
            Self::Light => matches!(phase, Phase::Planning | Phase::Checking),
            Self::Emergency => phase == Phase::Checking,
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    Analysis,
    Planning,
    Doing,
    Checking,
    Retro,
}

impl Phase {
    pub const ALL: [Self; 5] =
        [Self::Analysis, Self::Planning, Self::Doing, Self::Checking, Self::Retro];

    pub fn word(self) -> &'static str {
        match self {
            Self::Analysis => "analysis",
            Self::Planning => "planning",
            Self::Doing => "doing",
            Self::Checking => "checking",
            Self::Retro => "retro",
        }
    }
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PlannedFile {
    pub path: String,
    pub change: String,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PlannedStep {
    pub title: String,
    #[serde(default)]
    pub kind: StepKind,
    /// Test, files and what will be true, as far as the title does not say it.
    #[serde(default)]
    pub detail: String,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepKind {
    /// A behaviour: a failing test and its implementation, two numbers.
    #[default]
    Pair,
    /// Work without new behaviour (refactoring, documents), one number.
    Task,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct NewCommit {
    pub hash: String,
    pub subject: String,
    pub files: Vec<CommitFile>,
    /// Added and deleted lines.
    pub lines: u32,
    /// `git patch-id --stable`; finds the commit again after a rebase.
    pub patch_id: Option<String>,
    /// The name of its whole content, as git gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tree: Option<String>,
    /// An amend gave it the name of another author.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub other_author: bool,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct CommitFile {
    pub path: String,
    pub class: FileClass,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileClass {
    Test,
    Product,
    Other,
}

/// A test run as it was seen, by its command and its output.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TestRan {
    pub command: String,
    /// Absent where the shell's exit code is not the runner's (pipes).
    pub exit: Option<i32>,
    pub counts: Option<TestCounts>,
    /// The commit that was checked out.
    pub commit: Option<String>,
    /// Whether files differed from that commit.
    pub dirty: bool,
    /// Which files differed; a folder ends with `/`. Absent where they were too
    /// many to be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Vec<String>>,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Intervention {
    /// The step it happened at; the current one where absent.
    pub step: Option<u32>,
    /// What was about to happen.
    pub what: String,
    /// What the human said or did.
    pub said: String,
    pub why: Option<String>,
}

/// The completion check.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Check {
    pub status: Status,
    pub ready: bool,
    /// Why it is ready or not.
    pub reason: Option<String>,
    /// One for each acceptance criterion of the plan, in its order.
    pub criteria: Vec<Tick>,
    pub outstanding: Vec<String>,
    /// What the agent adds to the test results.
    #[serde(default)]
    pub tests: Vec<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Complete,
    NeedsWork,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::Complete => "Complete",
            Self::NeedsWork => "Needs Work",
        }
    }
}

/// Whether a criterion is met, and what shows it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Tick {
    pub met: bool,
    pub evidence: String,
}

/// A short title and, where there is one, a sentence.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub title: String,
    #[serde(default)]
    pub text: String,
}

/// The one change for the next session.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub kind: ChangeKind,
    /// The file to change, where there is one.
    pub file: Option<String>,
    /// The heading or line in it.
    pub place: Option<String>,
    pub text: String,
    /// Why this one, and how it will be seen to have helped.
    pub why: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ChangeKind {
    Prompt,
    Process,
    Behavior,
}

impl ChangeKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Prompt => "PROMPT",
            Self::Process => "PROCESS",
            Self::Behavior => "BEHAVIOR",
        }
    }
}

/// When something happened, on the clock of the machine.
pub type At = DateTime<FixedOffset>;
