//! What is due, in words: what the agent does, and the command. Changes
//! nothing.

use deming_core::session::event::{NewCommit, Phase, What};
use deming_core::session::next_action::{Due, NextAction};
use deming_core::session::prompts::Prompt;
use deming_core::session::state::State;

use super::Context;
use super::answer::Answer;
use crate::session_store::StoredSession;
use crate::{output, prompt_store};

/// The phase whose prompt goes with what is due; none for a plain question.
pub(super) fn phase_of(due: &NextAction) -> Option<Phase> {
    match due {
        NextAction::AskObjective
        | NextAction::AskEstimate
        | NextAction::ConfirmPhase { .. }
        | NextAction::Nothing => None,
        NextAction::Analyse => Some(Phase::Analysis),
        NextAction::Plan => Some(Phase::Planning),
        NextAction::StartStep { .. }
        | NextAction::ContinueStep { .. }
        | NextAction::AskAfterFailures { .. }
        | NextAction::ConfirmCheckpoint { .. } => Some(Phase::Doing),
        NextAction::Check => Some(Phase::Checking),
        NextAction::Retrospect
        | NextAction::ChooseChange
        | NextAction::CaptureKnowledge
        | NextAction::CaptureLessons
        | NextAction::Close => Some(Phase::Retro),
    }
}

/// A prompt with the changes that hold in this project; ours where they cannot
/// be read.
pub(super) fn prompt(context: &Context<'_>, state: &State, prompt: Prompt) -> String {
    let changes = prompt_store::of_project(context.environment, &state.opening.project);
    let text = match changes {
        Ok(changes) => prompt.changed(&changes),
        Err(error) => {
            output::note(&error.message);
            prompt.text().to_owned()
        }
    };
    match prompt {
        Prompt::Phase(phase) if !state.mode().confirms(phase) => without_question(&text),
        Prompt::Phase(_) | Prompt::Agreements => text,
    }
}

/// A mode that does not ask has no prompt that says it does.
fn without_question(text: &str) -> String {
    let asks = [
        " Nothing is built before the human confirms.",
        " Then ask the human to confirm or correct.",
    ];
    asks.iter().fold(text.to_owned(), |text, it| text.replace(it, ""))
}

/// What the agent does now, and with which command it goes on.
pub(super) fn due(context: &Context<'_>, stored: &StoredSession, due: &NextAction) -> Answer {
    let named = context.session.map(|it| format!(" --session {it}")).unwrap_or_default();
    let plain = |step: &str| Some(context.launcher.command(&format!("pdca {step}{named}")));
    let input =
        |step: &str| Some(context.launcher.command_with_input(&format!("pdca {step}{named}")));
    let (instruction, next) = match due {
        NextAction::AskObjective => (ask_objective(&stored.state), input("objective")),
        NextAction::AskEstimate => (ASK_ESTIMATE.to_owned(), input("estimate")),
        NextAction::Analyse => {
            let is_begun = stored.state.analysis.approach.is_some();
            (more(&stored.state, Phase::Analysis, is_begun, ANALYSE), input("analysis"))
        }
        NextAction::Plan => {
            let is_begun = !stored.state.plan.steps.is_empty();
            (more(&stored.state, Phase::Planning, is_begun, PLAN), input("plan"))
        }
        NextAction::ConfirmPhase { phase } => {
            (confirm(context, *phase), input(&format!("confirm {}", phase.word())))
        }
        NextAction::StartStep { step, title } => {
            (begin(&stored.state, *step, title), plain(&format!("step start {step}")))
        }
        NextAction::ContinueStep { step, due, .. } => {
            let position = stored.state.position(*step);
            let last = position.and_then(|it| stored.state.plan.steps.get(it)).map(|it| it.last);
            let number = if *due == Due::FailingTest { *step } else { last.unwrap_or(*step) };
            (work(*due).to_owned(), input(&format!("step done {number}")))
        }
        NextAction::AskAfterFailures { attempts, .. } => (
            format!(
                "{attempts} attempts failed: stop. Show the human what was tried and ask what to \
                 do; pass on `Question:` and `Words:`."
            ),
            input("decide"),
        ),
        NextAction::ConfirmCheckpoint { step } => {
            (CHECKPOINT.to_owned(), input(&format!("checkpoint {step}")))
        }
        NextAction::Check => (CHECK.to_owned(), input("check")),
        NextAction::Retrospect => (RETROSPECT.to_owned(), input("retro")),
        NextAction::ChooseChange => (CHANGE.to_owned(), input("change")),
        NextAction::CaptureKnowledge => (KNOWLEDGE.to_owned(), input("knowledge")),
        NextAction::CaptureLessons => (LESSONS.to_owned(), input("lessons")),
        NextAction::Close => (CLOSE.to_owned(), input("close")),
        NextAction::Nothing => return Answer::default(),
    };
    Answer { instruction: Some(instruction), next, ..Answer::default() }
}

const ASK_ESTIMATE: &str =
    "ask the human for an estimate, as in `90 min` or `2.5h`, and pass it on.";
const ANALYSE: &str = "look first. Then pass on `Approach:` (text), `Patterns:` (`- ` items) and \
    `Files:` (`- path - what changes`).";
const PLAN: &str = "pass on `Steps:` (`- behaviour`, a test and its implementation, which the \
    helper gives two numbers; `- task: …` without new behaviour, one number; details indented \
    below), `Checkpoints:` (the second number of a pair, as in `4, 8`), `Criteria:` and `Risks:` \
    (`- ` items).";
