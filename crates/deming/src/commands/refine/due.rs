//! What is due: takes what came in, puts the question that is next, and ends
//! what is over.

use deming_core::render::markdown::inline;
use deming_core::review_loop::{
    ConsentBy, Phase, Question, Review, ReviewEvent, Subject, interrupted, question,
};

use super::{Answer, Context, consent, ended, words};
use crate::error::{Error, ErrorKind};
use crate::review_store::StoredReview;
use crate::terminal::{Enter, Terminal};

/// Takes a recorded answer of the person, if there is a new one, and notes a
/// round that nobody waits for any more.
///
/// # Errors
/// When the journal cannot be written, or the reviewer that was agreed to
/// cannot be reached.
pub(super) fn absorb(context: &Context<'_>, stored: &mut StoredReview) -> Result<(), Error> {
    if let Phase::Reviewing { round } = *stored.review.phase()
        && !context.store.is_worker_alive(stored.id())?
    {
        let result = interrupted();
        stored.append(ReviewEvent::RoundEnded { round, result, seconds: 0 })?;
    }
    let Some((open, Some(label))) = stored.answer()? else { return Ok(()) };
    match open.subject {
        Subject::Consent => consent::take_answer(context, stored, &open.question, &label),
        Subject::Decision => take_decision(stored, &open.question, &label, ConsentBy::Question),
    }
}

fn take_decision(
    stored: &mut StoredReview,
    asked: &Question,
    label: &str,
    by: ConsentBy,
) -> Result<(), Error> {
    // An answer to what is no longer asked decides nothing.
    let is_asked = question(&stored.review).as_ref() == Some(asked);
    match asked.decision(label) {
        Some(decision) if is_asked => {
            stored.append(ReviewEvent::Decided { decision, by })?;
            stored.close_question()
        }
        Some(_) => stored.close_question(),
        // Not one of the choices: the question stays open.
        None => Ok(()),
    }
}

/// Says what is due, and puts the question that goes with it.
///
/// # Errors
/// When the question or the log cannot be written.
pub(super) fn due(context: &Context<'_>, mut stored: StoredReview) -> Result<Answer, Error> {
    if stored.review.needs_consent()
        && let Err(error) = consent::obtain(context, &mut stored)
    {
        return blocked(context, &stored.review, error);
    }
    if let Some(question) = question(&stored.review) {
        let next = context.launcher.command(&format!("refine resume {}", stored.id()));
        stored.ask(Subject::Decision, question, next)?;
    }
    if stored.review.is_over() {
        return ended::answer(context, stored);
    }
    Ok(words::describe(context, &stored.review))
}

/// Asks the person on their own terminal what the review waits for.
///
/// # Errors
/// When the terminal goes away, or there is nothing to agree to.
pub(super) fn ask_on_terminal(
    context: &Context<'_>,
    stored: &mut StoredReview,
) -> Result<(), Error> {
    if context.caller.is_agent() {
        return Ok(());
    }
    let is_needed = stored.review.needs_consent();
    let decision = question(&stored.review);
    if !is_needed && decision.is_none() {
        return Ok(());
    }
    let Some(mut terminal) = Terminal::open() else { return Ok(()) };
    match decision {
        Some(asked) => match choose(&mut terminal, &asked)? {
            Some(label) => take_decision(stored, &asked, &label, ConsentBy::Terminal),
            None => Ok(()),
        },
        None => consent::ask_on_terminal(context, stored, &mut terminal),
    }
}

/// The label that a person chose on the terminal; `None` leaves the question
/// open. Each of its choices ends, sends or decides something, so that an empty
/// line is none of them.
///
/// # Errors
/// When the terminal goes away.
pub(super) fn choose(
    terminal: &mut Terminal,
    question: &Question,
) -> Result<Option<String>, Error> {
    let chosen = terminal
        .choose(&question.text, &question.choices, Enter::Nothing)
        .map_err(|error| Error::environment(format!("the terminal went away: {error}")))?;
    Ok(chosen.and_then(|it| question.choices.get(it)).map(|it| it.label.clone()))
}

/// What keeps the review from going on, said as an answer: the chat has to go
/// on, and nothing is lost.
///
/// # Errors
/// When it is not something that a person can mend.
pub(super) fn blocked(
    context: &Context<'_>,
    review: &Review,
    error: Error,
) -> Result<Answer, Error> {
    match error.kind {
        ErrorKind::Environment | ErrorKind::Consent | ErrorKind::Review(_) => {}
        ErrorKind::Usage | ErrorKind::Bug => return Err(error),
    }
    let mut answer = Answer::new(format!(
        "Nothing was sent; the review {} waits: {}\n{}",
        review.opening.id,
        inline(&error.message),
        todo(context, &error)
    ));
    answer.instruction = Some("tell the human, and go on only when they say so.".to_owned());
    answer.next = Some(context.launcher.command(&format!("refine resume {}", review.opening.id)));
    Ok(answer)
}

/// What to do about an error, a line each.
pub(super) fn todo(context: &Context<'_>, error: &Error) -> String {
    let hints = error.hints.iter().map(|it| context.launcher.respell(it));
    hints.map(|it| format!("What to do: {}\n", inline(&it))).collect()
}
