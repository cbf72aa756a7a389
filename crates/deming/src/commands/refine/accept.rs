//! `refine accept`: the end of an approved review; takes what was learned.

use deming_core::clean::clean_line;
use deming_core::render::review_log::{Ending, ending};
use deming_core::review_loop::{AcceptedBy, Phase, ReviewEvent};

use super::{Answer, Context, due};
use crate::error::Error;
use crate::review_log;

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
    due::absorb(context, &mut stored)?;
    let by = match stored.review.phase() {
        Phase::Approved { by } => *by,
        Phase::MinorOnly if stored.review.runs_without_person() => AcceptedBy::Rule,
        _ => {
            let mut due = due::due(context, &stored)?;
            if !stored.review.is_over() {
                due.text = format!("The plan cannot be accepted yet.\n{}", due.text);
            }
            return Ok(due);
        }
    };
    let learnings = read_learnings();
    for learning in &learnings {
        super::open::refuse_secrets(learning, "learning")?;
    }
    stored.append(ReviewEvent::Accepted { by, learnings })?;
    let saved = review_log::write(context.environment, &mut stored)?;
    let log = review_log::input(&stored.review);
    let saved = saved.map(|it| context.environment.display(&it));
    let text = match &saved {
        Some(path) => ending(&log, Ending::Saved { to: path }),
        None => ending(&log, Ending::NotLogged),
    };
    if !stored.review.logging() {
        stored.forget()?;
    }
    Ok(Answer::new(text))
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
