//! Keeps the Markdown log of a review: made again after every step, a person's
//! own edits left as they are.

use std::io::ErrorKind;
use std::path::PathBuf;

use deming_core::finding::Counts;
use deming_core::render::review_log::{
    Answer, AnswerKind, Approval, Earlier, Feedback, FinalPlan, Iteration, PlanVersion, ReviewLog,
    Reviewer, render,
};
use deming_core::render::sections::{join, merge};
use deming_core::reply::PriorStatus;
use deming_core::review_loop::{
    self, AcceptedBy, ConsentBy, End, Review, ReviewEvent, RoundRecord,
};
use deming_core::round::Outcome;
use deming_store::Folder;

use crate::environment::Environment;
use crate::error::Error;
use crate::review_store::StoredReview;
use crate::settings::ReviewerName;

const SIZE_LIMIT: u64 = 256 * 1024 * 1024;
/// How many reviews of one name a day may have.
const NAMES: u32 = 1000;

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
    let (folder, name) = match place_of(environment, &stored.review) {
        Some(place) => place,
        None => {
            let project = &stored.review.opening.project;
            let folder = environment.review_logs().folder(project);
            let name = place(stored, &folder)?;
            (folder, name)
        }
    };
    let sections = render(&input(&stored.review));
    let rendered = join(sections.as_slice());
    let ours = stored.logs_written()?;
    let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
    let on_disk = folder.read(&name, SIZE_LIMIT)?;
    let text = match on_disk {
        // A log that a person threw away is not an edit; it is written again.
        None => rendered.clone(),
        Some(bytes) if bytes.is_empty() => rendered.clone(),
        Some(bytes) => merge(sections.as_slice(), &ours, &String::from_utf8_lossy(&bytes)).text,
    };
    stored.before_log_written(&rendered)?;
    folder.replace(&name, text.as_bytes())?;
    stored.after_log_written(&rendered)?;
    Ok(Some(folder.path().join(name)))
}

/// The log of a review, if it is still where it was written.
pub(crate) fn existing(environment: &Environment, review: &Review) -> Option<PathBuf> {
    let (folder, name) = place_of(environment, review)?;
    Some(folder.path().join(name)).filter(|it| it.is_file())
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
    let Some((folder, name)) = place_of(environment, &stored.review).filter(|_| !is_wanted) else {
        return Ok(None);
    };
    let Some(bytes) = folder.read(&name, SIZE_LIMIT)? else { return Ok(None) };
    let is_ours = stored.logs_written()?.iter().any(|it| it.as_bytes() == bytes);
    if is_ours || bytes.is_empty() {
        folder.remove(&name)?;
        return Ok(None);
    }
    Ok(Some(folder.path().join(name)))
}

fn place_of(environment: &Environment, review: &Review) -> Option<(Folder, String)> {
    let path = review.log_path.as_ref()?;
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    Some((environment.review_logs().folder(&review.opening.project), name))
}

/// Takes a name that no other review and no person has: `…`, `…-2`, `…-3`.
fn place(stored: &mut StoredReview, folder: &Folder) -> Result<String, Error> {
    let opening = &stored.review.opening;
    let date = stored.review.opened.format("%Y-%m-%d");
    let base = format!("{date}-{}", opening.slug);
    let project = opening.project.clone();
    for number in 1..NAMES {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let name = format!("{base}{suffix}.md");
        match folder.create(&name, b"") {
            Ok(()) => {
                stored.append(ReviewEvent::LogPlaced { path: format!("{project}/{name}") })?;
                return Ok(name);
            }
            Err(error) if error.io_kind() == Some(ErrorKind::AlreadyExists) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::environment(format!("there are {NAMES} logs called `{base}`"))
        .hint("move some of them away"))
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
                    (it.id, earlier)
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
        })
    });
    Some(Iteration {
        feedback,
        answers: answers.into_iter().flatten().collect(),
        updated: revised.map(|it| PlanVersion { number: it.number, text: it.text.clone() }),
    })
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
