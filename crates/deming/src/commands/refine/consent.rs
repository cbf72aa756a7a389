//! The yes that a round needs: taken from the settings, from the person's
//! answer in Claude Code or from a terminal, never from the agent.

use deming_core::render::consent::{ConsentFacts, question as consent_text};
use deming_core::review_loop::{
    ConsentBy, NO_CANCEL, Phase, Question, REDACT, REDACT_WITHOUT_LOG, RecordedConsent, Review,
    ReviewEvent, SEND_ANYWAY, Subject, YES_BUT_DO_NOT_LOG, YES_PROCEED, consent_choices,
    secret_choices,
};
use deming_core::secret::kind_of;

use super::payload::{is_offline, payload, prepare, project};
use super::{Context, due};
use crate::error::Error;
use crate::outbound::{NotCovered, ToCover, standing};
use crate::review_store::StoredReview;
use crate::reviewer::{Reviewer, offline};
use crate::settings::ReviewerName;
use crate::terminal::Terminal;

/// Takes the yes of the settings, or puts the question to the human.
///
/// # Errors
/// When the reviewer cannot be reached at all, so there is nothing to agree to.
pub(super) fn obtain(context: &Context<'_>, stored: &mut StoredReview) -> Result<(), Error> {
    if is_offline(&stored.review) {
        let rounds = rounds_to_agree(&stored.review);
        let destination = offline::DESTINATION.to_owned();
        let yes = Yes { by: ConsentBy::NotNeeded, destination, rounds, logging: true };
        return agree(stored, yes, Secrets::Redact);
    }
    let reviewer = prepare(context, &stored.review)?;
    let destination = reviewer.destination();
    match standing_rounds(context, &stored.review) {
        Ok(rounds) => {
            let destination = destination.key;
            let yes = Yes { by: ConsentBy::Standing, destination, rounds, logging: true };
            agree(stored, yes, Secrets::Redact)
        }
        Err(_) => ask(context, stored, &reviewer),
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
    if !stored.review.needs_consent() {
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
    match due::choose(terminal, &question)? {
        Some(label) => take_choice(stored, &label, ConsentBy::Terminal, reviewer.destination().key),
        None => Ok(()),
    }
}

/// Records what a person chose, bound to the destination that they were told.
fn take_choice(
    stored: &mut StoredReview,
    label: &str,
    by: ConsentBy,
    destination: String,
) -> Result<(), Error> {
    let review = &stored.review;
    let kept = review.consent.as_ref().filter(|_| goes_on(review)).is_none_or(|it| it.logging);
    let (logging, secrets) = match label {
        YES_PROCEED => (true, Secrets::None),
        YES_BUT_DO_NOT_LOG => (false, Secrets::None),
        REDACT => (kept, Secrets::Redact),
        REDACT_WITHOUT_LOG => (false, Secrets::Redact),
        SEND_ANYWAY => (kept, Secrets::SendAnyway),
        NO_CANCEL => {
            stored.append(ReviewEvent::Declined { by })?;
            return stored.close_question();
        }
        // Not one of the choices: nothing was agreed to, and it is asked again.
        _ => return Ok(()),
    };
    let rounds = rounds_to_agree(review);
    agree(stored, Yes { by, destination, rounds, logging }, secrets)?;
    stored.close_question()
}

/// Whether an earlier yes still counts, so that nothing but a new secret asks.
fn goes_on(review: &Review) -> bool {
    review.consent.is_some() && review.revoked.is_none() && 0 < review.rounds_left
}

/// A yes for something new covers all rounds, one for a new secret those that
/// are left.
fn rounds_to_agree(review: &Review) -> u32 {
    if goes_on(review) { review.rounds_left } else { review.opening.max_rounds }
}

struct Yes {
    by: ConsentBy,
    destination: String,
    rounds: u32,
    logging: bool,
}

/// What becomes of the secrets that nobody had decided about.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Secrets {
    /// There were none.
    None,
    Redact,
    SendAnyway,
}

fn agree(stored: &mut StoredReview, yes: Yes, decided: Secrets) -> Result<(), Error> {
    let review = &stored.review;
    let earlier = review.consent.as_ref().filter(|_| review.revoked.is_none());
    let mut secrets = earlier.map(|it| it.secrets.clone()).unwrap_or_default();
    let mut redacted = earlier.map(|it| it.redacted.clone()).unwrap_or_default();
    let new = review.undecided().into_iter().map(|it| it.label.clone());
    match decided {
        Secrets::None => {}
        Secrets::Redact => redacted.extend(new),
        Secrets::SendAnyway => secrets.extend(new),
    }
    let Yes { by, destination, rounds, logging } = yes;
    let attachments = review.opening.attachments.iter().map(|it| it.name.clone()).collect();
    let consent =
        RecordedConsent { by, destination, rounds, logging, attachments, secrets, redacted };
    stored.append(ReviewEvent::Consented { consent })
}

/// For how many rounds the person agreed in advance. That covers plans alone,
/// and secrets in them where the settings say so.
///
/// # Errors
/// Why nothing in the settings covers what is due.
pub(super) fn standing_rounds(context: &Context<'_>, review: &Review) -> Result<u32, NotCovered> {
    let name = ReviewerName::from_word(&review.opening.reviewer)
        .map_err(|error| NotCovered::PassedOver(error.message))?;
    let to_cover = ToCover {
        has_secrets: !review.undecided().is_empty(),
        has_attachments: !review.opening.attachments.is_empty(),
        is_elsewhere: false,
    };
    let is_of_before = || context.caller.has_settings_of_before(context.environment);
    let root = project(review).root;
    let consent = standing(&context.settings, is_of_before, name, &root, to_cover)?;
    if review.consent.is_none() {
        return Ok(consent.rounds);
    }
    // Once its rounds or the tries of one are used up it must not renew itself:
    // a person looks at it then. What is left covers a new text.
    let is_new_text = matches!(review.phase(), Phase::Drafted);
    if is_new_text && review.runs_without_person() && goes_on(review) {
        Ok(review.rounds_left)
    } else {
        Err(NotCovered::UsedUp)
    }
}

/// Writes the question for the hook to show, unless it is open already.
fn ask(context: &Context<'_>, stored: &StoredReview, reviewer: &Reviewer) -> Result<(), Error> {
    let question = question(context, &stored.review, reviewer);
    let next = context.launcher.command(&format!("refine send {}", stored.id()));
    stored.ask(Subject::Consent, question, next)
}

fn question(context: &Context<'_>, review: &Review, reviewer: &Reviewer) -> Question {
    let environment = context.environment;
    let opening = &review.opening;
    let payload = payload(reviewer, review);
    let logs = environment.review_logs().path().join(&opening.project);
    let overrides = environment.overrides().into_iter();
    let found = review.undecided();
    // Whether a log is kept was said with the first yes.
    let asks_for_log = !goes_on(review);
    let log = format!("{}/", environment.display(&logs));
    let decided = review.consent.as_ref().filter(|_| review.revoked.is_none());
    let attached = opening.attachments.iter().map(|it| (it.name.clone(), it.bytes));
    let facts = ConsentFacts {
        reviewer: reviewer.label().to_owned(),
        task: Some(opening.task.clone()),
        destination: payload.destination().description.clone(),
        bytes: payload.bytes(),
        // The values are kept nowhere, so nobody knows how long they are.
        bytes_as_it_is: None,
        plan_bytes: review.plan().text.len(),
        rounds: rounds_to_agree(review),
        attachments: attached.collect(),
        focus: opening.focus.clone(),
        additions: reviewer.additions(environment),
        found: found.iter().map(|it| it.describe()).collect(),
        is_in_chat: context.caller.is_agent(),
        redactions: by_kind(decided.map(|it| it.redacted.as_slice())),
        sent_anyway: by_kind(decided.map(|it| it.secrets.as_slice())),
        log: Some(log).filter(|_| asks_for_log),
        overrides: overrides.map(|(name, value)| (name.to_owned(), value)).collect(),
        remarks: reviewer.remarks(),
    };
    Question {
        header: "Plan review".to_owned(),
        text: consent_text(&facts),
        choices: match found.as_slice() {
            [] => consent_choices(),
            _ => secret_choices(asks_for_log),
        },
    }
}

/// How many labels there are of each kind.
fn by_kind(labels: Option<&[String]>) -> Vec<(String, usize)> {
    let mut kinds: Vec<(String, usize)> = Vec::new();
    for kind in labels.unwrap_or_default().iter().map(|it| kind_of(it)) {
        match kinds.iter_mut().find(|it| it.0 == kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((kind.to_owned(), 1)),
        }
    }
    kinds
}
