//! Puts labels in place of secrets and proves that none is left.
//! Fails rather than returning a text in which something is still found.

use std::ops::Range;

use super::label::labels_in;
use super::{Labels, ScanError, Scanner, Secret};

/// How often a text is scanned again before it is given up.
const MOST_PASSES: usize = 5;

/// A text in which the scanner finds nothing any more.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Redacted {
    pub text: String,
    /// What was found, in the offsets of the text as it was.
    pub secrets: Vec<Secret>,
}

/// Replaces each secret by its label. Labels that stand in the text stay.
pub fn redact(text: &str, secrets: &[Secret], labels: &mut Labels) -> String {
    apply(text, secrets, labels).0
}

/// Scans, replaces, and scans again until nothing is found.
///
/// # Errors
/// When a scan fails, when a span is not one of the text, or when something is
/// still found after several passes. Nothing may be sent then.
pub fn redact_fully(
    scanner: &impl Scanner,
    text: &str,
    labels: &mut Labels,
) -> Result<Redacted, ScanError> {
    Ok(redact_and_name(scanner, text, labels)?.0)
}

/// A label that was put into a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Labelled {
    pub label: String,
    /// Where the value began, in the offsets of the text as it was.
    pub start: usize,
}

/// The same, and which label stands for what stood where, in order.
///
/// # Errors
/// As [`redact_fully`].
pub fn redact_and_name(
    scanner: &impl Scanner,
    text: &str,
    labels: &mut Labels,
) -> Result<(Redacted, Vec<Labelled>), ScanError> {
    let mut named: Vec<Labelled> = Vec::new();
    let mut current = text.to_owned();
    let mut edits: Vec<Vec<Edit>> = Vec::new();
    let mut found: Vec<Secret> = Vec::new();
    for _ in 0..MOST_PASSES {
        let secrets = scanner.scan(&current)?;
        check(&current, &secrets)?;
        if secrets.is_empty() {
            found.sort_by_key(|it| it.span.start);
            named.sort_by_key(|it| it.start);
            return Ok((Redacted { text: current, secrets: unite(found) }, named));
        }
        found.extend(secrets.iter().map(|secret| {
            let span =
                edits.iter().rev().fold(secret.span.clone(), |span, pass| before(pass, span));
            Secret { span, ..secret.clone() }
        }));
        let (next, pass) = apply(&current, &secrets, labels);
        named.extend(pass.iter().map(|edit| {
            let label = next[edit.after.clone()].to_owned();
            let span =
                edits.iter().rev().fold(edit.before.clone(), |span, pass| before(pass, span));
            Labelled { label, start: span.start }
        }));
        current = next;
        edits.push(pass);
    }
    Err(ScanError(format!("something is still found after {MOST_PASSES} passes")))
}

/// A stretch that was replaced and the stretch that replaced it.
struct Edit {
    before: Range<usize>,
    after: Range<usize>,
}

fn apply(text: &str, secrets: &[Secret], labels: &mut Labels) -> (String, Vec<Edit>) {
    let kept = labels_in(text);
    let mut redacted = String::with_capacity(text.len());
    let mut edits = Vec::new();
    let mut position = 0;
    for secret in secrets {
        for span in around(&secret.span, &kept) {
            let Some(value) = text.get(span.clone()).filter(|_| position <= span.start) else {
                continue;
            };
            redacted.push_str(&text[position..span.start]);
            let start = redacted.len();
            redacted.push_str(&labels.label(&secret.kind, value));
            edits.push(Edit { before: span.clone(), after: start..redacted.len() });
            position = span.end;
        }
    }
    redacted.push_str(&text[position..]);
    (redacted, edits)
}

/// The parts of a span that are not labels already.
fn around(span: &Range<usize>, kept: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = span.start;
    for label in kept.iter().filter(|it| it.start < span.end && span.start < it.end) {
        if start < label.start {
            parts.push(start..label.start);
        }
        start = start.max(label.end);
    }
    if start < span.end {
        parts.push(start..span.end);
    }
    parts
}

/// Where a stretch of the text after an edit stood before it.
fn before(edits: &[Edit], span: Range<usize>) -> Range<usize> {
    let place = |offset: usize, is_end: bool| {
        let last = edits
            .iter()
            .take_while(|it| it.after.start < offset || !is_end && it.after.start <= offset)
            .last();
        match last {
            None => offset,
            Some(edit) if offset < edit.after.end || is_end && offset == edit.after.end => {
                if is_end { edit.before.end } else { edit.before.start }
            }
            Some(edit) => edit.before.end + (offset - edit.after.end),
        }
    };
    place(span.start, false)..place(span.end, true)
}

