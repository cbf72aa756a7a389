//! Why an event is not possible now, in a sentence, and what to do instead.

use crate::session::event::Phase;

/// An event that the session does not accept. The state is unchanged.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refused {
    #[error("no session is open")]
    NotOpen,
    #[error("a session is open already")]
    AlreadyOpen,
    #[error("the session is closed")]
    Closed,
    #[error("the session is not closed")]
    NotClosed,
    #[error("{what} belongs to the phase `{wanted}`, and the session is in `{phase}`", wanted = .wanted.word(), phase = .phase.word())]
    WrongPhase { what: &'static str, wanted: Phase, phase: Phase },
    #[error("the phase `{phase}` cannot end: {missing}", phase = .phase.word())]
    Unfinished { phase: Phase, missing: String },
    #[error("{what} is measured, not told")]
    NotMeasured { what: &'static str },
    #[error("{what} is the human's to say")]
    NotHuman { what: &'static str },
    #[error("{what} has no text")]
    EmptyText { what: &'static str },
    #[error("there is no step {step}; the plan has {last}")]
    UnknownStep { step: u32, last: u32 },
    #[error("step {running} is not finished")]
    StepRunning { running: u32 },
    #[error("step {step} is done")]
    StepFinished { step: u32 },
    #[error("step {step} was started and cannot be changed in the plan")]
    StartedStepChanged { step: u32 },
    #[error("the checkpoint after step {step} waits for the human")]
    CheckpointOpen { step: u32 },
    #[error("no checkpoint waits after step {step}")]
    NoCheckpoint { step: u32 },
    #[error("step {step} ends no test and implementation pair, so no checkpoint fits after it")]
    MisplacedCheckpoint { step: u32 },
    #[error("{ticks} criteria are ticked and {criteria} were agreed")]
    CriteriaMismatch { ticks: usize, criteria: usize },
    #[error("the check contradicts itself: {0}")]
    Contradiction(&'static str),
    #[error("the tests are not known to pass: {0}")]
    NotProven(String),
    #[error("the check is older than a change of code or a failing test run")]
    CheckOutdated,
    #[error("commit `{hash}` was never recorded")]
    UnknownCommit { hash: String },
}

impl Refused {
    /// One thing to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotOpen => "start one with `/pdca-start`",
            Self::AlreadyOpen => "go on with it by `/pdca`, or close it first",
            Self::Closed => "reopen it, or start a new one with `/pdca-start`",
            Self::NotClosed => "go on with `/pdca`",
            Self::WrongPhase { wanted, phase, .. } if wanted < phase => {
                "go back to that phase with a reason, if the human agrees"
            }
            Self::WrongPhase { .. } => "finish the phase that is due and let the human confirm it",
            Self::Unfinished { .. } => "do what is missing, or defer it with a reason",
            Self::NotMeasured { .. } => "run the command; a hook records what it shows",
            Self::NotHuman { .. } => "ask the human and pass on their words",
            Self::EmptyText { .. } => "say it in at least one word",
            Self::UnknownStep { .. } => "use a number of the plan, or add the step to the plan",
            Self::StepRunning { .. } => "finish or defer it first: one step at a time",
            Self::StepFinished { .. } => "start it again if there is more to do",
            Self::StartedStepChanged { .. } => {
                "pass all steps, the started ones with their titles as they are; add new ones behind them"
            }
            Self::CheckpointOpen { .. } => "show the human where things stand and ask to go on",
            Self::NoCheckpoint { .. } => "confirm a checkpoint after its step is done",
            Self::MisplacedCheckpoint { .. } => "put it after the last number of a step",
            Self::CriteriaMismatch { .. } => "tick each agreed criterion once, in its order",
            Self::Contradiction(_) => "change the status, or what it is based on",
            Self::NotProven(_) => {
                "run all tests now; where the human decides without them, pass `check --human` with `Reason:`"
            }
            Self::CheckOutdated => "run all tests; if they fail, go back and check again",
            Self::UnknownCommit { .. } => "record the commit first",
        }
    }
}
