//! The journal: one event per line, appended and never changed.
//!
//! Encodes and decodes; it does not write. A journal that holds something this
//! program does not understand is refused whole, because a state folded without
//! one of its events would be wrong.
//!
//! Reading by an older program: an event may gain a field that can be ignored;
//! anything that must not be ignored is a new kind of event or a new version,
//! and both are refused by a program that does not know them.

use chrono::{DateTime, FixedOffset};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;

/// What a journal can hold: a closed enum with `#[serde(tag = "event")]`.
pub trait Event: Serialize + DeserializeOwned {
    /// The newest version of the format that this program reads and writes.
    const VERSION: u32;
}

/// One event and when it happened.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Record<E> {
    pub version: u32,
    /// Local time of the machine that wrote it, with its offset.
    pub at: DateTime<FixedOffset>,
    pub event: E,
}

impl<E: Event> Record<E> {
    pub fn new(at: DateTime<FixedOffset>, event: E) -> Self {
        Self { version: E::VERSION, at, event }
    }
}

/// Why a journal is not read. Lines count from 1.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum JournalError {
    #[error("line {line} of the journal is broken: {reason}")]
    BrokenLine { line: usize, reason: String },
    #[error("line {line} of the journal has format {found}, this program knows up to {known}")]
    NewerVersion { line: usize, found: u64, known: u32 },
    #[error("line {line} of the journal holds an event that this program cannot read: {reason}")]
    UnknownEvent { line: usize, reason: String },
}

impl JournalError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::BrokenLine { .. } => {
                "the file was changed by hand or by a failing disk; move it away to start anew"
            }
            Self::NewerVersion { .. } | Self::UnknownEvent { .. } => {
                "it was written by a newer Deming; update this one"
            }
        }
    }
}

/// How a journal ends, and so what must be done before the next append.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tail {
    Whole,
    /// The last record is complete, its line feed is missing: append one first.
    NoLineFeed,
    /// A write was cut off: truncate to `keep` bytes before appending.
    Torn {
        keep: usize,
    },
}

/// One line of JSON with its line feed.
///
/// # Errors
/// When the event cannot be written as JSON, for example a map with keys that
/// are not strings.
pub fn encode<E: Event>(record: &Record<E>) -> Result<String, serde_json::Error> {
    let mut line = serde_json::to_string(record)?;
    line.push('\n');
    Ok(line)
}

/// The records in order. A last line that was cut off is dropped and reported.
///
/// # Errors
/// When any other line is broken, newer or unknown: the journal is refused.
pub fn decode<E: Event>(bytes: &[u8]) -> Result<(Vec<Record<E>>, Vec<Diagnostic>), JournalError> {
    let (whole, diagnostics) = match tail(bytes) {
        Tail::Whole | Tail::NoLineFeed => (bytes, vec![]),
        Tail::Torn { keep } => {
            let lost = bytes.len() - keep;
            let sentence =
                format!("the last line of the journal was cut off; {lost} bytes are left out");
            (&bytes[..keep], vec![Diagnostic::new(sentence)])
        }
    };
    let lines = whole.split(|&byte| byte == b'\n').enumerate();
    let filled = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
    let records =
        filled.map(|(index, line)| decode_line(index + 1, line)).collect::<Result<_, _>>()?;
    Ok((records, diagnostics))
}

/// How the bytes of a journal end.
pub fn tail(bytes: &[u8]) -> Tail {
    let keep = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let rest = &bytes[keep..];
    if rest.is_empty() {
        Tail::Whole
    } else if serde_json::from_slice::<Envelope>(rest).is_ok() {
        // No proper part of a JSON object is one, so only the line feed is missing.
        Tail::NoLineFeed
    } else {
        Tail::Torn { keep }
    }
}

/// What is read of a line before its event is looked at.
#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "version")]
    _version: u64,
    #[serde(rename = "at")]
    _at: DateTime<FixedOffset>,
    event: serde_json::Value,
}

