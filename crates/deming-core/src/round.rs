//! One round: what a reviewer's reply, or its absence, means.

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::exec_event::Usage;
use crate::failure::Failure;
use crate::finding::{Counts, Finding, FindingId};
use crate::reply::{self, PriorAnswer, PriorStatus, Raised, Reading};
use crate::sameness::says_the_same;
use crate::verdict::{Verdict, verdict};

/// What came of asking a reviewer once.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Round {
    pub outcome: Outcome,
    /// Zero where the reviewer does not say or nothing was sent.
    pub usage: Usage,
    pub diagnostics: Vec<Diagnostic>,
    /// The reply that does not count, where the reviewer was asked to restate
    /// one: the first where the second could be read, else the second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_reply: Option<String>,
}

impl Round {
    pub fn new(outcome: Outcome, usage: Usage, diagnostics: Vec<Diagnostic>) -> Self {
        Self { outcome, usage, diagnostics, other_reply: None }
    }

    /// A round without a reply.
    pub fn failed(failure: Failure) -> Self {
        Self::new(Outcome::Failed(failure), Usage::default(), Vec::new())
    }
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
            let mut answers = reply.prior;
            let raised = new_ones(reply.raised, prior, &mut answers);
            let ids = (next_id.0..).map(FindingId);
            let findings = ids
                .zip(raised)
                .map(|(id, raised)| Finding { id, level: raised.level, text: raised.text })
                .collect();
            Outcome::Read { verdict, findings, prior: answers }
        }
    };
    (outcome, decoded.diagnostics)
}

/// Leaves out what says the same as a finding that is open, and answers that one
/// by it: it stands. A finding that now weighs more is a new one.
fn new_ones(raised: Vec<Raised>, prior: &[Finding], answers: &mut Vec<PriorAnswer>) -> Vec<Raised> {
    let mut new = Vec::new();
    for finding in raised {
        let is_same =
            |it: &&Finding| finding.level <= it.level && says_the_same(&it.text, &finding.text);
        let Some(id) = prior.iter().find(is_same).map(|it| it.id) else {
            new.push(finding);
            continue;
        };
        match answers.iter_mut().find(|it| it.id == id) {
            Some(answer) => {
                answer.status = PriorStatus::NotFixed;
                if answer.note.trim().is_empty() {
                    answer.note = finding.text;
                }
            }
            None => {
                let status = PriorStatus::NotFixed;
                answers.push(PriorAnswer { id, status, note: finding.text });
            }
        }
    }
    new
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
    use crate::finding::Level;

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
    fn a_finding_that_is_open_is_not_raised_again() {
        let prior = [
            Finding { id: FindingId(1), level: Level::High, text: "No roll-back in step 2".into() },
            Finding { id: FindingId(2), level: Level::Low, text: "No log line at logout".into() },
        ];
        type Raised<'a> = &'a [(u32, Level)];
        type Answers<'a> = &'a [(u32, PriorStatus, &'a str)];
        #[track_caller]
        fn check(reply: &str, prior: &[Finding], want: (Raised<'_>, Answers<'_>)) {
            let (Outcome::Read { findings, prior, .. }, _) = read_reply(reply, prior, FindingId(3))
            else {
                panic!("{reply}");
            };
            let raised: Vec<(u32, Level)> = findings.iter().map(|it| (it.id.0, it.level)).collect();
            let answers: Vec<(u32, PriorStatus, &str)> =
                prior.iter().map(|it| (it.id.0, it.status, it.note.as_str())).collect();
            assert_eq!((raised.as_slice(), answers.as_slice()), want, "{reply}");
        }
        let again = r#"{"level":"high","text":"No roll-back in step 2."}"#;
        let reply = |findings: &str, prior: &str| {
            format!(r#"{{"verdict":"revise","findings":[{findings}],"prior":[{prior}]}}"#)
        };
        let said = |status: &str, note: &str| {
            format!(r#"{{"id":"F1","status":"{status}","note":"{note}"}}"#)
        };
        use PriorStatus::NotFixed;
        let text = "No roll-back in step 2.";
        check(&reply(again, ""), &prior, (&[], &[(1, NotFixed, text)]));
        let note = "the data is gone";
        check(&reply(again, &said("not_fixed", note)), &prior, (&[], &[(1, NotFixed, note)]));
        // Said to be fixed and raised again: it stands.
        check(&reply(again, &said("fixed", "")), &prior, (&[], &[(1, NotFixed, text)]));
        let other = r#"{"level":"high","text":"No roll-back in step 3."}"#;
        check(&reply(other, ""), &prior, (&[(3, Level::High)], &[]));
        // It weighs more now, so the author has to answer it at its new level.
        let more = r#"{"level":"high","text":"No log line at logout"}"#;
        check(&reply(more, ""), &prior, (&[(3, Level::High)], &[]));
    }

    #[test]
    fn a_restated_reply_counts() {
        let minor = r#"{"verdict":"approve","findings":[{"level":"low","text":"x"}],"prior":[]}"#;
        let high = r#"{"verdict":"revise","findings":[{"level":"high","text":"x"}],"prior":[]}"#;
        check("Hm, a highly unusual plan.", APPROVAL, Verdict::Approved);
        check("Hm, that is a plan.", minor, Verdict::Approved);
        check("Hm, one HIGH thing.", high, Verdict::Revise);
        let praise = "The plan is a marvel of clarity, and there are no blocking issues.";
        check(praise, APPROVAL, Verdict::Approved);
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
