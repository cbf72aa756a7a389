//! Each rule of the fold by an example.

use super::*;
use crate::session::event::{Check, FileClass, Intervention, Mode, Status, Tick};
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
    check(&mut sample, By::Agent, What::Intervened(told), "an intervention is the human's to say");
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
    check(&mut sample, By::Agent, checkpoints(&[4]), "dropping a checkpoint is the human's to say");
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
    sample.agent(plan(&["Lock", "Bolt"], &[]));
    let remarks: Vec<&str> = sample.state.remarks.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(
        remarks,
        ["The plan was changed; new: Oil", "The plan was changed; new: Bolt; no more: Oil, Unlock"]
    );
}

#[test]
fn commit_after_the_last_step_belongs_to_none() {
    let mut sample = Sample::doing(&["Lock"], &[]);
    sample.start(1);
    sample.done(2);
    let steps = |sample: &Sample| -> Vec<(Vec<usize>, bool)> {
        sample.state.commits.iter().map(|it| (it.steps.clone(), it.after_steps)).collect()
    };
    let own = sample.commit("Lock");
    sample.hook(own);
    assert_eq!(steps(&sample), [(vec![0], false)], "the work of the step, a moment later");
    let more = sample.commit("Oil");
    sample.hook(more);
    assert_eq!(steps(&sample)[1..], [(vec![], true)]);
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
    check(&mut sample, By::Agent, What::Checked(none), "0 criteria are ticked and 1 were agreed");
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
        (red(1), "the tests are not known to pass: the last run of `cargo test` has failures"),
        (
            run(101, 0, 0),
            "the tests are not known to pass: the last run of `cargo test` did not get to all of its tests",
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
            "the check is older than a change of code or a failing test run",
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
    let want =
        r#""event":{"by":"hook","event":"file_edited","path":"src/door.rs","class":"product"}}"#;
    assert!(lines.concat().contains(want), "{}", lines.concat());
}
