//! What is due next in a session, and what the human is asked.

use crate::session::event::{FileClass, Mode, Phase, StepKind};
use crate::session::state::{Fact, MAX_ATTEMPTS, Progress, State, Step};
use crate::session::test_run::{Outcome, is_edit};

/// What is due. Exactly one thing at a time.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NextAction {
    AskObjective,
    AskEstimate,
    Analyse,
    Plan,
    /// The human is asked to confirm the end of this phase.
    ConfirmPhase {
        phase: Phase,
    },
    StartStep {
        step: u32,
        title: String,
    },
    /// The current step, and which half of it is due.
    ContinueStep {
        step: u32,
        title: String,
        due: Due,
    },
    /// The same step failed again and again; the human is asked what to do.
    AskAfterFailures {
        step: u32,
        attempts: u32,
    },
    ConfirmCheckpoint {
        step: u32,
    },
    Check,
    Retrospect,
    /// Evidence is shown and the human chooses one change.
    ChooseChange,
    CaptureKnowledge,
    CaptureLessons,
    /// The human is asked to close.
    Close,
    /// The session is closed.
    Nothing,
}

/// What a started step needs, seen from its test runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Due {
    /// No test of this step has failed yet.
    FailingTest,
    /// A test fails; the smallest change that makes it pass.
    Implementation,
    /// Tests pass; clean up, commit, and finish the step.
    Finish,
    /// A step without new behaviour.
    Work,
}

/// Decides what is due from the state alone.
pub fn next_action(state: &State) -> NextAction {
    if state.is_closed() {
        return NextAction::Nothing;
    }
    match state.phase {
        Phase::Analysis if state.mode() == Mode::Emergency => {
            if state.plan.steps.is_empty() {
                NextAction::Plan
            } else {
                next_in_doing(state)
            }
        }
        Phase::Analysis => next_in_analysis(state),
        Phase::Planning if state.missing(Phase::Planning).is_some() => NextAction::Plan,
        Phase::Planning => confirm_or(state, Phase::Planning, next_in_doing),
        Phase::Doing => next_in_doing(state),
        Phase::Checking if state.check.is_none() => NextAction::Check,
        Phase::Checking => NextAction::ConfirmPhase { phase: Phase::Checking },
        Phase::Retro => next_in_retro(state),
    }
}

impl State {
    /// What a phase still needs before it can end, in words.
    pub fn missing(&self, phase: Phase) -> Option<String> {
        let needs_all = self.mode() != Mode::Emergency;
        let when = |is_missing: bool, text: &str| is_missing.then(|| text.to_owned());
        match phase {
            Phase::Analysis => when(self.objective.is_none(), "the objective is not set")
                .or(when(self.analysis.approach.is_none(), "no approach is selected")),
            Phase::Planning => when(self.plan.steps.is_empty(), "no steps are planned").or(when(
                needs_all && self.plan.criteria.is_empty(),
                "no acceptance criteria are agreed",
            )),
            Phase::Doing => {
                let open = self.plan.steps.iter().find(|it| it.progress.ended().is_none());
                let open = open.map(|it| format!("step {} is not finished", it.first));
                open.or(self
                    .open_checkpoint()
                    .map(|it| format!("the checkpoint after step {} is not confirmed", it.step)))
            }
            Phase::Checking => when(self.check.is_none(), "the check is not recorded"),
            Phase::Retro => when(self.retro.change.is_none(), "no change for next time is chosen"),
        }
    }

    /// Failed test runs after product edits in the current step, since the
    /// tests last passed or the human last spoke.
    pub fn attempts(&self) -> u32 {
        let Some(current) = self.current() else { return 0 };
        let mut attempts = 0;
        let mut edited = false;
        for trace in self.trail.iter().filter(|it| it.step == Some(current)) {
            match &trace.fact {
                Fact::Edited { class, .. } => edited |= *class == FileClass::Product,
                Fact::Ran(ran) => match ran.outcome() {
                    Outcome::Red | Outcome::Broken => {
                        attempts += u32::from(edited);
                        edited = false;
                    }
                    Outcome::Green => attempts = 0,
                    Outcome::NoEvidence => {}
                },
                Fact::Committed { .. } => {}
                Fact::Spoken => attempts = 0,
            }
        }
        attempts
    }
}

fn next_in_analysis(state: &State) -> NextAction {
    if state.objective.is_none() {
        NextAction::AskObjective
    } else if state.estimates.is_empty() {
        NextAction::AskEstimate
    } else if state.analysis.approach.is_none() {
        NextAction::Analyse
    } else {
        confirm_or(state, Phase::Analysis, |_| NextAction::Plan)
    }
}

fn next_in_doing(state: &State) -> NextAction {
    if let Some(checkpoint) = state.open_checkpoint() {
        return NextAction::ConfirmCheckpoint { step: checkpoint.step };
    }
    if let Some(step) = state.current().and_then(|it| state.plan.steps.get(it)) {
        let attempts = state.attempts();
        return if MAX_ATTEMPTS <= attempts {
            NextAction::AskAfterFailures { step: step.first, attempts }
        } else {
            let due = due(state, step);
            NextAction::ContinueStep { step: step.first, title: step.title.clone(), due }
        };
    }
    match state.plan.steps.iter().find(|it| it.progress == Progress::Planned) {
        Some(step) => NextAction::StartStep { step: step.first, title: step.title.clone() },
        None => confirm_or(state, Phase::Doing, |_| NextAction::Check),
    }
}

fn next_in_retro(state: &State) -> NextAction {
    if state.retro.worked.is_empty() && state.retro.better.is_empty() {
        NextAction::Retrospect
    } else if state.retro.change.is_none() {
        NextAction::ChooseChange
    } else if state.knowledge == Default::default() {
        NextAction::CaptureKnowledge
    } else if state.lessons.lessons.is_empty() {
        NextAction::CaptureLessons
    } else {
        NextAction::Close
    }
}

fn confirm_or(state: &State, phase: Phase, then: fn(&State) -> NextAction) -> NextAction {
    if state.mode().confirms(phase) { NextAction::ConfirmPhase { phase } } else { then(state) }
}

fn due(state: &State, step: &Step) -> Due {
    if step.kind == StepKind::Task {
        return Due::Work;
    }
    let position = state.position(step.first);
    let mut due = Due::FailingTest;
    let mut implemented = false;
    for trace in state.trail.iter().filter(|it| it.step == position) {
        implemented |= is_edit(&trace.fact, FileClass::Product);
        if let Fact::Ran(ran) = &trace.fact {
            due = match ran.outcome() {
                Outcome::Red | Outcome::Broken => Due::Implementation,
                Outcome::Green if implemented => Due::Finish,
                Outcome::Green | Outcome::NoEvidence => due,
            };
        }
    }
    // The agent's word that the test is written counts where no hook saw it fail.
    if due == Due::FailingTest && !step.items.is_empty() { Due::Implementation } else { due }
}
