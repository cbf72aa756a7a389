//! Single lines of a log, and what makes them.

use super::*;
use crate::render::sections::join;
use crate::session::event::{Check, FileClass, Status, TestRan, Tick, What};
use crate::session::sample::{Sample, edit, plan, run};
use crate::session::test_output::TestCounts;

#[test]
fn checkpoint_shows_the_run_at_the_humans_yes() {
    let mut sample = Sample::doing(&["Lock"], &[]);
    let (steps, criteria, risks) = (None, None, None);
    sample.agent(What::PlanSet { steps, checkpoints: Some(vec![2]), criteria, risks });
    sample.start(1);
    sample.hook(edit("src/door.rs", FileClass::Product));
    sample.done(2);
    let line = |sample: &Sample| {
        let log = join(render(&sample.state, None).as_slice());
        log.lines().find(|it| it.contains("CHECKPOINT")).unwrap().to_owned()
    };
    let waiting = "waiting for the human";
    assert_eq!(line(&sample), format!("- CHECKPOINT 1 - No test run yet, {waiting}"));
    sample.hook(run(0, 5, 0));
    assert_eq!(
        line(&sample),
        format!("- CHECKPOINT 1 - All tests passing (5 tests, 0 failures), {waiting}")
    );
    sample.human(What::CheckpointConfirmed { step: 2, words: None });
    sample.hook(run(101, 4, 1));
    let confirmed = line(&sample);
    let want =
        "- ✅ CHECKPOINT 1 - All tests passing (5 tests, 0 failures), confirmed by the human";
    assert!(confirmed.starts_with(want), "{confirmed}");
}

#[test]
fn what_the_mode_leaves_out_is_said() {
    let mut sample = Sample::opened(Mode::Emergency);
    sample.state.objective = None;
    sample.state.estimates.clear();
    let log = |sample: &Sample| join(render(&sample.state, None).as_slice());
    assert!(!log(&sample).contains(LEFT_OUT));
    sample.agent(plan(&["Lock"], &[]));
    sample.pair(1, "Lock the door");
    let check = Check {
        status: Status::Complete,
        ready: true,
        reason: None,
        criteria: vec![Tick { met: true, evidence: "seen".to_owned() }],
        outstanding: vec![],
        tests: vec![],
    };
    sample.agent(What::Checked(check));
    sample.confirm(Phase::Checking);
    sample.human(What::Closed);
    let log = log(&sample);
    assert!(!log.contains(UNFILLED), "{log}");
    assert!(log.contains("### Top Learning\n_Left out in this mode._\n"), "{log}");
    assert!(log.contains("**Estimated Time:** _Left out in this mode._\n"), "{log}");
}

#[test]
fn commits_after_the_steps_have_a_line_of_their_own() {
    let mut sample = Sample::doing(&["Lock"], &[]);
    sample.pair(1, "Lock the door");
    let more = sample.commit("Oil the door");
    sample.hook(more);
    let log = join(render(&sample.state, None).as_slice());
    let want = "- Test-first: PROVEN\n\n**After the steps**\n- Commit: \"Oil the door\" (";
    assert!(log.contains(want), "{log}");
}

#[test]
fn skipped_tests_count_before_and_now() {
    let counts = |passed, skipped| {
        let What::TestRan(ran) = run(0, 1, 0) else { unreachable!() };
        let counts = Some(TestCounts::new(passed, 0, skipped));
        What::TestRan(TestRan { counts, ..ran })
    };
    for (before, now, want) in [
        ((1, 0), (5, 1), "1 test, 0 failures; 5 more now, and 1 more skipped"),
        ((1, 1), (5, 1), "2 tests, 0 failures, 1 skipped; 4 more now, no regressions"),
        ((5, 1), (5, 0), "6 tests, 0 failures, 1 skipped; 1 fewer now"),
    ] {
        let mut sample = Sample::doing(&["Lock"], &[]);
        sample.start(1);
        sample.hook(counts(before.0, before.1));
        sample.hook(edit("src/door.rs", FileClass::Product));
        sample.hook(counts(now.0, now.1));
        let log = join(render(&sample.state, None).as_slice());
        assert!(log.contains(&format!("- Before the first change: {want}\n")), "{log}");
    }
}
