//! `refine accept`: the end of an approved review; takes what was learned.

use deming_core::clean::{clean, clean_line};
use deming_core::review_loop::ReviewEvent;

use super::{Answer, Context, due, ended, words};
use crate::error::Error;
use crate::secrets::Redaction;

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
    let Some(by) = stored.review.acceptable_by() else {
        let is_over = stored.review.is_over();
        let mut due = due::due(context, stored)?;
        if !is_over {
            due.text = format!("The plan cannot be accepted yet.\n{}", due.text);
        }
        return Ok(due);
    };
    let mut redaction = Redaction::new(stored.labels()?);
    let learnings = match read_learnings() {
        text if text.trim().is_empty() => Vec::new(),
        text => learnings(&redaction.hide(&text, "learnings")?),
    };
    stored.append(ReviewEvent::Accepted { by, learnings })?;
    let mut answer = ended::answer(context, stored)?;
    let found = words::found(&redaction.found, context.caller.is_agent());
    answer.text = format!("{found}{}", answer.text);
    Ok(answer)
}

/// None is fine.
fn read_learnings() -> String {
    use std::io::Read;
    let mut bytes = Vec::new();
    // Learnings are a comfort: an accepted plan must not fail for them.
    let read = std::io::stdin().take(64 * 1024).read_to_end(&mut bytes);
    read.map(|_| clean(&String::from_utf8_lossy(&bytes))).unwrap_or_default()
}

/// One a line.
fn learnings(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| clean_line(line.trim().trim_start_matches(['-', '*'])))
        .filter(|it| !it.is_empty())
        .collect()
}
