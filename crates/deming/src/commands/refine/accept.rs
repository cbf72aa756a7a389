//! `refine accept`: the end of an approved review; takes what was learned.

use deming_core::clean::clean_line;
use deming_core::review_loop::{AcceptedBy, Phase, ReviewEvent};

use super::{Answer, Context, due, ended, words};
use crate::error::Error;

/// Ends an approved review; takes the key learnings from standard input
///
/// Only what the reviewer approved, or what the human accepted when asked, can
/// be accepted.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The review
    id: String,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Answer, Error> {
    let mut stored = context.store.open(&arguments.id)?;
    if let Err(error) = due::absorb(context, &mut stored) {
        return due::blocked(context, &stored.review, error);
    }
    let by = match stored.review.phase() {
        Phase::Approved { by } => *by,
        Phase::MinorOnly if stored.review.runs_without_person() => AcceptedBy::Rule,
        Phase::Drafted
        | Phase::Consented { .. }
        | Phase::Reviewing { .. }
        | Phase::Revising
        | Phase::MinorOnly
        | Phase::CapReached
        | Phase::Disagreement
        | Phase::Circling
        | Phase::Unreadable { .. }
        | Phase::Failed { .. }
        | Phase::Accepted { .. }
        | Phase::Stopped
        | Phase::Cancelled => {
            let is_over = stored.review.is_over();
            let mut due = due::due(context, stored)?;
            if !is_over {
                due.text = format!("The plan cannot be accepted yet.\n{}", due.text);
            }
            return Ok(due);
        }
    };
    let learnings = read_learnings();
    for learning in &learnings {
        if let Err(error) = super::open::refuse_secrets(learning, "learning") {
            let due = words::describe(context, &stored.review);
            return Ok(due.after_refusal(&error));
        }
    }
    stored.append(ReviewEvent::Accepted { by, learnings })?;
    ended::answer(context, stored)
}

/// One learning a line; none is fine.
fn read_learnings() -> Vec<String> {
    use std::io::Read;
    let mut bytes = Vec::new();
    // Learnings are a comfort: an accepted plan must not fail for them.
    let read = std::io::stdin().take(64 * 1024).read_to_end(&mut bytes);
    let text = read.map(|_| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    text.lines()
        .map(|line| clean_line(line.trim().trim_start_matches(['-', '*'])))
        .filter(|it| !it.is_empty())
        .collect()
}
