//! A review as the fold of its events.

use chrono::{DateTime, FixedOffset};

use crate::exec_event::Usage;
use crate::failure::{Failure, FailureKind};
use crate::finding::FindingId;
use crate::round::{Outcome, Round};

use super::event::{
    AcceptedBy, Answer, Attempt, ConsentBy, Decision, FoundSecret, Opening, RecordedConsent,
};
use super::ledger::Ledger;
use super::phase::Phase;

/// A whole text of the plan. Version 1 is the first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlanVersion {
    pub number: u32,
    pub text: String,
    /// The author's answers that came with it; none for version 1.
    pub answers: Vec<Answer>,
    pub at: DateTime<FixedOffset>,
}

/// A round, with every try to get a reply.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RoundRecord {
    pub number: u32,
    /// The plan version that was sent.
    pub version: u32,
    pub attempts: Vec<Attempt>,
    /// The newest result, once there is one.
    pub result: Option<Round>,
    pub seconds: u64,
    pub started: DateTime<FixedOffset>,
}

/// A person's decision about findings that author and reviewer insist on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Settlement {
    /// The round after which it was asked for.
    pub round: u32,
    pub decision: Decision,
    pub findings: Vec<FindingId>,
}

const INTERRUPTED: &str = "The round was interrupted before its reply came.";

/// The end of a round that nobody waits for any more.
pub fn interrupted() -> Round {
    let failure = Failure::new(FailureKind::Incomplete, INTERRUPTED);
    Round::failed(failure)
}

/// Whether the round failed because nobody waited for its reply.
pub fn is_interruption(failure: &Failure) -> bool {
    failure.message == INTERRUPTED
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Review {
    pub opening: Opening,
    pub opened: DateTime<FixedOffset>,
    pub versions: Vec<PlanVersion>,
    pub rounds: Vec<RoundRecord>,
    pub ledger: Ledger,
    /// The newest yes; it is void once its rounds are used up.
    pub consent: Option<RecordedConsent>,
    /// When the newest yes was taken back.
    pub revoked: Option<DateTime<FixedOffset>>,
    /// The secrets that were found in what goes out, replaced by labels.
    pub found: Vec<FoundSecret>,
    /// Rounds that may still go out under the newest yes.
    pub rounds_left: u32,
    /// Tries that the round under way may still take.
    pub(super) attempts_left: u32,
    /// All rounds that were agreed to so far.
    pub max_rounds: u32,
    /// All tokens that were agreed to so far; absent without such a budget.
    pub max_tokens: Option<u64>,
    pub usage: Usage,
    /// What a person decided where author and reviewer did not agree.
    pub decisions: Vec<Settlement>,
    pub learnings: Vec<String>,
    pub log_path: Option<String>,
    pub updated: DateTime<FixedOffset>,
    pub(super) phase: Phase,
}

impl Review {
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// The newest plan version.
    pub fn plan(&self) -> &PlanVersion {
        // The first version is made when the review is opened.
        &self.versions[self.versions.len() - 1]
    }

    /// The number of the newest plan version that a reviewer replied to.
    pub fn reviewed_version(&self) -> Option<u32> {
        let read = self
            .rounds
            .iter()
            .rev()
            .find(|it| matches!(it.result, Some(Round { outcome: Outcome::Read { .. }, .. })));
        read.map(|it| it.version)
    }

    /// Rounds that were paid for: those that brought a reply.
    pub fn rounds_used(&self) -> u32 {
        let used = self.rounds.iter().filter(|it| match &it.result {
            Some(result) => !matches!(result.outcome, Outcome::Failed(_)),
            None => false,
        });
        u32::try_from(used.count()).unwrap_or(u32::MAX)
    }

    /// The number of the round that goes out next.
    pub fn next_round(&self) -> u32 {
        self.rounds_used() + 1
    }

    /// The number of the round that may go out now under the newest yes.
    pub fn sendable(&self) -> Option<u32> {
        let may = match &self.phase {
            Phase::Consented { .. } | Phase::Unreadable { .. } => 0 < self.rounds_left,
            Phase::Failed { .. } | Phase::Reviewing { .. } => 0 < self.attempts_left,
            Phase::Drafted
            | Phase::Revising
            | Phase::MinorOnly
            | Phase::CapReached
            | Phase::Disagreement
            | Phase::Circling
            | Phase::Approved { .. }
            | Phase::Accepted { .. }
            | Phase::Stopped
            | Phase::Cancelled => false,
        };
        (may && self.revoked.is_none()).then(|| self.next_round())
    }

    /// Whether a person has to agree before anything more goes out.
    pub fn needs_consent(&self) -> bool {
        let was_tried = matches!(self.phase, Phase::Failed { .. } | Phase::Unreadable { .. });
        // The tries that the last yes covers may be used up.
        matches!(self.phase, Phase::Drafted) || was_tried && self.sendable().is_none()
    }

    /// The secrets that nobody has decided about, each label once.
    pub fn undecided(&self) -> Vec<&FoundSecret> {
        let decided = |label: &str| {
            let consent = self.consent.as_ref().filter(|_| self.revoked.is_none());
            consent.is_some_and(|it| it.secrets.iter().chain(&it.redacted).any(|it| it == label))
        };
        let mut undecided: Vec<&FoundSecret> = Vec::new();
        for found in &self.found {
            if !decided(&found.label) && !undecided.iter().any(|it| it.label == found.label) {
                undecided.push(found);
            }
        }
        undecided
    }

    /// Who may accept the plan now, if anybody may.
    pub fn acceptable_by(&self) -> Option<AcceptedBy> {
        if let Phase::Approved { by } = self.phase {
            return Some(by);
        }
        let is_by_rule = matches!(self.phase, Phase::MinorOnly) && self.runs_without_person();
        is_by_rule.then_some(AcceptedBy::Rule)
    }

    pub fn is_over(&self) -> bool {
        self.phase.is_over()
    }

    /// Whether a log may be kept; decided by the newest yes.
    pub fn logging(&self) -> bool {
        self.consent.as_ref().is_some_and(|it| it.logging)
    }

    /// The newest plan version that a round went out with.
    pub fn last_sent(&self) -> Option<&PlanVersion> {
        let sent = self.rounds.iter().map(|it| it.version).max()?;
        self.versions.iter().find(|it| it.number == sent)
    }

    /// Whether a round went out with the newest plan version.
    pub fn is_sent(&self) -> bool {
        self.rounds.iter().any(|it| it.version == self.plan().number)
    }

    /// Whether the tokens that were agreed to are used up.
    pub fn is_out_of_tokens(&self) -> bool {
        self.max_tokens.is_some_and(|it| it <= self.usage.total())
    }

    /// Whether the newest yes was given in advance and still counts.
    pub fn runs_without_person(&self) -> bool {
        let is_standing = self.consent.as_ref().is_some_and(|it| it.by == ConsentBy::Standing);
        is_standing && self.revoked.is_none()
    }
}
