//! The end of a review: its last log, its last words, and what is removed where
//! the person wanted no log. Done again, it does the same.

use deming_core::render::markdown::inline;
use deming_core::render::review_log::{Approval, Ending, ending};
use deming_core::review_loop::{End, Review};

use super::{Answer, Context, due, words};
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
    let written = match stored.is_closed()? {
        false => review_log::write(environment, &mut stored),
        true => Ok(review_log::existing(environment, &stored.review)),
    };
    let path = match written {
        Ok(path) => path,
        Err(error) => return Ok(not_logged(context, &stored, &error)),
    };
    let left = review_log::left_behind(environment, &stored)?;
    let path = path.map(|it| environment.display(&it));
    let mut log = review_log::input(&stored.review);
    if let Approval::ByReviewer { plan }
    | Approval::ByPerson { plan, .. }
    | Approval::ByRule { plan, .. }
    | Approval::LintPassed { plan } = &mut log.approval
    {
        plan.plan.text = beginning(context, &stored.review, &plan.plan.text);
    }
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

/// The review is over all the same; only the log is missing.
fn not_logged(context: &Context<'_>, stored: &StoredReview, error: &Error) -> Answer {
    let over = words::describe(context, &stored.review).text;
    let mut answer = Answer::new(format!(
        "{over}\nIts log cannot be written: {}\n{}",
        inline(&error.message),
        due::todo(context, error)
    ));
    answer.instruction = Some(
        "tell the human. The command below writes the log, as soon as it can be written."
            .to_owned(),
    );
    answer.next = Some(context.launcher.command(&format!("refine resume {}", stored.id())));
    answer
}

/// As much of the final plan as a chat can show; the log has it whole.
fn beginning(context: &Context<'_>, review: &Review, plan: &str) -> String {
    if plan.len() <= PLAN_LIMIT {
        return plan.to_owned();
    }
    let end = (0..=PLAN_LIMIT).rev().find(|it| plan.is_char_boundary(*it)).unwrap_or_default();
    let kept = plan[..end].rsplit_once('\n').map_or(&plan[..end], |it| it.0);
    let is_code = kept.lines().filter(|it| it.trim_start().starts_with("```")).count() % 2 == 1;
    let close = if is_code { "\n```" } else { "" };
    let left = plan.len() - kept.len();
    let all = words::show(context, review);
    format!("{kept}{close}\n\n[… {left} bytes are not shown here; all of it: {all}]\n")
}

/// The most of a final plan that is shown, in bytes.
const PLAN_LIMIT: usize = 12_000;
