//! Why a round gave no reply: one closed list of kinds, each with what to do.
//!
//! A failure is never a verdict about the plan.

use serde::{Deserialize, Serialize};

/// What went wrong between us and the reviewer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    Auth,
    Forbidden,
    Quota,
    Rate,
    Network,
    Timeout,
    TooLarge,
    Overloaded,
    Refused,
    Empty,
    Incomplete,
    Environment,
    Unknown,
}

impl FailureKind {
    /// One action for the reader.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Auth => "run `codex login`, or set the API key of this reviewer, and try again",
            Self::Forbidden => {
                "this account or region may not use the model; choose another model or reviewer"
            }
            Self::Quota => "wait for the limit to reset, or check the plan and billing details",
            Self::Rate => "wait a minute and run the same command again",
            Self::Network => "check the network and any proxy, then run the same command again",
            Self::Timeout => "run the same command again, or raise `rounds.minutes` in config.yaml",
            Self::TooLarge => "shorten the plan, or choose a model with a larger context window",
            Self::Overloaded => "the service is busy; wait a few minutes and try again",
            Self::Refused => "reword what the reviewer refused, or choose another reviewer",
            Self::Empty => {
                "run the same command again; if it stays empty choose another model \
                 (`reviewers.codex.model` in config.yaml)"
            }
            Self::Incomplete => "the reply was cut off; run the same command again",
            Self::Environment => "run `deming doctor`",
            Self::Unknown => "run `deming doctor`; the message above is all that was said",
        }
    }

    /// Whether the same command may well succeed a little later, unchanged.
    pub fn is_transient(self) -> bool {
        match self {
            Self::Rate | Self::Network | Self::Timeout | Self::Overloaded | Self::Incomplete => {
                true
            }
            Self::Auth
            | Self::Forbidden
            | Self::Quota
            | Self::TooLarge
            | Self::Refused
            | Self::Empty
            | Self::Environment
            | Self::Unknown => false,
        }
    }
}

/// A round that gave no reply.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub kind: FailureKind,
    /// What was seen, cleaned for display.
    pub message: String,
    /// The one thing to do next.
    pub hint: String,
}

impl Failure {
    /// A failure with the usual hint of its kind.
    pub fn new(kind: FailureKind, message: impl AsRef<str>) -> Self {
        Self::with_hint(kind, message, kind.hint())
    }

    pub fn with_hint(kind: FailureKind, message: impl AsRef<str>, hint: impl Into<String>) -> Self {
        Self { kind, message: shorten(message.as_ref()), hint: hint.into() }
    }
}

/// The longest message that is kept, in characters.
const MESSAGE_LIMIT: usize = 600;

fn shorten(message: &str) -> String {
    let line = crate::clean::clean_line(message);
    match line.char_indices().nth(MESSAGE_LIMIT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
