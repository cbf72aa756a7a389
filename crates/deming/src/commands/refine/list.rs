//! `refine list` and `refine prune`: the reviews of a person.

use chrono::TimeDelta;

use super::summary::Summaries;
use super::{Answer, Context};
use crate::error::Error;
use crate::review_store;

/// Lists the reviews of all projects
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Print one JSON object instead of Markdown
    #[arg(long)]
    json: bool,
}

/// Forgets the state of reviews that are over; their logs stay
#[derive(Debug, clap::Args)]
pub(super) struct PruneArguments {
    /// Only reviews that have been over for so many days
    #[arg(long, default_value_t = 30)]
    days: u32,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<String, Error> {
    let (reviews, unreadable) = context.store.all()?;
    let summaries = Summaries::of(context, &reviews, unreadable, false);
    if arguments.json {
        return summaries.json();
    }
    if summaries.reviews.is_empty() && summaries.diagnostics.is_empty() {
        return Ok("There is no review yet. Type /refine-plan-codex <task> to start one.\n".into());
    }
    Ok(summaries.table())
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
