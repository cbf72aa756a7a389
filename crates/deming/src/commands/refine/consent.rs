//! The yes that a round needs: taken from the settings, from the person's
//! answer in Claude Code or from a terminal, never from the agent.

use deming_core::render::consent::{ConsentFacts, question as consent_text};
use deming_core::review_loop::{
    ConsentBy, NO_CANCEL, Phase, Question, RecordedConsent, Review, ReviewEvent, Subject,
    YES_BUT_DO_NOT_LOG, YES_PROCEED, consent_choices,
};

use super::payload::{is_offline, payload, prepare, project};
use super::{Context, due};
use crate::error::Error;
use crate::outbound::{ConsentSource, Destination, standing};
use crate::review_store::StoredReview;
use crate::reviewer::{Reviewer, offline};
use crate::settings::ReviewerName;
use crate::terminal::Terminal;

/// Whether a person has to agree before anything more goes out.
pub(super) fn is_needed(review: &Review) -> bool {
    match review.phase() {
        Phase::Drafted => true,
        // The tries that the last yes covers are used up.
        Phase::Failed { .. } | Phase::Unreadable { .. } => review.sendable().is_none(),
        Phase::Consented { .. }
        | Phase::Reviewing { .. }
        | Phase::Revising
        | Phase::MinorOnly
        | Phase::CapReached
        | Phase::Disagreement
        | Phase::Circling
        | Phase::Approved { .. }
        | Phase::Accepted { .. }
        | Phase::Stopped
        | Phase::Cancelled => false,
    }
}

/// Takes the yes of the settings, or puts the question to the human.
///
/// # Errors
/// When the reviewer cannot be reached at all, so there is nothing to agree to.
pub(super) fn obtain(context: &Context<'_>, stored: &mut StoredReview) -> Result<(), Error> {
    if is_offline(&stored.review) {
        let rounds = stored.review.opening.max_rounds;
        let destination = offline::DESTINATION.to_owned();
        return agree(stored, ConsentBy::NotNeeded, destination, rounds, true);
    }
    let reviewer = prepare(context, &stored.review)?;
    let destination = reviewer.destination();
    match standing_rounds(context, &stored.review, &destination) {
        Some(rounds) => agree(stored, ConsentBy::Standing, destination.key, rounds, true),
        None => ask(context, stored, &reviewer),
    }
}

/// Takes what the person chose in Claude Code.
///
/// # Errors
/// As [`obtain`]; the answer stays where it is then.
pub(super) fn take_answer(
    context: &Context<'_>,
    stored: &mut StoredReview,
    shown: &Question,
    label: &str,
) -> Result<(), Error> {
    if !is_needed(&stored.review) {
        return stored.close_question();
    }
    if label == NO_CANCEL {
        return take_choice(stored, label, ConsentBy::Question, String::new());
    }
    let reviewer = prepare(context, &stored.review)?;
    // What was agreed to must still be what would be done.
    if *shown == question(context, &stored.review, &reviewer) {
        take_choice(stored, label, ConsentBy::Question, reviewer.destination().key)
    } else {
        ask(context, stored, &reviewer)
    }
}

/// Outside of Claude Code a person can answer where they typed the command.
///
/// # Errors
/// As [`obtain`], and when the terminal goes away.
pub(super) fn ask_on_terminal(
    context: &Context<'_>,
    stored: &mut StoredReview,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let reviewer = prepare(context, &stored.review)?;
    let question = question(context, &stored.review, &reviewer);
    let label = due::choose(terminal, &question)?;
    take_choice(stored, &label, ConsentBy::Terminal, reviewer.destination().key)
}

/// Records what a person chose, bound to the destination that they were told.
fn take_choice(
    stored: &mut StoredReview,
    label: &str,
    by: ConsentBy,
    destination: String,
) -> Result<(), Error> {
    let rounds = stored.review.opening.max_rounds;
    match label {
        YES_PROCEED => agree(stored, by, destination, rounds, true)?,
        YES_BUT_DO_NOT_LOG => agree(stored, by, destination, rounds, false)?,
        NO_CANCEL => stored.append(ReviewEvent::Declined { by })?,
        // Not one of the choices: nothing was agreed to, and it is asked again.
        _ => return Ok(()),
    }
    stored.close_question()
}

fn agree(
    stored: &mut StoredReview,
    by: ConsentBy,
    destination: String,
    rounds: u32,
    logging: bool,
) -> Result<(), Error> {
    let consent = RecordedConsent {
        by,
        destination,
        rounds,
        logging,
        attachments: Vec::new(),
        secrets: Vec::new(),
    };
    stored.append(ReviewEvent::Consented { consent })
}

/// For how many rounds the person agreed in advance.
fn standing_rounds(
    context: &Context<'_>,
    review: &Review,
    destination: &Destination,
) -> Option<u32> {
    let name = ReviewerName::from_word(&review.opening.reviewer).ok()?;
    let consent = standing(&context.settings, name, &project(review).root, destination)?;
    let ConsentSource::Standing { rounds, .. } = consent.source() else { return None };
    // Once it is used up it must not renew itself: a person looks at it then.
    let is_first = review.consent.is_none();
    let is_theirs = context.caller.has_settings_of_before(context.environment);
    (is_first && is_theirs).then_some(*rounds)
}

/// Writes the question for the hook to show, unless it is open already.
fn ask(context: &Context<'_>, stored: &StoredReview, reviewer: &Reviewer) -> Result<(), Error> {
    let question = question(context, &stored.review, reviewer);
    let next = context.launcher.command(&format!("refine send {}", stored.id()));
    stored.ask(Subject::Consent, question, next)
}

fn question(context: &Context<'_>, review: &Review, reviewer: &Reviewer) -> Question {
    let environment = context.environment;
    let payload = payload(reviewer, review);
    let logs = environment.review_logs().path().join(&review.opening.project);
    let overrides = environment.overrides().into_iter();
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
        overrides: overrides.map(|(name, value)| (name.to_owned(), value)).collect(),
        remarks: reviewer.remark().into_iter().collect(),
    };
    Question {
        header: "Plan review".to_owned(),
        text: consent_text(&facts),
        choices: consent_choices(),
    }
}
