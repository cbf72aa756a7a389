//! Which events a state accepts, and what they change.
//!
//! An event is checked whole before anything changes. A closed session takes
//! nothing but its reopening.

mod completion;
mod entries;
mod phase;
mod step;

use crate::diagnostic::Diagnostic;
use crate::journal::Record;
use crate::session::apply::entries::{filled, filled_entries, set};
use crate::session::event::{At, By, Event, Phase, Source, What};
use crate::session::refused::Refused;
use crate::session::state::{
    Analysis, Closing, Deviation, Estimate, Fact, Intervened, Knowledge, Lessons, NextTime,
    PAUSE_MINUTES, Plan, PlanReview, Remark, Retro, State, Trace, minutes_between,
};

/// Folds a journal. Events that are not possible are left out and reported.
///
/// # Errors
/// When the journal does not begin with the opening of a session.
pub fn replay(records: &[Record<Event>]) -> Result<(State, Vec<Diagnostic>), Refused> {
    let (first, rest) = records.split_first().ok_or(Refused::NotOpen)?;
    let mut state = State::open(first)?;
    let mut diagnostics = vec![];
    for (index, record) in rest.iter().enumerate() {
        if let Err(refused) = state.apply(record) {
            let what = record.event.what.name();
            let sentence = format!("event {} ({what}) is left out: {refused}", index + 2);
            diagnostics.push(Diagnostic::new(sentence));
        }
    }
    Ok((state, diagnostics))
}

impl State {
    /// The state after the first event of a journal.
    ///
    /// # Errors
    /// When that event does not open a session.
    pub fn open(record: &Record<Event>) -> Result<Self, Refused> {
        let What::Opened(opening) = &record.event.what else { return Err(Refused::NotOpen) };
        filled("the feature", &opening.feature)?;
        let at = record.at;
        let estimate = |minutes| Estimate { at, minutes, reason: None };
        Ok(Self {
            opening: opening.clone(),
            opened_at: at,
            last_at: at,
            phase: Phase::Analysis,
            closing: None,
            objective: opening.objective.clone().filter(|it| !it.trim().is_empty()),
            estimates: opening.estimate_minutes.map(estimate).into_iter().collect(),
            analysis: Analysis::default(),
            plan: Plan::default(),
            confirmations: vec![],
            commits: vec![],
            trail: vec![],
            remarks: vec![],
            deviations: vec![],
            interventions: vec![],
            check: None,
            checked_trail: 0,
            checked_by: None,
            retro: Retro::default(),
            knowledge: Knowledge::default(),
            lessons: Lessons::default(),
            paused_minutes: 0,
            log_path: None,
        })
    }

    /// Takes one more event.
    ///
    /// # Errors
    /// When it is not possible now; the state is then unchanged.
    pub fn apply(&mut self, record: &Record<Event>) -> Result<(), Refused> {
        let at = record.at.with_timezone(&self.opened_at.timezone()).max(self.last_at);
        let Event { by, what } = &record.event;
        let was_closed = self.is_closed();
        if was_closed && !matches!(what, What::Reopened { .. } | What::LogPlaced { .. }) {
            return Err(Refused::Closed);
        }
        check_source(*by, what)?;
        self.take(at, *by, what)?;

        let gap = minutes_between(self.last_at, at);
        if was_closed || PAUSE_MINUTES < i64::from(gap) {
            self.paused_minutes = self.paused_minutes.saturating_add(gap);
        }
        self.last_at = at;
        Ok(())
    }

