//! A session as the chat is told of it: where it stands, and the evidence that
//! a judgement starts from.

use crate::metrics::compute::Report;
use crate::render::markdown::{code, inline};
use crate::render::metrics::log_list;
use crate::render::session_log::tests_in_words;
use crate::session::duration::{counted, estimate_in_words, in_words};
use crate::session::event::{Phase, StepKind};
use crate::session::next_action::next_action;
use crate::session::state::{Progress, State};
use crate::session::weakened::Weakened;

/// Where a session stands, in three lines.
pub fn standing(id: &str, state: &State) -> String {
    let feature = inline(&state.opening.feature);
    let mut first = format!("Session {id}: {feature} ({}", place(state));
    if state.opening.mode != Default::default() {
        first.push_str(&format!(", mode {}", state.mode().word()));
    }
    let spent = in_words(state.active_minutes());
    let of = estimate(state).map(|it| format!(" of {it}"));
    let time = state.opened_at.time().to_string();
    let opened = format!("{} {}", state.opened_at.date_naive(), time.get(..5).unwrap_or(&time));
    first.push_str(&format!(")\nOpened {opened}, {spent}{}; ", of.unwrap_or_default()));
    let count = |number: usize, unit| counted(u32::try_from(number).unwrap_or(u32::MAX), unit);
    let facts = [
        count(state.present_commits().count(), "commit"),
        tests_in_words(state),
        count(state.deviations.len(), "deviation"),
        count(state.interventions.len(), "intervention"),
    ];
    format!("{first}{}\nDue: {}", facts.join(", "), inline(&next_action(state).to_string()))
}

/// What a conversation that knows nothing needs beside [`standing`]: what was
/// agreed, and what the human decided.
pub fn agreed(state: &State) -> String {
    let mut text = String::new();
    let mut line = |name: &str, said: Option<&str>| {
        if let Some(said) = said {
            text.push_str(&format!("{name}: {}\n", inline(said)));
        }
    };
    line("Objective", state.objective.as_deref());
    line("Approach", state.analysis.approach.as_deref());
    for criterion in &state.plan.criteria {
        line("Criterion", Some(criterion));
    }
    for remark in state.remarks.iter().filter(|it| it.question.is_some()) {
        line("Decided by the human", Some(&remark.text));
    }
    text
}

/// The first estimate, and the newest where there is another.
fn estimate(state: &State) -> Option<String> {
    let first = estimate_in_words(state.estimate_minutes()?);
    let newest = state.estimates.last().map(|it| estimate_in_words(it.minutes));
    let newest = newest.filter(|it| *it != first);
    Some(newest.map_or(first.clone(), |it| format!("{first} (now {it})")))
}

fn place(state: &State) -> String {
    if state.is_closed() {
        return "closed".to_owned();
    }
    let step = state.current().and_then(|it| state.plan.steps.get(it));
    match (state.phase, step) {
        (Phase::Doing, Some(step)) => {
            format!("doing, step {} of {}", step.first, state.step_count())
        }
        (phase, _) => phase.word().to_owned(),
    }
}

/// The plan with what was done of it.
pub fn steps(state: &State) -> String {
    let lines = state.plan.steps.iter().map(|step| {
        let numbers = match step.kind {
            StepKind::Pair => format!("{}-{}", step.first, step.last),
            StepKind::Task => step.first.to_string(),
        };
        let progress = match &step.progress {
            Progress::Planned => "planned",
            Progress::Started { .. } => "in progress",
            Progress::Done { .. } => "done",
            Progress::Deferred { .. } => "deferred",
        };
        format!("- Step {numbers}: {} ({progress})\n", inline(&step.title))
    });
    lines.collect()
}

/// What the completion check starts from: criteria by number, steps, tests.
pub fn evidence_for_check(state: &State, weakened: &[Weakened]) -> String {
    let mut text = String::from("Evidence, as recorded:\n");
    text.push_str(&format!("- Tests: {}\n", tests_in_words(state)));
    text.push_str(&test_first(state));
    text.push_str(&weakened_tests(weakened));
    for deviation in &state.deviations {
        text.push_str(&format!("- Deviation: {}\n", inline(&deviation.what)));
    }
    let deferred = state.plan.steps.iter().filter_map(|step| match &step.progress {
        Progress::Deferred { reason, .. } => {
            Some(format!("- Step {} deferred: {}\n", step.first, inline(reason)))
        }
        Progress::Planned | Progress::Started { .. } | Progress::Done { .. } => None,
    });
    text.extend(deferred);
    if !state.plan.criteria.is_empty() {
        text.push_str("\nAcceptance criteria, in their order:\n");
    }
    for (index, criterion) in state.plan.criteria.iter().enumerate() {
        text.push_str(&format!("{}. {}\n", index + 1, inline(criterion)));
    }
    text
}

