//! What is due in each phase, in words: the text, the question, the command.

use deming_core::render::markdown::{fence, inline};
use deming_core::render::review_report;
use deming_core::review_loop::{
    AcceptedBy, ConsentBy, OpenQuestion, Phase, Review, ReviewEvent, Subject, convergence, question,
};

use super::{Answer, Context};
use crate::error::Error;
use crate::review_store::StoredReview;

/// Takes a recorded answer of the person, if there is a new one.
///
/// # Errors
/// When the journal cannot be written.
pub(super) fn absorb(context: &Context<'_>, stored: &mut StoredReview) -> Result<(), Error> {
    let Some((open, Some(label))) = stored.answer()? else { return Ok(()) };
    match open.subject {
        Subject::Consent => super::send::take_consent(context, stored, &label, ConsentBy::Question),
        Subject::Decision => match open.question.decision(&label) {
            Some(decision) => {
                stored.append(ReviewEvent::Decided { decision, by: ConsentBy::Question })?;
                stored.close_question()
            }
            // Not one of the choices: the question stays open.
            None => Ok(()),
        },
    }
}

/// Says what is due, and puts the question that goes with it.
///
/// # Errors
/// When the question cannot be written.
pub(super) fn due(context: &Context<'_>, stored: &StoredReview) -> Result<Answer, Error> {
    if let Some(question) = question(&stored.review) {
        let next = context.launcher.command(&format!("refine resume {}", stored.id()));
        stored.ask(Subject::Decision, question, next)?;
    }
    Ok(describe(context, &stored.review))
}

/// The same without touching anything.
pub(super) fn describe(context: &Context<'_>, review: &Review) -> Answer {
    let id = &review.opening.id;
    let command = |step: &str| Some(context.launcher.command(&format!("refine {step} {id}")));
    let with_input = |step: &str| command(step).map(|it| format!("{it} <<'DEMING_EOF'"));
    let mark = OpenQuestion::mark(id);
    let mut answer = Answer::new(String::new());
    match review.phase() {
        Phase::Drafted => {
            answer.text = "Consent is needed before anything is sent.".to_owned();
            answer.instruction = Some(ask_human(&mark));
            answer.next = command("send");
        }
        Phase::Consented { round } => {
            answer.text = format!("Agreed to. Iteration {round} can be sent.");
            answer.next = command("send");
        }
        Phase::Reviewing { round } => {
            answer.text = format!("Iteration {round} is under review.");
            answer.next = command("wait");
        }
        Phase::Revising => {
            answer.text = "Updating plan to address feedback...".to_owned();
            answer.instruction = Some(
                "revise the whole plan. Pass one line per finding, every HIGH and MEDIUM, as \
                 `F1 fixed: how`, `F2 rejected: why` or `F3 deferred: why`, then an empty line, \
                 then the complete new plan from its `# Plan:` heading on."
                    .to_owned(),
            );
            answer.next = with_input("revise");
        }
        Phase::MinorOnly if review.runs_without_person() => {
            answer.text = "Only minor findings remain; without a person to ask, the plan is taken."
                .to_owned();
            answer.instruction = Some(LEARNINGS.to_owned());
            answer.next = with_input("accept");
        }
        Phase::MinorOnly | Phase::CapReached | Phase::Circling | Phase::Disagreement => {
            answer.text = question(review).map(|it| it.text).unwrap_or_default();
            answer.instruction = Some(ask_human(&mark));
            answer.next = command("resume");
        }
        Phase::Unreadable { raw } => {
            answer.text = format!(
                "The reply could not be read, so it is neither an approval nor a rejection. Show \
                 it to the human and stop here:\n\n{}",
                fence(raw, "text")
            );
            answer.next = command("send").filter(|_| review.sendable().is_some());
        }
        Phase::Failed { failure } => {
            answer.text = format!(
                "The round failed, so the plan is neither approved nor rejected: {}\nWhat to do: {}",
                inline(&failure.message),
                inline(&failure.hint)
            );
            answer.instruction =
                Some("tell the human, and go on only when they say so.".to_owned());
            answer.next = command("send");
        }
        Phase::Approved { by } => {
            answer.text = match by {
                AcceptedBy::Reviewer => "Approved by the reviewer.".to_owned(),
                AcceptedBy::Person => "The human accepts the plan.".to_owned(),
                AcceptedBy::Rule => "The plan is taken.".to_owned(),
            };
            answer.instruction = Some(LEARNINGS.to_owned());
            answer.next = with_input("accept");
        }
        Phase::Accepted { .. } => {
            answer.text =
                format!("The plan was approved after {} iterations.", review.rounds_used());
            answer.next = command("show");
        }
        Phase::Stopped => {
            answer.text = "The review was stopped without an approval.".to_owned();
            answer.next = command("show");
        }
        Phase::Cancelled => {
            answer.text = "Cancelled. No plan was approved.".to_owned();
        }
    }
    if !review.rounds.is_empty() {
        answer.text = format!("{}\n{}", answer.text, convergence(review));
    }
    answer
}

const LEARNINGS: &str = "pass two to five key learnings of this review, one `- ` line each.";

fn ask_human(mark: &str) -> String {
    format!(
        "call AskUserQuestion with the one question \"{mark}\" and the options \"Yes\" and \"No\"; \
         Deming puts its own text there. Then run the command below, whatever the answer was."
    )
}

/// The findings of the newest round, with the names that answers use.
pub(super) fn feedback(review: &Review, label: &str) -> String {
    let Some(result) = review.rounds.last().and_then(|it| it.result.as_ref()) else {
        return String::new();
    };
    let findings = result.outcome.findings();
    let mut text = format!("{label} feedback:\n\n");
    text.push_str(&review_report::named_findings(findings, result.outcome.counts()));
    let standing: Vec<String> = review
        .ledger
        .open()
        .filter(|it| !findings.iter().any(|new| new.id == it.finding.id))
        .map(|it| format!("{} [{}]", it.finding.id, it.finding.level))
        .collect();
    if !standing.is_empty() {
        text.push_str(&format!("\nStill open from before: {}.\n", standing.join(", ")));
    }
    for diagnostic in &result.diagnostics {
        text.push_str(&format!("\nNote: {}\n", inline(diagnostic.as_str())));
    }
    text
}