    fn take(&mut self, at: At, by: By, what: &What) -> Result<(), Refused> {
        let name = what.name();
        match what {
            What::Opened(_) => return Err(Refused::AlreadyOpen),
            What::ObjectiveSet { text } => {
                self.objective = Some(filled(name, text)?);
            }
            What::Estimated { minutes, reason } => {
                self.estimates.push(Estimate { at, minutes: *minutes, reason: reason.clone() });
            }
            What::AnalysisSet { approach, patterns, files } => {
                if let Some(approach) = approach {
                    filled("the approach", approach)?;
                }
                self.enter(name, Phase::Analysis)?;
                set(&mut self.analysis.patterns, patterns);
                set(&mut self.analysis.files, files);
                self.analysis.approach = approach.clone().or(self.analysis.approach.take());
            }
            What::PlanSet { steps, checkpoints, criteria, risks } => {
                let plan = self.revised_plan(by, steps.as_deref(), checkpoints.as_deref())?;
                let doing = self.phase == Phase::Doing;
                self.enter(name, if doing { Phase::Doing } else { Phase::Planning })?;
                let change = self.change_of_steps(&plan).filter(|_| doing);
                self.plan = plan;
                self.plan.checkpoints_told |= checkpoints.is_some();
                if let Some(change) = change {
                    self.remark(at, by, None, change);
                }
                if let Some(criteria) = criteria {
                    self.plan.criteria = filled_entries(criteria);
                }
                set(&mut self.plan.risks, risks);
            }
            What::PlanReviewed { review, rounds, outcome } => {
                let (review, outcome) = (review.clone(), outcome.clone());
                self.plan.review = Some(PlanReview { review, rounds: *rounds, outcome });
            }
            What::Recalled { lessons } => {
                self.analysis.recalled = filled_entries(lessons);
            }
            What::LogPlaced { path } => self.log_path = Some(filled(name, path)?),
            What::PhaseConfirmed { phase, words } => {
                self.confirm(at, *phase, words.clone())?;
            }
            What::WentBack { phase, reason } => {
                filled("the reason", reason)?;
                self.go_back(name, *phase)?;
                let text = format!("Back to {}: {reason}", phase.word());
                self.remark(at, by, None, text);
            }
            What::StepStarted { step } => self.start_step(at, *step)?,
            What::StepDone { step, items } => self.finish_step(at, by, *step, items)?,
            What::StepDeferred { step, reason } => {
                self.defer_step(at, *step, &filled("the reason", reason)?)?;
            }
            What::CommitRecorded(commit) => self.record_commit(at, commit),
            What::CommitGone { hash, replaced_by } => {
                self.lose_commit(hash, replaced_by.as_deref())?;
            }
            What::TestRan(ran) => self.trace(at, Fact::Ran(ran.clone())),
            What::FileEdited { path, class } => {
                self.trace(at, Fact::Edited { path: path.clone(), class: *class });
            }
            What::Noted { text } => {
                self.remark(at, by, None, filled(name, text)?);
            }
            What::Deviated { what, reason, impact } => {
                let step = self.attributed();
                let (what, reason) = (filled(name, what)?, filled("the reason", reason)?);
                let impact = impact.clone();
                self.deviations.push(Deviation { by, step, what, reason, impact });
            }
            What::Intervened(told) => {
                filled(name, &told.what)?;
                if let Some(step) = told.step {
                    self.known(step)?;
                }
                let (what, said) = (told.what.clone(), told.said.clone());
                let step = told.step.or(self.current_number());
                let why = told.why.clone();
                self.interventions.push(Intervened { at, step, what, said, why });
                self.trace(at, Fact::Spoken);
            }
            What::CheckpointConfirmed { step, words } => {
                self.confirm_checkpoint(at, *step, words.clone())?;
                self.trace(at, Fact::Spoken);
            }
            What::Decided { question, words } => {
                self.remark(at, by, Some(filled(name, question)?), filled(name, words)?);
                self.trace(at, Fact::Spoken);
            }
            What::Checked(check) => {
                self.reach(name, Phase::Checking)?;
                self.check_contradictions(by, check)?;
                self.phase = Phase::Checking;
                let mut check = check.clone();
                check.outstanding.retain(|it| !it.trim().is_empty());
                check.tests.retain(|it| !it.trim().is_empty());
                self.check = Some(check);
                self.checked_trail = self.trail.len();
                self.checked_by = Some(by);
            }
            What::RetroSet { worked, better, learning } => {
                self.enter(name, Phase::Retro)?;
                set(&mut self.retro.worked, worked);
                set(&mut self.retro.better, better);
                self.retro.learning = learning.clone().or(self.retro.learning.take());
            }
            What::ChangeChosen(change) => {
                filled(name, &change.text)?;
                self.enter(name, Phase::Retro)?;
                self.retro.change = Some(NextTime::Change(change.clone()));
            }
            What::NoChange { evidence } => {
                let evidence = filled("the evidence", evidence)?;
                self.enter(name, Phase::Retro)?;
                self.retro.change = Some(NextTime::Nothing { evidence });
            }
            What::KnowledgeSet { patterns, insights, refactorings } => {
                self.enter(name, Phase::Retro)?;
                set(&mut self.knowledge.patterns, patterns);
                set(&mut self.knowledge.insights, insights);
                set(&mut self.knowledge.refactorings, refactorings);
            }
            What::LessonsSet { lessons, next } => {
                self.enter(name, Phase::Retro)?;
                set(&mut self.lessons.lessons, lessons);
                self.lessons.next = next.clone().or(self.lessons.next.take());
            }
            What::Closed => {
                self.reach(name, Phase::Retro)?;
                self.finished(Phase::Retro)?;
                if self.is_check_outdated() {
                    return Err(Refused::CheckOutdated);
                }
                self.phase = Phase::Retro;
                self.closing = Some(Closing { at, abandoned: None });
            }
            What::Abandoned { reason } => {
                let reason = filled("the reason", reason)?;
                self.closing = Some(Closing { at, abandoned: Some(reason) });
            }
            What::Reopened { reason } => {
                let reason = filled("the reason", reason)?;
                if self.closing.take().is_none() {
                    return Err(Refused::NotClosed);
                }
                self.remark(at, by, None, format!("Reopened: {reason}"));
            }
        }
        Ok(())
    }

    fn remark(&mut self, at: At, by: By, question: Option<String>, text: String) {
        let step = self.current();
        self.remarks.push(Remark { at, by, step, question, text });
    }

    pub(super) fn trace(&mut self, at: At, fact: Fact) {
        let step = self.attributed();
        self.trail.push(Trace { at, step, fact });
    }
}

/// Facts come from the helper and its hooks, decisions from the human.
fn check_source(by: By, what: &What) -> Result<(), Refused> {
    match what.source() {
        Source::Measured if !by.is_measured() => Err(Refused::NotMeasured { what: what.name() }),
        Source::Human if by != By::Human => Err(Refused::NotHuman { what: what.name() }),
        Source::Measured | Source::Human | Source::Anyone => Ok(()),
    }
}

#[cfg(test)]
mod tests;
