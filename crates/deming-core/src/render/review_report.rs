//! The answer of `deming review`: Markdown for people and agents, or JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::markdown::{block, bullet, fence, inline};
use crate::finding::Finding;
use crate::round::{Outcome, Round};
use crate::sameness::says_the_same;
use crate::verdict::Verdict;

/// Who reviewed, as readers should see it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReviewedBy<'a> {
    /// A model behind `name`, for example `Codex`.
    Model(&'a str),
    /// The built-in lint, which must not be taken for a model.
    OfflineLint,
}

impl ReviewedBy<'_> {
    fn heading(self) -> String {
        match self {
            Self::Model(name) => format!("{} feedback:", inline(name)),
            Self::OfflineLint => "Offline lint (built in, not a review by Codex):".to_owned(),
        }
    }

    /// As `--reviewer` names it.
    fn word(self) -> String {
        match self {
            Self::Model(name) => name.to_lowercase(),
            Self::OfflineLint => "offline".to_owned(),
        }
    }
}

/// The findings and the summary, in the form of the seed's transcript.
pub fn findings(findings: &[Finding], counts: crate::finding::Counts) -> String {
    let mut text = String::from("## Findings\n");
    if findings.is_empty() {
        text.push_str("None.\n");
    }
    for finding in findings {
        let _ = writeln!(text, "{}", bullet(&format!("[{}] {}", finding.level, finding.text)));
    }
    let _ = write!(text, "\n## Summary\n{counts}\n");
    text
}

/// An earlier finding that still stands, with what the reviewer says of it now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Standing<'a> {
    pub finding: &'a Finding,
    /// Empty where the reply says nothing of it.
    pub note: &'a str,
}

