//! `refine send` and `refine wait`: the round goes out by a process of its own,
//! so that no limit of a shell tool and no closed chat can end it unseen.

use std::path::Path;
use std::time::{Duration, Instant};

use deming_core::prompt::{self, KnownFile, PriorFinding, Request};
use deming_core::render::consent::{ConsentFacts, question as consent_text};
use deming_core::review_loop::{
    ConsentBy, NO_CANCEL, Phase, Question, RecordedConsent, Review, ReviewEvent, Subject,
    YES_BUT_DO_NOT_LOG, YES_PROCEED, consent_choices,
};

use super::{Answer, Context, due};
use crate::error::Error;
use crate::outbound::Payload;
use crate::process::{self, Program};
use crate::project::Project;
use crate::review_store::StoredReview;
use crate::reviewer::{Reviewer, offline};
use crate::settings::ReviewerName;
use crate::terminal::Terminal;
use crate::{interrupt, output, review_log};

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
    let mut stored = context.store.open(&arguments.id)?;
    due::absorb(context, &mut stored)?;
    if matches!(stored.review.phase(), Phase::Drafted) {
        ask_on_terminal(context, &mut stored)?;
    }
    if let Phase::Reviewing { .. } = stored.review.phase() {
        if context.store.is_worker_alive(&arguments.id)? {
            drop(stored);
            return join(context, &arguments.id, arguments.wait);
        }
    }
    let Some(round) = stored.review.sendable() else {
        return due::due(context, &stored);
    };
    let heading = format!(
        "Sending to {} for review (iteration {round}/{})...\n",
        label(&stored.review),
        stored.review.max_rounds
    );
    output::progress(heading.trim_end());
    // Whatever keeps the round from going out is said here, before a process
    // that nobody listens to has to say it.
    check(context, &stored.review)?;
    drop(stored);
    start_worker(context, &arguments.id)?;
    let mut answer = join(context, &arguments.id, arguments.wait)?;
    answer.text = format!("{heading}\n{}", answer.text);
    Ok(answer)
}

pub(super) fn wait(context: &Context<'_>, arguments: &WaitArguments) -> Result<Answer, Error> {
    join(context, &arguments.id, arguments.wait)
}

/// Waits until the round under way has ended, or says that it goes on.
fn join(context: &Context<'_>, id: &str, seconds: u64) -> Result<Answer, Error> {
    let started = Instant::now();
    let limit = Duration::from_secs(seconds);
    let stop = crate::block_on(async {
        let mut stop = Box::pin(interrupt::requested());
        loop {
            let review = context.store.peek(id)?;
            let is_waiting = matches!(
                review.phase(),
                Phase::Reviewing { .. }
                    | Phase::Consented { .. }
                    | Phase::Failed { .. }
                    | Phase::Unreadable { .. }
            );
            if !is_waiting || !context.store.is_worker_alive(id)? {
                return Ok(false);
            }
            if limit <= started.elapsed() {
                return Ok(true);
            }
            tokio::select! {
                () = &mut stop => return Ok(true),
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
        }
    })?;
    let mut stored = context.store.open(id)?;
    if stop {
        let so_far = stored.review.rounds.last().map(|it| {
            let now = crate::review_store::now();
            (now - it.started).num_seconds().max(0)
        });
        let mut answer = due::describe(context, &stored.review);
        answer.text = format!(
            "{} is still reviewing ({} s so far). The round goes on by itself.",
            label(&stored.review),
            so_far.unwrap_or_default()
        );
        answer.next = Some(context.launcher.command(&format!("refine wait {id}")));
        return Ok(answer);
    }
    review_log::write(context.environment, &mut stored)?;
    let due = due::due(context, &stored)?;
    let has_reply = stored.review.rounds.last().is_some_and(|round| {
        round.result.as_ref().is_some_and(|it| !it.outcome.findings().is_empty())
    });
    let feedback = due::feedback(&stored.review, label(&stored.review));
    let text = match stored.review.phase() {
        Phase::Failed { .. } | Phase::Unreadable { .. } | Phase::Reviewing { .. } => {
            due.text.clone()
        }
        _ if has_reply || matches!(stored.review.phase(), Phase::Approved { .. }) => {
            format!("{feedback}\n{}", due.text)
        }
        _ => due.text.clone(),
    };
    Ok(Answer { text, ..due })
}

/// The reviewer's name as readers see it.
pub(super) fn label(review: &Review) -> &'static str {
    if review.opening.reviewer == ReviewerName::Offline.word() {
        "The offline lint"
    } else {
        "Codex"
    }
}

/// All that a round needs, without sending anything.
fn check(context: &Context<'_>, review: &Review) -> Result<(), Error> {
    if review.opening.reviewer == ReviewerName::Offline.word() {
        return Ok(());
    }
    let project = Project::around(Path::new(&review.opening.root));
    let reviewer = prepare(context, review, &project)?;
    crate::outbound::recorded(review)
        .and_then(|consent| payload(&reviewer, review, &project).scan_and_approve(&consent))
        .map(drop)
}

pub(super) fn prepare(
    context: &Context<'_>,
    review: &Review,
    project: &Project,
) -> Result<Reviewer, Error> {
    let name = ReviewerName::from_word(&review.opening.reviewer)?;
    crate::block_on(Reviewer::prepare(name, context.environment, &context.settings, &project.root))
}

/// What the next round of this review sends.
pub(super) fn payload(reviewer: &Reviewer, review: &Review, project: &Project) -> Payload {
    let request = request(review, project);
    Payload::new(reviewer.name(), reviewer.destination(), prompt::prompt(&request))
}

