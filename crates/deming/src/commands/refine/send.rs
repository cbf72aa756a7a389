//! `refine send` and `refine wait`: the round goes out by a process of its own,
//! so that no limit of a shell tool and no closed chat can end it unseen.

use std::time::{Duration, Instant};

use deming_core::review_loop::{Phase, Review, ReviewEvent, RevokeReason};
use deming_core::round::Outcome;

use super::payload::{self, is_offline, label};
use super::{Answer, Context, due, hand_over, words};
use crate::error::Error;
use crate::interrupt::{self, Interruption};
use crate::output;
use crate::process::{self, Program};
use crate::review_store::{self, StoredReview};

/// How long a round that a person stopped may take to end.
const STOPPING: Duration = Duration::from_secs(10);
/// How often we look for the process that we started, 10 ms apart.
const START_TRIES: u32 = 500;

/// Sends the newest plan version to the reviewer and waits for the reply
///
/// Refuses without the human's yes. The round goes on by itself when this
/// command is ended; `wait` joins it, `cancel` stops it.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The review
    id: String,

    /// How many seconds to wait for the reply before saying so
    #[arg(long, default_value_t = 100, value_name = "SECONDS")]
    wait: u64,
}

/// Waits for the reply of a round that is under way
#[derive(Debug, clap::Args)]
pub(super) struct WaitArguments {
    /// The review
    id: String,