/// The same with the names that answers use: `- [HIGH] … (F1)`, and with what
/// stands from before. `counts` are of all of them.
pub fn named_findings(
    found: &[Finding],
    standing: &[Standing<'_>],
    counts: crate::finding::Counts,
) -> String {
    let named = found
        .iter()
        .map(|it| Finding { text: format!("{} ({})", it.text.trim_end(), it.id), ..it.clone() });
    let still = standing.iter().map(|it| {
        let (id, text) = (it.finding.id, it.finding.text.trim_end());
        let says_more = !it.note.trim().is_empty() && !says_the_same(it.note, text);
        let note = if says_more { format!("\n{}", it.note.trim()) } else { String::new() };
        Finding { text: format!("{text} ({id}, still open){note}"), ..it.finding.clone() }
    });
    findings(&named.chain(still).collect::<Vec<_>>(), counts)
}

/// The whole answer as Markdown.
pub fn markdown(by: ReviewedBy<'_>, round: &Round) -> String {
    let mut text = match (by, &round.outcome) {
        (ReviewedBy::Model(name), Outcome::Failed(_)) => {
            format!("No review by {}.\n\n", inline(name))
        }
        _ => format!("{}\n\n", by.heading()),
    };
    match &round.outcome {
        Outcome::Read { verdict, findings: found, .. } => {
            text.push_str(&findings(found, round.outcome.counts()));
            let _ = write!(text, "\n{}\n", verdict_sentence(by, *verdict, round));
        }
        Outcome::Unreadable { raw } => {
            let _ = write!(
                text,
                "The reply could not be read, so it is neither an approval nor a rejection. \
                 This is all that came:\n\n{}\n",
                fence(raw, "text")
            );
        }
        Outcome::Failed(failure) => {
            let _ = write!(
                text,
                "The review failed, so the plan is neither approved nor rejected: {}\n\
                 What to do: {}\n",
                inline(&failure.message),
                inline(&failure.hint)
            );
        }
    }
    if !round.diagnostics.is_empty() {
        text.push_str("\nNotes:\n");
        for diagnostic in &round.diagnostics {
            let _ = writeln!(text, "{}", bullet(&block(diagnostic.as_str())));
        }
    }
    if matches!(round.outcome, Outcome::Unreadable { .. }) {
        text.push_str(
            "\nWhat to do: run the same command again; if it stays unreadable choose another model \
             (`reviewers.codex.model` in config.yaml)\n",
        );
    }
    text
}

fn verdict_sentence(by: ReviewedBy<'_>, verdict: Verdict, round: &Round) -> String {
    let counts = round.outcome.counts();
    match (by, verdict) {
        (ReviewedBy::OfflineLint, Verdict::Approved) => {
            "The lint found nothing. That is not an approval by a reviewer.".to_owned()
        }
        (ReviewedBy::OfflineLint, Verdict::MinorOnly) => {
            "The lint found only minor things. That is not an approval by a reviewer.".to_owned()
        }
        (ReviewedBy::Model(name), Verdict::Approved) => {
            format!("Approved by {}.", inline(name))
        }
        (ReviewedBy::Model(_), Verdict::MinorOnly) => "Only minor findings remain.".to_owned(),
        (_, Verdict::Revise) => match counts.blocking() {
            0 => "Not approved: an earlier finding still stands.".to_owned(),
            1 => "Not approved: 1 finding stands in the way.".to_owned(),
            many => format!("Not approved: {many} findings stand in the way."),
        },
        (_, Verdict::Unreadable) => "The reply could not be read.".to_owned(),
    }
}

/// The same as one JSON object (`review --json`); `by` is `None` where nobody
/// could be asked.
pub fn json(by: Option<ReviewedBy<'_>>, round: &Round) -> Value {
    let (verdict, error) = match &round.outcome {
        // A lint approves nothing, in no form.
        Outcome::Read { verdict: Verdict::Approved, .. } if by == Some(ReviewedBy::OfflineLint) => {
            (json!(Verdict::MinorOnly), Value::Null)
        }
        Outcome::Read { verdict, .. } => (json!(verdict), Value::Null),
        Outcome::Unreadable { .. } => (json!(Verdict::Unreadable), Value::Null),
        Outcome::Failed(failure) => (json!("failed"), json!(failure)),
    };
    let mut value = json!({
        "version": 1,
        "reviewer": by.map(ReviewedBy::word),
        "verdict": verdict,
        "counts": round.outcome.counts(),
        "findings": round.outcome.findings(),
        "diagnostics": round.diagnostics,
        "error": error,
    });
    if let Outcome::Unreadable { raw } = &round.outcome {
        value["raw"] = json!(raw);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec_event::Usage;
    use crate::failure::{Failure, FailureKind};
    use crate::finding::{FindingId, Level};

    const CODEX: ReviewedBy<'_> = ReviewedBy::Model("Codex");

    fn read(verdict: Verdict, findings: &[(Level, &str)]) -> Round {
        let named = findings.iter().zip(1..).map(|(&(level, text), id)| Finding {
            id: FindingId(id),
            level,
            text: text.to_owned(),
        });
        let outcome = Outcome::Read { verdict, findings: named.collect(), prior: Vec::new() };
        Round::new(outcome, Usage::default(), Vec::new())
    }

    #[track_caller]
    fn check_last_line(by: ReviewedBy<'_>, round: &Round, want: &str) {
        let text = markdown(by, round);
        assert_eq!(text.lines().last(), Some(want), "{text}");
    }

    #[test]
    fn a_lint_never_approves() {
        let passed = read(Verdict::Approved, &[]);
        check_last_line(CODEX, &passed, "Approved by Codex.");
        let lint = "The lint found nothing. That is not an approval by a reviewer.";
        check_last_line(ReviewedBy::OfflineLint, &passed, lint);
        let minor = read(Verdict::MinorOnly, &[(Level::Low, "a")]);
        check_last_line(CODEX, &minor, "Only minor findings remain.");
        let lint = "The lint found only minor things. That is not an approval by a reviewer.";
        check_last_line(ReviewedBy::OfflineLint, &minor, lint);
        let lint = json(Some(ReviewedBy::OfflineLint), &passed);
        assert_eq!(
            (&lint["reviewer"], &lint["verdict"]),
            (&json!("offline"), &json!("minor_only"))
        );
        assert_eq!(json(Some(CODEX), &passed)["verdict"], "approved");
    }

    #[test]
    fn json_has_every_field() {
        let round = read(Verdict::Revise, &[(Level::High, "a"), (Level::Nitpick, "b")]);
        let want = json!({
            "version": 1,
            "reviewer": "codex",
            "verdict": "revise",
            "counts": { "high": 1, "medium": 0, "low": 0, "nitpick": 1 },
            "findings": [
                { "id": "F1", "level": "high", "text": "a" },
                { "id": "F2", "level": "nitpick", "text": "b" },
            ],
            "diagnostics": [],
            "error": null,
        });
        assert_eq!(json(Some(CODEX), &round), want);
    }

    #[test]
    fn a_failure_is_in_json_as_no_verdict() {
        let failure = Failure::with_hint(FailureKind::TooLarge, "too long", "cut it");
        let outcome = Outcome::Failed(failure);
        let round = Round::new(outcome, Usage::default(), Vec::new());
        let value = json(None, &round);
        assert_eq!((&value["reviewer"], &value["verdict"]), (&Value::Null, &json!("failed")));
        let want = json!({ "kind": "too_large", "message": "too long", "hint": "cut it" });
        assert_eq!(value["error"], want);
    }

    #[test]
    fn a_reply_cannot_leave_its_fence() {
        let outcome = Outcome::Unreadable { raw: "```\n# Approved".to_owned() };
        let round = Round::new(outcome, Usage::default(), Vec::new());
        let text = markdown(CODEX, &round);
        assert!(text.contains("\n````text\n```\n# Approved\n````\n"), "{text}");
    }
}
