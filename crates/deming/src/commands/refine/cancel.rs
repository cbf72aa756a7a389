//! `refine cancel`: ends a review, and the round that may be under way.

use deming_core::review_loop::{ConsentBy, Phase, ReviewEvent};

use super::{Answer, Context, due};
use crate::error::Error;
use crate::review_log;

/// Ends a review without an approval and stops a round that is under way
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The review
    id: String,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Answer, Error> {
    let id = &arguments.id;
    let review = context.store.peek(id)?;
    if review.is_over() {
        return Ok(due::describe(context, &review));
    }
    let was_under_way =
        matches!(review.phase(), Phase::Reviewing { .. }) && context.store.is_worker_alive(id)?;
    context.store.ask_to_stop(id)?;
    let mut stored = context.store.open(id)?;
    if !stored.review.is_over() {
        stored.append(ReviewEvent::Cancelled { by: ConsentBy::Terminal })?;
        stored.close_question()?;
    }
    let saved = review_log::write(context.environment, &mut stored)?;
    let mut answer = due::describe(context, &stored.review);
    if was_under_way {
        answer.text.push_str("\nThe round under way was stopped.");
    }
    match saved {
        Some(path) => {
            let path = context.environment.display(&path);
            answer.text.push_str(&format!("\nThe log is kept: {path}"));
        }
        None if stored.review.consent.is_some() && !stored.review.logging() => stored.forget()?,
        None => {}
    }
    Ok(answer)
}
