//! Which events a state accepts, and what they change.
//!
//! An event is checked whole before anything changes. A closed session takes
//! nothing but its reopening.

use crate::diagnostic::Diagnostic;
use crate::journal::Record;
use crate::session::event::{
    At, By, Check, Event, Phase, PlannedFile, Point, Source, Status, What,
};
use crate::session::refused::Refused;
use crate::session::state::{
    Analysis, Closing, Confirmation, Deviation, Estimate, Fact, Intervened, Knowledge, Lessons,
    NextTime, PAUSE_MINUTES, Plan, PlanReview, Remark, Retro, State, Trace, minutes_between,
};
use crate::session::test_run::Outcome;

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
                self.plan = plan;
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

    fn confirm(&mut self, at: At, phase: Phase, words: Option<String>) -> Result<(), Refused> {
        let what = "confirming this phase";
        let next = match phase {
            Phase::Analysis => Phase::Planning,
            Phase::Planning => Phase::Doing,
            Phase::Doing => Phase::Checking,
            Phase::Checking => Phase::Retro,
            Phase::Retro => {
                let missing = "it ends with closing the session".to_owned();
                return Err(Refused::Unfinished { phase, missing });
            }
        };
        self.reach(what, phase)?;
        self.finished(phase)?;
        self.confirmations.push(Confirmation { phase, at, words });
        self.phase = next;
        Ok(())
    }

    fn go_back(&mut self, what: &'static str, phase: Phase) -> Result<(), Refused> {
        if self.phase <= phase {
            return Err(Refused::WrongPhase { what, wanted: phase, phase: self.phase });
        }
        self.phase = phase;
        self.confirmations.retain(|it| it.phase < phase);
        if phase < Phase::Checking {
            self.check = None;
        }
        Ok(())
    }

    /// Moves on to `wanted` over phases that end without the human's yes.
    fn enter(&mut self, what: &'static str, wanted: Phase) -> Result<(), Refused> {
        self.reach(what, wanted)?;
        self.phase = wanted;
        Ok(())
    }

    /// Whether the session may be in the phase `wanted` now.
    pub(super) fn reach(&self, what: &'static str, wanted: Phase) -> Result<(), Refused> {
        let wrong = Refused::WrongPhase { what, wanted, phase: self.phase };
        let passed = || Phase::ALL.into_iter().filter(|&it| self.phase <= it && it < wanted);
        if wanted < self.phase || passed().any(|it| self.mode().confirms(it)) {
            return Err(wrong);
        }
        if passed().any(|it| it == Phase::Doing) { self.finished(Phase::Doing) } else { Ok(()) }
    }

    fn finished(&self, phase: Phase) -> Result<(), Refused> {
        match self.missing(phase) {
            Some(missing) => Err(Refused::Unfinished { phase, missing }),
            None => Ok(()),
        }
    }

    fn check_contradictions(&self, by: By, check: &Check) -> Result<(), Refused> {
        let (ticks, criteria) = (check.criteria.len(), self.plan.criteria.len());
        let all_met = check.criteria.iter().all(|it| it.met);
        if ticks != criteria {
            return Err(Refused::CriteriaMismatch { ticks, criteria });
        }
        match (check.status, check.ready) {
            (Status::Complete, _) if !all_met => {
                Err(Refused::Contradiction("complete, and a criterion is not met"))
            }
            (Status::NeedsWork, true) => {
                Err(Refused::Contradiction("ready to close, and it needs work"))
            }
            (Status::Complete, true) => self.check_tests(by, check),
            (Status::Complete | Status::NeedsWork, false) => Ok(()),
        }
    }

    /// The agent is ready only on a green run; a human may decide with a reason.
    fn check_tests(&self, by: By, check: &Check) -> Result<(), Refused> {
        let outcome = self.result_run().map(|it| it.ran.outcome());
        let doubt = match outcome {
            Some(Outcome::Green) => return Ok(()),
            Some(Outcome::Red) => "the last run has failures",
            Some(Outcome::Broken) => "the last run did not get to its tests",
            Some(Outcome::NoEvidence) | None => "no test is known to have run since the last edit",
        };
        let is_decided =
            by == By::Human && check.reason.as_ref().is_some_and(|it| !it.trim().is_empty());
        if is_decided { Ok(()) } else { Err(Refused::NotProven(doubt)) }
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

/// Replaces a list where a new one is given.
fn set<T: Clone + Entry>(target: &mut Option<Vec<T>>, new: &Option<Vec<T>>) {
    if let Some(new) = new {
        *target = Some(filled_entries(new));
    }
}

/// Entries without text are left out.
fn filled_entries<T: Clone + Entry>(entries: &[T]) -> Vec<T> {
    entries.iter().filter(|it| !it.essence().trim().is_empty()).cloned().collect()
}

/// What makes an entry of a list worth keeping.
trait Entry {
    fn essence(&self) -> &str;
}

impl Entry for String {
    fn essence(&self) -> &str {
        self
    }
}

impl Entry for PlannedFile {
    fn essence(&self) -> &str {
        &self.path
    }
}

impl Entry for Point {
    fn essence(&self) -> &str {
        &self.title
    }
}

fn filled(what: &'static str, text: &str) -> Result<String, Refused> {
    if text.trim().is_empty() { Err(Refused::EmptyText { what }) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::event::{FileClass, Intervention, Mode, Tick};
    use crate::session::sample::{Sample, edit, plan, red, run};
    use crate::session::state::Progress;

    /// The refusal of an event; the state must stay as it was.
    #[track_caller]
    fn check(sample: &mut Sample, by: By, what: What, want: &str) {
        let before = sample.state.clone();
        let refused = sample.try_record(by, what).unwrap_err();
        assert_eq!(refused.to_string(), want);
        assert!(!refused.hint().is_empty());
        assert_eq!(sample.state, before);
    }

    fn confirm(phase: Phase) -> What {
        What::PhaseConfirmed { phase, words: None }
    }

    fn checked(status: Status, ready: bool, met: bool) -> What {
        let tick = Tick { met, evidence: "seen".to_owned() };
        let (reason, outstanding, tests) = (None, vec![], vec![]);
        What::Checked(Check { status, ready, reason, criteria: vec![tick], outstanding, tests })
    }

    /// All steps done, the tests in the given state.
    fn checking(result: What) -> Sample {
        let mut sample = Sample::doing(&["Lock"], &[]);
        sample.start(1);
        sample.hook(edit("src/door.rs", FileClass::Product));
        sample.done(2);
        sample.hook(result);
        sample.confirm(Phase::Doing);
        sample
    }

    #[test]
    fn phases_end_with_the_humans_yes() {
        let mut sample = Sample::opened(Mode::Full);
        let plan = || plan(&["Lock"], &[]);
        check(
            &mut sample,
            By::Agent,
            plan(),
            "the plan belongs to the phase `planning`, and the session is in `analysis`",
        );
        check(
            &mut sample,
            By::Human,
            confirm(Phase::Analysis),
            "the phase `analysis` cannot end: no approach is selected",
        );
        let (approach, patterns, files) = (Some("Locks".to_owned()), None, None);
        sample.agent(What::AnalysisSet { approach, patterns, files });
        check(
            &mut sample,
            By::Agent,
            confirm(Phase::Analysis),
            "confirming a phase is the human's to say",
        );
        sample.confirm(Phase::Analysis);
        sample.agent(plan());
        check(
            &mut sample,
            By::Agent,
            What::StepStarted { step: 1 },
            "work on a step belongs to the phase `doing`, and the session is in `planning`",
        );
        sample.confirm(Phase::Planning);
        sample.start(1);
        check(
            &mut sample,
            By::Human,
            confirm(Phase::Doing),
            "the phase `doing` cannot end: step 1 is not finished",
        );
    }

    #[test]
    fn lighter_modes_ask_less() {
        let mut light = Sample::opened(Mode::Light);
        light.agent(plan(&["Lock"], &[]));
        light.confirm(Phase::Planning);
        light.pair(1, "Lock");
        light.agent(checked(Status::Complete, true, true));
        assert_eq!(light.state.phase, Phase::Checking);

        let mut emergency = Sample::opened(Mode::Emergency);
        emergency.agent(plan(&["Lock"], &[]));
        emergency.pair(1, "Lock");
        emergency.agent(checked(Status::Complete, true, true));
        emergency.confirm(Phase::Checking);
        emergency.human(What::Closed);
        assert!(emergency.state.is_closed());
    }

    #[test]
    fn facts_are_not_told_and_decisions_are_not_made_by_the_agent() {
        let mut sample = Sample::doing(&["Lock"], &[]);
        check(&mut sample, By::Agent, run(0, 5, 0), "a test run is measured, not told");
        let commit = sample.commit("Lock");
        check(&mut sample, By::Human, commit, "a commit is measured, not told");
        let told = Intervention {
            step: None,
            what: "AI skipped the test".to_owned(),
            said: String::new(),
            why: None,
        };
        check(
            &mut sample,
            By::Agent,
            What::Intervened(told),
            "an intervention is the human's to say",
        );
        check(&mut sample, By::Agent, What::Closed, "closing is the human's to say");
    }

    #[test]
    fn one_step_at_a_time_and_none_that_is_not_planned() {
        let mut sample = Sample::doing(&["Lock", "Unlock"], &[]);
        let start = |step| What::StepStarted { step };
        check(&mut sample, By::Agent, start(5), "there is no step 5; the plan has 4");
        sample.start(1);
        check(&mut sample, By::Agent, start(3), "step 1 is not finished");
        sample.done(1);
        assert_eq!(sample.state.current(), Some(0), "half of a pair ends nothing");
        sample.done(2);
        let again = What::StepDone { step: 2, items: vec![] };
        check(&mut sample, By::Agent, again, "step 2 is done");
        sample.start(4);
        assert_eq!(sample.state.current(), Some(1));
    }

    #[test]
    fn checkpoint_stops_until_the_human_looked() {
        let mut sample = Sample::doing(&["Lock", "Unlock"], &[]);
        let checkpoints = |numbers: &[u32]| What::PlanSet {
            steps: None,
            checkpoints: Some(numbers.to_vec()),
            criteria: None,
            risks: None,
        };
        check(
            &mut sample,
            By::Agent,
            checkpoints(&[3]),
            "step 3 ends no test and implementation pair, so no checkpoint fits after it",
        );
        sample.agent(checkpoints(&[2]));
        sample.pair(1, "Lock");
        check(
            &mut sample,
            By::Agent,
            What::StepStarted { step: 3 },
            "the checkpoint after step 2 waits for the human",
        );
        check(
            &mut sample,
            By::Agent,
            checkpoints(&[4]),
            "dropping a checkpoint is the human's to say",
        );
        sample.human(What::CheckpointConfirmed { step: 2, words: None });
        check(
            &mut sample,
            By::Human,
            What::CheckpointConfirmed { step: 2, words: None },
            "no checkpoint waits after step 2",
        );
        sample.start(3);
    }

    #[test]
    fn plan_grows_and_keeps_what_was_started() {
        let mut sample = Sample::doing(&["Lock", "Unlock"], &[]);
        sample.pair(1, "Lock");
        check(
            &mut sample,
            By::Agent,
            plan(&["Bolt", "Unlock"], &[]),
            "step 1 was started and cannot be changed in the plan",
        );
        sample.agent(plan(&["Lock", "Oil", "Unlock"], &[1]));
        let numbers: Vec<(u32, u32)> =
            sample.state.plan.steps.iter().map(|it| (it.first, it.last)).collect();
        assert_eq!(numbers, [(1, 2), (3, 3), (4, 5)]);
        assert!(matches!(sample.state.plan.steps[0].progress, Progress::Done { .. }));
    }

    #[test]
    fn check_does_not_contradict_its_evidence() {
        let mut sample = checking(run(0, 5, 0));
        check(
            &mut sample,
            By::Agent,
            checked(Status::Complete, true, false),
            "the check contradicts itself: complete, and a criterion is not met",
        );
        check(
            &mut sample,
            By::Agent,
            checked(Status::NeedsWork, true, true),
            "the check contradicts itself: ready to close, and it needs work",
        );
        let What::Checked(mut none) = checked(Status::Complete, true, true) else { return };
        none.criteria.clear();
        check(
            &mut sample,
            By::Agent,
            What::Checked(none),
            "0 criteria are ticked and 1 were agreed",
        );
        sample.agent(checked(Status::Complete, true, true));
        sample.confirm(Phase::Checking);
        check(
            &mut sample,
            By::Human,
            What::Closed,
            "the phase `retro` cannot end: no change for next time is chosen",
        );
    }

    #[test]
    fn ready_needs_a_green_run_or_the_humans_reason() {
        let cases = [
            (red(1), "the tests are not known to pass: the last run has failures"),
            (
                run(101, 0, 0),
                "the tests are not known to pass: the last run did not get to its tests",
            ),
            (
                run(0, 0, 0),
                "the tests are not known to pass: no test is known to have run since the last edit",
            ),
        ];
        for (result, want) in cases {
            let mut sample = checking(result);
            let ready = || checked(Status::Complete, true, true);
            check(&mut sample, By::Agent, ready(), want);
            check(&mut sample, By::Human, ready(), want);
            let What::Checked(mut decided) = ready() else { return };
            decided.reason = Some("Fails on main as well".to_owned());
            sample.human(What::Checked(decided));
        }
    }

    #[test]
    fn check_is_outdated_by_what_comes_after_it() {
        let mut sample = checking(run(0, 5, 0));
        sample.agent(checked(Status::Complete, true, true));
        sample.confirm(Phase::Checking);
        sample.human(What::NoChange { evidence: "All went well".to_owned() });
        for late in [red(1), run(101, 0, 0), edit("src/door.rs", FileClass::Product)] {
            sample.hook(late);
            check(
                &mut sample,
                By::Human,
                What::Closed,
                "the check is older than an edit or a failing test run",
            );
            sample.hook(run(0, 5, 0));
        }
        sample.human(What::Closed);
    }

    #[test]
    fn going_back_takes_the_later_confirmations_away() {
        let mut sample = checking(run(0, 5, 0));
        sample.agent(checked(Status::NeedsWork, false, true));
        let back = |phase| What::WentBack { phase, reason: "A lock is missing".to_owned() };
        check(
            &mut sample,
            By::Agent,
            back(Phase::Retro),
            "going back belongs to the phase `retro`, and the session is in `checking`",
        );
        sample.agent(back(Phase::Planning));
        assert_eq!((sample.state.phase, sample.state.check.clone()), (Phase::Planning, None));
        let left: Vec<Phase> = sample.state.confirmations.iter().map(|it| it.phase).collect();
        assert_eq!(left, [Phase::Analysis]);
    }

    #[test]
    fn closed_session_takes_nothing_but_its_reopening() {
        let mut sample = Sample::opened(Mode::Full);
        let reopened = || What::Reopened { reason: "Not yet".to_owned() };
        check(&mut sample, By::Human, reopened(), "the session is not closed");
        sample.human(What::Abandoned { reason: "No time".to_owned() });
        check(&mut sample, By::Hook, run(0, 5, 0), "the session is closed");
        sample.human(reopened());
        sample.hook(run(0, 5, 0));
    }

    #[test]
    fn impossible_events_of_a_journal_are_left_out_and_reported() {
        let mut sample = Sample::opened(Mode::Full);
        sample.human(What::Noted { text: "Mind the cat".to_owned() });
        let mut journal = sample.journal.clone();
        journal.insert(1, Record::new(sample.now, Event::new(By::Agent, What::Closed)));
        let (state, left_out) = replay(&journal).unwrap();
        assert_eq!(state.remarks, sample.state.remarks);
        let sentence = "event 2 (closing) is left out: closing is the human's to say";
        assert_eq!(left_out, [Diagnostic::new(sentence)]);
        assert_eq!(replay(&journal[1..]), Err(Refused::NotOpen));
    }

    #[test]
    fn events_come_back_from_their_lines() {
        let mut sample = Sample::doing(&["Lock"], &[]);
        sample.pair(1, "Lock the door");
        let lines: Vec<String> =
            sample.journal.iter().map(|it| crate::journal::encode(it).unwrap()).collect();
        let decoded = crate::journal::decode::<Event>(lines.concat().as_bytes());
        assert_eq!(decoded, Ok((sample.journal.clone(), vec![])));
        let want = r#""event":{"by":"hook","event":"file_edited","path":"src/door.rs","class":"product"}}"#;
        assert!(lines.concat().contains(want), "{}", lines.concat());
    }
}
