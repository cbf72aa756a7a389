//! The labels that stand in place of secrets: `[REDACTED:github-pat#1]`.
//! A value is known again by a keyed hash; neither value nor length is kept.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::Values;

const OPENING: &str = "[REDACTED:";
/// No kind is longer; what is longer between the brackets is not a label.
const LONGEST_KIND: usize = 64;

/// The random key of one review. Without it the hashes of its book say nothing.
#[derive(Clone)]
pub struct LabelKey([u8; 32]);

impl LabelKey {
    pub fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// To be kept apart from the book, and no longer than the review is open.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The secrets that were seen in a review, as keyed hashes, in order of
/// appearance. A number is never given twice.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LabelBook(Vec<Entry>);

#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
struct Entry {
    /// HMAC-SHA-256 of the value, cut to 16 bytes, in hexadecimal.
    hash: String,
    kind: String,
}

/// Gives labels: the same one for the same value, over all texts of a review.
pub struct Labels {
    key: LabelKey,
    book: LabelBook,
    /// What was labelled since this was made; never a part of what is kept.
    values: Values,
}

impl Labels {
    /// Goes on with a book that was kept, or with an empty one.
    pub fn new(key: LabelKey, book: LabelBook) -> Self {
        Self { key, book, values: Values::default() }
    }

    pub fn key(&self) -> &LabelKey {
        &self.key
    }

    /// The values behind the labels that were given since this was made.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// Takes a value that comes with its label, if it is the one that the label
    /// was given for.
    pub fn know(&mut self, label: &str, value: &str) -> bool {
        let hash = self.hash(value);
        let index = self.book.0.iter().position(|it| it.hash == hash);
        let is_known = index.is_some_and(|it| self.label_at(it) == label);
        if is_known {
            self.values.learn(label, value);
        }
        is_known
    }

    pub fn book(&self) -> &LabelBook {
        &self.book
    }

    pub fn into_book(self) -> LabelBook {
        self.book
    }

    /// The label of a value. The kind under which it was first seen stays.
    pub fn label(&mut self, kind: &str, value: &str) -> String {
        let hash = self.hash(value);
        let known = self.book.0.iter().position(|it| it.hash == hash);
        let index = known.unwrap_or_else(|| {
            self.book.0.push(Entry { hash, kind: plain_kind(kind) });
            self.book.0.len() - 1
        });
        let label = self.label_at(index);
        self.values.learn(&label, value);
        label
    }

    fn label_at(&self, index: usize) -> String {
        format!("{OPENING}{}#{}]", self.book.0[index].kind, index + 1)
    }

    fn hash(&self, value: &str) -> String {
        // A key of any length is accepted; the error cannot occur.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key.0) else {
            return String::new();
        };
        mac.update(identity(value).as_bytes());
        mac.finalize().into_bytes().iter().take(16).fold(String::new(), |mut hash, byte| {
            // Writing to a string does not fail.
            let _ = write!(hash, "{byte:02x}");
            hash
        })
    }
}

/// What makes two spellings of a value the same: a key that is quoted, indented,
/// wrapped or part of a diff is still that key.
fn identity(value: &str) -> Cow<'_, str> {
    let spread = value
        .contains(['\n', '\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}'])
        || value.contains("\\n");
    if !spread {
        return Cow::Borrowed(value);
    }
    let flat = value.replace("\\n", "\n");
    let letters: String = flat.chars().filter(|it| it.is_ascii_alphanumeric()).collect();
    if letters.len() < 8 { Cow::Borrowed(value) } else { Cow::Owned(letters) }
}

fn plain_kind(kind: &str) -> String {
    let plain: String = kind.chars().filter(|it| is_kind(*it)).take(LONGEST_KIND).collect();
    if plain.is_empty() { "secret".to_owned() } else { plain }
}

fn is_kind(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
}

