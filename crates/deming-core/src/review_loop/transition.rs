//! Which state follows which event. [`Review::apply`] is the only place that
//! changes a review, and its one `match` the only place that decides.

use chrono::{DateTime, FixedOffset};

use crate::exec_event::Usage;
use crate::journal::Record;
use crate::round::{Outcome, Round};
use crate::verdict::Verdict;

use super::event::{AcceptedBy, Answer, Attempt, Decision, FoundSecret, ReviewEvent};
use super::ledger::Ledger;
use super::phase::Phase;
use super::review::{PlanVersion, Review, RoundRecord, Settlement};

/// How often one round may be tried again under one yes.
const ATTEMPTS: u32 = 3;

#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{event}` is not possible while the review is {phase}")]
pub struct InvalidTransition {
    pub phase: &'static str,
    pub event: &'static str,
}

impl Review {
    /// Folds a journal.
    ///
    /// # Errors
    /// When an event does not fit the state before it, or there is none.
    pub fn fold(records: &[Record<ReviewEvent>]) -> Result<Self, InvalidTransition> {
        let none = InvalidTransition { phase: "not opened", event: "nothing" };
        let (first, rest) = records.split_first().ok_or(none)?;
        let mut review = Self::open(first)?;
        for record in rest {
            review.apply(record)?;
        }
        Ok(review)
    }

    fn open(record: &Record<ReviewEvent>) -> Result<Self, InvalidTransition> {
        let ReviewEvent::Opened { opening } = &record.event else {
            return Err(InvalidTransition { phase: "not opened", event: name_of(&record.event) });
        };
        let first = PlanVersion {
            number: 1,
            text: opening.plan.clone(),
            answers: Vec::new(),
            at: record.at,
        };
        Ok(Self {
            opening: opening.clone(),
            opened: record.at,
            versions: vec![first],
            rounds: Vec::new(),
            ledger: Ledger::default(),
            consent: None,
            revoked: None,
            found: opening.found.clone(),
            rounds_left: 0,
            attempts_left: 0,
            max_rounds: opening.max_rounds,
            max_tokens: opening.max_tokens,
            usage: Usage::default(),
            decisions: Vec::new(),
            learnings: Vec::new(),
            log_path: None,
            updated: record.at,
            phase: Phase::Drafted,
        })
    }

    /// Takes one event.
    ///
    /// # Errors
    /// When it is not possible in this phase; the review is unchanged then.
    pub fn apply(&mut self, record: &Record<ReviewEvent>) -> Result<(), InvalidTransition> {
        let next = self.next_phase(record)?;
        self.phase = next;
        self.updated = record.at;
        Ok(())
    }

