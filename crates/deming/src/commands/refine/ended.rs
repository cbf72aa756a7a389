//! The end of a review: its last log, its last words, and what is removed where
//! the person wanted no log. Done again, it does the same.

use deming_core::render::review_log::{Ending, ending};
use deming_core::review_loop::End;

use super::{Answer, Context, words};
use crate::error::Error;
use crate::review_log;
use crate::review_store::StoredReview;

/// Closes a review that is over and says how it ended.
///
/// # Errors
/// When the log cannot be written or something cannot be removed; the next
/// command that looks at the review tries again.
pub(super) fn answer(context: &Context<'_>, mut stored: StoredReview) -> Result<Answer, Error> {
    let environment = context.environment;
    // A log that the person removed after the end stays removed.
    let path = match stored.is_closed()? {
        false => review_log::write(environment, &mut stored)?,
        true => review_log::existing(environment, &stored.review),
    };
    let left = review_log::left_behind(environment, &stored)?;
    let path = path.map(|it| environment.display(&it));
    let log = review_log::input(&stored.review);
    let text = match (stored.review.phase().end(), &path) {
        (Some(End::Accepted(_)), Some(path)) => ending(&log, Ending::Saved { to: path }),
        (Some(End::Accepted(_)), None) => ending(&log, Ending::NotLogged),
        (Some(End::Stopped | End::Cancelled) | None, _) => {
            let text = words::describe(context, &stored.review).text;
            let kept = path.map(|it| format!("\nThe log is kept: {it}")).unwrap_or_default();
            format!("{text}{kept}")
        }
    };
    stored.close()?;
    let left = left.map(|it| {
        format!("\nA log of earlier rounds was edited and is kept: {}", environment.display(&it))
    });
    Ok(Answer::new(format!("{text}{}", left.unwrap_or_default())))
}
