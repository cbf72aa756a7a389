//! The phase that a review is in, and whether that is its end.

use crate::failure::Failure;

use super::event::AcceptedBy;

/// What is due. Each phase holds what is true in it and nowhere else.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Phase {
    /// A person has to say yes before the newest plan version can go out.
    Drafted,
    /// The newest plan version may go out as this round.
    Consented {
        round: u32,
    },
    /// The round went out and has not come back. A process may be waiting for
    /// it; if none is, it was interrupted.
    Reviewing {
        round: u32,
    },
    /// The author owes a revision.
    Revising,
    /// Only minor findings: a person decides whether to go on.
    MinorOnly,
    /// The rounds are used up and something still blocks.
    CapReached,
    /// Author and reviewer insist: a person decides.
    Disagreement,
    /// The same findings come back although they were answered.
    Circling,
    /// The reply could not be read; a person sees it as it is.
    Unreadable {
        raw: String,
    },
    /// There was no reply; the round was not used up.
    Failed {
        failure: Failure,
    },
    /// Approved or accepted, and not written down yet.
    Approved {
        by: AcceptedBy,
    },
    /// The end.
    Accepted {
        by: AcceptedBy,
    },
    Stopped,
    Cancelled,
}

/// How a review ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    Accepted(AcceptedBy),
    Stopped,
    Cancelled,
}

impl Phase {
    /// The end, if it is one.
    pub fn end(&self) -> Option<End> {
        match self {
            Self::Accepted { by } => Some(End::Accepted(*by)),
            Self::Stopped => Some(End::Stopped),
            Self::Cancelled => Some(End::Cancelled),
            Self::Drafted
            | Self::Consented { .. }
            | Self::Reviewing { .. }
            | Self::Revising
            | Self::MinorOnly
            | Self::CapReached
            | Self::Disagreement
            | Self::Circling
            | Self::Unreadable { .. }
            | Self::Failed { .. }
            | Self::Approved { .. } => None,
        }
    }

    pub fn is_over(&self) -> bool {
        self.end().is_some()
    }

    /// For messages: `The review is …`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Consented { .. } => "consented",
            Self::Reviewing { .. } => "reviewing",
            Self::Revising => "revising",
            Self::MinorOnly => "waiting for a decision on minor findings",
            Self::CapReached => "out of rounds",
            Self::Disagreement => "waiting for a decision on a disagreement",
            Self::Circling => "going in circles",
            Self::Unreadable { .. } => "stopped at an unreadable reply",
            Self::Failed { .. } => "stopped at a failed round",
            Self::Approved { by: AcceptedBy::Reviewer } => "approved",
            Self::Approved { by: AcceptedBy::Person | AcceptedBy::Rule } => {
                "accepted without the reviewer's approval"
            }
            Self::Accepted { .. } => "accepted",
            Self::Stopped => "stopped",
            Self::Cancelled => "cancelled",
        }
    }
}
