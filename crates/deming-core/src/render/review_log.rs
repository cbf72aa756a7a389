//! The log of a plan review, and the words at its end.
//!
//! Plans stand in fences, so that no heading of a plan is taken for one of the
//! log's. Who approved is said as it was: a lint never approves, and a person's
//! yes is never the reviewer's.

mod ending;

pub use ending::{Ending, ending};

use chrono::NaiveDate;

use super::markdown::{block, bullet, fence, inline};
use super::sections::Sections;
use crate::finding::{Counts, Finding, FindingId, Level};

/// Everything that a log of a review says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReviewLog {
    /// Without `Plan:` and version.
    pub title: String,
    pub project: String,
    /// The day on which the review was opened.
    pub date: NaiveDate,
    /// `None` without git and on a detached head.
    pub branch: Option<String>,
    pub reviewer: Reviewer,
    /// Further header fields, as in `("Review", "r-7f3a")`.
    pub fields: Vec<(String, String)>,
    /// As the person typed it.
    pub task: String,
    pub initial_plan: String,
    pub iterations: Vec<Iteration>,
    pub approval: Approval,
    /// The agent's, asked for at the end.
    pub learnings: Vec<String>,
}

/// Who gave the feedback.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reviewer {
    /// A model behind a name, for example `Codex`.
    Model { name: String },
    /// The built-in lint, which must not be taken for a model.
    OfflineLint,
}

/// One round as a reader of the log sees it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Iteration {
    pub feedback: Feedback,
    /// The reply that does not count, where the reviewer was asked to restate one.
    pub other_reply: Option<String>,
    /// What the person decided after it, in a sentence.
    pub decision: Option<String>,
    pub answers: Vec<Answer>,
    /// `None` where the plan was not changed after this round.
    pub updated: Option<PlanVersion>,
}

/// A whole plan with its number.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlanVersion {
    pub number: u32,
    pub text: String,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Feedback {
    Read {
        raised: Vec<Finding>,
        /// What the reply says of findings of earlier rounds, and why.
        earlier: Vec<(FindingId, Earlier, String)>,
    },
    /// The whole reply, which could not be read.
    Unreadable { raw: String },
    /// There was no reply; what happened, in a sentence.
    Failed { message: String },
}

/// What became of an earlier finding, by the reviewer's word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Earlier {
    Fixed,
    NotFixed,
    Withdrawn,
}

/// What the author says to one finding.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    pub id: FindingId,
    pub level: Level,
    pub kind: AnswerKind,
    pub text: String,
    /// It is the newest answer, and the reviewer did not insist after it.
    pub stands: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AnswerKind {
    Fixed,
    Rejected,
    Deferred,
}

/// Whose approval it was, if it was one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Approval {
    /// The review goes on.
    Pending,
    /// The reviewer approved the final plan.
    ByReviewer { plan: FinalPlan },
    /// A person accepted it, with these findings open.
    ByPerson { plan: FinalPlan, open: Counts },
    /// Only minor findings were left and nobody was there to ask; the person's
    /// consent in advance allows that.
    ByRule { plan: FinalPlan, open: Counts },
    /// The lint found nothing more, and nobody approved.
    LintPassed { plan: FinalPlan },
    /// Ended without approval; why, in a sentence.
    Ended { why: String },
}

/// The plan that a review ended with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FinalPlan {
    pub plan: PlanVersion,
    /// The version that the reviewer saw last.
    pub last_reviewed: u32,
}

