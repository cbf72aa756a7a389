//! The findings of a review over all its rounds.

use std::collections::BTreeSet;

use crate::finding::{Counts, Finding, FindingId};
use crate::reply::{PriorAnswer, PriorStatus};

use super::event::{Answer, AnswerKind};

/// Where a finding stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Status {
    Open,
    /// The reviewer confirmed the fix.
    Fixed,
    /// The reviewer withdrew it, or a person closed it for the author's reason.
    Rejected,
}

/// A finding and what became of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tracked {
    pub finding: Finding,
    /// The round that raised it.
    pub round: u32,
    pub status: Status,
    /// The author's newest answer.
    pub answer: Option<Answer>,
    /// How often the reviewer said that it is not fixed.
    pub repeats: u32,
    /// An earlier, closed finding that says the same.
    pub repeats_of: Option<FindingId>,
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Ledger {
    tracked: Vec<Tracked>,
}

/// The share of words that two findings must have in common to be the same.
/// Too low would end a review that makes headway; too high only lets one run
/// until its rounds are used up.
const SAME_WORDS: f64 = 0.75;
const FEWEST_WORDS: usize = 3;

impl Ledger {
    pub fn all(&self) -> &[Tracked] {
        &self.tracked
    }

    pub fn get(&self, id: FindingId) -> Option<&Tracked> {
        self.tracked.iter().find(|it| it.finding.id == id)
    }

    pub fn open(&self) -> impl Iterator<Item = &Tracked> {
        self.tracked.iter().filter(|it| it.status == Status::Open)
    }

    pub fn open_findings(&self) -> Vec<Finding> {
        self.open().map(|it| it.finding.clone()).collect()
    }

    pub fn open_counts(&self) -> Counts {
        Counts::of(self.open().map(|it| it.finding.level))
    }

    pub fn next_id(&self) -> FindingId {
        FindingId(self.tracked.iter().map(|it| it.finding.id.0).max().unwrap_or(0) + 1)
    }

    /// Findings that block, that the author rejected, and that the reviewer
    /// insists on.
    pub fn disputed(&self) -> impl Iterator<Item = &Tracked> {
        self.open().filter(|it| {
            let rejected = it.answer.as_ref().is_some_and(|it| it.kind == AnswerKind::Rejected);
            it.finding.level.is_blocking() && rejected && 0 < it.repeats
        })
    }

    /// Whether everything that blocks has been answered and raised again.
    pub fn is_circling(&self) -> bool {
        let mut blocking = self.open().filter(|it| it.finding.level.is_blocking()).peekable();
        blocking.peek().is_some() && blocking.all(|it| 2 <= it.repeats || it.repeats_of.is_some())
    }

    pub(super) fn answer(&mut self, answers: &[Answer]) {
        for answer in answers {
            if let Some(tracked) = self.tracked.iter_mut().find(|it| it.finding.id == answer.id) {
                tracked.answer = Some(answer.clone());
            }
        }
    }

    pub(super) fn take_round(&mut self, round: u32, raised: &[Finding], prior: &[PriorAnswer]) {
        for answer in prior {
            let found = self.tracked.iter_mut().find(|it| it.finding.id == answer.id);
            let Some(tracked) = found.filter(|it| it.status == Status::Open) else { continue };
            match answer.status {
                PriorStatus::Fixed => tracked.status = Status::Fixed,
                PriorStatus::Withdrawn => tracked.status = Status::Rejected,
                PriorStatus::NotFixed => tracked.repeats += 1,
            }
        }
        for finding in raised {
            let repeats_of = self
                .tracked
                .iter()
                .find(|it| it.status != Status::Open && says_the_same(&it.finding, finding))
                .map(|it| it.finding.id);
            self.tracked.push(Tracked {
                finding: finding.clone(),
                round,
                status: Status::Open,
                answer: None,
                repeats: 0,
                repeats_of,
            });
        }
    }

