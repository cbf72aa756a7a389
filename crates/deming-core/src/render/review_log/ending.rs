//! What a person reads when a review is over: its last lines.

use super::{Answer, AnswerKind, Approval, ReviewLog, Reviewer, merged, plan};
use crate::clean::clean_line;
use crate::finding::Level;
use crate::render::markdown::inline;

/// Longest answer that is shown as a refinement, in characters.
const MAX_REFINEMENT: usize = 200;

/// Where the log went.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ending<'a> {
    /// The path as a person would type it, with `~`.
    Saved { to: &'a str },
    /// The person asked for no log.
    NotLogged,
}

/// The end of a review: who approved, where the log is, the final plan and
/// what the review changed in it.
pub fn ending(log: &ReviewLog, ending: Ending<'_>) -> String {
    let mut text = format!("{}\n", first_line(log));
    match ending {
        Ending::Saved { to } => {
            text.push_str(&format!("Documentation saved to: {}\n", clean_line(to)));
        }
        Ending::NotLogged => text.push_str("Nothing was saved, as you asked.\n"),
    }
    let Some(final_plan) = log.approval.plan() else { return text };
    text.push_str(&format!("\n# Final Plan: {}\n\n", inline(&log.title)));
    if final_plan.plan.number != final_plan.last_reviewed {
        let (name, seen) = (inline(log.reviewer.name()), final_plan.last_reviewed);
        let number = final_plan.plan.number;
        text.push_str(&format!("v{number} was changed after the review: {name} saw v{seen}.\n\n"));
    }
    text.push_str(&plan(&final_plan.plan.text));
    text.push_str("\n\n## Key Refinements from Review\n");
    text.push_str(&refinements(log));
    text.push_str("\n\nReady to implement!\n");
    text
}

fn first_line(log: &ReviewLog) -> String {
    let iterations = match log.iterations.len() {
        1 => "1 iteration".to_owned(),
        count => format!("{count} iterations"),
    };
    match (&log.approval, &log.reviewer) {
        (Approval::ByReviewer { .. }, Reviewer::Model { .. }) => {
            format!("Plan approved after {iterations}.")
        }
        (Approval::ByPerson { .. } | Approval::ByRule { .. }, _) => {
            let sentence = log.approval.sentence(&log.reviewer);
            format!("Plan approved after {iterations}.\nApproved {sentence}.")
        }
        (Approval::ByReviewer { .. } | Approval::LintPassed { .. }, _) => {
            format!("Plan passed the offline lint after {iterations}; nobody approved it.")
        }
        (Approval::Pending, _) => format!("The review is not over after {iterations}."),
        (Approval::Ended { why }, _) => {
            format!("Plan not approved after {iterations}: {}.", inline(why).trim_end_matches('.'))
        }
    }
}

/// One line for each answer that fixed something, in the order of the rounds.
/// One that the reviewer did not take is no refinement.
fn refinements(log: &ReviewLog) -> String {
    let fixed = |it: &&Answer| it.kind == AnswerKind::Fixed && it.stands;
    let lines: Vec<String> = log
        .iterations
        .iter()
        .flat_map(|it| merged(it.answers.iter().filter(fixed)))
        .enumerate()
        .map(|(index, group)| format!("{}. {} ({})", index + 1, said(group[0]), levels(&group)))
        .collect();
    if lines.is_empty() {
        return "None: no finding led to a change.".to_owned();
    }
    lines.join("\n")
}

fn said(answer: &Answer) -> String {
    let line = clean_line(&answer.text);
    let line = line.trim_end_matches('.');
    if line.chars().count() <= MAX_REFINEMENT {
        return inline(line);
    }
    let cut: String = line.chars().take(MAX_REFINEMENT).collect();
    let whole_words = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{}…", inline(whole_words))
}

/// `HIGH finding`, `MEDIUM findings`, `HIGH and MEDIUM findings`, `NITPICK`.
fn levels(group: &[&Answer]) -> String {
    let present: Vec<Level> =
        Level::ALL.into_iter().filter(|level| group.iter().any(|it| it.level == *level)).collect();
    let tags: Vec<&str> = present.iter().map(|it| it.tag()).collect();
    match (tags.as_slice(), group.len()) {
        (["NITPICK"], 1) => "NITPICK".to_owned(),
        ([only], 1) => format!("{only} finding"),
        ([only], _) => format!("{only} findings"),
        ([others @ .., last], _) => format!("{} and {last} findings", others.join(", ")),
        ([], _) => String::new(),
    }
}
