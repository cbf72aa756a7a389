//! The log of a session: every heading and field with its source.
//!
//! Times, commits, files, test results and numbers come from measured events
//! and from the metrics passed in; words come from the agent and the human. A
//! section that nothing filled says so in one fixed wording.

mod completion;
mod implementation;
mod retrospective;

pub use completion::tests_in_words;

use crate::metrics::compute::Report;
use crate::render::markdown::{block, bullet, code, inline};
use crate::render::sections::Sections;
use crate::session::duration::{counted, estimate_in_words};
use crate::session::event::{At, Mode, Phase, PlannedFile, StepKind};
use crate::session::state::{State, Step};

/// What stands where nothing was filled in.
pub const UNFILLED: &str = "_Not filled in._";

/// What stands where the session's mode did not ask.
pub const LEFT_OUT: &str = "_Left out in this mode._";

const LEGEND: &str = "_Times, commits, files, test results and metrics were recorded as they \
happened. Other text is the agent's; what the human said or confirmed is marked._";

/// The sections of the log, in their order.
///
/// `quality` measures exactly the present commits of `state`, with its
/// test-first counts. Without it, or if it measures others, the log says only
/// what the events say.
pub fn render(state: &State, quality: Option<&Report>) -> Sections {
    let mut sections = Sections::default();
    sections.push("# PDCA Session Log", format!("\n{LEGEND}"));
    sections.push_ruled("", header(state));
    sections.push(
        "## Business Objective",
        gap(said(state, Phase::Analysis, text_or_unfilled(state.objective.as_deref()))),
    );
    analysis(state, &mut sections);
    planning(state, &mut sections);
    implementation::add(state, &mut sections);
    completion::add(state, &mut sections);
    retrospective::add(state, quality, &mut sections);
    sections
}

fn header(state: &State) -> String {
    let opening = &state.opening;
    let mut fields = vec![
        field("Session Date", &state.opened_at.date_naive().to_string()),
        field("Feature", &inline(&opening.feature)),
        field("Estimated Time", &estimates(state)),
        field("Project", &inline(&opening.project)),
    ];
    if let Some(branch) = &opening.branch {
        fields.push(field("Git branch", &inline(branch)));
    }
    if let Some(base) = &opening.base {
        fields.push(field("Base commit", &code(short(base))));
    }
    fields.push(field("Mode", opening.mode.word()));
    fields.join("\n")
}

fn estimates(state: &State) -> String {
    let mut estimates = state.estimates.iter();
    let Some(first) = estimates.next() else {
        return said(state, Phase::Analysis, UNFILLED.to_owned());
    };
    let mut text = estimate_in_words(first.minutes);
    for later in estimates {
        let (span, at) = (estimate_in_words(later.minutes), clock(state, later.at));
        let reason = later.reason.as_deref().map(|it| format!(" - {}", inline(it)));
        text.push_str(&format!("; {span} as seen at {at}{}", reason.unwrap_or_default()));
    }
    text
}

fn analysis(state: &State, sections: &mut Sections) {
    let analysis = &state.analysis;
    let told = |text: String| said(state, Phase::Analysis, text);
    sections.push_ruled("## ANALYSIS PHASE", gap(confirmation(state, Phase::Analysis)));
    sections.push("### Approach Selected", told(text_or_unfilled(analysis.approach.as_deref())));
    sections.push("### Key Patterns Identified", told(list(analysis.patterns.as_deref())));
    let file = |it: &PlannedFile| match inline(&it.change) {
        change if change.is_empty() => format!("- {}", code(&it.path)),
        change => format!("- {} - {change}", code(&it.path)),
    };
    sections.push("### Files to Modify", told(lines_or_none(analysis.files.as_deref(), file)));
    if !analysis.recalled.is_empty() {
        sections.push("### Lessons Recalled", list(Some(&analysis.recalled)));
    }
}