fn request(review: &Review, project: &Project) -> Request {
    let plan = &review.plan().text;
    let prior = review.ledger.open().map(|tracked| PriorFinding {
        finding: tracked.finding.clone(),
        answer: match &tracked.answer {
            Some(answer) => format!("{}: {}", answer.kind.word(), answer.text),
            None => "no answer".to_owned(),
        },
    });
    Request {
        task: Some(review.opening.task.clone()),
        files: offline::files_named(plan)
            .into_iter()
            .map(|path| KnownFile { exists: project.has(&path), path })
            .collect(),
        plan: plan.clone(),
        prior: prior.collect(),
        attachments: Vec::new(),
        round: review.next_round(),
    }
}

fn start_worker(context: &Context<'_>, id: &str) -> Result<(), Error> {
    let path = std::env::current_exe()
        .map_err(|error| Error::environment(format!("our own program cannot be found: {error}")))?;
    let program = Program {
        path,
        arguments: ["refine", "worker", id].map(Into::into).to_vec(),
        variables: context.environment.for_worker(),
        folder: context.environment.homes.home.clone(),
        stdin: Vec::new(),
    };
    process::detach(&program).map_err(|error| Error::environment(format!("cannot {error}")))?;
    // Until it holds its lock, nobody can tell that it is there.
    for _ in 0..200 {
        let review = context.store.peek(id)?;
        if context.store.is_worker_alive(id)? || !matches!(review.phase(), Phase::Consented { .. })
        {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Err(Error::environment("the process that waits for the reply did not start")
        .hint("run the same command again"))
}

/// Writes the question for consent, for the hook to show.
pub(super) fn ask_for_consent(
    context: &Context<'_>,
    stored: &StoredReview,
    reviewer: &Reviewer,
) -> Result<(), Error> {
    let question = consent_question(context, &stored.review, reviewer);
    let next = context.launcher.command(&format!("refine send {}", stored.id()));
    stored.ask(Subject::Consent, question, next)
}

fn consent_question(context: &Context<'_>, review: &Review, reviewer: &Reviewer) -> Question {
    let environment = context.environment;
    let project = Project::around(Path::new(&review.opening.root));
    let payload = payload(reviewer, review, &project);
    let logs = environment.review_logs().path().join(&review.opening.project);
    let facts = ConsentFacts {
        reviewer: reviewer.label().to_owned(),
        destination: payload.destination().description.clone(),
        bytes: payload.bytes(),
        plan_bytes: review.plan().text.len(),
        rounds: review.opening.max_rounds,
        attachments: Vec::new(),
        additions: reviewer.additions(environment),
        redactions: Vec::new(),
        log: Some(format!("{}/", environment.display(&logs))),
        overrides: environment
            .overrides()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        remarks: reviewer.remark().into_iter().collect(),
    };
    Question {
        header: "Plan review".to_owned(),
        text: consent_text(&facts),
        choices: consent_choices(),
    }
}

/// Records what a person chose, bound to the destination as it is now.
pub(super) fn take_consent(
    context: &Context<'_>,
    stored: &mut StoredReview,
    label: &str,
    by: ConsentBy,
) -> Result<(), Error> {
    let logging = match label {
        YES_PROCEED => true,
        YES_BUT_DO_NOT_LOG => false,
        NO_CANCEL => {
            stored.append(ReviewEvent::Declined { by })?;
            return stored.close_question();
        }
        // Not one of the choices: nothing was agreed to, and it is asked again.
        _ => return Ok(()),
    };
    let project = Project::around(Path::new(&stored.review.opening.root));
    let reviewer = prepare(context, &stored.review, &project)?;
    // The text that was agreed to names the destination; it must still be true.
    let shown = stored.answer()?.map(|(open, _)| open.question.text);
    let now = consent_question(context, &stored.review, &reviewer).text;
    if by == ConsentBy::Question && shown.as_deref() != Some(now.as_str()) {
        return ask_for_consent(context, stored, &reviewer);
    }
    let consent = RecordedConsent {
        by,
        destination: reviewer.destination().key,
        rounds: stored.review.opening.max_rounds,
        logging,
        attachments: Vec::new(),
        secrets: Vec::new(),
    };
    stored.append(ReviewEvent::Consented { consent })?;
    stored.close_question()
}

/// Outside of Claude Code a person can answer where they typed the command.
fn ask_on_terminal(context: &Context<'_>, stored: &mut StoredReview) -> Result<(), Error> {
    if context.environment.is_inside_claude() {
        return refresh_question(context, stored);
    }
    let Some(mut terminal) = Terminal::open() else {
        return refresh_question(context, stored);
    };
    let project = Project::around(Path::new(&stored.review.opening.root));
    let reviewer = prepare(context, &stored.review, &project)?;
    let question = consent_question(context, &stored.review, &reviewer);
    let labels: Vec<&str> = question.choices.iter().map(|it| it.label.as_str()).collect();
    let chosen = terminal
        .choose(&question.text, &labels)
        .map_err(|error| Error::environment(format!("the terminal went away: {error}")))?;
    take_consent(context, stored, labels[chosen], ConsentBy::Terminal)
}

/// A question whose facts changed, or that was never written, is written anew.
fn refresh_question(context: &Context<'_>, stored: &mut StoredReview) -> Result<(), Error> {
    let project = Project::around(Path::new(&stored.review.opening.root));
    let reviewer = prepare(context, &stored.review, &project)?;
    let question = consent_question(context, &stored.review, &reviewer);
    match stored.answer()? {
        Some((open, _)) if open.question == question => Ok(()),
        Some(_) | None => ask_for_consent(context, stored, &reviewer),
    }
}
