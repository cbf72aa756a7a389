//! Performs one round: send, read, and ask once more when it cannot be read.

use std::time::{Duration, Instant};

use deming_core::diagnostic::Diagnostic;
use deming_core::finding::{Finding, FindingId};
use deming_core::round::{Outcome, Round, after_repair, read_reply};

use crate::environment::Environment;
use crate::outbound::Approved;
use crate::output;
use crate::reviewer::Reviewer;

/// What a round needs beside the payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoundInput<'a> {
    /// Over the whole round, the repair turn included.
    pub deadline: Duration,
    /// The findings that were open when the payload was made.
    pub prior: &'a [Finding],
    /// The name of the first finding that this round raises.
    pub next_id: FindingId,
}

/// The least time that a repair turn is worth starting with.
const REPAIR_MINIMUM: Duration = Duration::from_secs(5);

/// The longest reply that is sent back to be restated, in bytes.
const REPAIR_LIMIT: usize = 256 * 1024;

/// Sends an approved payload and reads what comes back.
pub(crate) async fn round(
    environment: &Environment,
    reviewer: &Reviewer,
    approved: &Approved,
    input: RoundInput<'_>,
    mut cancelled: impl Future<Output = ()> + Unpin,
) -> Round {
    let started = Instant::now();
    let reply = reviewer.send(environment, approved, input.deadline, &mut cancelled).await;
    let reply = match reply {
        Ok(reply) => reply,
        Err(failure) => return failed(failure),
    };
    let (outcome, read) = read_reply(&reply.text, input.prior, input.next_id);
    let mut diagnostics = reply.diagnostics;
    diagnostics.extend(read);
    let Outcome::Unreadable { .. } = outcome else {
        return Round { outcome, usage: reply.usage, diagnostics };
    };

    let left = input.deadline.saturating_sub(started.elapsed());
    let is_long = REPAIR_LIMIT < reply.text.len();
    if left < REPAIR_MINIMUM || is_long {
        if is_long {
            diagnostics.push(Diagnostic::new("the reply is too long to be asked for once more"));
        }
        return Round { outcome, usage: reply.usage, diagnostics };
    }
    output::progress("The reply could not be read; asking to restate it…");
    let repair = approved.repair(&reply.text);
    match reviewer.send(environment, &repair, left, &mut cancelled).await {
        Ok(second) => {
            let (restated, read) = read_reply(&second.text, input.prior, input.next_id);
            let (outcome, diagnostic) = after_repair(&reply.text, outcome, restated);
            diagnostics.push(diagnostic);
            diagnostics.extend(read);
            Round { outcome, usage: reply.usage.plus(second.usage), diagnostics }
        }
        Err(failure) => {
            diagnostics.push(Diagnostic::new(format!(
                "the reviewer was asked to restate its reply and failed: {}",
                failure.message
            )));
            Round { outcome, usage: reply.usage, diagnostics }
        }
    }
}

fn failed(failure: deming_core::failure::Failure) -> Round {
    let usage = deming_core::exec_event::Usage::default();
    Round { outcome: Outcome::Failed(failure), usage, diagnostics: Vec::new() }
}