fn decode_line<E: Event>(line: usize, bytes: &[u8]) -> Result<Record<E>, JournalError> {
    let newer = |found| JournalError::NewerVersion { line, found, known: E::VERSION };
    match serde_json::from_slice::<Record<E>>(bytes) {
        Ok(record) if record.version <= E::VERSION => Ok(record),
        Ok(record) => Err(newer(u64::from(record.version))),
        Err(error) => {
            // Only now is it asked what is wrong: most lines are right.
            let broken = |reason: String| JournalError::BrokenLine { line, reason };
            let value: serde_json::Value =
                serde_json::from_slice(bytes).map_err(|error| broken(error.to_string()))?;
            let found = value.get("version").and_then(serde_json::Value::as_u64);
            if let Some(found) = found.filter(|&it| u64::from(E::VERSION) < it) {
                return Err(newer(found));
            }
            let envelope: Envelope =
                serde_json::from_value(value).map_err(|error| broken(error.to_string()))?;
            let reason = match serde_json::from_value::<E>(envelope.event) {
                Ok(_) => error.to_string(),
                Err(error) => error.to_string(),
            };
            Err(JournalError::UnknownEvent { line, reason })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "event", rename_all = "snake_case")]
    enum Door {
        Opened { by: String },
        Closed,
    }

    impl Event for Door {
        const VERSION: u32 = 2;
    }

    const OPENED: &str = concat!(
        r#"{"version":2,"at":"2030-01-02T03:04:05+02:00","#,
        r#""event":{"event":"opened","by":"line\nfeed"}}"#,
        "\n"
    );
    const CLOSED: &str =
        r#"{"version":1,"at":"2030-01-02T03:05:05+02:00","event":{"event":"closed","why":"new"}}"#;

    fn opened() -> Record<Door> {
        let at = DateTime::parse_from_rfc3339("2030-01-02T03:04:05+02:00").unwrap();
        Record::new(at, Door::Opened { by: "line\nfeed".to_owned() })
    }

    #[track_caller]
    fn check(text: &str, want: Result<(usize, usize), JournalError>) {
        let decoded = decode::<Door>(text.as_bytes());
        assert_eq!(decoded.map(|(records, reports)| (records.len(), reports.len())), want);
    }

    #[test]
    fn record_is_one_line_and_comes_back() {
        assert_eq!(encode(&opened()).unwrap(), OPENED);
        assert_eq!(decode(OPENED.as_bytes()), Ok((vec![opened()], vec![])));
    }

    #[test]
    fn every_cut_of_a_journal_keeps_the_whole_lines() {
        let text = format!("{OPENED}{CLOSED}\n");
        for cut in 0..=text.len() {
            let whole = if cut < OPENED.len() - 1 {
                0
            } else if cut < OPENED.len() + CLOSED.len() {
                1
            } else {
                2
            };
            let torn =
                usize::from(![0, OPENED.len() - 1, OPENED.len()].contains(&cut) && whole < 2);
            check(&text[..cut], Ok((whole, torn)));
        }
    }

    #[test]
    fn tail_says_what_an_append_needs() {
        assert_eq!(tail(b""), Tail::Whole);
        assert_eq!(tail(OPENED.as_bytes()), Tail::Whole);
        assert_eq!(tail(CLOSED.as_bytes()), Tail::NoLineFeed);
        assert_eq!(tail(format!("{OPENED}{{\"vers").as_bytes()), Tail::Torn { keep: OPENED.len() });
        assert_eq!(tail(b"\0\0"), Tail::Torn { keep: 0 });
    }

    #[test]
    fn broken_line_in_the_middle_is_refused() {
        let text = format!("{OPENED}{{\"version\":2\n{CLOSED}\n");
        let reason = "EOF while parsing an object at line 1 column 12".to_owned();
        check(&text, Err(JournalError::BrokenLine { line: 2, reason }));
    }

    #[test]
    fn newer_version_is_refused_even_in_another_shape() {
        let text = format!("{OPENED}{{\"version\":3}}\n");
        check(&text, Err(JournalError::NewerVersion { line: 2, found: 3, known: 2 }));
    }

    #[test]
    fn unknown_event_is_refused() {
        let text = OPENED.replace("opened", "painted");
        let reason = "unknown variant `painted`, expected `opened` or `closed`".to_owned();
        check(&text, Err(JournalError::UnknownEvent { line: 1, reason }));
    }

    #[test]
    fn empty_lines_are_no_records() {
        check(&format!("\n{OPENED}\n\n{CLOSED}"), Ok((2, 0)));
    }
}
