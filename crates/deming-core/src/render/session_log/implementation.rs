//! Implementation notes: when it began and ended, and what happened between.

use super::completion::{no_result, numbers, unreached};
use super::{UNFILLED, clock, confirmation, gap, lines_or_unfilled, short, step_title};
use crate::render::markdown::{code, inline};
use crate::render::sections::Sections;
use crate::session::duration::in_words;
use crate::session::event::{At, By, Phase, StepKind};
use crate::session::state::{Checkpoint, Commit, Deviation, Item, Progress, Remark, State, Step};
use crate::session::test_run::Outcome;

/// More files of a commit than this are counted, not named.
const MAX_FILES: usize = 12;

pub(super) fn add(state: &State, sections: &mut Sections) {
    sections.push_ruled("## IMPLEMENTATION NOTES", gap(confirmation(state, Phase::Doing)));
    sections.push("### Start Time", clock(state, state.opened_at));
    sections.push("### Progress Log", progress(state));
    sections.push("### Deviations from Plan", deviations(state));
    sections.push("### Interventions Made", interventions(state));
    let end = state.closing.as_ref().map(|it| clock(state, it.at));
    sections.push("### End Time", end.unwrap_or(UNFILLED.to_owned()));
    sections.push("### Actual Duration", duration(state));
}

fn progress(state: &State) -> String {
    let mut begun: Vec<(At, usize, &Step)> = vec![];
    for (position, step) in state.plan.steps.iter().enumerate() {
        if let Some(at) = step.progress.started().or(step.progress.ended()) {
            begun.push((at, position, step));
        }
    }
    begun.sort_by_key(|&(at, position, _)| (at, position));
    let blocks = begun.into_iter().map(|(at, position, step)| {
        let title = format!("**{}** ({})", step_title(step), clock(state, at));
        let mut lines = vec![format!("\n{title}")];
        lines.extend(step_lines(state, position, step));
        lines.join("\n")
    });
    let outside = outside_the_steps(state).into_iter().chain(after_the_steps(state));
    lines_or_unfilled(blocks.chain(outside))
}

fn step_lines(state: &State, position: usize, step: &Step) -> Vec<String> {
    let mut lines: Vec<String> = step.items.iter().map(done).collect();
    let checkpoints = state.plan.checkpoints.iter().enumerate();
    let own = checkpoints.filter(|(_, it)| it.step == step.last);
    lines.extend(own.filter_map(|(index, it)| checkpoint(state, index + 1, it)));
    let deviations = state.deviations.iter().filter(|it| it.step == Some(position));
    lines.extend(deviations.map(|it| format!("- Deviation: {}", said(it.by, &it.what))));
    let remarks = state.remarks.iter().filter(|it| it.step == Some(position));
    lines.extend(remarks.map(|it| remark(state, it)));
    match &step.progress {
        Progress::Planned | Progress::Done { .. } => {}
        Progress::Started { .. } => lines.push("- In progress".to_owned()),
        Progress::Deferred { reason, .. } => lines.push(format!("- Deferred: {}", inline(reason))),
    }
    let commits: Vec<&Commit> =
        state.present_commits().filter(|it| it.steps.contains(&position)).collect();
    lines.extend(commits.iter().flat_map(|it| commit_lines(it)));
    if matches!(step.progress, Progress::Done { .. }) {
        if step.kind == StepKind::Pair && !step.test_told {
            lines.push(format!("- Its test, step {}, was not recorded by itself", step.first));
        }
        if commits.is_empty() {
            lines.push("- No commit was recorded for this step".to_owned());
        }
        if step.kind == StepKind::Pair {
            lines.push(format!("- Test-first: {}", state.test_first(position).word()));
        }
    }
    lines
}

/// An item in somebody's words; a checkpoint in words is no checkpoint.
fn done(item: &Item) -> String {
    let plain = item.text.trim_start_matches(|it: char| !it.is_alphanumeric()).to_lowercase();
    let mark = if plain.starts_with("checkpoint") { "Noted: " } else { "" };
    format!("- ✅ {mark}{}", said(item.by, &item.text))
}

fn outside_the_steps(state: &State) -> Option<String> {
    let remarks = state.remarks.iter().filter(|it| it.step.is_none());
    let mut lines: Vec<String> = remarks.map(|it| remark(state, it)).collect();
    let deviations = state.deviations.iter().filter(|it| it.step.is_none());
    lines.extend(deviations.map(|it| format!("- Deviation: {}", said(it.by, &it.what))));
    let commits = state.present_commits().filter(|it| !is_after(it)).filter(|it| {
        it.steps.iter().all(|&step| {
            let planned = state.plan.steps.get(step);
            planned.is_none_or(|it| it.progress == Progress::Planned)
        })
    });
    lines.extend(commits.flat_map(commit_lines));
    lines.insert(0, "\n**Outside the steps**".to_owned());
    (1 < lines.len()).then(|| lines.join("\n"))
}

fn after_the_steps(state: &State) -> Option<String> {
    let commits = state.present_commits().filter(|it| is_after(it));
    let lines: Vec<String> = commits.flat_map(commit_lines).collect();
    (!lines.is_empty()).then(|| format!("\n**After the steps**\n{}", lines.join("\n")))
}

fn is_after(commit: &Commit) -> bool {
    commit.after_steps && commit.steps.is_empty()
}

