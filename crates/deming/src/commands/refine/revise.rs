//! `refine revise`: takes the new plan and the answers, and shows what changed.

use deming_core::clean::clean;
use deming_core::finding::FindingId;
use deming_core::plan::{AnswerText, Plan, check_revision};
use deming_core::render::diff::{Versions, diff};
use deming_core::review_loop::{
    Answer as FindingAnswer, AnswerKind, FoundSecret, Phase, Review, ReviewEvent,
};

use super::{Answer, Context, due, read_input, split_at_plan, words};
use crate::error::Error;
use crate::review_log;
use crate::secrets::Redaction;

/// Takes a new plan version and one answer per finding from standard input
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Standard input: one line per finding, an empty line, then the complete new plan.
An answer is `fixed: how`, `rejected: why` or `deferred: why`. Every HIGH and
MEDIUM finding needs one.

Example:
  deming refine revise r4f2abc <<'DEMING_EOF'
  F1 fixed: added a refresh token, see Token Strategy
  F2 rejected: the gateway limits logins already

  # Plan: JWT Authentication for FastAPI (v2)
  …
  DEMING_EOF")]
pub(super) struct Arguments {
    /// The review
    id: String,
}

/// How many lines of a diff are shown in the chat.
const DIFF_LINES: usize = 60;

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Answer, Error> {
    let mut stored = context.store.open(&arguments.id)?;
    if let Err(error) = due::absorb(context, &mut stored) {
        return due::blocked(context, &stored.review, error);
    }
    if !matches!(stored.review.phase(), Phase::Revising) {
        let mut due = due::due(context, stored)?;
        due.text = format!("No revision is due now; nothing was changed.\n{}", due.text);
        return Ok(due);
    }
    let mut redaction = Redaction::new(stored.labels()?);
    let read = read_input("the answers and the new plan").and_then(|input| {
        let input = clean(&input);
        let (before, plan) = split_at_plan(&input);
        // First of all, so that no message repeats a value.
        let before = redaction.hide(before, "answers")?;
        read(&stored.review, &before, &redaction.hide(plan, FoundSecret::PLAN)?)
    });
    let (plan, answers) = match read {
        Ok(read) => read,
        Err(error) => {
            return Ok(words::describe(context, &stored.review).after_refusal(&error));
        }
    };
    let number = stored.review.plan().number;
    let versions = Versions {
        old: &stored.review.plan().text,
        new: &plan,
        old_number: number,
        new_number: number + 1,
    };
    let diff = diff(versions, DIFF_LINES);
    stored.keep_labels(&redaction.labels)?;
    let found = redaction.found;
    let told = words::found(&found, context.caller.is_agent());
    stored.append(ReviewEvent::Revised { plan, answers, found })?;
    review_log::write(context.environment, &mut stored)?;
    let version = stored.review.plan().number;
    let due = due::due(context, stored)?;
    let text =
        format!("Plan v{version} is recorded. What changed:\n\n{diff}\n\n{told}{}", due.text);
    Ok(Answer { text, ..due })
}

/// The new plan and the answers, if both are whole.
fn read(review: &Review, before: &str, text: &str) -> Result<(String, Vec<FindingAnswer>), Error> {
    let answers = read_answers(before)?;
    check_answers(review, &answers)?;
    if text.is_empty() {
        return Err(Error::usage("the new plan is missing")
            .hint("write the complete plan behind the answers, from its `# Plan:` heading on"));
    }
    let text = text.trim_end().to_owned() + "\n";
    let parse = |text: &str| {
        Plan::parse(text).map_err(|error| Error::usage(error.to_string()).hint(error.hint()))
    };
    let old = parse(&review.plan().text)?;
    let new = parse(&text)?;
    let said: Vec<AnswerText<'_>> = answers
        .iter()
        .map(|it| AnswerText { text: &it.text, rejects: it.kind == AnswerKind::Rejected })
        .collect();
    check_revision(&old, &new, &said)
        .map_err(|refused| Error::usage(refused.to_string()).hint(refused.hint()))?;
    Ok((text, answers))
}

/// Reads the answers: a line `F1 fixed: how`, with further lines up to the next.
fn read_answers(text: &str) -> Result<Vec<FindingAnswer>, Error> {
    let mut answers: Vec<FindingAnswer> = Vec::new();
    for line in text.lines().filter(|it| !it.trim().is_empty()) {
        match read_answer(line) {
            Some(answer) => answers.push(answer),
            None => match answers.last_mut() {
                Some(answer) => {
                    answer.text.push('\n');
                    answer.text.push_str(line.trim());
                }
                None => {
                    return Err(Error::usage(format!("`{}` is not an answer", line.trim()))
                        .hint("write `F1 fixed: how`, `F1 rejected: why` or `F1 deferred: why`"));
                }
            },
        }
    }
    Ok(answers)
}

fn read_answer(line: &str) -> Option<FindingAnswer> {
    let line = line.trim().trim_start_matches(['-', '*']).trim_start();
    let (head, text) = line.split_once(':')?;
    let mut words = head.split_whitespace();
    let id: FindingId = words.next()?.parse().ok()?;
    let kind = AnswerKind::from_word(words.next()?)?;
    (words.next().is_none() && !text.trim().is_empty()).then(|| FindingAnswer {
        id,
        kind,
        text: text.trim().to_owned(),
    })
}

/// Every open HIGH and MEDIUM has an answer, and no answer is for nothing.
fn check_answers(review: &Review, answers: &[FindingAnswer]) -> Result<(), Error> {
    for (index, answer) in answers.iter().enumerate() {
        if review.ledger.get(answer.id).is_none() {
            return Err(Error::usage(format!("there is no finding {}", answer.id))
                .hint(format!("run `deming refine status {}`", review.opening.id)));
        }
        if answers[..index].iter().any(|it| it.id == answer.id) {
            return Err(Error::usage(format!("{} is answered twice", answer.id))
                .hint("give each finding one answer"));
        }
    }
    let unanswered: Vec<String> = review
        .ledger
        .open()
        .filter(|it| it.finding.level.is_blocking())
        .filter(|it| !answers.iter().any(|answer| answer.id == it.finding.id))
        .map(|it| format!("{} [{}]", it.finding.id, it.finding.level))
        .collect();
    if unanswered.is_empty() {
        return Ok(());
    }
    Err(Error::usage(format!("not answered: {}", unanswered.join(", ")))
        .hint("answer each as `F1 fixed: how`, `F1 rejected: why` or `F1 deferred: why`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &[(u32, AnswerKind, &str)]) {
        let answers = read_answers(text).unwrap();
        let answers: Vec<_> =
            answers.iter().map(|it| (it.id.0, it.kind, it.text.as_str())).collect();
        assert_eq!(answers, want);
    }

    #[test]
    fn answers_are_lines_with_their_continuations() {
        check(
            "- F1 fixed: refresh token\n  in section 3\n\nF2 REJECTED: the gateway does it\n",
            &[
                (1, AnswerKind::Fixed, "refresh token\nin section 3"),
                (2, AnswerKind::Rejected, "the gateway does it"),
            ],
        );
    }

    #[test]
    fn one_id_is_not_another() {
        check("F10 deferred: later", &[(10, AnswerKind::Deferred, "later")]);
        assert!(read_answers("F1x fixed: a").is_err());
        assert!(read_answers("F1 maybe: a").is_err());
        assert!(read_answers("F1 fixed:").is_err());
    }
}
