//! Where the log of a review is, whether there is one, and what is in it.

use std::path::PathBuf;

use deming_core::finding::Counts;
use deming_core::render::review_log::{
    Answer, AnswerKind, Approval, Earlier, Feedback, FinalPlan, Iteration, PlanVersion, ReviewLog,
    Reviewer, render,
};
use deming_core::reply::PriorStatus;
use deming_core::review_loop::{
    self, AcceptedBy, ConsentBy, Decision, End, Review, ReviewEvent, RoundRecord,
};
use deming_core::round::Outcome;

use crate::environment::Environment;
use crate::error::Error;
use crate::log_file::{Durability, LogFile};
use crate::review_store::StoredReview;
use crate::settings::ReviewerName;

/// Writes the log, if the person agreed to one, and gives its path.
///
/// # Errors
/// When the disk says no; the log on disk is then whole, old or new.
pub(crate) fn write(
    environment: &Environment,
    stored: &mut StoredReview,
) -> Result<Option<PathBuf>, Error> {
    if !stored.review.logging() {
        return Ok(None);
    }
    let file = match place_of(environment, &stored.review) {
        Some(file) => file,
        None => place(environment, stored)?,
    };
    let sections = render(&input(&stored.review));
    let durability = match stored.review.is_over() {
        true => Durability::ForGood,
        false => Durability::UntilTheNextStep,
    };
    file.write(&sections, stored.renderings(), durability)?;
    Ok(Some(file.path()))
}

/// The log of a review, if it is still where it was written.
pub(crate) fn existing(environment: &Environment, review: &Review) -> Option<PathBuf> {
    place_of(environment, review).map(|it| it.path()).filter(|it| it.is_file())
}

/// Removes the log of earlier rounds after a newer yes that wanted none. One
/// that a person edited is theirs: it stays, and its path is given.
///
/// # Errors
/// When it is there and cannot be removed.
pub(crate) fn left_behind(
    environment: &Environment,
    stored: &StoredReview,
) -> Result<Option<PathBuf>, Error> {
    let is_wanted = stored.review.logging() || stored.review.consent.is_none();
    let Some(file) = place_of(environment, &stored.review).filter(|_| !is_wanted) else {
        return Ok(None);
    };
    let Some(bytes) = file.read()? else { return Ok(None) };
    let is_ours = stored.renderings().read()?.iter().any(|it| it.as_bytes() == bytes);
    if is_ours || bytes.is_empty() {
        file.folder.remove(&file.name)?;
        return Ok(None);
    }
    Ok(Some(file.path()))
}

fn place_of(environment: &Environment, review: &Review) -> Option<LogFile> {
    let path = review.log_path.as_ref()?;
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    Some(LogFile { folder: environment.review_logs().folder(&review.opening.project), name })
}

fn place(environment: &Environment, stored: &mut StoredReview) -> Result<LogFile, Error> {
    let opening = &stored.review.opening;
    let project = opening.project.clone();
    let folder = environment.review_logs().folder(&project);
    let date = stored.review.opened.format("%Y-%m-%d");
    let file = LogFile::take(folder, &format!("{date}-{}", opening.slug))?;
    stored.append(ReviewEvent::LogPlaced { path: format!("{project}/{}", file.name) })?;
    Ok(file)
}

/// The review in the terms of its log.
pub(crate) fn input(review: &Review) -> ReviewLog {
    let opening = &review.opening;
    let is_offline = opening.reviewer == ReviewerName::Offline.word();
    ReviewLog {
        title: opening.title.clone(),
        project: opening.project.clone(),
        date: review.opened.date_naive(),
        branch: opening.branch.clone(),
        reviewer: match is_offline {
            true => Reviewer::OfflineLint,
            false => Reviewer::Model { name: "Codex".to_owned() },
        },
        fields: fields(review),
        task: opening.task.clone(),
        initial_plan: review.versions.first().map(|it| it.text.clone()).unwrap_or_default(),
        iterations: review.rounds.iter().filter_map(|it| iteration(review, it)).collect(),
        approval: approval(review, is_offline),
        learnings: review.learnings.clone(),
    }
}

