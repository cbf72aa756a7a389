//! What a reply means for the review. Anything that is not plainly an approval
//! or a list of minor findings is not one.

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::reply::{Decoded, PriorStatus, Reading, Reply};

/// The outcome of one reply.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The reviewer approves, and nothing blocking is open.
    Approved,
    /// Only findings that do not block are open, and nobody approved.
    MinorOnly,
    /// A HIGH or MEDIUM finding is open, new or from an earlier round.
    Revise,
    /// The reply says nothing that can be relied on.
    Unreadable,
}

/// Judges a decoded reply; `prior` are the findings that were open when it was asked for.
pub fn verdict(decoded: &Decoded, prior: &[Finding]) -> Verdict {
    match &decoded.reading {
        Reading::Read(reply) if blocks(reply, prior) => Verdict::Revise,
        Reading::Read(reply) if reply.approves => Verdict::Approved,
        Reading::Read(reply) if has_minor(reply) => Verdict::MinorOnly,
        Reading::Read(_) | Reading::Unreadable => Verdict::Unreadable,
    }
}

/// Whether a finding blocks; an earlier one does until it is said to be settled.
pub(crate) fn blocks(reply: &Reply, prior: &[Finding]) -> bool {
    let settled = |finding: &Finding| {
        let mut answers = reply.prior.iter().filter(|it| it.id == finding.id).peekable();
        answers.peek().is_some() && answers.all(|it| it.status != PriorStatus::NotFixed)
    };
    reply.raised.iter().any(|it| it.level.is_blocking())
        || prior.iter().any(|it| it.level.is_blocking() && !settled(it))
}

/// Whether the reply names a finding that does not block.
pub(crate) fn has_minor(reply: &Reply) -> bool {
    !reply.raised.is_empty() || reply.prior.iter().any(|it| it.status == PriorStatus::NotFixed)
}