/// The kind in a label: `github-pat`. What is no label is a kind of its own.
pub fn kind_of(label: &str) -> &str {
    let inner = label.strip_prefix(OPENING).and_then(|it| it.split_once('#'));
    inner.map_or(label, |(kind, _)| kind)
}

/// The labels in a text, ours or what looks exactly like them.
pub(super) fn labels_in(text: &str) -> Vec<Range<usize>> {
    text.match_indices(OPENING)
        .filter_map(|(start, _)| {
            let rest = &text[start + OPENING.len()..];
            let end = rest.find(']')?;
            let (kind, number) = rest[..end].split_once('#')?;
            let known = (1..=LONGEST_KIND).contains(&kind.len())
                && kind.chars().all(is_kind)
                && (1..=6).contains(&number.len())
                && number.bytes().all(|it| it.is_ascii_digit());
            known.then_some(start..start + OPENING.len() + end + 1)
        })
        .collect()
}

/// The same text, byte for byte as long, in which labels are placeholders that
/// no rule takes for a value.
pub fn mask_labels(text: &str) -> Cow<'_, str> {
    let labels = labels_in(text);
    if labels.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = text.to_owned();
    for label in labels {
        let mask = format!("<{}>", ".".repeat(label.len() - 2));
        masked.replace_range(label, &mask);
    }
    Cow::Owned(masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(book: LabelBook) -> Labels {
        Labels::new(LabelKey::new([7; 32]), book)
    }

    #[test]
    fn a_value_keeps_its_label_over_rounds() {
        let mut first = labels(LabelBook::default());
        assert_eq!(first.label("password", "one"), "[REDACTED:password#1]");
        assert_eq!(first.label("token", "two"), "[REDACTED:token#2]");
        let kept = serde_json::to_string(first.book()).unwrap();
        let mut second = labels(serde_json::from_str(&kept).unwrap());
        assert_eq!(second.label("token", "three"), "[REDACTED:token#3]");
        assert_eq!(second.label("api-key", "one"), "[REDACTED:password#1]");
    }

    #[test]
    fn the_book_holds_hashes_that_depend_on_the_key() {
        let mut ours = labels(LabelBook::default());
        let mut theirs = Labels::new(LabelKey::new([8; 32]), LabelBook::default());
        ours.label("password", "value");
        theirs.label("password", "value");
        assert_ne!(ours.book(), theirs.book());
        assert!(!serde_json::to_string(ours.book()).unwrap().contains("value"));
    }

    #[test]
    fn a_value_is_believed_only_with_its_own_label() {
        let mut first = labels(LabelBook::default());
        let label = first.label("password", "one");
        let mut second = labels(first.book().clone());
        assert!(!second.know(&label, "two"));
        assert!(!second.know("[REDACTED:password#2]", "one"));
        assert!(second.know(&label, "one"));
        assert_eq!(second.values().restore(&label, &[label.as_str()]), Ok("one".to_owned()));
        assert_eq!(kind_of(&label), "password");
    }

    #[test]
    fn a_block_in_a_diff_is_the_same_block() {
        let mut labels = labels(LabelBook::default());
        let plain = labels.label("private-key", "BEGIN\nabcd\nefgh");
        assert_eq!(labels.label("private-key", "BEGIN\n+abcd\n+efgh"), plain);
        assert_eq!(labels.label("private-key", "BEGIN\\nabcd\\nefgh"), plain);
        assert_ne!(labels.label("private-key", "BEGIN\nabcd\nefgi"), plain);
    }

    #[test]
    fn labels_are_masked_and_look_alikes_are_not() {
        let text = "a [REDACTED:api-key#12] b [REDACTED:Secret1] [REDACTED:x#]";
        let masked = mask_labels(text);
        assert_eq!(masked.len(), text.len());
        assert!(masked.starts_with("a <...."));
        assert!(masked.ends_with("b [REDACTED:Secret1] [REDACTED:x#]"));
    }
}