/// The sections of the log, in their order.
pub fn render(log: &ReviewLog) -> Sections {
    let mut sections = Sections::default();
    sections.push(&format!("# Plan Review: {}", inline(&log.title)), format!("\n{}", header(log)));
    sections.push_ruled("## Task", block(&log.task));
    sections.push("## Initial Plan (v1)", plan(&log.initial_plan));
    for (index, iteration) in log.iterations.iter().enumerate() {
        sections.push_ruled(&format!("## Review Iteration {}", index + 1), "");
        let reviewer = inline(log.reviewer.name());
        let mut said = feedback(&iteration.feedback);
        said.push_str(&other_reply(iteration));
        sections.push(&format!("### {reviewer} Feedback"), said);
        if let Some(decision) = &iteration.decision {
            sections.push("### Decision", inline(decision));
        }
        if !iteration.answers.is_empty() {
            sections.push("### Claude's Response", answers(&iteration.answers));
        }
        if let Some(updated) = &iteration.updated {
            let heading = format!("### Updated Plan (v{})", updated.number);
            sections.push(&heading, plan(&updated.text));
        }
    }
    if log.approval != Approval::Pending {
        sections.push_ruled("## Final Plan", final_plan(log));
        sections.push("## Key Learnings", learnings(&log.learnings));
    }
    sections
}

impl Reviewer {
    /// As in the heading `### Codex Feedback`.
    pub fn name(&self) -> &str {
        match self {
            Self::Model { name } => name,
            Self::OfflineLint => "Offline Lint",
        }
    }
}

impl Approval {
    pub fn plan(&self) -> Option<&FinalPlan> {
        match self {
            Self::ByReviewer { plan }
            | Self::ByPerson { plan, .. }
            | Self::ByRule { plan, .. }
            | Self::LintPassed { plan } => Some(plan),
            Self::Pending | Self::Ended { .. } => None,
        }
    }

    /// Whose approval it was, in a sentence without a full stop.
    pub fn sentence(&self, reviewer: &Reviewer) -> String {
        let name = inline(reviewer.name());
        match (self, reviewer) {
            (Self::Pending, _) => "not yet, the review goes on".to_owned(),
            (Self::ByReviewer { .. }, Reviewer::Model { .. }) => format!("by {name}"),
            (Self::ByReviewer { .. } | Self::LintPassed { .. }, _) => {
                "nobody's; the offline lint passed, which is not an approval".to_owned()
            }
            (Self::ByPerson { open, .. }, _) => {
                format!("by the person, with {}; {name} did not approve", open_in_words(*open))
            }
            (Self::ByRule { open, .. }, _) => {
                format!(
                    "by rule, with {}; {name} did not approve and no person was asked",
                    open_in_words(*open)
                )
            }
            (Self::Ended { why }, _) => format!("none; {}", inline(why)),
        }
    }
}

fn header(log: &ReviewLog) -> String {
    let mut fields = vec![
        ("Project", inline(&log.project)),
        ("Date", log.date.to_string()),
        ("Git branch", log.branch.as_deref().map_or_else(|| "none".to_owned(), inline)),
        ("Iterations", log.iterations.len().to_string()),
        ("Reviewer", inline(log.reviewer.name())),
        ("Approval", log.approval.sentence(&log.reviewer)),
    ];
    fields.extend(log.fields.iter().map(|(name, value)| (name.as_str(), inline(value))));
    let lines = fields.iter().map(|(name, value)| format!("**{name}:** {value}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn plan(text: &str) -> String {
    fence(text, "markdown")
}

fn feedback(feedback: &Feedback) -> String {
    match feedback {
        Feedback::Read { raised, earlier } => {
            let mut lines: Vec<String> = raised.iter().map(raised_line).collect();
            if raised.is_empty() {
                lines.push("No findings.".to_owned());
            }
            if !earlier.is_empty() {
                lines.push(format!("\n{}", of_earlier(earlier)));
            }
            lines.join("\n")
        }
        Feedback::Unreadable { raw } => {
            format!("The reply could not be read. This is all that came:\n\n{}", fence(raw, "text"))
        }
        Feedback::Failed { message } => format!("There was no reply: {}", inline(message)),
    }
}

fn of_earlier(earlier: &[(FindingId, Earlier, String)]) -> String {
    let words = earlier.iter().map(|(id, it, _)| format!("{id} {}", it.word()));
    if earlier.iter().all(|(_, _, note)| note.trim().is_empty()) {
        return format!("Of earlier findings: {}.", words.collect::<Vec<_>>().join(", "));
    }
    let lines = earlier.iter().zip(words).map(|((_, _, note), words)| match note.trim() {
        "" => bullet(&words),
        note => bullet(&format!("{words}: {note}")),
    });
    format!("Of earlier findings:\n\n{}", lines.collect::<Vec<_>>().join("\n"))
}

fn other_reply(iteration: &Iteration) -> String {
    let Some(other) = &iteration.other_reply else { return String::new() };
    let what = match iteration.feedback {
        Feedback::Read { .. } => "This was restated. The first reply could not be read:",
        Feedback::Unreadable { .. } | Feedback::Failed { .. } => "Asked to restate it, this came:",
    };
    format!("\n\n{what}\n\n{}", fence(other, "text"))
}

/// `- [HIGH] No token refresh (F1)`; the name stands behind the first line.
fn raised_line(finding: &Finding) -> String {
    let text = finding.text.trim();
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let rest = if rest.is_empty() { String::new() } else { format!("\n{rest}") };
    bullet(&format!("[{}] {} ({}){rest}", finding.level, first.trim_end(), finding.id))
}

impl Earlier {
    fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::NotFixed => "not fixed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl AnswerKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Rejected => "rejected",
            Self::Deferred => "deferred",
        }
    }
}

