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
    /// The newest yes does not count any more.
    Revoked {
        reason: RevokeReason,
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
        /// What was found in both, and replaced before this was written.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        found: Vec<FoundSecret>,
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
        by: CancelledBy,
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
    /// Tokens of the reviewer after which a person is asked; absent without such
    /// a budget.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u64>,
    pub plan: String,
    /// Files that go with the plan.
    #[serde(default)]
    pub attachments: Vec<AttachedFile>,
    /// What the project asks its reviewers to look at as well, a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub focus: Vec<String>,
    /// What was found in all of this, and replaced before it was written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<FoundSecret>,
}

/// A file that goes with the plan, as it was when the review was opened.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct AttachedFile {
    /// Its path in the project.
    pub name: String,
    /// The size of the file, in bytes.
    pub bytes: usize,
    /// What would be sent of it: cleaned, with labels in place of secrets.
    pub text: String,
}

/// Where a secret stood in what was handed over. Never the value.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct FoundSecret {
    /// What stands in its place: `[REDACTED:github-pat#1]`.
    pub label: String,
    /// What it was found in: `plan`, `task`, `answers`.
    pub place: String,
    /// Both count from 1.
    pub line: usize,
    pub column: usize,
}

impl FoundSecret {
    /// [`FoundSecret::place`] of what every revision brings anew.
    pub const PLAN: &str = "plan";

    /// For people: `github-pat in the plan, line 3, column 5`.
    pub fn describe(&self) -> String {
        let kind = crate::secret::kind_of(&self.label);
        format!("{kind} in the {}, line {}, column {}", self.place, self.line, self.column)
    }
}

/// Why a yes was taken back.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokeReason {
    /// Somebody ran `deming consent revoke`.
    Asked,
    /// The plan would go somewhere else now.
    OtherDestination,
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

/// Who ended a review before its time.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelledBy {
    /// Typed on a terminal.
    Terminal,
    /// By the agent, at a person's word perhaps.
    Agent,
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
    /// Labels of the secrets that may be sent as they are.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// Labels of the secrets in whose place the label is sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redacted: Vec<String>,
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
