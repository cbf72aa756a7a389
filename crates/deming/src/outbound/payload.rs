//! What would be sent, what of it was scanned, and what a person agreed to.

use deming_core::secret::{Action, Secret};

use super::Consent;
use crate::error::{Error, ErrorKind};
use crate::secrets;
use crate::settings::ReviewerName;

/// Where a payload goes. A consent holds for one destination alone.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Destination {
    /// Compared: the reviewer and the address or account kind behind it.
    pub key: String,
    /// Shown: for example `OpenAI, through Codex CLI 0.169.0 (ChatGPT login)`.
    pub description: String,
}

/// Exactly what goes out, part by part.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Payload {
    reviewer: ReviewerName,
    destination: Destination,
    instructions: String,
    schema: String,
    prompt: String,
    /// Whether files beside the plan are in it.
    has_attachments: bool,
}

/// A named part of a payload, for display.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Part<'a> {
    pub name: &'static str,
    pub text: &'a str,
}

/// A payload whose every part was scanned for secrets.
#[derive(Clone, Debug)]
pub struct Scanned {
    payload: Payload,
    secrets: Vec<Secret>,
}

/// A scanned payload that a person agreed to send to its destination.
#[derive(Clone, Debug)]
pub struct Approved {
    payload: Payload,
}

impl Payload {
    pub fn new(reviewer: ReviewerName, destination: Destination, prompt: String) -> Self {
        Self {
            reviewer,
            destination,
            instructions: deming_core::prompt::INSTRUCTIONS.to_owned(),
            schema: deming_core::reply::schema::SCHEMA.to_owned(),
            prompt,
            has_attachments: false,
        }
    }

    #[must_use]
    pub fn with_attachments(mut self, has_attachments: bool) -> Self {
        self.has_attachments = has_attachments;
        self
    }

    pub fn reviewer(&self) -> ReviewerName {
        self.reviewer
    }

    pub fn destination(&self) -> &Destination {
        &self.destination
    }

    pub fn has_attachments(&self) -> bool {
        self.has_attachments
    }

    /// Every byte that we hand to the reviewer, in order.
    pub fn parts(&self) -> [Part<'_>; 3] {
        [
            Part { name: "instructions", text: &self.instructions },
            Part { name: "schema", text: &self.schema },
            Part { name: "prompt", text: &self.prompt },
        ]
    }

    /// The size of all parts, in bytes.
    pub fn bytes(&self) -> usize {
        self.parts().iter().map(|part| part.text.len()).sum()
    }

    /// Looks for secrets in what is not our own constant text.
    ///
    /// # Errors
    /// When the scan could not be done; nothing can be sent then.
    pub fn scan(self) -> Result<Scanned, Error> {
        let secrets = secrets::scan(&self.prompt)?;
        Ok(Scanned { payload: self, secrets })
    }

    /// Both steps, for a yes that was given before.
    ///
    /// # Errors
    /// As each of them.
    pub fn scan_and_approve(self, consent: &Consent) -> Result<Approved, Error> {
        self.scan()?.approve(consent)
    }
}

impl Scanned {
    pub fn payload(&self) -> &Payload {
        &self.payload
    }

    pub fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// The text that the spans of [`Scanned::secrets`] point into.
    pub fn prompt(&self) -> &str {
        &self.payload.prompt
    }

    /// Turns a person's yes into leave to send, once.
    ///
    /// # Errors
    /// When the yes was for something else, or a secret is in the payload.
    pub fn approve(self, consent: &Consent) -> Result<Approved, Error> {
        let needed = |message: String| Err(Error::new(ErrorKind::Consent, message));
        if consent.destination() != self.payload.destination.key {
            return needed(format!(
                "the consent holds for `{}`, not for `{}`",
                consent.destination(),
                self.payload.destination.key
            ));
        }
        if self.payload.has_attachments && !consent.covers_attachments() {
            return needed("the consent holds for the plan alone, not for files".to_owned());
        }
        if let Some(secret) = self.secrets.first() {
            let verb = match secret.action {
                Action::Block => "blocked",
                Action::Redact => "to be redacted first",
            };
            return needed(format!("the payload holds a secret ({}, {verb})", secret.kind));
        }
        Ok(Approved { payload: self.payload })
    }
}

impl Approved {
    pub fn destination(&self) -> &Destination {
        &self.payload.destination
    }

    pub fn instructions(&self) -> &str {
        &self.payload.instructions
    }

    pub fn schema(&self) -> &str {
        &self.payload.schema
    }

    pub fn prompt(&self) -> &str {
        &self.payload.prompt
    }

    pub fn bytes(&self) -> usize {
        self.payload.bytes()
    }

    /// The request to restate the reviewer's own reply. It carries nothing but
    /// that reply, goes back to where it came from, and is part of the round
    /// that was agreed to.
    pub fn repair(&self, reply: &str) -> Self {
        let prompt = deming_core::prompt::repair_prompt(reply);
        Self { payload: Payload { prompt, ..self.payload.clone() } }
    }
}
