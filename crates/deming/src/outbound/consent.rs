//! Where a yes can come from. There is no flag and no variable among them.

use std::path::Path;

use deming_core::review_loop::{
    Choice, ConsentBy, FoundSecret, NO_CANCEL, REDACT, Review, SEND_ANYWAY, YES_PROCEED,
};

use super::Destination;
use crate::caller::Caller;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind};
use crate::settings::{ReviewerName, SecretRule, Settings, StandingConsent};
use crate::terminal::{Enter, Terminal};

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
    Standing,
}

impl Consent {
    /// The yes of the person's settings, for one destination.
    pub(crate) fn in_advance(destination: &Destination) -> Self {
        Self {
            source: ConsentSource::Standing,
            destination: destination.key.clone(),
            as_they_are: Vec::new(),
        }
    }

    pub(crate) fn destination(&self) -> &str {
        &self.destination
    }

    pub(crate) fn as_they_are(&self) -> &[String] {
        &self.as_they_are
    }

    /// For the record of what was sent.
    pub(crate) fn by(&self) -> ConsentBy {
        match self.source {
            ConsentSource::Terminal => ConsentBy::Terminal,
            ConsentSource::Recorded(by) => by,
            ConsentSource::Standing => ConsentBy::Standing,
        }
    }
}

/// Why no consent in advance covers what would be sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum NotCovered {
    /// The settings hold none for this project and reviewer.
    NotGiven,
    /// The settings cannot be trusted with one; the reason.
    PassedOver(String),
    /// The settings changed after Claude Code was started.
    GivenTooLate,
    Secrets,
    Attachments,
    /// The plan lies outside of the project.
    Elsewhere,
    /// It covered this review, and its rounds or tries are over.
    UsedUp,
}

impl NotCovered {
    /// What is missing, as a sentence with what to do; none where nothing
    /// was given.
    pub(crate) fn reason(&self) -> Option<String> {
        let reason = match self {
            Self::NotGiven => return None,
            Self::PassedOver(reason) => reason,
            Self::GivenTooLate => {
                "config.yaml was changed after Claude Code was started; a consent in it counts in \
                 the next session"
            }
            Self::Secrets => {
                "the consent in advance stops at a secret: take the secret out, or write \
                 `secrets: redact` into the consent to send labels; `deming scan FILE` shows where \
                 it is"
            }
            Self::Attachments => "the consent in advance covers plans alone, no attached files",
            Self::Elsewhere => "the consent in advance covers plans in its project alone",
            Self::UsedUp => {
                "what was agreed to in advance is used up for this review, so a person looks at it"
            }
        };
        Some(reason.to_owned())
    }
}

/// What a consent in advance would have to cover.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct ToCover {
    pub has_secrets: bool,
    pub has_attachments: bool,
    pub is_elsewhere: bool,
}

/// The yes of the person's settings for this project and reviewer, if any
/// covers what would be sent.
///
/// It holds for the destination that the reviewer is configured for, and for
/// plans alone.
///
/// # Errors
/// Why none does.
pub(crate) fn standing<'a>(
    settings: &'a Settings,
    is_of_before: impl FnOnce() -> bool,
    reviewer: ReviewerName,
    project: &Path,
    to_cover: ToCover,
) -> Result<&'a StandingConsent, NotCovered> {
    if let Some(reason) = &settings.consent_ignored {
        return Err(NotCovered::PassedOver(reason.clone()));
    }
    let mut consents = settings.consent.standing.iter();
    let matching = consents.find(|it| {
        // Canonical, so that a link to the project is the project; a relative
        // path would be whatever folder the command is typed in.
        it.reviewer == reviewer
            && it.project.is_absolute()
            && it.project.canonicalize().is_ok_and(|it| it == project)
    });
    let Some(consent) = matching.filter(|it| 0 < it.rounds) else {
        return Err(NotCovered::NotGiven);
    };
    if !is_of_before() {
        Err(NotCovered::GivenTooLate)
    } else if to_cover.is_elsewhere {
        Err(NotCovered::Elsewhere)
    } else if to_cover.has_attachments {
        Err(NotCovered::Attachments)
    } else if to_cover.has_secrets && consent.secrets == SecretRule::Block {
        Err(NotCovered::Secrets)
    } else {
        Ok(consent)
    }
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

/// The other way out where there is no terminal.
pub(crate) const AGREE_IN_ADVANCE: &str =
    "or agree in advance: `consent: { standing: [ … ] }` in your config.yaml, see docs/settings.md";

/// Asks the person on the terminal; everything but a clear yes is a no. Where
/// something was `found`, the yes says what becomes of it. `missing` says why
/// no consent in advance is enough.
///
/// # Errors
/// When there is no terminal, an agent started us, or the answer is no.
pub(crate) async fn ask_on_terminal(
    environment: &Environment,
    destination: &Destination,
    question: &str,
    found: &[FoundSecret],
    missing: &NotCovered,
) -> Result<Consent, Error> {
    let needed = |message: &str| Error::new(ErrorKind::Consent, message);
    let reason = missing.reason();
    if Caller::find(environment).is_agent() {
        let error = needed("consent is needed, and an agent cannot give it; nothing was sent")
            .hint("use /refine-plan-codex, which asks you")
            .hint("or run this command in a terminal of your own");
        return Err(reason.into_iter().fold(error, Error::hint));
    }
    let mut terminal = Terminal::open().ok_or_else(|| {
        needed("consent is needed, and there is no terminal to ask on; nothing was sent")
            .hint("run the command in a terminal")
            .hint(reason.unwrap_or_else(|| AGREE_IN_ADVANCE.to_owned()))
    })?;
    // On a thread of its own, so that Ctrl-C does not have to wait for an answer.
    let (answer, answered) = tokio::sync::oneshot::channel();
    let question = question.to_owned();
    let choices = choices(found);
    let asked = choices.clone();
    std::thread::spawn(move || {
        // Nobody waits any more for the answer to a question that was cancelled.
        let _ = answer.send(terminal.choose(&question, &asked, Enter::First));
    });
    let gone =
        |reason: String| needed(&format!("the terminal went away ({reason}); nothing was sent"));
    let chosen = match answered.await {
        Ok(chosen) => chosen.map_err(|error| gone(error.to_string()))?,
        Err(error) => return Err(gone(error.to_string())),
    };
    let chosen = chosen.and_then(|it| choices.get(it)).ok_or_else(|| {
        needed("nothing was chosen; nothing was sent")
            .hint("run the command again, and type the number of a choice")
    })?;
    let as_they_are = match chosen.label.as_str() {
        YES_PROCEED | REDACT => Vec::new(),
        SEND_ANYWAY => found.iter().map(|it| it.label.clone()).collect(),
        _ => return Err(needed("not agreed; nothing was sent")),
    };
    let destination = destination.key.clone();
    Ok(Consent { source: ConsentSource::Terminal, destination, as_they_are })
}

/// What a person can answer about one payload. Its first choice loses nothing.
fn choices(found: &[FoundSecret]) -> Vec<Choice> {
    let choice = |label: &str, description: &str| Choice {
        label: label.to_owned(),
        description: description.to_owned(),
    };
    let no = choice(NO_CANCEL, "Nothing is sent");
    match found {
        [] => vec![no, choice(YES_PROCEED, "Send it, this once")],
        _ => vec![
            no,
            choice(REDACT, "Send it with labels in place of the values"),
            choice(SEND_ANYWAY, "Send exactly these values as they are"),
        ],
    }
}