    fn next_phase(&mut self, record: &Record<ReviewEvent>) -> Result<Phase, InvalidTransition> {
        let next = match (&self.phase, &record.event) {
            (_, ReviewEvent::LogPlaced { path }) => {
                self.log_path = Some(path.clone());
                self.phase.clone()
            }
            (
                Phase::Drafted
                | Phase::Consented { .. }
                | Phase::Failed { .. }
                | Phase::Unreadable { .. },
                ReviewEvent::Consented { consent },
            ) => {
                self.consent = Some(consent.clone());
                self.revoked = None;
                self.rounds_left = consent.rounds;
                self.attempts_left = ATTEMPTS;
                self.max_rounds = self.max_rounds.max(self.rounds_used() + consent.rounds);
                self.after_text()
            }
            (phase, ReviewEvent::Revoked { .. })
                if !phase.is_over() && self.consent.is_some() && self.revoked.is_none() =>
            {
                let was_consented = matches!(phase, Phase::Consented { .. });
                self.revoked = Some(record.at);
                if was_consented { Phase::Drafted } else { self.phase.clone() }
            }
            (
                Phase::Drafted | Phase::Failed { .. } | Phase::Unreadable { .. },
                ReviewEvent::Declined { .. },
            ) => Phase::Cancelled,
            // While reviewing, nobody is waiting any more: the round is sent again.
            (
                Phase::Consented { .. }
                | Phase::Failed { .. }
                | Phase::Unreadable { .. }
                | Phase::Reviewing { .. },
                ReviewEvent::RoundStarted { round, attempt },
            ) if self.sendable() == Some(*round) => {
                self.start_round(*round, attempt, record.at);
                Phase::Reviewing { round: *round }
            }
            (
                Phase::Reviewing { round: sent },
                ReviewEvent::RoundEnded { round, result, seconds },
            ) if sent == round => self.end_round(*round, result, *seconds),
            (Phase::Revising, ReviewEvent::Revised { plan, answers, found }) => {
                let number = self.plan().number + 1;
                self.take_plan(number, plan, answers, record.at);
                self.take_found(found);
                self.after_text()
            }
            // Nobody has seen the newest version yet: it is written again.
            (
                Phase::Drafted | Phase::Consented { .. },
                ReviewEvent::Revised { plan, answers, found },
            ) => {
                let mut number = self.plan().number;
                let mut all = Vec::new();
                if self.is_sent() {
                    number += 1;
                } else {
                    all = self.versions.pop().map(|it| it.answers).unwrap_or_default();
                }
                all.retain(|it| !answers.iter().any(|new| new.id == it.id));
                all.extend(answers.iter().cloned());
                self.take_plan(number, plan, &all, record.at);
                self.take_found(found);
                self.after_text()
            }
            (
                Phase::MinorOnly | Phase::CapReached | Phase::Disagreement | Phase::Circling,
                ReviewEvent::Decided { decision, .. },
            ) => self.decide(*decision),
            (Phase::Approved { by }, ReviewEvent::Accepted { by: accepted, learnings })
                if by == accepted =>
            {
                self.learnings = learnings.clone();
                Phase::Accepted { by: *by }
            }
            (Phase::MinorOnly, ReviewEvent::Accepted { by: AcceptedBy::Rule, learnings })
                if self.runs_without_person() =>
            {
                self.learnings = learnings.clone();
                Phase::Accepted { by: AcceptedBy::Rule }
            }
            (phase, ReviewEvent::Cancelled { .. }) if !phase.is_over() => Phase::Cancelled,
            (phase, event) => {
                return Err(InvalidTransition { phase: phase.word(), event: name_of(event) });
            }
        };
        Ok(next)
    }

    fn take_plan(
        &mut self,
        number: u32,
        text: &str,
        answers: &[Answer],
        at: DateTime<FixedOffset>,
    ) {
        self.ledger.answer(answers);
        let (text, answers) = (text.to_owned(), answers.to_vec());
        self.versions.push(PlanVersion { number, text, answers, at });
    }

    /// What was found in the newest plan takes the place of what was in the last.
    fn take_found(&mut self, found: &[FoundSecret]) {
        self.found.retain(|it| it.place != FoundSecret::PLAN);
        self.found.extend(found.iter().cloned());
    }

    /// Whether a text that is new, or newly agreed to, may go out.
    fn after_text(&self) -> Phase {
        let attached = self.opening.attachments.iter();
        let covers = self.consent.as_ref().filter(|_| self.revoked.is_none()).is_some_and(|it| {
            let mut attached = attached.map(|it| &it.name);
            attached.all(|name| it.attachments.contains(name))
        });
        if covers && 0 < self.rounds_left && self.undecided().is_empty() {
            Phase::Consented { round: self.next_round() }
        } else {
            Phase::Drafted
        }
    }

    fn start_round(&mut self, number: u32, attempt: &Attempt, at: DateTime<FixedOffset>) {
        let version = self.plan().number;
        let is_retry = self.rounds.last().is_some_and(|it| it.number == number);
        if is_retry {
            self.attempts_left = self.attempts_left.saturating_sub(1);
        }
        match self.rounds.last_mut().filter(|it| it.number == number) {
            Some(round) => {
                round.attempts.push(attempt.clone());
                round.version = version;
                round.result = None;
            }
            None => {
                self.rounds_left = self.rounds_left.saturating_sub(1);
                self.attempts_left = ATTEMPTS;
                self.rounds.push(RoundRecord {
                    number,
                    version,
                    attempts: vec![attempt.clone()],
                    result: None,
                    seconds: 0,
                    started: at,
                });
            }
        }
    }

