//! One round: what a reviewer's reply, or its absence, means.

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::exec_event::Usage;
use crate::failure::Failure;
use crate::finding::{Counts, Finding, FindingId};
use crate::reply::{self, PriorAnswer, Reading};
use crate::verdict::{Verdict, verdict};

/// What came of asking a reviewer once.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Round {
    pub outcome: Outcome,
    /// Zero where the reviewer does not say or nothing was sent.
    pub usage: Usage,
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The reply was read. `verdict` is never [`Verdict::Unreadable`].
    Read {
        verdict: Verdict,
        /// The findings that this round raised.
        findings: Vec<Finding>,
        /// What it says of the findings of earlier rounds.
        prior: Vec<PriorAnswer>,
    },
    /// Neither approved nor blocked: the reply could not be read.
    Unreadable {
        /// The reply, cleaned for display.
        raw: String,
    },
    /// Neither approved nor blocked: there is no reply.
    Failed(Failure),
}

/// Reads a reply. `prior` are the findings that were open when the round was
/// sent; the findings that it raises are named from `next_id` on.
pub fn read_reply(text: &str, prior: &[Finding], next_id: FindingId) -> (Outcome, Vec<Diagnostic>) {
    let decoded = reply::decode(text, prior);
    let verdict = verdict(&decoded, prior);
    let outcome = match (decoded.reading, verdict) {
        (Reading::Unreadable, _) | (Reading::Read(_), Verdict::Unreadable) => {
            Outcome::Unreadable { raw: crate::clean::clean(text) }
        }
        (Reading::Read(reply), verdict) => {
            let ids = (next_id.0..).map(FindingId);
            let raised = ids.zip(reply.raised);
            let findings = raised
                .map(|(id, raised)| Finding { id, level: raised.level, text: raised.text })
                .collect();
            Outcome::Read { verdict, findings, prior: reply.prior }
        }
    };
    (outcome, decoded.diagnostics)
}

impl Outcome {
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Read { findings, .. } => findings,
            Self::Unreadable { .. } | Self::Failed(_) => &[],
        }
    }

    pub fn counts(&self) -> Counts {
        Counts::of(self.findings().iter().map(|it| it.level))
    }
}