    /// How many seconds to wait for the reply before saying so
    #[arg(long, default_value_t = 100, value_name = "SECONDS")]
    wait: u64,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Answer, Error> {
    let id = &arguments.id;
    let mut stored = context.store.open(id)?;
    if let Err(error) = take_what_came(context, &mut stored) {
        return due::blocked(context, &stored.review, error);
    }
    if context.store.is_worker_alive(id)? {
        drop(stored);
        return join(context, id, arguments.wait);
    }
    let Some(round) = stored.review.sendable() else {
        let was_drafted = matches!(stored.review.phase(), Phase::Drafted);
        let mut answer = due::due(context, stored)?;
        if was_drafted && context.caller.is_agent() && !context.caller.is_alone() {
            // Our hooks would not have let this call through.
            answer.text.push_str(WITHOUT_HOOKS);
        }
        return Ok(answer);
    };
    let parcel = match make_ready(context, &mut stored) {
        Ok(Ready::Yes { parcel }) => parcel,
        Ok(Ready::Missing(answer)) => return Ok(answer),
        Ok(Ready::NotAgreed) => return due::due(context, stored),
        Err(error) => return due::blocked(context, &stored.review, error),
    };
    let of = stored.review.max_rounds;
    let heading = match is_offline(&stored.review) {
        true => format!("Checking with the offline lint (iteration {round}/{of})...\n"),
        false => {
            let label = label(&stored.review);
            format!("Sending to {label} for review (iteration {round}/{of})...\n")
        }
    };
    let was_shown = output::progress(heading.trim_end()) && output::is_read_on_terminal();
    let tries = tries(&stored.review);
    drop(stored);
    start_worker(context, id, tries, parcel)?;
    let mut answer = join(context, id, arguments.wait)?;
    if !was_shown {
        answer.text = format!("{heading}\n{}", answer.text);
    }
    Ok(answer)
}

/// Whether the round can go out.
enum Ready {
    Yes {
        /// The values that a person agreed to send as they are.
        parcel: Vec<u8>,
    },
    /// Something has to be handed over again.
    Missing(Answer),
    /// The yes does not cover it any more.
    NotAgreed,
}

/// Whatever keeps the round from going out is found here, before a process that
/// nobody listens to finds it.
fn make_ready(context: &Context<'_>, stored: &mut StoredReview) -> Result<Ready, Error> {
    if is_offline(&stored.review) {
        return Ok(Ready::Yes { parcel: Vec::new() });
    }
    let reviewer = payload::prepare(context, &stored.review)?;
    let destination = reviewer.destination().key;
    if stored.review.consent.as_ref().is_some_and(|it| it.destination != destination) {
        let reason = RevokeReason::OtherDestination;
        stored.append(ReviewEvent::Revoked { reason })?;
        return Ok(Ready::NotAgreed);
    }
    let labels = match hand_over::take(context, stored)? {
        Ok(labels) => labels,
        Err(answer) => return Ok(Ready::Missing(answer)),
    };
    payload::check(&reviewer, &stored.review, labels.values())?;
    Ok(Ready::Yes { parcel: hand_over::parcel(&stored.review, &labels) })
}

const WITHOUT_HOOKS: &str = "\n\
Nobody agreed to send this plan, so nothing was sent. If the human has just answered, Deming's \
hooks did not run and the answer does not count: they may be switched off, or the helper is \
missing. Then tell the human, and stop; /hooks shows them, /deming-setup mends the helper.";

fn take_what_came(context: &Context<'_>, stored: &mut StoredReview) -> Result<(), Error> {
    due::absorb(context, stored)?;
    due::ask_on_terminal(context, stored)
}

pub(super) fn wait(context: &Context<'_>, arguments: &WaitArguments) -> Result<Answer, Error> {
    join(context, &arguments.id, arguments.wait)
}

/// Waits until the round under way has ended, or says that it goes on.
fn join(context: &Context<'_>, id: &str, seconds: u64) -> Result<Answer, Error> {
    let started = Instant::now();
    let mut next_word = output::SILENCE;
    let limit = Duration::from_secs(seconds);
    let is_over = crate::block_on(async {
        let mut signal = Box::pin(interrupt::first());
        let mut limit = limit;
        let mut was_stopped = false;
        while context.store.is_worker_alive(id)? {
            if limit <= started.elapsed() {
                return Ok(false);
            }
            if next_word <= started.elapsed() {
                output::still_waiting(started);
                next_word += output::SILENCE;
            }
            tokio::select! {
                signal = &mut signal, if !was_stopped => match signal {
                    // A person at a terminal means the round; whoever ends a
                    // process for its own reasons means the process.
                    Interruption::Interrupt if !context.caller.is_agent() => {
                        context.store.ask_to_stop(id)?;
                        was_stopped = true;
                        limit = started.elapsed() + STOPPING;
                    }
                    Interruption::Interrupt | Interruption::Terminate => return Ok(false),
                },
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
        }
        Ok(true)
    })?;
    output::waited();
    if is_over { with_reply(context, id) } else { under_way(context, id) }
}

fn under_way(context: &Context<'_>, id: &str) -> Result<Answer, Error> {
    let review = context.store.peek(id)?;
    // Its newest event is that this try went out.
    let so_far = (review_store::now() - review.updated).num_seconds();
    let mut answer = Answer::new(format!(
        "{} is still reviewing ({} s so far). The round goes on by itself.",
        label(&review),
        so_far.max(0)
    ));
    answer.next = Some(context.launcher.command(&format!("refine wait {id}")));
    Ok(answer)
}

fn with_reply(context: &Context<'_>, id: &str) -> Result<Answer, Error> {
    let mut stored = context.store.open(id)?;
    if let Err(error) = due::absorb(context, &mut stored) {
        return due::blocked(context, &stored.review, error);
    }
    if stored.review.is_over() {
        return due::due(context, stored);
    }
    let logged = words::log(context, &mut stored);
    let newest = stored.review.plan().number;
    let is_read = stored.review.rounds.last().filter(|it| it.version == newest).is_some_and(|it| {
        it.result.as_ref().is_some_and(|it| matches!(it.outcome, Outcome::Read { .. }))
    });
    let feedback = is_read.then(|| words::feedback(context, &stored.review));
    let due = due::due(context, stored)?;
    let parts = [feedback, logged, Some(due.text)];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join("\n");
    Ok(Answer { text, ..due })
}

/// How often something was sent or about to be.
fn tries(review: &Review) -> usize {
    review.rounds.iter().map(|it| it.attempts.len()).sum()
}

fn start_worker(
    context: &Context<'_>,
    id: &str,
    tries_before: usize,
    parcel: Vec<u8>,
) -> Result<(), Error> {
    let path = std::env::current_exe()
        .map_err(|error| Error::environment(format!("our own program cannot be found: {error}")))?;
    let program = Program {
        path,
        arguments: ["refine", "worker", id].map(Into::into).to_vec(),
        variables: context.environment.for_worker(),
        folder: context.environment.homes.home.clone(),
        stdin: parcel,
    };
    process::detach(&program).map_err(|error| Error::environment(format!("cannot {error}")))?;
    // Until it holds its lock, nobody can tell that it is there.
    for _ in 0..START_TRIES {
        if context.store.is_worker_alive(id)? || tries_before < tries(&context.store.peek(id)?) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Err(Error::environment("the process that waits for the reply did not start")
        .hint("run the same command again"))
}
