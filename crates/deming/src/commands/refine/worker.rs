//! The process that waits for a reply: one a round, in a session of its own.
//!
//! It is started by `send` and talks to nobody; the journal is its answer.

use std::time::{Duration, Instant};

use deming_core::review_loop::{Attempt, Phase, ReviewEvent};

use super::payload::{check, is_offline, prepare, project};
use super::{Answer, Context, hand_over};
use crate::drive::{self, RoundInput};
use crate::error::Error;
use crate::interrupt;
use crate::process;
use crate::reviewer::offline;
use crate::secrets::Redaction;
use crate::sent::{self, Sending};
use crate::settings::ReviewerName;

/// Performs the round that is due (started by `send`)
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The review
    id: String,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Answer, Error> {
    process::lead_session();
    let id = &arguments.id;
    // Held to the end: whoever else wants to send this round finds it taken.
    let Some(_lock) = context.store.become_worker(id)? else {
        return Ok(Answer::default());
    };
    let mut stored = context.store.open(id)?;
    let Some(number) = stored.review.sendable() else { return Ok(Answer::default()) };
    let started = Instant::now();
    let result = if is_offline(&stored.review) {
        let project = project(&stored.review);
        let attempt = Attempt {
            reviewer: ReviewerName::Offline.word().to_owned(),
            destination: offline::DESTINATION.to_owned(),
            bytes: 0,
        };
        stored.append(ReviewEvent::RoundStarted { round: number, attempt })?;
        let plan = &stored.review.plan().text;
        let next_id = stored.review.ledger.next_id();
        crate::block_on(offline::review(context.environment, plan, &project, next_id))?
    } else {
        let mut labels = stored.labels()?;
        hand_over::receive(&mut labels);
        let reviewer = prepare(context, &stored.review)?;
        let approved = check(&reviewer, &stored.review, labels.values())?;
        let attempt = Attempt {
            reviewer: stored.review.opening.reviewer.clone(),
            destination: approved.destination().key.clone(),
            bytes: approved.bytes() as u64,
        };
        let review = stored.review.clone();
        let as_they_are = hand_over::needed(&review);
        let sending = Sending {
            review: Some(id),
            project: &review.opening.root,
            round: number,
            reviewer: &review.opening.reviewer,
            destination: &attempt.destination,
            consent: review.consent.as_ref().map(|it| it.by),
            as_they_are: &as_they_are,
        };
        sent::record(context.environment, sending, approved.bytes(), false)?;
        stored.append(ReviewEvent::RoundStarted { round: number, attempt: attempt.clone() })?;
        // Others may look at the review and ask to stop while we wait.
        drop(stored);
        let prior = review.ledger.open_findings();
        let input = RoundInput {
            sending,
            deadline: Duration::from_secs(60 * u64::from(context.settings.rounds.minutes)),
            prior: &prior,
            next_id: review.ledger.next_id(),
        };
        let cancelled = Box::pin(asked_to_stop(context, id));
        let mut redaction = Redaction::new(labels);
        let environment = context.environment;
        let round = crate::block_on(async {
            let redaction = &mut redaction;
            Ok(drive::round(environment, &reviewer, &approved, input, redaction, cancelled).await)
        })?;
        stored = context.store.open(id)?;
        // What the reply repeats may have a label that nobody has seen yet.
        stored.keep_labels(&redaction.labels)?;
        round
    };
    let seconds = started.elapsed().as_secs();
    // Cancelled while we waited: the reply came too late to count.
    if matches!(stored.review.phase(), Phase::Reviewing { .. }) {
        stored.append(ReviewEvent::RoundEnded { round: number, result, seconds })?;
    }
    Ok(Answer::default())
}

async fn asked_to_stop(context: &Context<'_>, id: &str) {
    let marked = async {
        while !context.store.was_asked_to_stop(id) {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::select! {
        () = marked => {}
        () = interrupt::requested() => {}
    }
}
