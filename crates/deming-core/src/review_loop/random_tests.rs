//! What must hold after any events in any order.

use super::tests::{
    accepted, consented, decided, ended, failed, opened, read, record, revised, sent, unreadable,
};
use super::*;
use crate::finding::Level;
use crate::journal::Record;
use crate::reply::PriorStatus;
use crate::round::Outcome;
use crate::verdict::Verdict;

const RUNS: u64 = 3_000;
const EVENTS: u32 = 40;

/// A small generator of our own, so that a failure comes back with its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 32) % u64::from(sides)).unwrap()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.roll(u32::try_from(from.len()).unwrap())).unwrap()]
    }

    fn outcome(&mut self) -> Outcome {
        let id = 1 + self.roll(6);
        let level = self.pick(&Level::ALL);
        let status =
            self.pick(&[PriorStatus::Fixed, PriorStatus::NotFixed, PriorStatus::Withdrawn]);
        let prior = [(1 + self.roll(6), status)];
        match self.roll(8) {
            0 => read(Verdict::Approved, &[], &prior),
            1 => read(Verdict::MinorOnly, &[(id, Level::Low)], &prior),
            2..=5 => read(Verdict::Revise, &[(id, level)], &prior),
            6 => failed(),
            _ => unreadable(),
        }
    }

    fn event(&mut self) -> ReviewEvent {
        let by = self.pick(&[ConsentBy::Question, ConsentBy::Terminal, ConsentBy::Standing]);
        let decision = self.pick(&[
            Decision::Continue,
            Decision::Accept,
            Decision::MoreRounds,
            Decision::Stop,
            Decision::KeepPlan,
            Decision::FollowReviewer,
        ]);
        let answer = self.pick(&[AnswerKind::Fixed, AnswerKind::Rejected, AnswerKind::Deferred]);
        match self.roll(24) {
            0..=3 => consented(by, 1 + self.roll(3)),
            4..=9 => sent(1 + self.roll(4)),
            10..=15 => ended(1 + self.roll(4), self.outcome()),
            16..=18 => revised(&[(1 + self.roll(6), answer)]),
            19..=20 => decided(decision),
            21 => {
                accepted(self.pick(&[AcceptedBy::Reviewer, AcceptedBy::Person, AcceptedBy::Rule]))
            }
            22 if self.roll(3) == 0 => ReviewEvent::Revoked { reason: RevokeReason::Asked },
            22 => ReviewEvent::LogPlaced { path: "project/log.md".to_owned() },
            _ if self.roll(6) == 0 => ReviewEvent::Cancelled { by: CancelledBy::Agent },
            _ => ReviewEvent::Declined { by },
        }
    }
}

/// The events of a random review that fitted, in their order.
fn play(seed: u64) -> Vec<Record<ReviewEvent>> {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut records = vec![record(opened(1 + dice.roll(4)))];
    let mut review = Review::fold(&records).unwrap();
    for _ in 0..EVENTS {
        let next = record(dice.event());
        if review.apply(&next).is_ok() {
            records.push(next);
        }
    }
    records
}

/// Rounds that a person agreed to, one way or another.
fn agreed(records: &[Record<ReviewEvent>], max_rounds: u32) -> u32 {
    let mut n_rounds = 0;
    for it in records {
        if let ReviewEvent::Consented { consent } = &it.event {
            n_rounds += consent.rounds;
        }
        if matches!(it.event, ReviewEvent::Decided { decision: Decision::MoreRounds, .. }) {
            n_rounds += max_rounds;
        }
    }
    n_rounds
}

#[test]
fn no_events_lead_to_an_approval_that_the_reviewer_did_not_give() {
    let mut n_approved = 0;
    for seed in 1..RUNS {
        let records = play(seed);
        let review = Review::fold(&records).unwrap();
        let approved = Phase::Approved { by: AcceptedBy::Reviewer };
        let accepted = Phase::Accepted { by: AcceptedBy::Reviewer };
        if [approved, accepted].contains(review.phase()) {
            let newest = review.rounds.last().and_then(|it| it.result.as_ref());
            let verdict = newest.map(|it| &it.outcome);
            let is_approving =
                matches!(verdict, Some(Outcome::Read { verdict: Verdict::Approved, .. }));
            assert!(is_approving, "seed {seed}: {records:#?}");
            n_approved += 1;
        }
    }
    assert!(0 < n_approved, "the dice never came to an approval");
}

#[test]
fn no_events_send_more_than_was_agreed_to() {
    let mut most = 0;
    for seed in 1..RUNS {
        let records = play(seed);
        let review = Review::fold(&records).unwrap();
        let n_agreed = agreed(&records, review.opening.max_rounds);
        let n_rounds = u32::try_from(review.rounds.len()).unwrap();
        assert!(n_rounds <= n_agreed, "seed {seed}: {records:#?}");
        assert!(review.rounds.iter().all(|it| it.attempts.len() <= 40), "seed {seed}");
        let first = |wanted: fn(&ReviewEvent) -> bool| {
            records.iter().position(|it| wanted(&it.event)).unwrap_or(usize::MAX)
        };
        let yes = first(|it| matches!(it, ReviewEvent::Consented { .. }));
        let send = first(|it| matches!(it, ReviewEvent::RoundStarted { .. }));
        assert!(yes <= send, "seed {seed}: {records:#?}");
        most = most.max(n_rounds);
    }
    assert!(1 < most, "the dice never came to a second round");
}

#[test]
fn no_events_send_after_a_yes_was_taken_back() {
    let mut n_revoked = 0;
    for seed in 1..RUNS {
        let mut is_revoked = false;
        for it in play(seed) {
            if matches!(it.event, ReviewEvent::Revoked { .. }) {
                is_revoked = true;
                n_revoked += 1;
            }
            if matches!(it.event, ReviewEvent::Consented { .. }) {
                is_revoked = false;
            }
            let is_sent = matches!(it.event, ReviewEvent::RoundStarted { .. });
            assert!(!(is_sent && is_revoked), "seed {seed}");
        }
    }
    assert!(0 < n_revoked, "the dice never came to a yes that was taken back");
}

#[test]
fn every_prefix_of_a_journal_is_a_review() {
    for seed in 1..RUNS / 10 {
        let records = play(seed);
        for end in 1..=records.len() {
            let review = Review::fold(&records[..end]).unwrap();
            assert!(review.rounds_used() < review.next_round());
            assert_eq!(review.sendable().filter(|it| *it != review.next_round()), None);
        }
    }
}
