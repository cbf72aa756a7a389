//! How much of an old plan's text is found again in a new one, wherever it
//! stands now. Bounded work, also for plans of a megabyte.

use std::collections::{HashMap, HashSet};

use similar::{Algorithm, DiffTag, TextDiff, capture_diff_slices};

use crate::plan::outline::{Plan, Section};
use crate::plan::wording::{words, words_joined};

/// What of the old text is found again in the new plan.
pub(super) struct Survival {
    lines: HashSet<String>,
    sections: Vec<Vec<String>>,
}

/// Words of a section that are compared; a longer one is compared by its start.
const MAX_WORDS: usize = 1_500;

impl Survival {
    pub(super) fn of(new: &Plan) -> Self {
        let section_words = |it: &Section| {
            let mut words = words(&format!("{} {}", it.heading, it.text));
            words.truncate(MAX_WORDS);
            words
        };
        Self {
            lines: content_lines(&new.text).collect(),
            sections: new.sections.iter().map(section_words).collect(),
        }
    }

    /// The share of a section's lines that stand somewhere in the new plan.
    pub(super) fn of_lines(&self, text: &str) -> f64 {
        let lines: Vec<String> = content_lines(text).collect();
        let n_kept = lines.iter().filter(|it| self.lines.contains(*it)).count();
        n_kept as f64 / lines.len().max(1) as f64
    }

    /// The share of a section's words that stand, in their order, in the new
    /// section that has most of them; 0 where no section has enough of them in
    /// any order, which is much cheaper to know.
    pub(super) fn of_words(&self, text: &str) -> f64 {
        let mut old = words(text);
        old.truncate(MAX_WORDS);
        let enough = (old.len() as f64 * RENAMED).ceil() as usize;
        let candidates = self.sections.iter().filter(|it| enough <= n_shared(&old, it));
        let n_kept = candidates.take(MAX_CANDIDATES).map(|it| n_equal(&old, it)).max();
        n_kept.unwrap_or_default() as f64 / old.len().max(1) as f64
    }
}

/// Sections that are compared in full with one that seems lost.
const MAX_CANDIDATES: usize = 5;

fn n_shared(old: &[String], new: &[String]) -> usize {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for word in new {
        *left.entry(word).or_default() += 1;
    }
    let mut n_shared = 0;
    for word in old {
        if let Some(count) = left.get_mut(word.as_str()).filter(|it| 0 < **it) {
            *count -= 1;
            n_shared += 1;
        }
    }
    n_shared
}

fn n_equal(old: &[String], new: &[String]) -> usize {
    let ops = capture_diff_slices(Algorithm::Myers, old, new);
    ops.iter().filter(|it| it.tag() == DiffTag::Equal).map(|it| it.old_range().len()).sum()
}

pub(super) fn content_lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(words_joined).filter(|it| !it.is_empty())
}

/// A renamed section keeps this share of its words.
pub(super) const RENAMED: f64 = 0.6;

/// A merged section keeps this share of its lines.
pub(super) const MERGED: f64 = 0.5;

/// Equal but for a few letters, or one is the other with words added.
pub(crate) fn alike(one: &str, other: &str) -> bool {
    let (one_words, other_words) = (words(one), words(other));
    let shorter = one_words.len().min(other_words.len());
    let is_part = 0 < shorter
        && n_shared(&one_words, &other_words) == shorter
        && n_equal(&one_words, &other_words) == shorter;
    is_part || ALIKE <= most_alike(one, other) && ALIKE <= TextDiff::from_chars(one, other).ratio()
}

/// Headings that are equal but for a few letters reach this ratio.
const ALIKE: f32 = 0.8;

/// What the ratio of two texts can be at most, by the bytes that they share.
fn most_alike(one: &str, other: &str) -> f32 {
    let mut counts = [0_i32; 256];
    one.bytes().for_each(|it| counts[usize::from(it)] += 1);
    let mut n_shared = 0_usize;
    for byte in other.bytes() {
        let count = &mut counts[usize::from(byte)];
        n_shared += usize::from(0 < *count);
        *count -= 1;
    }
    let length = one.len() + other.len();
    if length == 0 { 1.0 } else { (2 * n_shared) as f32 / length as f32 }
}
