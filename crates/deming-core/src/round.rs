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

/// What a round comes to when its first reply could not be read and the
/// reviewer restated it.
///
/// The restated reply counts, with one exception: it must not be milder than
/// a first reply that may have objected, in whatever words.
pub fn after_repair(first: &str, unreadable: Outcome, restated: Outcome) -> (Outcome, Diagnostic) {
    let asked = "the first reply could not be read; the reviewer was asked to restate it";
    match restated {
        Outcome::Read { verdict: Verdict::Approved | Verdict::MinorOnly, .. }
            if reply::may_object(first) =>
        {
            let milder = "the first reply could not be read and may object to the plan; restated, \
                          nothing blocking was left of it, which is not believed";
            (unreadable, Diagnostic::new(milder))
        }
        Outcome::Read { .. } => (restated, Diagnostic::new(asked)),
        // Unreadable again: what the reviewer said first is shown.
        Outcome::Unreadable { .. } | Outcome::Failed(_) => (unreadable, Diagnostic::new(asked)),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const APPROVAL: &str = r#"{"verdict":"approve","findings":[],"prior":[]}"#;

    #[track_caller]
    fn check(first: &str, restated: &str, want: Verdict) {
        let read = |text: &str| read_reply(text, &[], FindingId(1)).0;
        let unreadable = Outcome::Unreadable { raw: crate::clean::clean(first) };
        assert_eq!(read(first), unreadable);
        let (outcome, _) = after_repair(first, unreadable.clone(), read(restated));
        let got = match &outcome {
            Outcome::Read { verdict, .. } => *verdict,
            Outcome::Unreadable { .. } | Outcome::Failed(_) => {
                assert_eq!(outcome, unreadable);
                Verdict::Unreadable
            }
        };
        assert_eq!(got, want, "{first}");
    }

    #[test]
    fn a_restated_reply_counts() {
        let minor = r#"{"verdict":"approve","findings":[{"level":"low","text":"x"}],"prior":[]}"#;
        let high = r#"{"verdict":"revise","findings":[{"level":"high","text":"x"}],"prior":[]}"#;
        check("Hm, a highly unusual plan.", APPROVAL, Verdict::Approved);
        check("Hm, that is a plan.", minor, Verdict::Approved);
        check("Hm, one HIGH thing.", high, Verdict::Revise);
    }

    #[test]
    fn a_restated_reply_cannot_be_milder_than_the_first() {
        for word in ["HIGH", "high", "Medium", "CRITICAL", "blocker", "MAJOR", "P0", "p1", "P2"] {
            let first = format!("Hm, perhaps {word}: the roll-back.");
            check(&first, APPROVAL, Verdict::Unreadable);
        }
        check("Hm, HI\u{200b}GH.", APPROVAL, Verdict::Unreadable);
    }

    #[test]
    fn what_may_have_objected_is_not_restated_into_an_approval() {
        for first in [
            "I do not approve this plan. It would delete the production database.",
            "VERDICT: REJECT",
            "NOT APPROVED",
            "Rejected.",
            "I'm sorry, but I can't help with that request.",
            "I cannot approve this plan: step 2 deletes production data.",
            "Approved. However, the migration must be rewritten first.",
            r#"{"verdict":"revise","findings":["#,
            r#"{"verdict":"revise","findings":[],"prior":[]}"#,
            "Hm. Severe blockers remain.",
            "Abgelehnt.",
            "Der Plan kann so nicht umgesetzt werden.",
            "Je refuse ce plan.",
            "Rechazado.",
            "\u{4e0d}\u{6279}\u{51c6}",
            "Please change step 2.",
            "The plan needs a complete rework.",
        ] {
            check(first, APPROVAL, Verdict::Unreadable);
        }
    }

    #[test]
    fn unreadable_twice_shows_the_first_reply() {
        check("Hm.", "Hm again.", Verdict::Unreadable);
    }
}
