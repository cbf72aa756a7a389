//! What is due in each phase, in words: the text, what the agent does, and the
//! command. Changes nothing.

use deming_core::clean::clean_line;
use deming_core::finding::Finding;
use deming_core::plan::Elision;
use deming_core::render::markdown::{fence, inline};
use deming_core::render::review_report::{self, Standing};
use deming_core::review_loop::{
    AcceptedBy, ConsentBy, FoundSecret, OpenQuestion, Phase, Review, convergence, is_interruption,
    question,
};

use super::payload::{is_offline, label};
use super::{Answer, Context, hand_over, nobody};
use crate::error::Error;
use crate::review_log;
use crate::review_store::StoredReview;
use crate::terminal::Terminal;

/// Where the review stands and what is due.
pub(super) fn describe(context: &Context<'_>, review: &Review) -> Answer {
    let id = &review.opening.id;
    let command = |step: &str| Some(context.launcher.command(&format!("refine {step} {id}")));
    let with_input =
        |step: &str| Some(context.launcher.command_with_input(&format!("refine {step} {id}")));
    let mut answer = Answer::new(String::new());
    match review.phase() {
        Phase::Drafted => {
            answer.text = "Consent is needed before anything is sent.".to_owned();
            if !review.undecided().is_empty() {
                answer.text.push_str(SECRETS_ASK);
            }
            ask_human(context, &mut answer, review, command("send"));
        }
        Phase::Consented { round } => {
            answer.text = match review.consent.as_ref().map(|it| it.by) {
                Some(ConsentBy::NotNeeded) => {
                    format!("Iteration {round} can be checked; nothing leaves this machine.")
                }
                Some(ConsentBy::Standing) => {
                    format!("Agreed to in advance. Iteration {round} can be sent.")
                }
                Some(ConsentBy::Question | ConsentBy::Terminal) | None => {
                    format!("Agreed to. Iteration {round} can be sent.")
                }
            };
            send_next(context, &mut answer, review);
        }
        Phase::Reviewing { round } if is_dead(context, review) => {
            answer.text = format!("Iteration {round} was interrupted before its reply came.");
            answer.next = command("resume");
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
            ask_human(context, &mut answer, review, command("resume"));
        }
        Phase::Unreadable { raw } => {
            answer.text = format!(
                "The reply could not be read, so it is neither an approval nor a rejection:\n\n{}",
                fence(&cut(context, review, raw), "text")
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
                AcceptedBy::Reviewer if is_offline(review) => LINT_PASSED.to_owned(),
                AcceptedBy::Reviewer => "Approved by the reviewer.".to_owned(),
                AcceptedBy::Person => "The human accepts the plan.".to_owned(),
                AcceptedBy::Rule => "The plan is taken.".to_owned(),
            };
            answer.instruction = Some(LEARNINGS.to_owned());
            answer.next = with_input("accept");
        }
        Phase::Accepted { by } => {
            let iterations = match review.rounds_used() {
                1 => "1 iteration".to_owned(),
                count => format!("{count} iterations"),
            };
            answer.text = match by {
                AcceptedBy::Reviewer if is_offline(review) => {
                    format!(
                        "The plan passed the offline lint after {iterations}; nobody approved it."
                    )
                }
                AcceptedBy::Reviewer => format!("The plan was approved after {iterations}."),
                AcceptedBy::Person => {
                    format!("The human accepted the plan after {iterations}.")
                }
                AcceptedBy::Rule => format!(
                    "The plan was taken after {iterations}, with only minor findings left and \
                     nobody to ask."
                ),
            };
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

const LINT_PASSED: &str = "The lint found nothing. That is not an approval by a reviewer.";

/// Whether the round that went out has nobody who waits for it.
pub(super) fn is_dead(context: &Context<'_>, review: &Review) -> bool {
    matches!(review.phase(), Phase::Reviewing { .. })
        && context.store.is_worker_alive(&review.opening.id).is_ok_and(|it| !it)
}

/// Where a review stands, in a word or a few.
pub(super) fn state(context: &Context<'_>, review: &Review) -> &'static str {
    let phase = review.phase();
    let is_passed = matches!(
        phase,
        Phase::Approved { by: AcceptedBy::Reviewer } | Phase::Accepted { by: AcceptedBy::Reviewer }
    );
    if is_dead(context, review) {
        "interrupted"
    } else if is_passed && is_offline(review) {
        "passed the offline lint"
    } else {
        phase.word()
    }
}

/// Has the agent put the question, as far as there is somebody to ask.
fn ask_human(context: &Context<'_>, answer: &mut Answer, review: &Review, next: Option<String>) {
    if context.caller.is_alone() {
        answer.text = format!("{}\n{}", answer.text, nobody::to_ask(context, review));
        answer.instruction = Some("say so and stop; there is nothing to run.".to_owned());
        return;
    }
    if context.caller.is_agent() {
        let mark = OpenQuestion::mark(&review.opening.id);
        answer.instruction = Some(format!(
            "call AskUserQuestion with the one question \"{mark}\" and the options \"Yes\" and \
             \"No\"; Deming puts its own text there. Then run the command below, whatever the \
             answer was."
        ));
    } else if Terminal::open().is_none() {
        answer.text = format!("{}\n{}", answer.text, nobody::without_terminal(context, review));
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
        ask_human(context, answer, review, Some(next));
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
pub(super) fn feedback(context: &Context<'_>, review: &Review) -> String {
    let Some(result) = review.rounds.last().and_then(|it| it.result.as_ref()) else {
        return String::new();
    };
    let mut text = match is_offline(review) {
        true => "The offline lint says:\n\n".to_owned(),
        false => format!("{} feedback:\n\n", label(review)),
    };
    let findings = result.outcome.findings();
    let standing =
        review.ledger.open().filter(|it| !findings.iter().any(|new| new.id == it.finding.id));
    let standing: Vec<Standing<'_>> =
        standing.map(|it| Standing { finding: &it.finding, note: &it.note }).collect();
    text.push_str(&named(context, review, findings, &standing));
    for diagnostic in &result.diagnostics {
        text.push_str(&format!("\nNote: {}\n", inline(diagnostic.as_str())));
    }
    text
}

/// All findings, new ones first; where they are too long for a chat, those that
/// weigh most, with the names of the others. The summary is always whole, and
/// counts what is open.
fn named(
    context: &Context<'_>,
    review: &Review,
    findings: &[Finding],
    standing: &[Standing<'_>],
) -> String {
    let counts = review.ledger.open_counts();
    let whole = review_report::named_findings(findings, standing, counts);
    if whole.len() <= TEXT_LIMIT {
        return whole;
    }
    let new = findings.iter().map(|finding| (finding, None));
    let still = standing.iter().map(|it| (it.finding, Some(shorten(it.note, FINDING_LIMIT))));
    let mut by_weight: Vec<(&Finding, Option<String>)> = new.chain(still).collect();
    by_weight.sort_by_key(|it| std::cmp::Reverse(it.0.level));
    let (mut shown, mut stands, mut left) = (Vec::new(), Vec::new(), Vec::new());
    let mut room = TEXT_LIMIT;
    for (finding, note) in by_weight {
        let text = shorten(&finding.text, FINDING_LIMIT);
        let length = text.len() + note.as_ref().map_or(0, String::len);
        match room.checked_sub(length).filter(|_| left.is_empty()) {
            Some(rest) => {
                room = rest;
                let finding = Finding { text, ..finding.clone() };
                match note {
                    Some(note) => stands.push((finding, note)),
                    None => shown.push(finding),
                }
            }
            None => left.push(format!("{} [{}]", finding.id, finding.level)),
        }
    }
    let stands: Vec<Standing<'_>> =
        stands.iter().map(|(finding, note)| Standing { finding, note }).collect();
    let mut text = review_report::named_findings(&shown, &stands, counts);
    if !left.is_empty() {
        text.push_str(&format!("\nNot shown here: {}.\n", left.join(", ")));
    }
    text.push_str(&format!("\nAll of it: {}\n", show(context, review)));
    text
}

/// Writes the log. Without one a review goes on all the same, and says why.
pub(super) fn log(context: &Context<'_>, stored: &mut StoredReview) -> Option<String> {
    let error = review_log::write(context.environment, stored).err()?;
    let hints: String = error.hints.iter().map(|it| format!("; {}", inline(it))).collect();
    Some(format!("Note: no log is written: {}{hints}\n", inline(&error.message)))
}

/// The command that prints the whole log.
pub(super) fn show(context: &Context<'_>, review: &Review) -> String {
    context.launcher.command(&format!("refine show {}", review.opening.id))
}

/// The open findings, a short line each.
pub(super) fn open_findings(review: &Review) -> String {
    let mut open: Vec<&Finding> = review.ledger.open().map(|it| &it.finding).collect();
    open.sort_by_key(|it| (std::cmp::Reverse(it.level), it.id));
    let lines = open.iter().map(|it| {
        let first = clean_line(&shorten(it.text.trim(), FIRST_WORDS));
        format!("- {} [{}] {}\n", it.id, it.level, inline(&first))
    });
    lines.collect()
}

/// The most bytes of one text in an answer: the shell tool shows a longer
/// answer from its beginning alone, and the last line is the one that matters.
const TEXT_LIMIT: usize = 12_000;
/// The most of one finding, where all of them are too long.
const FINDING_LIMIT: usize = 4_000;
const FIRST_WORDS: usize = 100;

/// The beginning of a text, up to a word.
fn shorten(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let end = (0..=limit).rev().find(|it| text.is_char_boundary(*it)).unwrap_or_default();
    let kept = text[..end].rsplit_once(char::is_whitespace).map_or(&text[..end], |it| it.0);
    format!("{}…", kept.trim_end())
}

/// The beginning and the end of a text that is too long for a chat.
pub(super) fn cut(context: &Context<'_>, review: &Review, text: &str) -> String {
    let Some((head, tail)) = ends(text) else { return text.to_owned() };
    let left = text.len() - head.len() - tail.len();
    let all = show(context, review);
    format!("{head}\n\n[… {left} bytes are not shown here; all of it: {all}]\n\n{tail}")
}

/// Whole lines from both ends of a text, unless it is short enough.
fn ends(text: &str) -> Option<(&str, &str)> {
    if text.len() <= TEXT_LIMIT {
        return None;
    }
    let boundary = |at: usize| (0..=at).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0);
    let (head, tail) =
        (&text[..boundary(TEXT_LIMIT * 3 / 4)], &text[boundary(text.len() - TEXT_LIMIT / 4)..]);
    let head = head.rsplit_once('\n').map_or(head, |it| it.0);
    let tail = tail.split_once('\n').map_or(tail, |it| it.1);
    Some((head, tail))
}

/// Why a plan that leaves out its own text is not taken.
pub(super) fn left_out(elision: &Elision) -> Error {
    let (line, text) = (elision.line, clean_line(&elision.text));
    Error::usage(format!("line {line} leaves something out: `{text}`"))
        .hint("write the whole plan; what is reviewed and logged is always complete")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_keeps_both_ends() {
        assert_eq!(ends("short"), None);
        let text: String = (0..5_000).map(|it| format!("line {it}\n")).collect();
        let (head, tail) = ends(&text).unwrap();
        assert!(head.starts_with("line 0\n") && tail.ends_with("line 4999\n"));
        assert!(head.len() + tail.len() <= TEXT_LIMIT);
        assert!(tail.starts_with("line "), "{tail}");
        assert!(ends(&"\u{e9}".repeat(TEXT_LIMIT)).is_some());
    }

    #[test]
    fn a_text_is_shortened_at_a_word() {
        assert_eq!(shorten("one two three", 9), "one two…");
        assert_eq!(shorten("one", 3), "one");
    }
}
