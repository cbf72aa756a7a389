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
const SAME_WORDS: f64 = 0.6;

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

/// Whether two findings share most of their words (Jaccard index).
fn says_the_same(one: &Finding, other: &Finding) -> bool {
    let (one, other) = (words(&one.text), words(&other.text));
    let shared = one.intersection(&other).count();
    let all = one.union(&other).count();
    3 <= shared && SAME_WORDS * all as f64 <= shared as f64
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(|it: char| !it.is_alphanumeric())
        .filter(|it| !it.is_empty())
        .map(str::to_lowercase)
        .collect()
}
