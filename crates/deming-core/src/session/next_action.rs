//! What is due next in a session, and what the human is asked.

use std::fmt;

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

impl NextAction {
    /// Whether nothing goes on before the human has spoken.
    pub fn is_question(&self) -> bool {
        match self {
            Self::AskObjective
            | Self::AskEstimate
            | Self::ConfirmPhase { .. }
            | Self::AskAfterFailures { .. }
            | Self::ConfirmCheckpoint { .. }
            | Self::ChooseChange
            | Self::Close => true,
            Self::Analyse
            | Self::Plan
            | Self::StartStep { .. }
            | Self::ContinueStep { .. }
            | Self::Check
            | Self::Retrospect
            | Self::CaptureKnowledge
            | Self::CaptureLessons
            | Self::Nothing => false,
        }
    }
}

impl NextAction {
    /// The number of the step that work is due at.
    pub fn step(&self) -> Option<u32> {
        match self {
            Self::StartStep { step, .. } | Self::ContinueStep { step, .. } => Some(*step),
            Self::AskObjective
            | Self::AskEstimate
            | Self::Analyse
            | Self::Plan
            | Self::ConfirmPhase { .. }
            | Self::AskAfterFailures { .. }
            | Self::ConfirmCheckpoint { .. }
            | Self::Check
            | Self::Retrospect
            | Self::ChooseChange
            | Self::CaptureKnowledge
            | Self::CaptureLessons
            | Self::Close
            | Self::Nothing => None,
        }
    }
}

