//! `refine show`: the log of a review, as it is or would be written.

use deming_core::render::review_log::render;
use deming_core::render::sections::join;

use super::{Answer, Context};
use crate::error::Error;

/// Prints the log of a review
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The review
    id: String,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Answer, Error> {
    let review = context.store.peek(&arguments.id)?;
    let sections = render(&crate::review_log::input(&review));
    Ok(Answer::new(join(sections.as_slice())))
}