fn fields(review: &Review) -> Vec<(String, String)> {
    let mut fields = vec![("Review".to_owned(), review.opening.id.clone())];
    if let Some(consent) = &review.consent {
        let by = match consent.by {
            ConsentBy::Question => "answered in Claude Code",
            ConsentBy::Terminal => "answered on the terminal",
            ConsentBy::Standing => "given in advance in config.yaml",
            ConsentBy::NotNeeded => "not needed, nothing was sent",
        };
        fields.push(("Consent".to_owned(), by.to_owned()));
        if consent.by != ConsentBy::NotNeeded {
            fields.push(("Sent to".to_owned(), consent.destination.clone()));
        }
        if consent.by != ConsentBy::NotNeeded && !consent.attachments.is_empty() {
            fields.push(("Attached".to_owned(), consent.attachments.join(", ")));
        }
        if !consent.secrets.is_empty() {
            let labels = consent.secrets.join(", ");
            fields.push(("Sent as it is".to_owned(), format!("{labels}, by the person's answer")));
        }
    }
    if !review.rounds.is_empty() {
        fields.push(("Convergence".to_owned(), review_loop::convergence(review)));
    }
    fields
}

fn iteration(review: &Review, round: &RoundRecord) -> Option<Iteration> {
    let feedback = match &round.result.as_ref()?.outcome {
        Outcome::Read { findings, prior, .. } => Feedback::Read {
            raised: findings.clone(),
            earlier: prior
                .iter()
                .map(|it| {
                    let earlier = match it.status {
                        PriorStatus::Fixed => Earlier::Fixed,
                        PriorStatus::NotFixed => Earlier::NotFixed,
                        PriorStatus::Withdrawn => Earlier::Withdrawn,
                    };
                    (it.id, earlier, it.note.clone())
                })
                .collect(),
        },
        Outcome::Unreadable { raw } => Feedback::Unreadable { raw: raw.clone() },
        Outcome::Failed(failure) => Feedback::Failed { message: failure.message.clone() },
    };
    let next_round = review.rounds.iter().find(|it| round.number < it.number);
    // The version that answered this round: the one after what it was sent.
    let revised = review.versions.iter().find(|it| it.number == round.version + 1);
    let revised = revised.filter(|it| next_round.is_none_or(|next| it.number <= next.version));
    let answers = revised.map(|version| {
        version.answers.iter().map(|it| Answer {
            id: it.id,
            level: review
                .ledger
                .get(it.id)
                .map_or(deming_core::finding::Level::High, |it| it.finding.level),
            kind: match it.kind {
                review_loop::AnswerKind::Fixed => AnswerKind::Fixed,
                review_loop::AnswerKind::Rejected => AnswerKind::Rejected,
                review_loop::AnswerKind::Deferred => AnswerKind::Deferred,
            },
            text: it.text.clone(),
            stands: review
                .ledger
                .get(it.id)
                .is_none_or(|tracked| tracked.answer.as_ref() == Some(it) && !tracked.is_insisted),
        })
    });
    Some(Iteration {
        feedback,
        other_reply: round.result.as_ref().and_then(|it| it.other_reply.clone()),
        decision: settlement(review, round.number),
        answers: answers.into_iter().flatten().collect(),
        updated: revised.map(|it| PlanVersion { number: it.number, text: it.text.clone() }),
    })
}

/// What a person decided after a round where author and reviewer did not agree.
fn settlement(review: &Review, round: u32) -> Option<String> {
    let settled = review.decisions.iter().find(|it| it.round == round)?;
    let ids: Vec<String> = settled.findings.iter().map(ToString::to_string).collect();
    let ids = ids.join(", ");
    let sentence = match settled.decision {
        Decision::KeepPlan => {
            format!("The person keeps the plan: {ids} stays as the author has it.")
        }
        Decision::FollowReviewer => format!("The person follows the reviewer on {ids}."),
        Decision::Stop => format!("The person ended the review at {ids}."),
        Decision::Accept | Decision::Continue | Decision::MoreRounds => return None,
    };
    Some(sentence)
}

fn approval(review: &Review, is_offline: bool) -> Approval {
    let newest = review.plan();
    let plan = FinalPlan {
        plan: PlanVersion { number: newest.number, text: newest.text.clone() },
        last_reviewed: review.reviewed_version().unwrap_or_default(),
    };
    let open: Counts = review.ledger.open_counts();
    match review.phase().end() {
        None => Approval::Pending,
        Some(End::Accepted(AcceptedBy::Reviewer)) if is_offline => Approval::LintPassed { plan },
        Some(End::Accepted(AcceptedBy::Reviewer)) => Approval::ByReviewer { plan },
        Some(End::Accepted(AcceptedBy::Person)) => Approval::ByPerson { plan, open },
        Some(End::Accepted(AcceptedBy::Rule)) => Approval::ByRule { plan, open },
        Some(End::Stopped) => Approval::Ended { why: "the person stopped the review".to_owned() },
        Some(End::Cancelled) => Approval::Ended { why: "the review was cancelled".to_owned() },
    }
}
