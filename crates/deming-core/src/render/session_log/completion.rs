//! The completion check, beside the test runs that were recorded.

use super::{UNFILLED, clock, confirmation, gap, short};
use crate::render::markdown::{bullet, code, inline};
use crate::render::sections::Sections;
use crate::session::duration::counted;
use crate::session::event::{By, Check, Phase, Status};
use crate::session::state::{Progress, State};
use crate::session::test_output::{TestCounts, Unit};
use crate::session::test_run::{Outcome, TestRun};

pub(super) fn add(state: &State, sections: &mut Sections) {
    let check = state.check.as_ref();
    sections.push_ruled("## COMPLETION CHECK", gap(confirmation(state, Phase::Checking)));
    sections.push("### Status", status(state));
    sections.push("### Tests Passing", tests(state));
    sections.push("### Ready to Close", check.map_or(UNFILLED.to_owned(), |it| ready(state, it)));
    let outstanding = check.map(|it| outstanding(state, it));
    sections.push("### Outstanding Items", outstanding.unwrap_or(UNFILLED.to_owned()));
}

/// `47 tests, 0 failures, 2 skipped`
pub(super) fn numbers(counts: TestCounts) -> String {
    let unit = match counts.unit {
        Unit::Tests => "test",
        Unit::Packages => "package",
    };
    let skipped =
        if 0 < counts.skipped { format!(", {} skipped", counts.skipped) } else { String::new() };
    let errors = if 0 < counts.errors {
        format!(", {}", counted(counts.errors, "error"))
    } else {
        String::new()
    };
    let failed = counted(counts.failed, "failure");
    format!("{}, {failed}{errors}{skipped}", counted(counts.total, unit))
}

/// What a run shows that failed without a failed test.
pub(super) fn unreached(counts: TestCounts) -> String {
    let errors = counted(counts.errors, "error");
    match (counts.ran(), counts.errors) {
        (0, 0) => "the run did not get to its tests".to_owned(),
        (0, _) => format!("the run did not get to its tests ({errors})"),
        (_, 0) => "the run failed, though none of its tests did".to_owned(),
        (_, _) => format!("the run did not get to all of its tests ({errors})"),
    }
}

/// Why no run stands for the tests now.
pub(super) fn no_result(state: &State) -> &'static str {
    if state.has_uncounted_run() {
        "the tests ran, but did not say how many there were"
    } else if state.runs().next().is_some() {
        "no test run since the last edit"
    } else {
        "no test run yet"
    }
}

/// The state of the tests in a few words.
pub fn tests_in_words(state: &State) -> String {
    let Some(run) = state.result_run() else { return no_result(state).to_owned() };
    let counts = run.ran.counts.unwrap_or_default();
    match run.ran.outcome() {
        Outcome::Green | Outcome::Red => numbers(counts),
        Outcome::Broken | Outcome::NoEvidence => unreached(counts),
    }
}

fn status(state: &State) -> String {
    let abandoned = state.closing.as_ref().and_then(|it| it.abandoned.as_ref());
    let judged = state.check.as_ref().map(|it| it.status);
    let given_up = abandoned.map(|_| Status::NeedsWork);
    let status = judged.or(given_up).map_or(UNFILLED, Status::word);
    match abandoned {
        Some(reason) => format!("{status}\n\nAbandoned by the human: {}", inline(reason)),
        None => status.to_owned(),
    }
}

fn ready(state: &State, check: &Check) -> String {
    if state.is_check_outdated() {
        return "❌ No - the check is older than a change of code or a failing test run".to_owned();
    }
    let reason = check.reason.as_deref().filter(|it| !it.trim().is_empty());
    let reason = reason.map(|it| format!(" - {}", inline(it))).unwrap_or_default();
    format!("{}{reason}", if check.ready { "✅ Yes" } else { "❌ No" })
}

