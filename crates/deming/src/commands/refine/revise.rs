//! `refine revise`: takes the new plan and the answers, and shows what changed.

use deming_core::clean::clean;
use deming_core::plan::{self, AnswerText, Plan, check_revision};
use deming_core::render::diff::{Versions, diff};
use deming_core::review_loop::{
    Answer as FindingAnswer, AnswerKind, FoundSecret, Phase, Review, ReviewEvent,
};

use super::{Answer, Context, answers, due, read_input, split_at_plan, words};
use crate::error::Error;
use crate::secrets::Redaction;

/// Takes a new plan version and one answer per finding from standard input
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Standard input: one line per finding, an empty line, then the complete new plan.
An answer is `fixed: how`, `rejected: why` or `deferred: why`. Every HIGH and
MEDIUM finding needs one; `F1, F2 fixed: how` answers two.

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
    if !takes_plans(&stored.review) {
        let mut due = due::due(context, stored)?;
        due.text = format!("No revision is due now; nothing was changed.\n{}", due.text);
        return Ok(due);
    }
    let mut redaction = Redaction::new(stored.labels()?);
    let taken = read_input("the answers and the new plan").and_then(|input| {
        let input = clean(&input);
        let (before, plan) = split_at_plan(&input);
        // First of all, so that no message repeats a value.
        Ok((redaction.hide(before, "answers")?, redaction.hide(plan, FoundSecret::PLAN)?))
    });
    let is_due = matches!(stored.review.phase(), Phase::Revising);
    let is_known = |plan: &str| plan.trim_end() == stored.review.plan().text.trim_end();
    if !is_due && taken.as_ref().is_ok_and(|(_, plan)| is_known(plan)) {
        let mut due = due::due(context, stored)?;
        due.text = format!("This plan is recorded already; nothing was changed.\n{}", due.text);
        return Ok(due);
    }
    let read = match taken {
        Ok((before, plan)) => read(&stored.review, &before, &plan),
        Err(error) => Err(vec![error]),
    };
    let (plan, answers) = match read {
        Ok(read) => read,
        Err(errors) => {
            return Ok(words::describe(context, &stored.review).after_refusals(context, &errors));
        }
    };
    let number = stored.review.plan().number;
    let is_rewritten = !stored.review.is_sent();
    let versions = Versions {
        old: &stored.review.plan().text,
        new: &plan,
        old_number: number,
        new_number: if is_rewritten { number } else { number + 1 },
    };
    let diff = diff(versions, DIFF_LINES);
    stored.keep_labels(&redaction.labels)?;
    let found = redaction.found;
    let told = words::found(&found, context.caller.is_agent());
    stored.append(ReviewEvent::Revised { plan, answers, found })?;
    let logged = words::log(context, &mut stored).unwrap_or_default();
    let version = stored.review.plan().number;
    let due = due::due(context, stored)?;
    let text = format!(
        "Plan v{version} is recorded. What changed:\n\n{diff}\n\n{told}{logged}{}",
        due.text
    );
    Ok(Answer { text, ..due })
}

/// Whether a new plan can be taken: one is due, or the newest has not gone out.
fn takes_plans(review: &Review) -> bool {
    match review.phase() {
        Phase::Revising | Phase::Drafted | Phase::Consented { .. } => true,
        Phase::Reviewing { .. }
        | Phase::MinorOnly
        | Phase::CapReached
        | Phase::Disagreement
        | Phase::Circling
        | Phase::Unreadable { .. }
        | Phase::Failed { .. }
        | Phase::Approved { .. }
        | Phase::Accepted { .. }
        | Phase::Stopped
        | Phase::Cancelled => false,
    }
}

/// The new plan and the answers, if both are whole.
///
/// # Errors
/// Every reason why they are not, so that one more turn is enough.
fn read(
    review: &Review,
    before: &str,
    text: &str,
) -> Result<(String, Vec<FindingAnswer>), Vec<Error>> {
    let (answers, mut errors) = answers::read(before);
    errors.extend(answers::check(review, &answers));
    let text = text.trim_end().to_owned() + "\n";
    errors.extend(check_plan(review, &text, &answers));
    if errors.is_empty() { Ok((text, answers)) } else { Err(errors) }
}

fn check_plan(review: &Review, text: &str, answers: &[FindingAnswer]) -> Vec<Error> {
    if text.trim().is_empty() {
        return vec![
            Error::usage("the new plan is missing")
                .hint("write the complete plan behind the answers, from its `# Plan:` heading on"),
        ];
    }
    let Some(seen) = review.last_sent() else { return check_first(text) };
    let (old, new) = match (Plan::parse(&seen.text), Plan::parse_begun(text)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(error), _) | (_, Err(error)) => {
            return vec![Error::usage(error.to_string()).hint(error.hint())];
        }
    };
    let unseen = review.versions.iter().filter(|it| seen.number < it.number);
    let said: Vec<AnswerText<'_>> = unseen
        .flat_map(|it| &it.answers)
        .chain(answers)
        .map(|it| AnswerText { text: &it.text, rejects: it.kind == AnswerKind::Rejected })
        .collect();
    let refused = check_revision(&old, &new, &said);
    refused.iter().map(|it| Error::usage(it.to_string()).hint(it.hint())).collect()
}

/// Nobody has seen a plan of this review yet: it has to be whole, and no more.
fn check_first(text: &str) -> Vec<Error> {
    match Plan::parse_begun(text) {
        Ok(plan) => plan::elisions(&plan).first().map(words::left_out).into_iter().collect(),
        Err(error) => vec![Error::usage(error.to_string()).hint(error.hint())],
    }
}