    pub(super) fn close_disputed(&mut self) {
        let disputed: Vec<FindingId> = self.disputed().map(|it| it.finding.id).collect();
        for tracked in &mut self.tracked {
            if disputed.contains(&tracked.finding.id) {
                tracked.status = Status::Rejected;
            }
        }
    }

    /// The author has to follow: its rejections no longer count.
    pub(super) fn reopen_disputed(&mut self) {
        let disputed: Vec<FindingId> = self.disputed().map(|it| it.finding.id).collect();
        for tracked in &mut self.tracked {
            if disputed.contains(&tracked.finding.id) {
                tracked.answer = None;
            }
        }
    }
}

/// Whether two findings share nearly all of the words that carry their meaning
/// (Jaccard index), and every number and name of code.
fn says_the_same(one: &Finding, other: &Finding) -> bool {
    let (one, other) = (words(&one.text), words(&other.text));
    let shared = one.intersection(&other).count();
    let all = one.union(&other).count();
    // What tells `step 3` from `step 4` and one file from another.
    let are_names_equal = one.symmetric_difference(&other).all(|it| !is_name(it));
    are_names_equal && FEWEST_WORDS <= shared && SAME_WORDS * all as f64 <= shared as f64
}

/// The words of a finding, without those that every sentence has.
fn words(text: &str) -> BTreeSet<String> {
    const FILLERS: [&str; 42] = [
        "a", "about", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "do",
        "does", "for", "from", "has", "have", "how", "in", "is", "it", "its", "of", "on", "or",
        "plan", "should", "so", "still", "than", "that", "the", "there", "this", "to", "was",
        "what", "when", "which", "will", "with",
    ];
    text.split(|it: char| !(it.is_alphanumeric() || is_part_of_name(it)))
        .map(|it| it.trim_matches(is_part_of_name).to_lowercase())
        .filter(|it| !it.is_empty() && !FILLERS.contains(&it.as_str()))
        .collect()
}

fn is_part_of_name(letter: char) -> bool {
    matches!(letter, '_' | '.' | '/' | ':')
}

/// A number, a path or an identifier.
fn is_name(word: &str) -> bool {
    word.contains(|it: char| it.is_ascii_digit() || is_part_of_name(it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Level;

    #[track_caller]
    fn check(one: &str, other: &str, want: bool) {
        let finding =
            |text: &str| Finding { id: FindingId(1), level: Level::High, text: text.to_owned() };
        let (one, other) = (finding(one), finding(other));
        assert_eq!(says_the_same(&one, &other), want, "{one:?} {other:?}");
        assert_eq!(says_the_same(&other, &one), want, "{other:?} {one:?}");
    }

    #[test]
    fn same_finding_in_other_words_is_the_same() {
        check("No rate limit on the login endpoint", "no rate limit on the login endpoint.", true);
        check(
            "There is no rate limit on the login endpoint",
            "The login endpoint still has no rate limit",
            true,
        );
        check("Step 3 has no test", "Step 3 still has no test.", true);
        check(
            "`auth.py` keeps the refresh token in local storage, where scripts can read it",
            "The refresh token is kept in local storage by `auth.py`, where scripts can read it",
            true,
        );
        check(
            "The migration of the table users cannot be rolled back",
            "The migration of the table users cannot be rolled back as described",
            true,
        );
    }

    #[test]
    fn other_findings_in_similar_words_are_others() {
        check("Step 3 has no test", "Step 4 has no test", false);
        check("No tests for login", "No tests for logout", false);
        check("No rate limit on the login endpoint", "No rate limit on the reset endpoint", false);
        check("`a/users.py` has no roll-back", "`b/users.py` has no roll-back", false);
        check("Tokens expire after 15 minutes", "Tokens expire after 30 minutes", false);
        check("Missing tests", "Missing docs", false);
        check("", "", false);
        check("日本語の計画にテストがない", "別の指摘", false);
    }
}
