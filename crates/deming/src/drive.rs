//! Performs one round: send, read, and ask once more when it cannot be read.
//! What comes back has no secret in it: the reviewer may repeat one.

use std::time::{Duration, Instant};

use deming_core::diagnostic::Diagnostic;
use deming_core::failure::{Failure, FailureKind};
use deming_core::finding::{Finding, FindingId};
use deming_core::round::{Outcome, Round, after_repair, read_reply};

use crate::environment::Environment;
use crate::error::Error;
use crate::outbound::Approved;
use crate::output;
use crate::reviewer::Reviewer;
use crate::secrets::Redaction;
use crate::sent::{self, Sending};

/// What a round needs beside the payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoundInput<'a> {
    /// For the record of what was sent.
    pub sending: Sending<'a>,
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

/// Sends an approved payload, whose sending was recorded, and reads what comes
/// back. Secrets in it are replaced by the labels that `redaction` gives.
pub(crate) async fn round(
    environment: &Environment,
    reviewer: &Reviewer,
    approved: &Approved,
    input: RoundInput<'_>,
    redaction: &mut Redaction,
    cancelled: impl Future<Output = ()> + Unpin,
) -> Round {
    let mut round = exchange(environment, reviewer, approved, input, cancelled).await;
    match hide_secrets(&mut round, redaction) {
        Ok(()) => round,
        // Not scanned, it may not be kept or shown.
        Err(error) => Round { usage: round.usage, ..Round::failed(not_scanned(&error)) },
    }
}

fn not_scanned(error: &Error) -> Failure {
    let message = format!("the reply is not kept: {}", error.message);
    Failure::new(FailureKind::Unknown, message)
}

fn hide_secrets(round: &mut Round, redaction: &mut Redaction) -> Result<(), Error> {
    let mut hide = |text: &mut String| -> Result<(), Error> {
        let known = redaction.labels.values().hide(text);
        *text = redaction.hide(&known, "reply")?;
        Ok(())
    };
    match &mut round.outcome {
        Outcome::Read { findings, prior, .. } => {
            findings.iter_mut().try_for_each(|it| hide(&mut it.text))?;
            prior.iter_mut().try_for_each(|it| hide(&mut it.note))?;
        }
        Outcome::Unreadable { raw } => hide(raw)?,
        Outcome::Failed(failure) => hide(&mut failure.message)?,
    }
    round.other_reply.as_mut().map_or(Ok(()), &mut hide)?;
    for diagnostic in &mut round.diagnostics {
        let mut text = diagnostic.as_str().to_owned();
        hide(&mut text)?;
        *diagnostic = Diagnostic::new(text);
    }
    Ok(())
}

async fn exchange(
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
        Err(failure) => return Round::failed(failure),
    };
    let (outcome, read) = read_reply(&reply.text, input.prior, input.next_id);
    let mut diagnostics = reply.diagnostics;
    diagnostics.extend(read);
    let Outcome::Unreadable { .. } = outcome else {
        return Round::new(outcome, reply.usage, diagnostics);
    };

    let left = input.deadline.saturating_sub(started.elapsed());
    let is_long = REPAIR_LIMIT < reply.text.len();
    if left < REPAIR_MINIMUM || is_long {
        if is_long {
            diagnostics.push(Diagnostic::new("the reply is too long to be asked for once more"));
        }
        return Round::new(outcome, reply.usage, diagnostics);
    }
    let repair = approved.repair(&reply.text);
    if let Err(error) = sent::record(environment, input.sending, repair.bytes(), true) {
        diagnostics.push(Diagnostic::new(format!(
            "the reviewer was not asked to restate its reply, since that could not be recorded: {}",
            error.message
        )));
        return Round::new(outcome, reply.usage, diagnostics);
    }
    output::progress("The reply could not be read; asking to restate it…");
    match reviewer.send(environment, &repair, left, &mut cancelled).await {
        Ok(second) => {
            let (restated, read) = read_reply(&second.text, input.prior, input.next_id);
            let (outcome, diagnostic) = after_repair(&reply.text, outcome, restated);
            diagnostics.push(diagnostic);
            diagnostics.extend(read);
            let counts_second = matches!(outcome, Outcome::Read { .. });
            let other = if counts_second { &reply.text } else { &second.text };
            let usage = reply.usage.plus(second.usage);
            let other_reply = Some(deming_core::clean::clean(other));
            Round { other_reply, ..Round::new(outcome, usage, diagnostics) }
        }
        Err(failure) => {
            diagnostics.push(Diagnostic::new(format!(
                "the reviewer was asked to restate its reply and failed: {}",
                failure.message
            )));
            Round::new(outcome, reply.usage, diagnostics)
        }
    }
}
