//! `consent list`: every yes that is in force, or what was sent so far.

use chrono::{DateTime, FixedOffset};
use deming_core::journal;
use deming_core::render::consents::{
    Consents, ReviewYes, SentList, SentPayload, StandingYes, consents, json, sent as sent_table,
};
use deming_core::review_loop::{ConsentBy, Review, ReviewEvent};

use crate::environment::Environment;
use crate::error::Error;
use crate::review_store::ReviewStore;
use crate::settings::{self, SecretRule, Settings};
use crate::{exit, output, sent};

/// Lists what you agreed to: in your settings, and for open reviews
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// List what was sent so far instead: when, where to, how many bytes
    #[arg(long)]
    sent: bool,

    /// How many payloads to list with --sent, the newest first
    #[arg(long, value_name = "COUNT", default_value_t = 20, requires = "sent")]
    newest: usize,

    /// Print one JSON object instead of Markdown
    #[arg(long)]
    json: bool,
}

const VERSION: u32 = 1;
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;

pub(super) fn run(environment: &Environment, arguments: &Arguments) -> Result<u8, Error> {
    let text = if arguments.sent {
        let found = sent_list(environment, arguments.newest)?;
        if arguments.json { json(&found) } else { sent_table(&found) }
    } else {
        let found = in_force(environment)?;
        if arguments.json { json(&found) } else { consents(&found) }
    };
    output::print(&text);
    Ok(exit::DONE)
}

fn in_force(environment: &Environment) -> Result<Consents, Error> {
    let settings = Settings::read(environment)?;
    let standing = settings.consent.standing.iter().filter(|it| 0 < it.rounds);
    let (reviews, mut diagnostics) = ReviewStore::new(environment).all()?;
    diagnostics.extend(settings.consent_ignored.clone());
    let file = environment.state().path().join(settings::FILE);
    Ok(Consents {
        version: VERSION,
        file: environment.display(&file),
        standing: standing
            .map(|it| StandingYes {
                project: it.project.display().to_string(),
                reviewer: it.reviewer.word().to_owned(),
                rounds: it.rounds,
                secrets: match it.secrets {
                    SecretRule::Block => "block".to_owned(),
                    SecretRule::Redact => "redact".to_owned(),
                },
            })
            .collect(),
        reviews: reviews.iter().filter_map(|it| review_yes(environment, it)).collect(),
        diagnostics,
    })
}

/// The yes that an open review holds, for something that leaves this machine.
fn review_yes(environment: &Environment, review: &Review) -> Option<ReviewYes> {
    let consent = review.consent.as_ref().filter(|_| !review.is_over())?;
    if consent.by == ConsentBy::NotNeeded {
        return None;
    }
    Some(ReviewYes {
        review: review.opening.id.clone(),
        title: review.opening.title.clone(),
        project: review.opening.project.clone(),
        given: given(environment, &review.opening.id),
        by: consent.by,
        destination: consent.destination.clone(),
        rounds_left: if review.revoked.is_some() { 0 } else { review.rounds_left },
        revoked: review.revoked,
        logging: consent.logging,
        attachments: consent.attachments.clone(),
        secrets: consent.secrets.clone(),
    })
}

/// When the newest yes was written into the journal.
fn given(environment: &Environment, id: &str) -> Option<DateTime<FixedOffset>> {
    let folder = environment.reviews().folder(id);
    let bytes = folder.read("journal.jsonl", SIZE_LIMIT).ok()??;
    let (records, _) = journal::decode::<ReviewEvent>(&bytes).ok()?;
    let is_yes = |it: &ReviewEvent| matches!(it, ReviewEvent::Consented { .. });
    records.iter().rev().find(|it| is_yes(&it.event)).map(|it| it.at)
}

fn sent_list(environment: &Environment, newest: usize) -> Result<SentList, Error> {
    let (all, diagnostics) = sent::read(environment)?;
    Ok(SentList {
        version: VERSION,
        count: all.len(),
        bytes: all.iter().map(|it| it.bytes).sum(),
        sent: all
            .iter()
            .rev()
            .take(newest)
            .map(|it| SentPayload {
                at: it.at,
                review: it.review.clone(),
                round: it.round,
                project: it.project.clone(),
                destination: it.destination.clone(),
                bytes: it.bytes,
                by: it.consent,
                repair: it.repair,
            })
            .collect(),
        diagnostics: diagnostics.iter().map(ToString::to_string).collect(),
    })
}
