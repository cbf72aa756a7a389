//! What is told about findings: the JSON value of `deming scan`, and lines and
//! columns for people. Never a value.

use serde::{Deserialize, Serialize};

use super::{Action, Redacted};

/// The answer of `deming scan --json`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The version of this format.
    pub version: u32,
    pub findings: Vec<ReportedSecret>,
    /// The text that would be sent instead.
    pub redacted: String,
}

/// One finding; offsets are bytes of the scanned text.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ReportedSecret {
    pub start: usize,
    pub end: usize,
    pub kind: String,
    pub action: Action,
}

impl From<Redacted> for Report {
    fn from(redacted: Redacted) -> Self {
        let findings = redacted
            .secrets
            .into_iter()
            .map(|it| ReportedSecret {
                start: it.span.start,
                end: it.span.end,
                kind: it.kind,
                action: it.action,
            })
            .collect();
        Self { version: 1, findings, redacted: redacted.text }
    }
}

/// A place in a text for people; both count from 1, columns in characters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// The place of a byte. An offset behind the text is its end.
pub fn position(text: &str, offset: usize) -> Position {
    let end = (0..=offset.min(text.len())).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0);
    let before = &text[..end];
    let line_start = before.rfind('\n').map_or(0, |it| it + 1);
    Position {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Secret;
    use super::*;

    #[test]
    fn the_json_has_the_documented_form() {
        let redacted = Redacted {
            text: "a [REDACTED:github-pat#1]".to_owned(),
            secrets: vec![Secret {
                span: 2..6,
                kind: "github-pat".to_owned(),
                action: Action::Block,
            }],
        };
        let json = serde_json::to_string(&Report::from(redacted)).unwrap();
        let want = r#"{"version":1,"findings":[{"start":2,"end":6,"kind":"github-pat","action":"block"}],"redacted":"a [REDACTED:github-pat#1]"}"#;
        assert_eq!(json, want);
    }

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let text = "ab\n\u{e9}\u{1f600}c\n";
        assert_eq!(position(text, 0), Position { line: 1, column: 1 });
        assert_eq!(position(text, text.find('c').unwrap()), Position { line: 2, column: 3 });
        assert_eq!(position(text, 999), Position { line: 3, column: 1 });
    }
}
