//! Where a yes can come from. There is no flag and no variable among them.

use std::path::Path;

use deming_core::review_loop::Review;

use super::Destination;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind};
use crate::settings::{ReviewerName, SecretRule, Settings};
use crate::terminal::Terminal;

/// A person's yes: to one destination, for the payloads that it covers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Consent {
    source: ConsentSource,
    destination: String,
    covers_attachments: bool,
}

/// How the person said yes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConsentSource {
    /// Asked on the terminal for this one payload.
    Terminal,
    /// Recorded in a review: from the question in Claude Code, a terminal or
    /// the settings.
    Recorded,
    /// Written into the person's own settings in advance.
    Standing { rounds: u32, secrets: SecretRule },
}

impl Consent {
    pub fn destination(&self) -> &str {
        &self.destination
    }

    pub fn covers_attachments(&self) -> bool {
        self.covers_attachments
    }

    pub fn source(&self) -> &ConsentSource {
        &self.source
    }
}

/// The yes of the person's settings for this project and reviewer, if any.
///
/// It holds for the destination that the reviewer is configured for, and for
/// plans alone.
pub fn standing(
    settings: &Settings,
    reviewer: ReviewerName,
    project: &Path,
    destination: &Destination,
) -> Option<Consent> {
    let consents = settings.consent.standing.iter();
    let mut matching = consents.filter(|it| {
        // Canonical, so that a link to the project is the project.
        it.reviewer == reviewer && it.project.canonicalize().is_ok_and(|it| it == project)
    });
    matching.next().filter(|it| 0 < it.rounds).map(|it| Consent {
        source: ConsentSource::Standing { rounds: it.rounds, secrets: it.secrets },
        destination: destination.key.clone(),
        covers_attachments: false,
    })
}

/// The yes that a review holds, if it still covers the round that is due.
///
/// # Errors
/// When there is none.
pub fn recorded(review: &Review) -> Result<Consent, Error> {
    let consent = review.consent.as_ref().filter(|_| review.sendable().is_some());
    let consent = consent.ok_or_else(|| {
        Error::new(ErrorKind::Consent, "nobody agreed to send this; nothing was sent")
            .hint(format!("run `deming refine status {}`", review.opening.id))
    })?;
    Ok(Consent {
        source: ConsentSource::Recorded,
        destination: consent.destination.clone(),
        covers_attachments: !consent.attachments.is_empty(),
    })
}

/// Asks the person on the terminal; everything but a clear yes is a no.
///
/// # Errors
/// When there is no terminal, an agent started us, or the answer is no.
pub fn ask_on_terminal(
    environment: &Environment,
    destination: &Destination,
    question: &str,
) -> Result<Consent, Error> {
    let needed = |message: &str| Error::new(ErrorKind::Consent, message);
    if environment.is_inside_claude() {
        return Err(needed("consent is needed, and an agent cannot give it; nothing was sent")
            .hint("use /refine-plan-codex, which asks you")
            .hint("or run this command in a terminal of your own"));
    }
    let mut terminal = Terminal::open().ok_or_else(|| {
        needed("consent is needed, and there is no terminal to ask on; nothing was sent")
            .hint("run the command in a terminal")
            .hint("or agree in advance: `consent: { standing: [ … ] }` in your config.yaml, see docs/settings.md")
    })?;
    let chosen = terminal
        .choose(question, &["No, cancel", "Yes, proceed"])
        .map_err(|error| needed(&format!("the terminal went away ({error}); nothing was sent")))?;
    if chosen != 1 {
        return Err(needed("not agreed; nothing was sent"));
    }
    Ok(Consent {
        source: ConsentSource::Terminal,
        destination: destination.key.clone(),
        covers_attachments: true,
    })
}
