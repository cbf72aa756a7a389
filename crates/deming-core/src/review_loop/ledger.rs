//! The findings of a review over all its rounds.

use crate::finding::{Counts, Finding, FindingId};
use crate::reply::{PriorAnswer, PriorStatus};
use crate::sameness::says_the_same;

use super::event::{Answer, AnswerKind};

/// Where a finding stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Status {
    Open,
    /// The reviewer confirmed the fix.
    Fixed,
    /// The reviewer withdrew it.
    Withdrawn,
    /// A person closed it for the author's reason.
    Kept,
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
    /// How often the reviewer said that it is not fixed, or raised it again.
    pub repeats: u32,
    /// What the reviewer said last of why it stands.
    pub note: String,
    /// The reviewer insisted after the newest answer.
    pub is_insisted: bool,
    /// An earlier, closed finding that says the same.
    pub repeats_of: Option<FindingId>,
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Ledger {
    tracked: Vec<Tracked>,
}

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

    /// Findings that a person closed for the author's reason.
    pub fn kept(&self) -> impl Iterator<Item = &Tracked> {
        self.tracked.iter().filter(|it| it.status == Status::Kept)
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
                tracked.is_insisted = false;
            }
        }
    }

    pub(super) fn take_round(&mut self, round: u32, raised: &[Finding], prior: &[PriorAnswer]) {
        for answer in prior {
            let found = self.tracked.iter_mut().find(|it| it.finding.id == answer.id);
            let Some(tracked) = found.filter(|it| it.status == Status::Open) else { continue };
            match answer.status {
                PriorStatus::Fixed => tracked.status = Status::Fixed,
                PriorStatus::Withdrawn => tracked.status = Status::Withdrawn,
                PriorStatus::NotFixed => {
                    tracked.repeats += 1;
                    tracked.is_insisted = true;
                    tracked.note.clone_from(&answer.note);
                }
            }
        }
        for finding in raised {
            let is_same = |it: &&Tracked| {
                it.status != Status::Open && says_the_same(&it.finding.text, &finding.text)
            };
            let earlier = self.tracked.iter().rev().find(is_same);
            // A person has decided about it once.
            let is_kept = earlier
                .is_some_and(|it| it.status == Status::Kept && finding.level <= it.finding.level);
            self.tracked.push(Tracked {
                finding: finding.clone(),
                round,
                status: if is_kept { Status::Kept } else { Status::Open },
                answer: earlier.filter(|_| is_kept).and_then(|it| it.answer.clone()),
                repeats: 0,
                note: String::new(),
                is_insisted: false,
                repeats_of: earlier.map(|it| it.finding.id),
            });
        }
    }

    pub(super) fn close_disputed(&mut self) {
        let disputed: Vec<FindingId> = self.disputed().map(|it| it.finding.id).collect();
        for tracked in &mut self.tracked {
            if disputed.contains(&tracked.finding.id) {
                tracked.status = Status::Kept;
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
