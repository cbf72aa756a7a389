//! The questions that only a person can answer, and what each answer means.
//!
//! The first choice is always the safe one: a dialog preselects it, and an
//! Enter that was meant for something else must not agree to anything.

use serde::{Deserialize, Serialize};

use super::event::{AnswerKind, Decision};
use super::ledger::Tracked;
use super::phase::Phase;
use super::review::Review;
use crate::sameness::says_the_same;

/// A question with its choices, ready for a dialog.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// At most 12 characters, for the dialog's tab.
    pub header: String,
    pub text: String,
    pub choices: Vec<Choice>,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub label: String,
    pub description: String,
}

/// The labels of the question for consent, in the order of the dialog.
pub const NO_CANCEL: &str = "No, cancel";
pub const YES_PROCEED: &str = "Yes, proceed";
pub const YES_BUT_DO_NOT_LOG: &str = "Yes, but don't log";

/// The choices of the question for consent.
pub fn consent_choices() -> Vec<Choice> {
    vec![
        choice(NO_CANCEL, "Nothing is sent; the review ends here"),
        choice(YES_PROCEED, "Send the plan and keep a log on this machine"),
        choice(YES_BUT_DO_NOT_LOG, "Send the plan; keep no plan, reply or finding afterwards"),
    ]
}

/// The labels where a secret was found, behind [`NO_CANCEL`].
pub const REDACT: &str = "Redact and go on";
pub const REDACT_WITHOUT_LOG: &str = "Redact, but don't log";
pub const SEND_ANYWAY: &str = "Send anyway";

/// The choices where a secret was found; whether a log is kept is asked but once.
pub fn secret_choices(asks_for_log: bool) -> Vec<Choice> {
    let mut choices = vec![
        choice(NO_CANCEL, "Nothing is sent; the review ends here"),
        choice(REDACT, "Send it with labels in place of the values"),
    ];
    if asks_for_log {
        let without = "The same; keep no plan, reply or finding afterwards";
        choices.push(choice(REDACT_WITHOUT_LOG, without));
    }
    let anyway = "Send exactly these values as they are; log and state hold the labels";
    choices.push(choice(SEND_ANYWAY, anyway));
    choices
}

/// The question that the loop has for a person in this phase, if any. The
/// question for consent is not among them: its text needs facts of the shell.
pub fn question(review: &Review) -> Option<Question> {
    match review.phase() {
        Phase::MinorOnly => Some(Question {
            header: "Plan review".to_owned(),
            text: "Only minor findings remain. Continue refining?".to_owned(),
            choices: vec![
                choice("No, accept plan", "End the review with this plan"),
                choice("Yes", "Revise once more"),
            ],
        }),
        Phase::CapReached => Some(Question {
            header: "Plan review".to_owned(),
            text: format!(
                "{}, and the plan is not approved: {}\n\nWhat now?",
                used_up(review),
                standing(review)
            ),
            choices: vec![
                choice("Stop here", "End without an approval; the log is kept"),
                choice("More rounds", "Go on, for as many rounds again"),
                choice("Accept the plan", "Take it with its open findings, as your decision"),
            ],
        }),
        Phase::Circling => Some(Question {
            header: "Plan review".to_owned(),
            text: format!(
                "The review goes in circles: the same findings come back although they were \
                 answered. {}\n\nWhat now?",
                standing(review)
            ),
            choices: vec![
                choice("Stop here", "End without an approval; the log is kept"),
                choice("More rounds", "Let the author try again"),
                choice("Accept the plan", "Take it with its open findings, as your decision"),
            ],
        }),
        Phase::Disagreement => Some(Question {
            header: "Disagreement".to_owned(),
            text: disagreement(review),
            choices: vec![
                choice("Stop here", "End without an approval; the log is kept"),
                choice("Follow the reviewer", "The author has to revise the plan"),
                choice("Keep the plan", "The author's reason stands, as your decision"),
            ],
        }),
        Phase::Drafted
        | Phase::Consented { .. }
        | Phase::Reviewing { .. }
        | Phase::Revising
        | Phase::Unreadable { .. }
        | Phase::Failed { .. }
        | Phase::Approved { .. }
        | Phase::Accepted { .. }
        | Phase::Stopped
        | Phase::Cancelled => None,
    }
}

impl Question {
    /// What the label decides; `None` for a label that is none of the choices.
    pub fn decision(&self, label: &str) -> Option<Decision> {
        let offered = self.choices.iter().any(|it| it.label == label);
        let decision = match label {
            "No, accept plan" | "Accept the plan" => Decision::Accept,
            "Yes" => Decision::Continue,
            "Stop here" => Decision::Stop,
            "More rounds" => Decision::MoreRounds,
            "Follow the reviewer" => Decision::FollowReviewer,
            "Keep the plan" => Decision::KeepPlan,
            _ => return None,
        };
        offered.then_some(decision)
    }
}

fn choice(label: &str, description: &str) -> Choice {
    Choice { label: label.to_owned(), description: description.to_owned() }
}

fn used_up(review: &Review) -> String {
    if 0 < review.rounds_left
        && let Some(tokens) = review.max_tokens
    {
        return format!("The {tokens} tokens of this review are used up");
    }
    match review.max_rounds {
        1 => "The one round is used".to_owned(),
        rounds => format!("All {rounds} rounds are used"),
    }
}

/// The most findings that a question lists, and how much of each, in characters.
const MOST_LISTED: usize = 8;
const LONGEST_LISTED: usize = 200;

/// What blocks, so that nobody decides about a number alone.
fn standing(review: &Review) -> String {
    let open = review.ledger.open_counts();
    let blocking: Vec<&Tracked> =
        review.ledger.open().filter(|it| it.finding.level.is_blocking()).collect();
    let findings = if blocking.len() == 1 { "finding is" } else { "findings are" };
    let mut text = match (open.high, open.medium) {
        (high, 0) => format!("{high} high {findings} open."),
        (0, medium) => format!("{medium} medium {findings} open."),
        (high, medium) => format!("{high} high and {medium} medium findings are open."),
    };
    for it in blocking.iter().take(MOST_LISTED) {
        let finding = &it.finding;
        let words = excerpt(&finding.text, LONGEST_LISTED);
        text.push_str(&format!("\n- {} [{}] {words}", finding.id, finding.level));
    }
    if MOST_LISTED < blocking.len() {
        text.push_str(&format!("\n- and {} more", blocking.len() - MOST_LISTED));
    }
    text
}

/// The beginning of a text as one line.
fn excerpt(text: &str, most: usize) -> String {
    let line = crate::clean::clean_line(text);
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}\u{2026}", line[..end].trim_end()),
        None => line,
    }
}

/// Both arguments, the reviewer's first.
fn disagreement(review: &Review) -> String {
    let mut text = String::from("Author and reviewer do not agree. You decide.\n");
    for tracked in review.ledger.disputed() {
        let finding = &tracked.finding;
        text.push_str(&format!("\n{} [{}]\n", finding.id, finding.level));
        text.push_str(&format!("Reviewer: {}\n", crate::clean::clean_line(&finding.text)));
        if !says_the_same(&tracked.note, &finding.text) && !tracked.note.trim().is_empty() {
            let note = crate::clean::clean_line(&tracked.note);
            text.push_str(&format!("Reviewer, asked again: {note}\n"));
        }
        let reason = tracked.answer.as_ref().filter(|it| it.kind == AnswerKind::Rejected);
        let reason = reason.map(|it| crate::clean::clean_line(&it.text)).unwrap_or_default();
        text.push_str(&format!("Author: {reason}\n"));
    }
    text.truncate(text.trim_end().len());
    text
}