/// Findings that got the same answer share its line.
fn merged<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> Vec<Vec<&'a Answer>> {
    let mut groups: Vec<Vec<&'a Answer>> = Vec::new();
    for answer in answers {
        let same = |group: &&mut Vec<&'a Answer>| {
            group[0].kind == answer.kind && folded(&group[0].text) == folded(&answer.text)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(answer),
            None => groups.push(vec![answer]),
        }
    }
    groups
}

/// Without what the same words differ by at the ends of a sentence.
fn folded(text: &str) -> String {
    text.trim().trim_end_matches('.').to_lowercase()
}

fn answers(answers: &[Answer]) -> String {
    let line = |group: &Vec<&Answer>| {
        let ids: Vec<String> = group.iter().map(|it| it.id.to_string()).collect();
        let answer = group[0];
        bullet(&format!("{} {}: {}", ids.join(", "), answer.kind.word(), answer.text.trim()))
    };
    merged(answers).iter().map(line).collect::<Vec<_>>().join("\n")
}

fn final_plan(log: &ReviewLog) -> String {
    match (log.approval.plan(), &log.approval) {
        (Some(it), _) if it.plan.number == it.last_reviewed => plan(&it.plan.text),
        (Some(it), _) => {
            let name = inline(log.reviewer.name());
            let (number, seen) = (it.plan.number, it.last_reviewed);
            format!(
                "This is v{number}, which was changed after the review: {name} saw v{seen}.\n\n{}",
                plan(&it.plan.text)
            )
        }
        (None, Approval::Ended { why }) => format!("There is none: {}", inline(why)),
        (None, _) => String::new(),
    }
}

fn learnings(learnings: &[String]) -> String {
    if learnings.is_empty() {
        return "_None were given._".to_owned();
    }
    let lines: Vec<String> = learnings.iter().map(|it| bullet(it)).collect();
    format!("{}\n\n_These are the agent's words._", lines.join("\n"))
}

/// `1 low and 1 nitpick open`, from the weightiest; `no finding open`.
fn open_in_words(open: Counts) -> String {
    let parts: Vec<String> = Level::ALL
        .into_iter()
        .filter(|&level| 0 < open.get(level))
        .map(|level| format!("{} {}", open.get(level), level.word()))
        .collect();
    match parts.split_last() {
        None => "no finding open".to_owned(),
        Some((last, [])) => format!("{last} open"),
        Some((last, others)) => format!("{} and {last} open", others.join(", ")),
    }
}

#[cfg(test)]
mod tests;
