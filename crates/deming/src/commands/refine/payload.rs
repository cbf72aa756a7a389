//! What a round of a review sends, and who it is sent to.

use std::path::Path;

use deming_core::prompt::{self, Attachment, KnownFile, PriorFinding, Request};
use deming_core::review_loop::{Review, Tracked};
use deming_core::secret::Values;

use super::Context;
use crate::error::Error;
use crate::outbound::{Approved, Payload};
use crate::project::Project;
use crate::reviewer::{Reviewer, offline};
use crate::settings::ReviewerName;

/// The reviewer's name as readers see it.
pub(super) fn label(review: &Review) -> &'static str {
    if is_offline(review) { "The offline lint" } else { "Codex" }
}

/// Whether nothing of this review leaves the machine.
pub(super) fn is_offline(review: &Review) -> bool {
    review.opening.reviewer == ReviewerName::Offline.word()
}

/// The project that the review belongs to.
pub(super) fn project(review: &Review) -> Project {
    Project::around(Path::new(&review.opening.root))
}

/// Finds the reviewer and its login.
///
/// # Errors
/// When it is missing, not logged in or misconfigured.
pub(super) fn prepare(context: &Context<'_>, review: &Review) -> Result<Reviewer, Error> {
    let name = ReviewerName::from_word(&review.opening.reviewer)?;
    let root = project(review).root;
    crate::block_on(Reviewer::prepare(name, context.environment, &context.settings, &root))
}

/// What the next round of this review sends.
pub(super) fn payload(reviewer: &Reviewer, review: &Review) -> Payload {
    Payload::new(reviewer.destination(), text(review))
}

/// All that a round needs, without sending anything.
///
/// # Errors
/// Whatever would keep the round from going out.
pub(super) fn check(
    reviewer: &Reviewer,
    review: &Review,
    values: &Values,
) -> Result<Approved, Error> {
    let consent = crate::outbound::recorded(review)?;
    let payload = payload(reviewer, review);
    reviewer.check_length(payload.prompt())?;
    payload.scan_and_approve(&consent, values)
}

/// The text of the next round, with labels in the place of secrets.
pub(super) fn text(review: &Review) -> String {
    prompt::prompt(&request(review, &project(review)))
}

fn request(review: &Review, project: &Project) -> Request {
    let opening = &review.opening;
    let plan = &review.plan().text;
    let answered = |tracked: &Tracked| PriorFinding {
        finding: tracked.finding.clone(),
        answer: match &tracked.answer {
            Some(answer) => format!("{}: {}", answer.kind.word(), answer.text),
            None => "no answer".to_owned(),
        },
    };
    let attached = opening.attachments.iter();
    Request {
        task: Some(opening.task.clone()),
        files: offline::files_named(plan)
            .into_iter()
            .map(|path| KnownFile { exists: project.has(&path), path })
            .collect(),
        plan: plan.clone(),
        prior: review.ledger.open().map(answered).collect(),
        kept: review.ledger.kept().map(answered).collect(),
        attachments: attached
            .map(|it| Attachment { name: it.name.clone(), text: it.text.clone() })
            .collect(),
        focus: opening.focus.clone(),
        round: review.next_round(),
    }
}
