//! Decodes a reviewer's reply, JSON or Markdown, into findings and answers.
//! It fails closed: what it cannot read is reported and never approves.

mod alarm;
mod approval;
mod bracket;
mod denial;
mod draft;
mod entry;
mod fields;
mod heading;
mod inert;
mod inline;
mod json;
mod judge;
mod keys;
mod leftover;
mod outline;
mod phrases;
mod prior;
mod prose;
mod qualified;
pub mod schema;
mod search;
mod section;
mod source;
mod status;
mod structured;
mod table;
mod tag;
mod terms;
mod understood;
mod vocabulary;
mod words;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::clean::cleaned;
use crate::diagnostic::Diagnostic;
use crate::finding::{Finding, FindingId, Level};
use crate::reply::judge::Judged;
use crate::reply::words::Folded;

/// What a reply says about a finding of an earlier round.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriorStatus {
    Fixed,
    NotFixed,
    Withdrawn,
}

/// A new finding, whole, however many lines it has.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Raised {
    pub level: Level,
    /// Cleaned, without the tag; Markdown as the reviewer wrote it.
    pub text: String,
}

/// The answer to one finding of an earlier round.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PriorAnswer {
    pub id: FindingId,
    pub status: PriorStatus,
    pub note: String,
}

/// A reply that could be read.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    pub raised: Vec<Raised>,
    /// At most one answer per finding; unanswered findings are absent.
    pub prior: Vec<PriorAnswer>,
    /// The reply approves in plain words, whatever its findings say.
    pub approves: bool,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reading {
    Read(Reply),
    /// Nothing in the reply can be relied on. Never the same as "no findings".
    Unreadable,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Decoded {
    pub reading: Reading,
    /// What was not understood, doubted or in contradiction.
    pub diagnostics: Vec<Diagnostic>,
}

/// How many fences or quotes around the whole reply are taken off.
const MOST_WRAPPINGS: u32 = 3;

/// Decodes the text of a reply.
///
/// `prior` are the findings of earlier rounds that were open when the reviewer
/// was asked; only they can be answered.
pub fn decode(text: &str, prior: &[Finding]) -> Decoded {
    let plain = cleaned(text);
    let mut judged = Judged::of(&plain, prior, MOST_WRAPPINGS);
    if matches!(plain, Cow::Owned(_)) && hides_text(text) {
        judged.doubts.push("the reply holds terminal commands that hide text".to_owned());
    }
    judged.decide(prior)
}

/// Whether a text holds any word that blocks, refuses, limits or asks for work,
/// or is not plainly in English, so that it cannot be known.
pub fn may_object(text: &str) -> bool {
    const COMMON: [&str; 19] = [
        "a", "an", "and", "are", "as", "for", "i", "in", "is", "it", "looks", "of", "ok", "plan",
        "that", "the", "this", "to", "with",
    ];
    let clean = cleaned(text);
    let folded = Folded::of(&clean);
    let words = folded.words();
    let is_english =
        2 <= COMMON.iter().filter(|it| words.iter().any(|word| word.text == **it)).count();
    !is_english || approval::may_object(&clean)
}

/// Commands of a terminal that swallow what follows them.
fn hides_text(text: &str) -> bool {
    if memchr::memchr2(0x1b, 0xc2, text.as_bytes()).is_none() {
        return false;
    }
    let mut escape = false;
    text.chars().any(|it| {
        let hides = matches!(it, '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}')
            || (escape && matches!(it, ']' | 'P' | 'X' | '^' | '_'));
        escape = it == '\u{1b}';
        hides
    })
}
