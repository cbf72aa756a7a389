//! `refine cancel`: ends a review, and the round that may be under way.

use std::time::Duration;

use deming_core::review_loop::{CancelledBy, ReviewEvent};

use super::{Answer, Context, due};
use crate::error::Error;

/// How often we look whether a round has stopped, 20 ms apart.
const TRIES: u32 = 250;

/// Ends a review without an approval and stops a round that is under way
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The review
    id: String,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Answer, Error> {
    let id = &arguments.id;
    let was_under_way = context.store.is_worker_alive(id)?;
    if was_under_way {
        context.store.ask_to_stop(id)?;
        wait_for_its_end(context, id)?;
    }
    let mut stored = context.store.open(id)?;
    if stored.review.is_over() {
        let due = due::due(context, stored)?;
        let text = format!("Nothing was cancelled, the review was over already.\n{}", due.text);
        return Ok(Answer { text, ..due });
    }
    let by = match context.caller.is_agent() {
        true => CancelledBy::Agent,
        false => CancelledBy::Terminal,
    };
    stored.append(ReviewEvent::Cancelled { by })?;
    let mut answer = due::due(context, stored)?;
    if was_under_way {
        answer.text.push_str("\nThe round under way was stopped.");
    }
    Ok(answer)
}

/// What Codex has on disk is removed by an orderly end of its round.
fn wait_for_its_end(context: &Context<'_>, id: &str) -> Result<(), Error> {
    for _ in 0..TRIES {
        if !context.store.is_worker_alive(id)? {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
