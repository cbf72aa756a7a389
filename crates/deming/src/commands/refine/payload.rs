//! What a round of a review sends, and who it is sent to.

use std::path::Path;

use deming_core::prompt::{self, KnownFile, PriorFinding, Request};
use deming_core::review_loop::Review;

use super::Context;
use crate::error::Error;
use crate::outbound::Payload;
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
    let request = request(review, &project(review));
    Payload::new(reviewer.name(), reviewer.destination(), prompt::prompt(&request))
}

/// All that a round needs, without sending anything.
///
/// # Errors
/// Whatever would keep the round from going out.
pub(super) fn check(context: &Context<'_>, review: &Review) -> Result<(), Error> {
    if is_offline(review) {
        return Ok(());
    }
    let reviewer = prepare(context, review)?;
    let consent = crate::outbound::recorded(review)?;
    payload(&reviewer, review).scan_and_approve(&consent).map(drop)
}

fn request(review: &Review, project: &Project) -> Request {
    let plan = &review.plan().text;
    let prior = review.ledger.open().map(|tracked| PriorFinding {
        finding: tracked.finding.clone(),
        answer: match &tracked.answer {
            Some(answer) => format!("{}: {}", answer.kind.word(), answer.text),
            None => "no answer".to_owned(),
        },
    });
    Request {
        task: Some(review.opening.task.clone()),
        files: offline::files_named(plan)
            .into_iter()
            .map(|path| KnownFile { exists: project.has(&path), path })
            .collect(),
        plan: plan.clone(),
        prior: prior.collect(),
        attachments: Vec::new(),
        round: review.next_round(),
    }
}
