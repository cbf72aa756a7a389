//! What can happen to a review, as its journal keeps it.

use serde::{Deserialize, Serialize};

use crate::finding::FindingId;
use crate::journal::Event;
use crate::round::Round;

/// One fact. What is only true while a process runs is not an event.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ReviewEvent {
    Opened {
        opening: Opening,
    },
    /// A person agreed to send.
    Consented {
        consent: RecordedConsent,
    },
    /// A person chose not to send.
    Declined {
        by: ConsentBy,
    },
    /// The payload is about to go out. Without a [`ReviewEvent::RoundEnded`]
    /// behind it the round was interrupted.
    RoundStarted {
        round: u32,
        attempt: Attempt,
    },
    RoundEnded {
        round: u32,
        result: Round,
        seconds: u64,
    },
    Revised {
        plan: String,
        answers: Vec<Answer>,
    },
    /// A person answered a question of the loop.
    Decided {
        decision: Decision,
        by: ConsentBy,
    },
    Accepted {
        by: AcceptedBy,
        /// What the agent says was learned; its words.
        learnings: Vec<String>,
    },
    Cancelled {
        by: ConsentBy,
    },
    /// Where the log is kept, relative to the folder of all logs.
    LogPlaced {
        path: String,
    },
}

impl Event for ReviewEvent {
    const VERSION: u32 = 1;
}

/// What a review starts from.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    pub id: String,
    pub task: String,
    pub title: String,
    pub slug: String,
    pub project: String,
    /// The canonical folder of the project.
    pub root: String,
    pub branch: Option<String>,
    /// The word of the reviewer in commands and settings: `codex`.
    pub reviewer: String,
    pub max_rounds: u32,
    pub plan: String,
    /// Files that go with the plan, by name.
    #[serde(default)]
    pub attachments: Vec<String>,
}

/// Where a decision came from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentBy {
    /// Picked in Claude Code's dialog and recorded by our hook.
    Question,
    /// Typed on a terminal.
    Terminal,
    /// Written into the person's settings in advance.
    Standing,
    /// Nothing leaves the machine: the offline lint.
    NotNeeded,
}

/// A yes and what it covers.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct RecordedConsent {
    pub by: ConsentBy,
    /// The key of the one destination that it holds for.
    pub destination: String,
    /// For how many rounds it holds, counted from here.
    pub rounds: u32,
    /// Whether a log may be kept.
    pub logging: bool,
    /// Files that may go with the plan.
    #[serde(default)]
    pub attachments: Vec<String>,
    /// Kinds and labels of secrets that may be sent as they are.
    #[serde(default)]
    pub secrets: Vec<String>,
}

/// One try to get a reply in a round.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// The word of the reviewer: `codex`.
    pub reviewer: String,
    pub destination: String,
    pub bytes: u64,
}

/// What the author did about one finding.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub id: FindingId,
    pub kind: AnswerKind,
    /// How, or why; the agent's words.
    pub text: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AnswerKind {
    Fixed,
    Rejected,
    Deferred,
}

impl AnswerKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Rejected => "rejected",
            Self::Deferred => "deferred",
        }
    }

    /// Reads the word, in any case.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Fixed, Self::Rejected, Self::Deferred]
            .into_iter()
            .find(|it| it.word().eq_ignore_ascii_case(word))
    }
}

/// What a person decided when the loop asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Go on refining although only minor findings remain.
    Continue,
    /// Take the plan as it is.
    Accept,
    /// Go on for as many rounds as at the start.
    MoreRounds,
    /// End without an accepted plan.
    Stop,
    /// The author's reason stands; the disputed findings are closed.
    KeepPlan,
    /// The reviewer is right; the disputed findings stay open.
    FollowReviewer,
}

/// Whose approval it was.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcceptedBy {
    Reviewer,
    Person,
    /// Only minor findings were left and a standing consent runs without a person.
    Rule,
}
