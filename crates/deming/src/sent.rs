//! The record of what was sent: when, where to, how many bytes, by which yes.
//! Append-only, and without any content.

use chrono::{DateTime, FixedOffset};
use deming_core::diagnostic::Diagnostic;
use deming_core::review_loop::ConsentBy;
use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::error::{Error, ErrorKind};
use crate::review_store::now;

/// The name of the file in Deming's folder.
pub(crate) const FILE: &str = "sent.jsonl";
const SIZE_LIMIT: u64 = 256 * 1024 * 1024;

/// One payload that went out; a line of the file (`docs/formats/state.md`).
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sent {
    pub version: u32,
    pub at: DateTime<FixedOffset>,
    /// `None` for a round that belongs to no review.
    pub review: Option<String>,
    /// The folder of the project.
    pub project: String,
    pub round: u32,
    /// The word of the reviewer: `codex`.
    pub reviewer: String,
    pub destination: String,
    pub bytes: u64,
    pub consent: Option<ConsentBy>,
    /// Whether it asked the reviewer to restate a reply.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repair: bool,
    /// The labels of the secrets that went out as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub as_they_are: Vec<String>,
}

impl Sent {
    pub(crate) const VERSION: u32 = 1;
}

/// What goes out, and for what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sending<'a> {
    /// The review that it belongs to, if any.
    pub review: Option<&'a str>,
    pub project: &'a str,
    pub round: u32,
    pub reviewer: &'a str,
    pub destination: &'a str,
    pub consent: Option<ConsentBy>,
    /// The labels of the secrets that go out as they are.
    pub as_they_are: &'a [String],
}

/// Writes down one payload, before it goes out. A `repair` is the request to
/// restate a reply, a part of its round.
///
/// # Errors
/// When it cannot be written; the payload must not go out then.
pub(crate) fn record(
    environment: &Environment,
    sending: Sending<'_>,
    bytes: usize,
    repair: bool,
) -> Result<(), Error> {
    let sent = Sent {
        version: Sent::VERSION,
        at: now(),
        review: sending.review.map(str::to_owned),
        project: sending.project.to_owned(),
        round: sending.round,
        reviewer: sending.reviewer.to_owned(),
        destination: sending.destination.to_owned(),
        bytes: bytes as u64,
        consent: sending.consent,
        repair,
        // The request to restate a reply holds nothing but that reply.
        as_they_are: if repair { Vec::new() } else { sending.as_they_are.to_vec() },
    };
    append(environment, &sent)
}

fn append(environment: &Environment, sent: &Sent) -> Result<(), Error> {
    let line = serde_json::to_string(sent)
        .map_err(|error| Error::new(ErrorKind::Bug, error.to_string()))?;
    let state = environment.state();
    let before = state.read(FILE, SIZE_LIMIT)?.unwrap_or_default();
    // What a cut-off write left stays what it is: nothing of a record is cut.
    let start = if before.last().is_some_and(|&it| it != b'\n') { "\n" } else { "" };
    Ok(state.append(FILE, format!("{start}{line}\n").as_bytes())?)
}

/// The record, oldest first, and a sentence for each line that is none.
///
/// # Errors
/// When the file is there and cannot be read.
pub(crate) fn read(environment: &Environment) -> Result<(Vec<Sent>, Vec<Diagnostic>), Error> {
    let bytes = environment.state().read(FILE, SIZE_LIMIT)?.unwrap_or_default();
    Ok(decode(&bytes))
}

fn decode(bytes: &[u8]) -> (Vec<Sent>, Vec<Diagnostic>) {
    let mut sent = Vec::new();
    let mut diagnostics = Vec::new();
    let lines = bytes.split(|&it| it == b'\n').enumerate();
    for (index, line) in lines.filter(|(_, line)| !line.trim_ascii().is_empty()) {
        match serde_json::from_slice::<Sent>(line) {
            Ok(it) => sent.push(it),
            Err(_) => diagnostics.push(Diagnostic::new(format!(
                "line {} of {FILE} cannot be read: cut off, changed or of a newer Deming",
                index + 1
            ))),
        }
    }
    (sent, diagnostics)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_others_are_named() {
        let whole = Sent {
            version: 1,
            at: DateTime::parse_from_rfc3339("2026-01-19T14:05:33+01:00").unwrap(),
            review: Some("r234567".to_owned()),
            project: "/p".to_owned(),
            round: 2,
            reviewer: "codex".to_owned(),
            destination: "codex OpenAI".to_owned(),
            bytes: 10,
            consent: Some(ConsentBy::Terminal),
            repair: false,
            as_they_are: Vec::new(),
        };
        let line = serde_json::to_string(&whole).unwrap();
        let text = format!("{line}\n{{\"version\":1,\"at\":\n{line}\n");
        let (sent, diagnostics) = decode(text.as_bytes());
        assert_eq!(sent, vec![whole.clone(), whole]);
        let want = "line 2 of sent.jsonl cannot be read: cut off, changed or of a newer Deming";
        assert_eq!(diagnostics, vec![Diagnostic::new(want)]);
    }
}
