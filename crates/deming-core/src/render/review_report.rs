//! The answer of `deming review`: Markdown for people and agents, or JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::markdown::{block, bullet, fence, inline};
use crate::finding::Finding;
use crate::round::{Outcome, Round};
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

/// The same with the names that answers use: `- [HIGH] … (F1)`.
pub fn named_findings(found: &[Finding], counts: crate::finding::Counts) -> String {
    let named: Vec<Finding> = found
        .iter()
        .map(|it| Finding { text: format!("{} ({})", it.text.trim_end(), it.id), ..it.clone() })
        .collect();
    findings(&named, counts)
}

/// The whole answer as Markdown.
pub fn markdown(by: ReviewedBy<'_>, round: &Round) -> String {
    let mut text = format!("{}\n\n", by.heading());
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

/// The same as one JSON object (`review --json`).
pub fn json(round: &Round) -> Value {
    let (verdict, error) = match &round.outcome {
        Outcome::Read { verdict, .. } => (json!(verdict), Value::Null),
        Outcome::Unreadable { .. } => (json!(Verdict::Unreadable), Value::Null),
        Outcome::Failed(failure) => (json!("failed"), json!(failure)),
    };
    let mut value = json!({
        "version": 1,
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
