//! Where a yes can come from. There is no flag and no variable among them.

use std::path::Path;

use deming_core::review_loop::{
    ConsentBy, FoundSecret, NO_CANCEL, REDACT, Review, SEND_ANYWAY, YES_PROCEED,
};

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
    /// The labels of the secrets that may go as they are.
    as_they_are: Vec<String>,
}

/// How the person said yes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum ConsentSource {
    /// Asked on the terminal for this one payload.
    Terminal,
    /// Recorded in a review: from the question in Claude Code, a terminal or
    /// the settings.
    Recorded(ConsentBy),
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

    pub(crate) fn as_they_are(&self) -> &[String] {
        &self.as_they_are
    }

    /// Whether it lets what was found be replaced without a word.
    pub(crate) fn redacts(&self) -> bool {
        matches!(self.source, ConsentSource::Standing { secrets: SecretRule::Redact, .. })
    }

    /// For the record of what was sent.
    pub(crate) fn by(&self) -> ConsentBy {
        match self.source {
            ConsentSource::Terminal => ConsentBy::Terminal,
            ConsentSource::Recorded(by) => by,
            ConsentSource::Standing { .. } => ConsentBy::Standing,
        }
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
        as_they_are: Vec::new(),
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
    Ok(Consent {
        source: ConsentSource::Recorded(consent.by),
        destination: consent.destination.clone(),
        as_they_are: consent.secrets.clone(),
    })
}

/// Asks the person on the terminal; everything but a clear yes is a no. Where
/// something was `found`, the yes says what becomes of it.
///
/// # Errors
/// When there is no terminal, an agent started us, or the answer is no.
pub(crate) async fn ask_on_terminal(
    environment: &Environment,
    destination: &Destination,
    question: &str,
    found: &[FoundSecret],
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
    let choices: &[&str] = match found {
        [] => &[NO_CANCEL, YES_PROCEED],
        _ => &[NO_CANCEL, REDACT, SEND_ANYWAY],
    };
    std::thread::spawn(move || {
        // Nobody waits any more for the answer to a question that was cancelled.
        let _ = answer.send(terminal.choose(&question, choices));
    });
    let gone =
        |reason: String| needed(&format!("the terminal went away ({reason}); nothing was sent"));
    let chosen = match answered.await {
        Ok(chosen) => chosen.map_err(|error| gone(error.to_string()))?,
        Err(error) => return Err(gone(error.to_string())),
    };
    let as_they_are = match choices.get(chosen).copied() {
        Some(YES_PROCEED | REDACT) => Vec::new(),
        Some(SEND_ANYWAY) => found.iter().map(|it| it.label.clone()).collect(),
        Some(_) | None => {
            return Err(needed("not agreed; nothing was sent").hint("answer 2 to send it"));
        }
    };
    let destination = destination.key.clone();
    Ok(Consent { source: ConsentSource::Terminal, destination, as_they_are })
}