fn tests(state: &State) -> String {
    let mut lines = match state.result_run() {
        Some(run) => run_lines(state, &run),
        None if state.runs().next().is_some() => vec![format!("Unknown - {}", no_result(state))],
        None if state.check.is_some() => vec!["Unknown - no test run was recorded".to_owned()],
        None => return UNFILLED.to_owned(),
    };
    // What is told stands apart from what was measured.
    if let Some(check) = state.check.as_ref().filter(|it| !it.tests.is_empty()) {
        let whose = if state.checked_by == Some(By::Human) { "the human's" } else { "the agent's" };
        lines.push(format!("\n_In {whose} words, not measured:_"));
        lines.extend(check.tests.iter().map(|it| bullet(it)));
    }
    lines.join("\n")
}

fn run_lines(state: &State, run: &TestRun) -> Vec<String> {
    let ran = &run.ran;
    let counts = ran.counts.unwrap_or_default();
    let result = match (ran.outcome(), ran.exit) {
        (Outcome::Green, _) => format!("✅ Yes - {}", numbers(counts)),
        (Outcome::Red, _) => format!("❌ No - {}", numbers(counts)),
        (Outcome::Broken | Outcome::NoEvidence, _) => format!("❌ No - {}", unreached(counts)),
    };
    let exit = ran.exit.map(|it| format!(", exit code {it}")).unwrap_or_default();
    let commit = ran.commit.as_deref().map(|it| format!(", at commit {}", code(short(it))));
    let dirty = if ran.dirty { " with uncommitted changes" } else { "" };
    let at = clock(state, run.at);
    let source =
        format!("- {} ({at}{exit}{}{dirty})", code(&ran.command), commit.unwrap_or_default());
    let mut lines = vec![result, source];
    lines.extend(baseline(state, run));
    lines
}

/// What ran before the first change, against what runs now.
fn baseline(state: &State, run: &TestRun) -> Option<String> {
    let before = state.baseline_run()?;
    let (old, new) = (before.ran.counts.unwrap_or_default(), run.ran.counts.unwrap_or_default());
    let compared = if before.ran.command != run.ran.command || old.unit != new.unit {
        format!("by {}", code(&before.ran.command))
    } else if old.failed < new.failed {
        format!("{} more now", counted(new.failed - old.failed, "failure"))
    } else if new.total < old.total {
        format!("{} fewer now", old.total - new.total)
    } else if old.skipped < new.skipped {
        let skipped = new.skipped - old.skipped;
        format!("{} more now, and {skipped} more skipped", new.total - old.total)
    } else {
        format!("{} more now, no regressions", new.total - old.total)
    };
    Some(format!("- Before the first change: {}; {compared}", numbers(old)))
}

fn outstanding(state: &State, check: &Check) -> String {
    let mut lines: Vec<String> = check.outstanding.iter().map(|it| bullet(it)).collect();
    for step in &state.plan.steps {
        if let Progress::Deferred { reason, .. } = &step.progress {
            lines.push(format!("- Step {} deferred: {}", step.first, inline(reason)));
        }
    }
    let met = check.criteria.iter().filter(|it| it.met).count();
    let all = check.criteria.len();
    let criteria = state.plan.criteria.iter().zip(&check.criteria).map(|(criterion, tick)| {
        let mark = if tick.met { "✅" } else { "❌" };
        let evidence = inline(&tick.evidence);
        let evidence = if evidence.is_empty() { evidence } else { format!(" - {evidence}") };
        format!("- {mark} {}{evidence}", inline(criterion))
    });
    let criteria: Vec<String> = criteria.collect();
    match (lines.is_empty(), all) {
        (true, 0) => "None".to_owned(),
        (true, _) if met == all => {
            format!("None - All acceptance criteria met:\n{}", criteria.join("\n"))
        }
        (_, 0) => lines.join("\n"),
        (_, _) => {
            let heading = format!("Acceptance criteria: {met} of {all} met:");
            let items = if lines.is_empty() { String::new() } else { lines.join("\n") + "\n\n" };
            format!("{items}{heading}\n{}", criteria.join("\n"))
        }
    }
}
