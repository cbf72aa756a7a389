//! What would be sent, what of it was scanned, and what a person agreed to.

use deming_core::secret::{Secret, Values, kind_of};

use super::Consent;
use crate::error::{Error, ErrorKind};
use crate::secrets;

/// Where a payload goes. A consent holds for one destination alone.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Destination {
    /// Compared: the reviewer and the address or account kind behind it.
    pub key: String,
    /// Shown: for example `OpenAI, through Codex CLI 0.169.0 (ChatGPT login)`.
    pub description: String,
}

/// Exactly what goes out, part by part.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Payload {
    destination: Destination,
    instructions: String,
    schema: String,
    prompt: String,
}

/// A named part of a payload, for display.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Part<'a> {
    pub name: &'static str,
    pub text: &'a str,
}

/// A payload whose every part was scanned for secrets.
#[derive(Clone, Debug)]
pub(crate) struct Scanned {
    payload: Payload,
    secrets: Vec<Secret>,
}

/// A scanned payload that a person agreed to send to its destination.
#[derive(Clone, Debug)]
pub(crate) struct Approved {
    payload: Payload,
}

impl Payload {
    pub(crate) fn new(destination: Destination, prompt: String) -> Self {
        Self {
            destination,
            instructions: deming_core::prompt::INSTRUCTIONS.to_owned(),
            schema: deming_core::reply::schema::SCHEMA.to_owned(),
            prompt,
        }
    }

    pub(crate) fn destination(&self) -> &Destination {
        &self.destination
    }

    pub(crate) fn prompt(&self) -> &str {
        &self.prompt
    }

    /// Every byte that we hand to the reviewer, in order.
    pub(crate) fn parts(&self) -> [Part<'_>; 3] {
        [
            Part { name: "instructions", text: &self.instructions },
            Part { name: "schema", text: &self.schema },
            Part { name: "prompt", text: &self.prompt },
        ]
    }

    /// The size of all parts, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.parts().iter().map(|part| part.text.len()).sum()
    }

    /// Looks for secrets in what is not our own constant text. They were to be
    /// replaced before: one that is left keeps the payload from being sent.
    ///
    /// # Errors
    /// When the scan could not be done; nothing can be sent then.
    pub(crate) fn scan(self) -> Result<Scanned, Error> {
        let secrets = secrets::scan(&self.prompt)?;
        Ok(Scanned { payload: self, secrets })
    }

    /// Both steps, for a yes that was given before.
    ///
    /// # Errors
    /// As each of them.
    pub(crate) fn scan_and_approve(
        self,
        consent: &Consent,
        values: &Values,
    ) -> Result<Approved, Error> {
        self.scan()?.approve(consent, values)
    }
}

impl Scanned {
    pub(crate) fn payload(&self) -> &Payload {
        &self.payload
    }

    /// Turns a person's yes into leave to send, once.
    ///
    /// Secrets were replaced by labels before a payload is made, so that none
    /// may be found in it. Those that the person agreed to send as they are,
    /// and no others, take the place of their labels again here.
    ///
    /// # Errors
    /// When the yes was for something else, a secret is in the payload, or a
    /// value that was agreed to is not at hand.
    pub(crate) fn approve(self, consent: &Consent, values: &Values) -> Result<Approved, Error> {
        let needed = |message: String| Error::new(ErrorKind::Consent, message);
        if consent.destination() != self.payload.destination.key {
            return Err(needed(format!(
                "the consent holds for `{}`, not for `{}`",
                consent.destination(),
                self.payload.destination.key
            )));
        }
        if let Some(secret) = self.secrets.first() {
            return Err(needed(format!("the payload holds a secret ({})", secret.kind)));
        }
        let agreed: Vec<&str> = consent.as_they_are().iter().map(String::as_str).collect();
        let prompt = values.restore(&self.payload.prompt, &agreed).map_err(|missing| {
            let kinds: Vec<&str> = missing.iter().map(|it| kind_of(it)).collect();
            needed(format!(
                "what was agreed to be sent as it is was not handed over ({})",
                kinds.join(", ")
            ))
        })?;
        Ok(Approved { payload: Payload { prompt, ..self.payload } })
    }
}

impl Approved {
    pub(crate) fn destination(&self) -> &Destination {
        &self.payload.destination
    }

    pub(crate) fn instructions(&self) -> &str {
        &self.payload.instructions
    }

    pub(crate) fn schema(&self) -> &str {
        &self.payload.schema
    }

    pub(crate) fn prompt(&self) -> &str {
        &self.payload.prompt
    }

    pub(crate) fn bytes(&self) -> usize {
        self.payload.bytes()
    }

    /// The request to restate the reviewer's own reply. It carries nothing but
    /// that reply, goes back to where it came from, and is part of the round
    /// that was agreed to.
    pub(crate) fn repair(&self, reply: &str) -> Self {
        let prompt = deming_core::prompt::repair_prompt(reply);
        Self { payload: Payload { prompt, ..self.payload.clone() } }
    }
}