/// `- ✅ CHECKPOINT 1 - All tests passing (5 tests, 0 failures), confirmed at 15:10`
fn checkpoint(state: &State, number: usize, checkpoint: &Checkpoint) -> Option<String> {
    checkpoint.reached.as_ref()?;
    // What the human saw when they confirmed, and until then what there is now.
    let now = state.result_run();
    let run = match &checkpoint.confirmed {
        Some(confirmed) => confirmed.run.as_ref(),
        None => now.as_ref(),
    };
    let is_confirmed = checkpoint.confirmed.is_some();
    let (mark, tests) = match run.map(|it| (it.ran.outcome(), it.ran.counts.unwrap_or_default())) {
        Some((Outcome::Green, counts)) => (
            if is_confirmed { "✅ " } else { "" },
            format!("All tests passing ({})", numbers(counts)),
        ),
        Some((Outcome::Red, counts)) => ("", format!("Tests failing ({})", numbers(counts))),
        Some((Outcome::Broken, counts)) => ("", capitalised(&unreached(counts))),
        Some((Outcome::NoEvidence, _)) | None if is_confirmed => {
            ("", "No test run since the last edit".to_owned())
        }
        Some((Outcome::NoEvidence, _)) | None => ("", capitalised(no_result(state))),
    };
    let human = match &checkpoint.confirmed {
        Some(confirmed) => {
            let words = confirmed.words.as_deref().map(|it| format!(": {}", inline(it)));
            let at = clock(state, confirmed.at);
            format!("confirmed by the human at {at}{}", words.unwrap_or_default())
        }
        None => "waiting for the human".to_owned(),
    };
    Some(format!("- {mark}CHECKPOINT {number} - {tests}, {human}"))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

fn commit_lines(commit: &Commit) -> Vec<String> {
    let new = &commit.commit;
    let (subject, hash) = (inline(&new.subject), code(short(&new.hash)));
    let named: Vec<String> = new.files.iter().take(MAX_FILES).map(|it| code(&it.path)).collect();
    let more = new.files.len().saturating_sub(MAX_FILES);
    let more = if 0 < more { format!(" and {more} more") } else { String::new() };
    let mut lines = vec![format!("- Commit: \"{subject}\" ({hash})")];
    if new.other_author {
        lines.push("- Its author is not the session's person any more".to_owned());
    }
    if !named.is_empty() {
        lines.push(format!("- Files: {}{more}", named.join(", ")));
    }
    lines
}

fn remark(state: &State, remark: &Remark) -> String {
    let at = clock(state, remark.at);
    match &remark.question {
        Some(question) => {
            format!("- Decision ({at}): {} - {}", inline(question), said(remark.by, &remark.text))
        }
        None => format!("- Note ({at}): {}", said(remark.by, &remark.text)),
    }
}

fn deviations(state: &State) -> String {
    if state.deviations.is_empty() {
        return "None recorded".to_owned();
    }
    let deviation = |it: &Deviation| {
        let (what, reason) = (said(it.by, &it.what), inline(&it.reason));
        let impact = inline(&it.impact);
        let impact = if impact.is_empty() { UNFILLED.to_owned() } else { impact };
        format!("- {what}\n  - Reason: {reason}\n  - Impact: {impact}")
    };
    state.deviations.iter().map(deviation).collect::<Vec<_>>().join("\n\n")
}

fn interventions(state: &State) -> String {
    if state.interventions.is_empty() {
        return "None recorded".to_owned();
    }
    let lines = state.interventions.iter().enumerate().map(|(index, it)| {
        let step = match it.step {
            Some(step) if step <= state.step_count() => format!(" at Step {step}"),
            Some(step) => format!(" at step {step} of an earlier plan"),
            None => String::new(),
        };
        let mut line = format!("{}. **{}**{step}", index + 1, inline(&it.what));
        if !it.said.trim().is_empty() {
            line.push_str(&format!(" - {}", inline(&it.said)));
        }
        if let Some(why) = &it.why {
            line.push_str(&format!("\n   - Why: {}", inline(why)));
        }
        line
    });
    lines.collect::<Vec<_>>().join("\n\n")
}

fn duration(state: &State) -> String {
    if !state.is_closed() {
        return UNFILLED.to_owned();
    }
    let actual = state.active_minutes();
    let is_abandoned = state.closing.as_ref().is_some_and(|it| it.abandoned.is_some());
    let against = match state.estimate_minutes() {
        // An estimate of work that was not done was neither kept nor missed.
        _ if is_abandoned => "abandoned".to_owned(),
        None => "no estimate".to_owned(),
        Some(estimate) if estimate == actual => "as estimated".to_owned(),
        Some(estimate) if actual < estimate => {
            format!("{} under estimate", difference(estimate - actual))
        }
        Some(estimate) => format!("{} over estimate", difference(actual - estimate)),
    };
    let wall = if 0 < state.paused_minutes {
        format!("; {} from start to end, pauses included", in_words(state.wall_minutes()))
    } else {
        String::new()
    };
    format!("{} ({against}){wall}", in_words(actual))
}

fn difference(minutes: u32) -> String {
    if minutes < 60 { format!("{minutes} min") } else { in_words(minutes) }
}

fn said(by: By, text: &str) -> String {
    let text = inline(text);
    if by == By::Human { format!("{text} _(human)_") } else { text }
}