    fn end_round(&mut self, number: u32, result: &Round, seconds: u64) -> Phase {
        self.usage = self.usage.plus(result.usage);
        if let Some(round) = self.rounds.last_mut() {
            round.result = Some(result.clone());
            round.seconds += seconds;
        }
        match &result.outcome {
            Outcome::Failed(failure) => Phase::Failed { failure: failure.clone() },
            Outcome::Unreadable { raw } => Phase::Unreadable { raw: raw.clone() },
            Outcome::Read { verdict, findings, prior } => {
                self.ledger.take_round(number, findings, prior);
                self.after_reply(*verdict)
            }
        }
    }

    fn after_reply(&self, verdict: Verdict) -> Phase {
        match verdict {
            Verdict::Approved => Phase::Approved { by: AcceptedBy::Reviewer },
            Verdict::MinorOnly => Phase::MinorOnly,
            Verdict::Unreadable => Phase::Unreadable { raw: String::new() },
            Verdict::Revise if self.ledger.disputed().next().is_some() => Phase::Disagreement,
            Verdict::Revise if self.ledger.is_circling() => Phase::Circling,
            // All that the reviewer insists on, a person has decided before.
            Verdict::Revise if self.ledger.open_counts().blocking() == 0 => {
                Phase::Approved { by: AcceptedBy::Person }
            }
            // Without a yes it is not the rounds that are missing.
            Verdict::Revise if self.rounds_left == 0 && self.revoked.is_none() => Phase::CapReached,
            Verdict::Revise if self.is_out_of_tokens() => Phase::CapReached,
            Verdict::Revise => Phase::Revising,
        }
    }

    fn decide(&mut self, decision: Decision) -> Phase {
        if self.phase == Phase::Disagreement {
            let findings = self.ledger.disputed().map(|it| it.finding.id).collect();
            self.decisions.push(Settlement { round: self.rounds_used(), decision, findings });
        }
        match decision {
            Decision::Accept => Phase::Approved { by: AcceptedBy::Person },
            Decision::Stop => Phase::Stopped,
            Decision::Continue => Phase::Revising,
            Decision::MoreRounds => {
                if self.rounds_left == 0 || !self.is_out_of_tokens() {
                    self.rounds_left += self.opening.max_rounds;
                    self.max_rounds += self.opening.max_rounds;
                }
                // Whatever was used up, there is as much again.
                let more = self.opening.max_tokens.filter(|_| self.is_out_of_tokens());
                self.max_tokens = more.map(|it| self.usage.total() + it).or(self.max_tokens);
                Phase::Revising
            }
            Decision::KeepPlan => {
                self.ledger.close_disputed();
                if 0 < self.ledger.open_counts().blocking() {
                    Phase::Revising
                } else {
                    Phase::Approved { by: AcceptedBy::Person }
                }
            }
            Decision::FollowReviewer => {
                self.ledger.reopen_disputed();
                Phase::Revising
            }
        }
    }
}

fn name_of(event: &ReviewEvent) -> &'static str {
    match event {
        ReviewEvent::Opened { .. } => "open",
        ReviewEvent::Consented { .. } => "consent",
        ReviewEvent::Declined { .. } => "decline",
        ReviewEvent::Revoked { .. } => "revoke",
        ReviewEvent::RoundStarted { .. } => "send",
        ReviewEvent::RoundEnded { .. } => "reply",
        ReviewEvent::Revised { .. } => "revise",
        ReviewEvent::Decided { .. } => "decide",
        ReviewEvent::Accepted { .. } => "accept",
        ReviewEvent::Cancelled { .. } => "cancel",
        ReviewEvent::LogPlaced { .. } => "log",
    }
}