fn planning(state: &State, sections: &mut Sections) {
    let plan = &state.plan;
    let told = |text: String| said(state, Phase::Planning, text);
    sections.push_ruled("## PLANNING PHASE", gap(confirmation(state, Phase::Planning)));
    sections.push("### Number of Steps", number_of_steps(state));
    let after: Vec<String> = plan.checkpoints.iter().map(|it| it.step.to_string()).collect();
    let checkpoints = match (plan.steps.is_empty(), after.is_empty()) {
        (true, _) => UNFILLED.to_owned(),
        (false, true) => "None".to_owned(),
        (false, false) => format!("After steps: {}", after.join(", ")),
    };
    sections.push("### Checkpoints Planned", checkpoints);
    sections.push("### Risk Flags", told(list(plan.risks.as_deref())));
    sections.push(
        "### Acceptance Criteria",
        told(list(Some(&plan.criteria).filter(|it| !it.is_empty()).map(Vec::as_slice))),
    );
    if let Some(review) = &plan.review {
        let rounds = counted(review.rounds, "iteration");
        let (outcome, name) = (inline(&review.outcome), code(&review.review));
        sections.push("### Plan Review", format!("{outcome} after {rounds} ({name})"));
    }
}

/// The text of a field; where nobody filled it in, whether the session's mode
/// left it out.
fn said(state: &State, phase: Phase, text: String) -> String {
    let is_closed = state.closing.as_ref().is_some_and(|it| it.abandoned.is_none());
    let is_over = phase < state.phase || is_closed;
    if text == UNFILLED && is_over && state.mode() != Mode::Full {
        LEFT_OUT.to_owned()
    } else {
        text
    }
}

fn number_of_steps(state: &State) -> String {
    let steps = &state.plan.steps;
    if steps.is_empty() {
        return UNFILLED.to_owned();
    }
    let count = |kind| u32::try_from(steps.iter().filter(|it| it.kind == kind).count());
    let pairs = count(StepKind::Pair).unwrap_or(u32::MAX);
    let tasks = count(StepKind::Task).unwrap_or(u32::MAX);
    let pairs = counted(pairs, "test/implementation pair");
    let tasks = if 0 < tasks { format!(", {tasks} without new behaviour") } else { String::new() };
    let mut lines = vec![format!("{} total ({pairs}{tasks})", counted(state.step_count(), "step"))];
    for step in steps {
        lines.push(format!("- {}", step_title(step)));
        let detail = inline(&step.detail);
        if !detail.is_empty() {
            lines.push(format!("  - {detail}"));
        }
    }
    lines.join("\n")
}

/// `Step 1-2: Token generation`
fn step_title(step: &Step) -> String {
    let title = inline(&step.title);
    if step.first == step.last {
        format!("Step {}: {title}", step.first)
    } else {
        format!("Step {}-{}: {title}", step.first, step.last)
    }
}

/// `14:30`, with the date where it is not the session's.
fn clock(state: &State, at: At) -> String {
    let at = at.with_timezone(&state.opened_at.timezone());
    let time = at.time().to_string();
    let minutes = time.get(..5).unwrap_or(&time);
    if at.date_naive() == state.opened_at.date_naive() {
        minutes.to_owned()
    } else {
        format!("{} {minutes}", at.date_naive())
    }
}

fn confirmation(state: &State, phase: Phase) -> String {
    match state.confirmation(phase) {
        Some(confirmation) => {
            let words = confirmation.words.as_deref().map(|it| format!(": {}", inline(it)));
            let at = clock(state, confirmation.at);
            format!("_Confirmed by the human at {at}{}_", words.unwrap_or_default())
        }
        None => String::new(),
    }
}

fn field(label: &str, value: &str) -> String {
    format!("**{label}:** {value}")
}

fn text_or_unfilled(text: Option<&str>) -> String {
    match text.map(block).filter(|it| !it.trim().is_empty()) {
        Some(text) => text,
        None => UNFILLED.to_owned(),
    }
}

fn list(items: Option<&[String]>) -> String {
    lines_or_none(items, |it| bullet(it))
}

/// A line for each item; that there are none where somebody said so.
fn lines_or_none<T>(items: Option<&[T]>, line: impl FnMut(&T) -> String) -> String {
    match items {
        None => UNFILLED.to_owned(),
        Some([]) => "None".to_owned(),
        Some(items) => lines_or_unfilled(items.iter().map(line)),
    }
}

fn lines_or_unfilled(lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { UNFILLED.to_owned() } else { lines.join("\n") }
}

/// A blank line between a heading and its text.
fn gap(text: String) -> String {
    if text.is_empty() { text } else { format!("\n{text}") }
}

/// The first seven characters of a hash, as git shows it.
fn short(hash: &str) -> &str {
    hash.get(..7).unwrap_or(hash)
}

#[cfg(test)]
mod line_tests;
#[cfg(test)]
mod tests;
