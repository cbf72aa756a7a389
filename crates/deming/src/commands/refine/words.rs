//! What is due in each phase, in words: the text, what the agent does, and the
//! command. Changes nothing.

use deming_core::render::markdown::{fence, inline};
use deming_core::render::review_report;
use deming_core::review_loop::{
    AcceptedBy, NOBODY_TO_ASK, OpenQuestion, Phase, Review, convergence, is_interruption, question,
};

use super::{Answer, Context};

/// Where the review stands and what is due.
pub(super) fn describe(context: &Context<'_>, review: &Review) -> Answer {
    let id = &review.opening.id;
    let command = |step: &str| Some(context.launcher.command(&format!("refine {step} {id}")));
    let with_input =
        |step: &str| Some(context.launcher.command_with_input(&format!("refine {step} {id}")));
    let mark = OpenQuestion::mark(id);
    let mut answer = Answer::new(String::new());
    match review.phase() {
        Phase::Drafted => {
            answer.text = "Consent is needed before anything is sent.".to_owned();
            ask_human(context, &mut answer, &mark, command("send"));
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
            ask_human(context, &mut answer, &mark, command("resume"));
        }
        Phase::Unreadable { raw } => {
            answer.text = format!(
                "The reply could not be read, so it is neither an approval nor a rejection:\n\n{}",
                fence(&cut(raw), "text")
            );
            go_on_when_told(context, &mut answer, review, command("send"));
        }
        Phase::Failed { failure } if is_interruption(failure) && review.sendable().is_some() => {
            answer.text = format!("{} It can be sent again under the same yes.", failure.message);
            answer.next = command("send");
        }
        Phase::Failed { failure } => {
            answer.text = format!(
                "The round failed, so the plan is neither approved nor rejected: {}\nWhat to do: {}",
                inline(&failure.message),
                inline(&failure.hint)
            );
            go_on_when_told(context, &mut answer, review, command("send"));
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
        }
        Phase::Stopped => {
            answer.text = "The review was stopped without an approval.".to_owned();
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

/// Has the agent put the question, as far as there is somebody to ask.
fn ask_human(context: &Context<'_>, answer: &mut Answer, mark: &str, next: Option<String>) {
    if context.caller.is_alone() {
        answer.text = format!("{}\n{NOBODY_TO_ASK}", answer.text);
        answer.instruction = Some("say so and stop; there is nothing to run.".to_owned());
        return;
    }
    if context.caller.is_agent() {
        answer.instruction = Some(format!(
            "call AskUserQuestion with the one question \"{mark}\" and the options \"Yes\" and \
             \"No\"; Deming puts its own text there. Then run the command below, whatever the \
             answer was."
        ));
    }
    answer.next = next;
}

/// After a round without a reply: again under the same yes, or after a new one.
fn go_on_when_told(
    context: &Context<'_>,
    answer: &mut Answer,
    review: &Review,
    next: Option<String>,
) {
    if review.sendable().is_some() {
        answer.instruction =
            Some("show it to the human, and go on only when they say so.".to_owned());
        answer.next = next;
    } else {
        answer.text.push_str("\nThe tries that were agreed to are used up.");
        ask_human(context, answer, &OpenQuestion::mark(&review.opening.id), next);
    }
}

/// The findings of the newest round, with the names that answers use.
pub(super) fn feedback(review: &Review, label: &str) -> String {
    let Some(result) = review.rounds.last().and_then(|it| it.result.as_ref()) else {
        return String::new();
    };
    let findings = result.outcome.findings();
    let mut text = format!("{label} feedback:\n\n");
    let named = review_report::named_findings(findings, result.outcome.counts());
    text.push_str(&cut(&named));
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

/// The most characters of one text in an answer: the shell tool shows a longer
/// answer from its beginning alone, and the last line is the one that matters.
const TEXT_LIMIT: usize = 12_000;

/// The beginning of a text that is too long for a chat.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(TEXT_LIMIT) {
        Some((end, _)) => {
            let kept = text[..end].rsplit_once('\n').map_or(&text[..end], |(kept, _)| kept);
            let left = text.len() - kept.len();
            format!("{kept}\n… and {left} bytes more; `refine show` has it whole")
        }
        None => text.to_owned(),
    }
}
