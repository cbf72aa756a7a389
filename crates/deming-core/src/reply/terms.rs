//! What single words in and around a tag are: levels, words that may stand beside
//! one, verdicts. It looks at no more than the word.

use crate::finding::Level;
use crate::reply::words::fold;

/// Reads a level word, also in the short forms `nit` and `med`.
pub(super) fn level_of(word: &str) -> Option<Level> {
    if word.is_ascii() {
        return if may_be_level(word.as_bytes()) { level_of_folded(word) } else { None };
    }
    if 24 < word.len() {
        return None;
    }
    let folded: String = word.chars().map(fold).collect();
    if folded.is_ascii() { level_of(&folded) } else { None }
}

fn level_of_folded(word: &str) -> Option<Level> {
    let is = |names: &[&str]| names.iter().any(|it| word.eq_ignore_ascii_case(it));
    if is(&["nit", "nits", "nitpicks"]) {
        Some(Level::Nitpick)
    } else if is(&["med"]) {
        Some(Level::Medium)
    } else if is(&["blocking", "blockers"]) {
        Some(Level::High)
    } else {
        Level::from_word(word)
    }
}

/// Cheap test by initial and length; all level words pass it.
fn may_be_level(word: &[u8]) -> bool {
    let lengths: &[usize] = match word.first().map(u8::to_ascii_uppercase) {
        Some(b'B') => &[7, 8],
        Some(b'C') => &[8],
        Some(b'H' | b'I') => &[4],
        Some(b'L') => &[3],
        Some(b'M') => &[3, 5, 6],
        Some(b'N') => &[3, 4, 7, 8],
        Some(b'P') => &[2],
        Some(b'T') => &[7],
        Some(_) | None => &[],
    };
    lengths.contains(&word.len())
}

/// Bytes of the longest word in [`FILLERS`].
const LONGEST_FILLER: usize = 11;

const FILLERS: &[&[u8]] = &[
    b"severity",
    b"priority",
    b"level",
    b"risk",
    b"impact",
    b"finding",
    b"findings",
    b"issue",
    b"issues",
    b"very",
    b"new",
    b"sev",
    b"prio",
    b"to",
    b"or",
    b"problem",
    b"problems",
    b"concern",
    b"concerns",
    b"suggestion",
    b"suggestions",
    b"comment",
    b"comments",
    b"item",
    b"items",
    b"risks",
    b"defects",
    b"note",
    b"notes",
    b"still",
    b"open",
    b"and",
];

/// A number, the name of an item, or a word that says nothing beside a level.
pub(super) fn is_filler(word: &str) -> bool {
    let word = word.as_bytes();
    let listed =
        || word.len() <= LONGEST_FILLER && FILLERS.iter().any(|it| it.eq_ignore_ascii_case(word));
    word.iter().all(u8::is_ascii_digit) || is_id(word) || listed()
}

/// `F3`, `R12`: the letter of an item and its number.
pub(super) fn is_id(word: &[u8]) -> bool {
    match word {
        [letter, number @ ..] => {
            matches!(letter.to_ascii_uppercase(), b'F' | b'R' | b'C' | b'I')
                && !number.is_empty()
                && number.iter().all(u8::is_ascii_digit)
        }
        [] => false,
    }
}

/// Content of a bracket that only numbers or names an item.
pub(super) fn is_label(content: &str) -> bool {
    content.split(|it: char| !it.is_alphanumeric()).all(is_filler)
}

pub(super) fn is_verdict_word(upper: &str) -> bool {
    matches!(
        upper,
        "APPROVED"
            | "APPROVE"
            | "LGTM"
            | "OK"
            | "PASS"
            | "PASSED"
            | "AGREE"
            | "REVISE"
            | "SHIP"
            | "YES"
            | "NO"
            | "NONE"
            | "REJECTED"
            | "N/A"
    )
}

/// One word without lower-case letters, as tags are written.
pub(super) fn is_shouted(content: &str) -> bool {
    let content = content.trim();
    let length = content.chars().count();
    (1..=16).contains(&length) && content.chars().all(|it| it.is_alphabetic() && !it.is_lowercase())
}

pub(super) fn is_lower(word: &str) -> bool {
    word.contains(char::is_lowercase)
}
