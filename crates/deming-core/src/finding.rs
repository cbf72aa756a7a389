//! A finding of a reviewer, its level, and how many there are of each.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a finding matters; the order is the order of severity.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Nitpick,
    Low,
    Medium,
    High,
}

impl Level {
    /// From the level that weighs most to the one that weighs least.
    pub const ALL: [Self; 4] = [Self::High, Self::Medium, Self::Low, Self::Nitpick];

    /// Reads a level word as reviewers write it, in any case.
    ///
    /// Returns `None` for a word that is not known; callers report it and count
    /// the finding as [`Level::High`], so that nothing is dropped.
    pub fn from_word(word: &str) -> Option<Self> {
        const WORDS: [(Level, &[&str]); 4] = [
            (Level::High, &["high", "critical", "blocker", "p0", "p1"]),
            (Level::Medium, &["medium", "major", "p2"]),
            (Level::Low, &["low", "minor", "p3"]),
            (Level::Nitpick, &["nitpick", "trivial", "info"]),
        ];
        let names = |words: &[&str]| words.iter().any(|it| it.eq_ignore_ascii_case(word));
        WORDS.into_iter().find(|it| names(it.1)).map(|it| it.0)
    }

    /// Whether a finding of this level stands in the way of an approval.
    pub fn is_blocking(self) -> bool {
        Self::Medium <= self
    }

    /// The word in a finding's tag: `HIGH`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::High => "HIGH",
            Self::Medium => "MEDIUM",
            Self::Low => "LOW",
            Self::Nitpick => "NITPICK",
        }
    }

    /// The word in a summary and in JSON: `high`.
    pub fn word(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Nitpick => "nitpick",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// The name of a finding within one review: `F1`, `F2`, and so on.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FindingId(pub u32);

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "F{}", self.0)
    }
}

impl From<FindingId> for String {
    fn from(id: FindingId) -> Self {
        id.to_string()
    }
}

#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a finding; findings are named F1, F2 and so on")]
pub struct NotAFindingId(pub String);

impl TryFrom<String> for FindingId {
    type Error = NotAFindingId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl std::str::FromStr for FindingId {
    type Err = NotAFindingId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix(['F', 'f']).unwrap_or_default();
        match digits.parse() {
            Ok(number) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Self(number)),
            Ok(_) | Err(_) => Err(NotAFindingId(text.to_owned())),
        }
    }
}

/// One finding of a reviewer, whole, however many lines it has.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub id: FindingId,
    pub level: Level,
    /// Cleaned of terminal escapes; may hold several lines and Markdown.
    pub text: String,
}

/// How many findings there are of each level.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    pub high: u32,
    pub medium: u32,
    pub low: u32,
    pub nitpick: u32,
}

impl Counts {
    pub fn of(levels: impl IntoIterator<Item = Level>) -> Self {
        let mut counts = Self::default();
        for level in levels {
            *counts.slot(level) += 1;
        }
        counts
    }

    pub fn get(mut self, level: Level) -> u32 {
        *self.slot(level)
    }

    pub fn blocking(self) -> u32 {
        self.high + self.medium
    }

    pub fn minor(self) -> u32 {
        self.low + self.nitpick
    }

    pub fn total(self) -> u32 {
        self.blocking() + self.minor()
    }

    fn slot(&mut self, level: Level) -> &mut u32 {
        match level {
            Level::High => &mut self.high,
            Level::Medium => &mut self.medium,
            Level::Low => &mut self.low,
            Level::Nitpick => &mut self.nitpick,
        }
    }
}

/// The summary line: high, medium and low always, nitpick when there is one.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} high, {} medium, {} low", self.high, self.medium, self.low)?;
        if 0 < self.nitpick {
            write!(f, ", {} nitpick", self.nitpick)?;
        }
        f.write_str(" findings.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_always_counts_three_levels() {
        let counts = Counts::of([Level::Medium, Level::Low, Level::Nitpick]);
        assert_eq!(counts.to_string(), "0 high, 1 medium, 1 low, 1 nitpick findings.");
        assert_eq!(Counts::default().to_string(), "0 high, 0 medium, 0 low findings.");
    }

    #[test]
    fn words_of_other_scales_are_read() {
        assert_eq!(Level::from_word("blocker"), Some(Level::High));
        assert_eq!(Level::from_word("P2"), Some(Level::Medium));
        assert_eq!(Level::from_word("Severe"), None);
    }

    #[test]
    fn ids_are_whole_words() {
        assert_eq!("F10".parse(), Ok(FindingId(10)));
        assert!("F+1".parse::<FindingId>().is_err());
        assert!("1".parse::<FindingId>().is_err());
    }
}
