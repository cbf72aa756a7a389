//! `refine show`: the log of a review, as it is or would be written.

use deming_core::render::review_log::render;
use deming_core::render::sections::join;
use serde_json::json;

use super::Context;
use crate::error::Error;

/// Prints the log of a review
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The review
    id: String,

    /// Print one JSON object that holds the log
    #[arg(long)]
    json: bool,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<String, Error> {
    let review = context.store.peek(&arguments.id)?;
    let sections = render(&crate::review_log::input(&review));
    let log = join(sections.as_slice());
    Ok(match arguments.json {
        true => format!("{}\n", json!({ "version": 1, "id": review.opening.id, "log": log })),
        false => log.trim_end().to_owned() + "\n",
    })
}