const CHECKPOINT: &str = "stop here. Show the human the tests, commits and deviations since the \
    last checkpoint and ask whether to go on (AskUserQuestion, with the choices \"Not yet\" and \
    \"Go on\"). Pass on their words when they go on; where they want something else first, record \
    that by `pdca decide`, do it, and ask again.";
const CHECK: &str = "run all tests now. Then pass on `Status:` (`Complete` or `Needs Work`), \
    `Ready:` (`yes` or `no`), `Reason:`, `Criteria:` (one item for each, in their order: \
    `- met - evidence` or `- not met - why`) and `Outstanding:` (`- ` items, or `none`). Where no \
    test run was recorded and the human decides all the same, add `--human` and their reason.";
const RETROSPECT: &str = "show the evidence and ask the human what stands out and why, before you \
    say anything. Then pass on `Worked:` and `Better:` (`- title - sentence`, or `none`) and \
    `Learning:` (`title - sentence`).";
const CHANGE: &str = "propose a few candidates and ask the human to choose exactly one. Pass on \
    `Type:` (PROMPT, PROCESS or BEHAVIOR), `File:`, `Place:`, `Text:` (the exact text) and \
    `Why:`; or `Nothing:` with the evidence for it.";
const KNOWLEDGE: &str = "pass on what the team should know: `Patterns:`, `Insights:` and \
    `Refactorings:` (`- ` items, or `none`).";
const LESSONS: &str = "pass on `Lessons:` (`- title - condition, paths, where it came from`) and \
    `Improvement:` (the next one, one line).";
const CLOSE: &str = "ask the human whether to close the session, and pass on their words.";

/// What a phase still wants, where some of it was told already.
fn more(state: &State, phase: Phase, is_begun: bool, all: &str) -> String {
    match state.wanted(phase).filter(|_| is_begun) {
        Some(wanted) => format!("{wanted}. What was told stays; pass on the rest."),
        None => all.to_owned(),
    }
}

fn ask_objective(state: &State) -> String {
    let estimate = if state.estimates.is_empty() {
        ", and for an estimate; pass both on as `Objective:` and `Estimate:` (as in `2.5h`)."
    } else {
        ", and pass it on."
    };
    format!("ask the human for the objective (what, for whom, why){estimate}")
}

fn begin(state: &State, step: u32, title: &str) -> String {
    let step = state.position(step).and_then(|it| state.plan.steps.get(it));
    match step.map(|it| it.detail.as_str()).filter(|it| !it.is_empty()) {
        Some(detail) => format!("begin with \"{title}\": {detail}."),
        None => format!("begin with \"{title}\"."),
    }
}

fn work(due: Due) -> &'static str {
    match due {
        Due::FailingTest => {
            "write the failing test, run it and see it fail for the right reason. Then pass on \
             what was done, a `- ` line each."
        }
        Due::Implementation => {
            "make the test pass with the smallest change, run all tests, clean up, commit. Then \
             pass on what was done, a `- ` line each."
        }
        Due::Finish => {
            "the tests pass: clean up and commit. Then pass on what was done, a `- ` line each."
        }
        Due::Work => {
            "do the work, run all tests, commit. Then pass on what was done, a `- ` line each."
        }
    }
}

fn confirm(context: &Context<'_>, phase: Phase) -> String {
    let (show, again) = match phase {
        Phase::Analysis => ("approach, patterns and files", "pdca analysis"),
        Phase::Planning => ("steps, checkpoints, criteria and risks", "pdca plan"),
        Phase::Doing => ("that all steps are done or deferred", "pdca plan"),
        Phase::Checking | Phase::Retro => ("status, criteria and outstanding items", "pdca check"),
    };
    let review = match phase {
        Phase::Planning => format!(
            " Offer a review of the plan by Codex: they type `/refine-plan-codex` and the \
             feature; afterwards `{}` links it.",
            context.launcher.command("pdca reviewed <review>")
        ),
        Phase::Analysis | Phase::Doing | Phase::Checking | Phase::Retro => String::new(),
    };
    format!(
        "show the human {show} in short and ask them to confirm (AskUserQuestion, with the \
         choices \"Not yet\" and \"Confirm\").{review} Pass on their words when they confirm, and \
         only then; where they correct something, hand it over by `{again}` first and ask again."
    )
}

/// What was recorded, in a line.
pub(super) fn recorded(events: &[What]) -> String {
    events.iter().map(recorded_line).collect()
}

fn recorded_line(event: &What) -> String {
    if let What::StepStarted { step } = event {
        format!("Step {step} is started.\n")
    } else if let What::StepDone { step, .. } = event {
        format!("Step {step} is done.\n")
    } else if let What::StepDeferred { step, .. } = event {
        format!("Step {step} is deferred.\n")
    } else if let What::PhaseConfirmed { phase, .. } = event {
        format!("The phase `{}` is confirmed.\n", phase.word())
    } else if let What::WentBack { phase, .. } = event {
        format!("Back in the phase `{}`.\n", phase.word())
    } else if let What::CheckpointConfirmed { step, .. } = event {
        format!("The checkpoint after step {step} is confirmed.\n")
    } else if let What::CommitRecorded(commit) = event {
        commit_line(commit)
    } else if matches!(event, What::Closed | What::Abandoned { .. }) {
        String::new()
    } else {
        format!("Recorded: {}.\n", event.name())
    }
}

fn commit_line(commit: &NewCommit) -> String {
    let hash = commit.hash.get(..7).unwrap_or(&commit.hash);
    let subject = deming_core::render::markdown::inline(&commit.subject);
    format!("Recorded the commit {hash} \"{subject}\".\n")
}