fn check(text: &str, secrets: &[Secret]) -> Result<(), ScanError> {
    let mut position = 0;
    for Secret { span, .. } in secrets {
        if span.start < position || span.is_empty() || text.get(span.clone()).is_none() {
            return Err(ScanError("the spans of the findings do not fit the text".to_owned()));
        }
        position = span.end;
    }
    Ok(())
}

/// Findings of later passes may overlap those of earlier ones.
fn unite(sorted: Vec<Secret>) -> Vec<Secret> {
    let mut united: Vec<Secret> = Vec::new();
    for secret in sorted {
        match united.last_mut() {
            Some(last) if secret.span.start < last.span.end => {
                last.span.end = last.span.end.max(secret.span.end);
                if secret.action == super::Action::Block {
                    last.action = secret.action;
                }
            }
            Some(_) | None => united.push(secret),
        }
    }
    united
}

#[cfg(test)]
mod tests {
    use super::super::{Action, LabelBook, LabelKey};
    use super::*;

    /// Finds every run of one letter; `z` only when no `y` is left.
    struct Letters(&'static str);

    impl Scanner for Letters {
        fn scan(&self, text: &str) -> Result<Vec<Secret>, ScanError> {
            let letter = self.0.chars().find(|it| text.contains(*it));
            let spans = letter.into_iter().flat_map(|letter| text.match_indices(letter));
            Ok(spans
                .map(|(start, run)| Secret {
                    span: start..start + run.len(),
                    kind: "letter".to_owned(),
                    action: Action::Block,
                })
                .collect())
        }
    }

    struct Broken;

    impl Scanner for Broken {
        fn scan(&self, _: &str) -> Result<Vec<Secret>, ScanError> {
            Ok(vec![Secret { span: 2..9, kind: "x".to_owned(), action: Action::Block }])
        }
    }

    fn labels() -> Labels {
        Labels::new(LabelKey::new([1; 32]), LabelBook::default())
    }

    #[test]
    fn later_passes_report_in_the_first_offsets() {
        let redacted = redact_fully(&Letters("yz"), "ayb zzc", &mut labels()).unwrap();
        assert_eq!(redacted.text, "a[REDACTED:letter#1]b [REDACTED:letter#2][REDACTED:letter#2]c");
        let spans: Vec<Range<usize>> = redacted.secrets.into_iter().map(|it| it.span).collect();
        assert_eq!(spans, [1..2, 4..5, 5..6]);
    }

    #[test]
    fn labels_are_named_where_their_values_stood() {
        let (_, named) = redact_and_name(&Letters("yz"), "ayb zzc", &mut labels()).unwrap();
        let named: Vec<(usize, &str)> =
            named.iter().map(|it| (it.start, it.label.as_str())).collect();
        let [one, two] = ["[REDACTED:letter#1]", "[REDACTED:letter#2]"];
        assert_eq!(named, [(1, one), (4, two), (5, two)]);
    }

    #[test]
    fn values_put_back_give_the_text_again() {
        for text in ["ayb zzc", "yyy", "", "no secret", "z\u{e9}y\u{1f600}z [REDACTED:other#7]"] {
            let mut labels = labels();
            let redacted = redact_fully(&Letters("yz"), text, &mut labels).unwrap().text;
            assert!(!redacted.contains(['y', 'z']), "{redacted}");
            let given: Vec<String> = (1..3).map(|it| format!("[REDACTED:letter#{it}]")).collect();
            let given: Vec<&str> = given.iter().map(String::as_str).collect();
            assert_eq!(labels.values().restore(&redacted, &given), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_does_not_go_away_is_an_error() {
        // The letter stands in every label, so each pass finds it again.
        assert!(redact_fully(&Letters("t"), "a t", &mut labels()).is_err());
    }

    #[test]
    fn spans_that_do_not_fit_are_an_error() {
        assert!(redact_fully(&Broken, "short", &mut labels()).is_err());
    }

    #[test]
    fn labels_in_the_text_stay_whole() {
        let text = "k=[REDACTED:token#1]rest";
        let secret =
            Secret { span: 2..text.len(), kind: "token".to_owned(), action: Action::Redact };
        assert_eq!(
            redact(text, &[secret], &mut labels()),
            "k=[REDACTED:token#1][REDACTED:token#1]"
        );
    }
}
