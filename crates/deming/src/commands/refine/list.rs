//! `refine list` and `refine prune`: the reviews of a person.

use chrono::TimeDelta;
use deming_core::render::markdown::cell;

use super::{Answer, Context};
use crate::error::Error;
use crate::review_store;

/// Lists the reviews of all projects
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

/// Forgets the state of reviews that are over; their logs stay
#[derive(Debug, clap::Args)]
pub(super) struct PruneArguments {
    /// Only reviews that have been over for so many days
    #[arg(long, default_value_t = 30)]
    days: u32,
}

pub(super) fn run(context: &Context<'_>, _: &Arguments) -> Result<Answer, Error> {
    let (reviews, unreadable) = context.store.all()?;
    if reviews.is_empty() && unreadable.is_empty() {
        return Ok(Answer::new(
            "There is no review yet. Type /refine-plan-codex <task> to start one.",
        ));
    }
    let mut text = String::from(
        "| Review | Opened | Project | Plan | Iterations | State |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for review in reviews.iter().rev() {
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            review.opening.id,
            review.opened.format("%Y-%m-%d %H:%M"),
            cell(&review.opening.project),
            cell(&review.opening.title),
            review.rounds_used(),
            review.phase().word()
        ));
    }
    for sentence in unreadable {
        text.push_str(&format!("\nNote: {sentence}\n"));
    }
    Ok(Answer::new(text))
}

pub(super) fn prune(context: &Context<'_>, arguments: &PruneArguments) -> Result<Answer, Error> {
    let (reviews, _) = context.store.all()?;
    let oldest = review_store::now() - TimeDelta::days(i64::from(arguments.days));
    let mut count = 0;
    for review in reviews.iter().filter(|it| it.is_over() && it.updated <= oldest) {
        context.store.open(&review.opening.id)?.forget()?;
        count += 1;
    }
    let noun = if count == 1 { "review" } else { "reviews" };
    Ok(Answer::new(format!("Forgot the state of {count} {noun}; their logs stay.")))
}
