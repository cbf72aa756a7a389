//! Where a yes can come from. There is no flag and no variable among them.

use std::path::Path;

use deming_core::review_loop::Review;

use super::Destination;
use crate::caller::Caller;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind};
use crate::settings::{ReviewerName, SecretRule, Settings};
use crate::terminal::Terminal;

/// A person's yes: to one destination, for the payloads that it covers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Consent {
    source: ConsentSource,
    destination: String,
}

/// How the person said yes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum ConsentSource {
    /// Asked on the terminal for this one payload.
    Terminal,
    /// Recorded in a review: from the question in Claude Code, a terminal or
    /// the settings.
    Recorded,
    /// Written into the person's own settings in advance.
    Standing { rounds: u32, secrets: SecretRule },
}

impl Consent {
    pub(crate) fn destination(&self) -> &str {
        &self.destination
    }

    pub(crate) fn source(&self) -> &ConsentSource {
        &self.source
    }
}

/// The yes of the person's settings for this project and reviewer, if any.
///
/// It holds for the destination that the reviewer is configured for, and for
/// plans alone.
pub(crate) fn standing(
    settings: &Settings,
    reviewer: ReviewerName,
    project: &Path,
    destination: &Destination,
) -> Option<Consent> {
    let consents = settings.consent.standing.iter();
    let mut matching = consents.filter(|it| {
        // Canonical, so that a link to the project is the project; a relative
        // path would be whatever folder the command is typed in.
        it.reviewer == reviewer
            && it.project.is_absolute()
            && it.project.canonicalize().is_ok_and(|it| it == project)
    });
    matching.next().filter(|it| 0 < it.rounds).map(|it| Consent {
        source: ConsentSource::Standing { rounds: it.rounds, secrets: it.secrets },
        destination: destination.key.clone(),
    })
}

/// The yes that a review holds, if it still covers the round that is due.
///
/// # Errors
/// When there is none.
pub(crate) fn recorded(review: &Review) -> Result<Consent, Error> {
    let consent = review.consent.as_ref().filter(|_| review.sendable().is_some());
    let consent = consent.ok_or_else(|| {
        Error::new(ErrorKind::Consent, "nobody agreed to send this; nothing was sent")
            .hint(format!("run `deming refine status {}`", review.opening.id))
    })?;
    Ok(Consent { source: ConsentSource::Recorded, destination: consent.destination.clone() })
}

/// Asks the person on the terminal; everything but a clear yes is a no.
///
/// # Errors
/// When there is no terminal, an agent started us, or the answer is no.
pub(crate) async fn ask_on_terminal(
    environment: &Environment,
    destination: &Destination,
    question: &str,
) -> Result<Consent, Error> {
    let needed = |message: &str| Error::new(ErrorKind::Consent, message);
    if Caller::find(environment).is_agent() {
        return Err(needed("consent is needed, and an agent cannot give it; nothing was sent")
            .hint("use /refine-plan-codex, which asks you")
            .hint("or run this command in a terminal of your own"));
    }
    let mut terminal = Terminal::open().ok_or_else(|| {
        needed("consent is needed, and there is no terminal to ask on; nothing was sent")
            .hint("run the command in a terminal")
            .hint("or agree in advance: `consent: { standing: [ … ] }` in your config.yaml, see docs/settings.md")
    })?;
    // On a thread of its own, so that Ctrl-C does not have to wait for an answer.
    let (answer, answered) = tokio::sync::oneshot::channel();
    let question = question.to_owned();
    std::thread::spawn(move || {
        // Nobody waits any more for the answer to a question that was cancelled.
        let _ = answer.send(terminal.choose(&question, &["No, cancel", "Yes, proceed"]));
    });
    let gone =
        |reason: String| needed(&format!("the terminal went away ({reason}); nothing was sent"));
    let chosen = match answered.await {
        Ok(chosen) => chosen.map_err(|error| gone(error.to_string()))?,
        Err(error) => return Err(gone(error.to_string())),
    };
    if chosen != 1 {
        return Err(needed("not agreed; nothing was sent").hint("answer 2 to send it"));
    }
    Ok(Consent { source: ConsentSource::Terminal, destination: destination.key.clone() })
}