/// One sentence for people and agents.
impl fmt::Display for NextAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AskObjective => f.write_str("ask for the objective: what, for whom, why"),
            Self::AskEstimate => f.write_str("ask for an estimate"),
            Self::Analyse => f.write_str("analyse, and record approach, patterns and files"),
            Self::Plan => f.write_str("plan steps, checkpoints, acceptance criteria and risks"),
            Self::ConfirmPhase { phase } => {
                write!(f, "ask the human to confirm the end of the phase `{}`", phase.word())
            }
            Self::StartStep { step, title } => write!(f, "start step {step}: {title}"),
            Self::ContinueStep { step, title, due } => {
                let due = match due {
                    Due::FailingTest => "write the failing test and run it",
                    Due::Implementation => "make the failing test pass",
                    Due::Finish => "clean up, commit and finish the step",
                    Due::Work => "do the work, run all tests, commit and finish the step",
                };
                write!(f, "step {step}: {title}; {due}")
            }
            Self::AskAfterFailures { step, attempts } => {
                write!(f, "step {step} failed {attempts} times; show what was tried and ask")
            }
            Self::ConfirmCheckpoint { step } => {
                write!(f, "stop at the checkpoint after step {step} and ask the human to go on")
            }
            Self::Check => f.write_str("run all tests and record the completion check"),
            Self::Retrospect => f.write_str("show the evidence, ask the human, look back"),
            Self::ChooseChange => f.write_str("ask the human to choose one change for next time"),
            Self::CaptureKnowledge => f.write_str("record what the team should know"),
            Self::CaptureLessons => f.write_str("record lessons and the next improvement"),
            Self::Close => f.write_str("ask the human to close the session"),
            Self::Nothing => f.write_str("the session is closed"),
        }
    }
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
        Phase::Planning if state.wanted(Phase::Planning).is_some() => NextAction::Plan,
        Phase::Planning => confirm_or(state, Phase::Planning, next_in_doing),
        Phase::Doing => next_in_doing(state),
        Phase::Checking if state.check.is_none() || state.is_check_outdated() => NextAction::Check,
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
            Phase::Retro => {
                when(needs_all && self.retro.change.is_none(), "no change for next time is chosen")
            }
        }
    }

    /// The same, and what the full mode asks for besides; `none` is an answer.
    pub fn wanted(&self, phase: Phase) -> Option<String> {
        let (analysis, plan) = (&self.analysis, &self.plan);
        let open: &[(bool, &str)] = match (self.mode(), phase) {
            (Mode::Light | Mode::Emergency, _) => &[],
            (Mode::Full, Phase::Analysis) => &[
                (analysis.patterns.is_none(), "`Patterns:`"),
                (analysis.files.is_none(), "`Files:`"),
            ],
            (Mode::Full, Phase::Planning) => {
                &[(!plan.checkpoints_told, "`Checkpoints:`"), (plan.risks.is_none(), "`Risks:`")]
            }
            (Mode::Full, Phase::Doing | Phase::Checking) => &[],
            (Mode::Full, Phase::Retro) => &[
                (!self.retro.is_told(), "the retrospective"),
                (!self.knowledge.is_told(), "what the team should know"),
                (self.lessons.lessons.is_none(), "`Lessons:`"),
                (self.lessons.next.is_none(), "`Improvement:`"),
            ],
        };
        let open: Vec<&str> = open.iter().filter(|it| it.0).map(|it| it.1).collect();
        let open = (!open.is_empty())
            .then(|| format!("still to come (`none` is an answer): {}", open.join(", ")));
        self.missing(phase).or(open)
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
    } else if state.wanted(Phase::Analysis).is_some() {
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
    if state.is_check_outdated() {
        NextAction::Check
    } else if !state.retro.is_told() {
        NextAction::Retrospect
    } else if state.retro.change.is_none() {
        NextAction::ChooseChange
    } else if !state.knowledge.is_told() {
        NextAction::CaptureKnowledge
    } else if state.lessons.lessons.is_none() || state.lessons.next.is_none() {
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
    if due == Due::FailingTest && step.test_told { Due::Implementation } else { due }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::event::{Point, What};
    use crate::session::sample::{Sample, edit, plan, red, run};

    #[track_caller]
    fn check(sample: &Sample, want: NextAction) {
        assert_eq!(next_action(&sample.state), want);
    }

    fn step(step: u32, due: Due) -> NextAction {
        NextAction::ContinueStep { step, title: "Lock".to_owned(), due }
    }

    #[test]
    fn what_is_missing_is_asked_first() {
        let mut sample = Sample::opened(Mode::Full);
        sample.state.objective = None;
        sample.state.estimates.clear();
        check(&sample, NextAction::AskObjective);
        sample.human(What::ObjectiveSet { text: "Nobody walks in".to_owned() });
        check(&sample, NextAction::AskEstimate);
        sample.human(What::Estimated { minutes: 60, reason: None });
        check(&sample, NextAction::Analyse);
    }

    #[test]
    fn phases_follow_each_other_over_the_humans_yes() {
        let mut sample = Sample::opened(Mode::Full);
        let (approach, patterns, files) = (Some("Locks".to_owned()), None, None);
        sample.agent(What::AnalysisSet { approach, patterns, files });
        check(&sample, NextAction::Analyse);
        let (patterns, files) = (Some(vec![]), Some(vec![]));
        sample.agent(What::AnalysisSet { approach: None, patterns, files });
        check(&sample, NextAction::ConfirmPhase { phase: Phase::Analysis });
        sample.confirm(Phase::Analysis);
        check(&sample, NextAction::Plan);
        sample.agent(plan(&["Lock"], &[]));
        check(&sample, NextAction::Plan);
        let (steps, criteria, risks) = (None, None, None);
        sample.agent(What::PlanSet { steps, checkpoints: Some(vec![]), criteria, risks });
        check(&sample, NextAction::ConfirmPhase { phase: Phase::Planning });
        sample.confirm(Phase::Planning);
        check(&sample, NextAction::StartStep { step: 1, title: "Lock".to_owned() });
        sample.pair(1, "Lock");
        check(&sample, NextAction::ConfirmPhase { phase: Phase::Doing });
        sample.confirm(Phase::Doing);
        check(&sample, NextAction::Check);
    }

    #[test]
    fn emergency_goes_straight_to_work() {
        let mut sample = Sample::opened(Mode::Emergency);
        check(&sample, NextAction::Plan);
        sample.agent(plan(&["Lock"], &[]));
        check(&sample, NextAction::StartStep { step: 1, title: "Lock".to_owned() });
    }

    #[test]
    fn test_fails_before_the_implementation_is_due() {
        let mut sample = Sample::doing(&["Lock"], &[]);
        sample.start(1);
        check(&sample, step(1, Due::FailingTest));
        sample.hook(run(0, 5, 0));
        check(&sample, step(1, Due::FailingTest));
        sample.hook(red(1));
        check(&sample, step(1, Due::Implementation));
        sample.hook(edit("src/door.rs", FileClass::Product));
        sample.hook(run(0, 5, 0));
        check(&sample, step(1, Due::Finish));
    }

    #[test]
    fn three_failed_attempts_become_a_question() {
        let mut sample = Sample::doing(&["Lock"], &[]);
        sample.start(1);
        for _ in 0..3 {
            check(
                &sample,
                step(
                    1,
                    if sample.state.attempts() == 0 {
                        Due::FailingTest
                    } else {
                        Due::Implementation
                    },
                ),
            );
            sample.hook(edit("src/door.rs", FileClass::Product));
            sample.hook(red(1));
            sample.hook(red(1));
        }
        check(&sample, NextAction::AskAfterFailures { step: 1, attempts: 3 });
        let (question, words) = ("What now?".to_owned(), "Try the other lock".to_owned());
        sample.human(What::Decided { question, words });
        check(&sample, step(1, Due::Implementation));
    }

    #[test]
    fn test_half_without_words_is_remembered() {
        let mut sample = Sample::doing(&["Lock"], &[]);
        sample.start(1);
        sample.agent(What::StepDone { step: 1, items: vec![] });
        check(&sample, step(1, Due::Implementation));
    }

    #[test]
    fn full_mode_asks_for_all_of_it_before_a_phase_ends() {
        let mut sample = Sample::opened(Mode::Full);
        let ends = |sample: &Sample, phase| {
            let confirmed = What::PhaseConfirmed { phase, words: None };
            sample.state.check_new(&confirmed).err().map(|it| it.to_string())
        };
        let (patterns, files) = (None, Some(vec![]));
        sample.agent(What::AnalysisSet { approach: Some("Locks".to_owned()), patterns, files });
        let want = "the phase `analysis` cannot end: still to come (`none` is an answer): \
                    `Patterns:`";
        assert_eq!(ends(&sample, Phase::Analysis).as_deref(), Some(want));
        let mut light = Sample::opened(Mode::Light);
        let (patterns, files) = (None, None);
        light.agent(What::AnalysisSet { approach: Some("Locks".to_owned()), patterns, files });
        assert_eq!(ends(&light, Phase::Analysis), None);
    }

    #[test]
    fn full_mode_closes_with_all_that_was_learned() {
        let mut sample = Sample::doing(&["Lock"], &[]);
        sample.state.phase = Phase::Retro;
        sample.human(What::NoChange { evidence: "All went well".to_owned() });
        let closes = |sample: &Sample| sample.state.check_new(&What::Closed).is_ok();
        let open = sample.state.wanted(Phase::Retro).unwrap_or_default();
        assert!(
            open.ends_with(
                "the retrospective, what the team should know, `Lessons:`, `Improvement:`"
            ),
            "{open}"
        );
        assert!(!closes(&sample));
        let learning = Some(Point { title: "Ask".to_owned(), text: String::new() });
        sample.agent(What::RetroSet { worked: Some(vec![]), better: Some(vec![]), learning });
        let none = || Some(vec![]);
        let (patterns, insights, refactorings) = (none(), none(), none());
        sample.agent(What::KnowledgeSet { patterns, insights, refactorings });
        let next = Some("none".to_owned());
        sample.agent(What::LessonsSet { lessons: Some(vec![]), next });
        assert!(closes(&sample));
    }

    #[test]
    fn actions_are_sentences() {
        let action = step(3, Due::Finish);
        assert_eq!(action.to_string(), "step 3: Lock; clean up, commit and finish the step");
        assert!(!action.is_question());
        assert!(NextAction::ConfirmCheckpoint { step: 4 }.is_question());
    }

    #[test]
    fn checkpoint_comes_before_the_next_step() {
        let mut sample = Sample::doing(&["Lock", "Unlock"], &[]);
        let (steps, criteria, risks) = (None, None, None);
        sample.agent(What::PlanSet { steps, checkpoints: Some(vec![2]), criteria, risks });
        sample.pair(1, "Lock");
        check(&sample, NextAction::ConfirmCheckpoint { step: 2 });
        sample.human(What::CheckpointConfirmed { step: 2, words: None });
        check(&sample, NextAction::StartStep { step: 3, title: "Unlock".to_owned() });
    }
}
