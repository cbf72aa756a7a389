//! What is due in each phase, in words: the text, what the agent does, and the
//! command. Changes nothing.

use deming_core::render::markdown::{fence, inline};
use deming_core::render::review_report::{self, Standing};
use deming_core::review_loop::{
    AcceptedBy, FoundSecret, NOBODY_TO_ASK, OpenQuestion, Phase, Review, convergence,
    is_interruption, question,
};

use super::{Answer, Context, hand_over};

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
            if !review.undecided().is_empty() {
                answer.text.push_str(SECRETS_ASK);
            }
            ask_human(context, &mut answer, &mark, command("send"));
        }
        Phase::Consented { round } => {
            answer.text = format!("Agreed to. Iteration {round} can be sent.");
            send_next(context, &mut answer, review);
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
            go_on_when_told(context, &mut answer, review);
        }
        Phase::Failed { failure } if is_interruption(failure) && review.sendable().is_some() => {
            answer.text = format!("{} It can be sent again under the same yes.", failure.message);
            send_next(context, &mut answer, review);
        }
        Phase::Failed { failure } => {
            answer.text = format!(
                "The round failed, so the plan is neither approved nor rejected: {}\nWhat to do: {}",
                inline(&failure.message),
                inline(&failure.hint)
            );
            go_on_when_told(context, &mut answer, review);
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
fn go_on_when_told(context: &Context<'_>, answer: &mut Answer, review: &Review) {
    if review.sendable().is_some() {
        send_next(context, answer, review);
        let then = answer.instruction.take().map(|it| format!(" Then {it}")).unwrap_or_default();
        answer.instruction =
            Some(format!("show it to the human, and go on only when they say so.{then}"));
    } else {
        let reason = match review.revoked {
            Some(_) => "The yes for it was taken back.",
            None => "The tries that were agreed to are used up.",
        };
        answer.text.push_str(&format!("\n{reason}"));
        let id = &review.opening.id;
        let next = context.launcher.command(&format!("refine send {id}"));
        ask_human(context, answer, &OpenQuestion::mark(id), Some(next));
    }
}

/// The command that sends, with what has to be handed over for it.
fn send_next(context: &Context<'_>, answer: &mut Answer, review: &Review) {
    let id = &review.opening.id;
    if hand_over::needed(review).is_empty() {
        answer.next = Some(context.launcher.command(&format!("refine send {id}")));
        return;
    }
    answer.instruction = Some(
        "hand over once more, word for word, what you handed over last: with the secrets that \
         the human agreed to send as they are, and the task in front of the plan where it holds \
         one. Nothing of it is kept."
            .to_owned(),
    );
    // The hook lengthens a call without a wait of its own, but not one with input.
    answer.next =
        Some(context.launcher.command_with_input(&format!("refine send {id} --wait {SHORT_WAIT}")));
}

/// Less than the shell tool's own limit, in seconds.
const SHORT_WAIT: u32 = 100;

const SECRETS_ASK: &str =
    " A secret was found: the human decides what becomes of it, in the same question.";

/// What was found in a text that was handed over, and what became of it.
pub(super) fn found(found: &[FoundSecret], is_in_chat: bool) -> String {
    if found.is_empty() {
        return String::new();
    }
    let mut text = String::from("Secrets were found. Labels are kept in their place, no value:\n");
    for it in found.iter().take(MOST_FOUND) {
        text.push_str(&format!("- {}: `{}`\n", it.describe(), it.label));
    }
    if MOST_FOUND < found.len() {
        text.push_str(&format!("- {} more\n", found.len() - MOST_FOUND));
    }
    if is_in_chat {
        text.push_str("They stand in this chat already: the human should rotate them.\n");
    }
    text.push('\n');
    text
}

/// The most secrets that an answer names one by one.
const MOST_FOUND: usize = 20;

/// The findings of the newest round, with the names that answers use.
pub(super) fn feedback(review: &Review, label: &str) -> String {
    let Some(result) = review.rounds.last().and_then(|it| it.result.as_ref()) else {
        return String::new();
    };
    let findings = result.outcome.findings();
    let mut text = format!("{label} feedback:\n\n");
    let standing =
        review.ledger.open().filter(|it| !findings.iter().any(|new| new.id == it.finding.id));
    let standing: Vec<Standing<'_>> =
        standing.map(|it| Standing { finding: &it.finding, note: &it.note }).collect();
    let named = review_report::named_findings(findings, &standing, review.ledger.open_counts());
    text.push_str(&cut(&named));
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