/// What the retrospective starts from.
pub fn evidence_for_retro(
    state: &State,
    quality: Option<&Report>,
    weakened: &[Weakened],
) -> String {
    let mut text = String::from("Evidence, as recorded:\n");
    let estimate = estimate(state).map(|it| format!(", estimated {it}")).unwrap_or_default();
    text.push_str(&format!("- Time: {}{estimate}\n", in_words(state.active_minutes())));
    text.push_str(&format!("- Tests: {}\n", tests_in_words(state)));
    text.push_str(&test_first(state));
    text.push_str(&weakened_tests(weakened));
    for it in &state.deviations {
        text.push_str(&format!("- Deviation: {} - {}\n", inline(&it.what), inline(&it.reason)));
    }
    if !state.interventions.is_empty() {
        let number = u32::try_from(state.interventions.len()).unwrap_or(u32::MAX);
        let active = state.active_minutes();
        let an_hour = f64::from(number) * 60.0 / f64::from(active.max(1));
        text.push_str(&format!(
            "- Interventions: {number} in {} ({an_hour:.1} an hour)\n",
            in_words(active)
        ));
    }
    for it in &state.interventions {
        let step = it.step.map(|it| format!(" at step {it}")).unwrap_or_default();
        text.push_str(&format!(
            "- Intervention{step}: {} - {}\n",
            inline(&it.what),
            inline(&it.said)
        ));
    }
    if let Some(report) = quality.filter(|it| !it.commits.is_empty()) {
        text.push_str(&format!("\n{}\n", log_list(report).trim_end()));
    }
    text
}

/// Test files that the session made weaker, a line each.
fn weakened_tests(weakened: &[Weakened]) -> String {
    let line = |it: &Weakened| {
        let counts = [(it.assertions, "assertion", "fewer"), (it.skips, "skip or only", "more")];
        let counts = counts.into_iter().filter(|it| 0 < it.0);
        let counts: Vec<String> = counts
            .map(|(number, unit, way)| match number {
                1 => format!("1 {unit} {way}"),
                _ => format!("{number} {} {way}", unit.replace("assertion", "assertions")),
            })
            .collect();
        let path = code(&it.path);
        format!("- Tests weakened, to be explained: {path}, {}\n", counts.join(", "))
    };
    weakened.iter().map(line).collect()
}

/// `- Test-first: step 1 PROVEN, step 3 LIKELY`
fn test_first(state: &State) -> String {
    let steps = state.plan.steps.iter().enumerate();
    let done = steps.filter(|(_, it)| {
        it.kind == StepKind::Pair && matches!(it.progress, Progress::Done { .. })
    });
    let classes: Vec<String> = done
        .map(|(position, it)| format!("step {} {}", it.first, state.test_first(position).word()))
        .collect();
    if classes.is_empty() {
        return String::new();
    }
    let red = state.red_quality();
    let first_failures = match (red.of_tests, red.of_builds) {
        (0, 0) => String::new(),
        (tests, builds) => format!(
            "- First failures, before the product was changed: {tests} of a test, {builds} of a \
             build or a load\n"
        ),
    };
    format!("- Test-first: {}\n{first_failures}", classes.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::event::{Mode, What};
    use crate::session::sample::{Sample, edit, run};

    #[test]
    fn standing_is_three_lines_with_what_is_due() {
        let mut sample = Sample::opened(Mode::Light);
        assert_eq!(
            standing("sabc234", &sample.state),
            "Session sabc234: Doors that lock (analysis, mode light)\n\
             Opened 2030-01-15 14:30, 0 minutes of 2.5 hours; 0 commits, no test run yet, \
             0 deviations, 0 interventions\n\
             Due: analyse, and record approach, patterns and files"
        );
        sample = Sample::doing(&["Lock"], &[]);
        sample.pair(1, "Lock the door");
        sample.start(1);
        assert_eq!(
            standing("sabc234", &sample.state),
            "Session sabc234: Doors that lock (doing, step 1 of 2)\n\
             Opened 2030-01-15 14:30, 13 minutes of 2.5 hours; 1 commit, 5 tests, 0 failures, \
             0 deviations, 0 interventions\n\
             Due: step 1: Lock; clean up, commit and finish the step"
        );
        assert_eq!(
            agreed(&sample.state),
            "Objective: Nobody walks in.\nApproach: Use the lock of the gate.\n\
             Criterion: The door locks\n"
        );
        sample.human(What::Estimated { minutes: 45, reason: None });
        let said = standing("sabc234", &sample.state);
        assert!(said.contains(" of 2.5 hours (now 45 minutes); "), "{said}");
    }

    #[test]
    fn weakened_tests_are_named() {
        let weakened = |assertions, skips| {
            weakened_tests(&[Weakened { path: "tests/door.rs".to_owned(), assertions, skips }])
        };
        let start = "- Tests weakened, to be explained: `tests/door.rs`, ";
        assert_eq!(weakened(1, 0), format!("{start}1 assertion fewer\n"));
        assert_eq!(weakened(2, 1), format!("{start}2 assertions fewer, 1 skip or only more\n"));
        assert_eq!(weakened_tests(&[]), "");
    }

    #[test]
    fn evidence_names_criteria_by_number_and_classes_by_step() {
        let mut sample = Sample::doing(&["Lock"], &[]);
        sample.pair(1, "Lock the door");
        assert_eq!(
            evidence_for_check(&sample.state, &[]),
            "Evidence, as recorded:\n- Tests: 5 tests, 0 failures\n\
             - Test-first: step 1 PROVEN\n\
             - First failures, before the product was changed: 1 of a test, 0 of a build or a load\n\n\
             Acceptance criteria, in their order:\n1. The door locks\n"
        );
        sample.hook(edit("src/door.rs", crate::session::event::FileClass::Product));
        sample.hook(run(0, 0, 0));
        assert_eq!(
            evidence_for_retro(&sample.state, None, &[]),
            "Evidence, as recorded:\n- Time: 14 minutes, estimated 2.5 hours\n\
             - Tests: no test run since the last edit\n- Test-first: step 1 LIKELY\n\
             - First failures, before the product was changed: 1 of a test, 0 of a build or a load\n"
        );
    }
}
