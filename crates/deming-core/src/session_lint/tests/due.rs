//! What a log owes: one that ended early, in a hurry, or not yet.

use super::super::*;
use crate::render::sections::join;
use crate::render::session_log::render;
use crate::session::event::{Check, Mode, Phase, Status, What};
use crate::session::sample::{Sample, plan};

#[track_caller]
fn check(sample: &Sample, want: &[&str]) {
    let text = join(render(&sample.state, None).as_slice());
    let found: Vec<String> = lint(&text, None).into_iter().map(|it| it.message).collect();
    assert_eq!(found, want, "{text}");
}

fn emergency() -> Sample {
    let mut sample = Sample::opened(Mode::Emergency);
    sample.agent(plan(&["Lock"], &[]));
    sample.pair(1, "Lock");
    sample.agent(What::Checked(Check {
        status: Status::Complete,
        ready: true,
        reason: None,
        criteria: vec![crate::session::event::Tick { met: true, evidence: "seen".to_owned() }],
        outstanding: vec![],
        tests: vec![],
    }));
    sample.confirm(Phase::Checking);
    sample.human(What::Closed);
    sample
}

#[test]
fn closed_emergency_owes_no_analysis_and_no_retrospective() {
    check(&emergency(), &[]);
}

#[test]
fn abandoned_session_owes_nothing_after_that() {
    for mode in [Mode::Full, Mode::Light, Mode::Emergency] {
        let mut sample = Sample::opened(mode);
        sample.human(What::Abandoned { reason: "No time".to_owned() });
        check(&sample, &[]);
    }
    let mut sample = Sample::doing(&["Lock", "Unlock"], &[]);
    sample.pair(1, "Lock");
    sample.human(What::Abandoned { reason: "No time".to_owned() });
    check(&sample, &[]);
}

#[test]
fn reopened_session_owes_no_end_yet() {
    let mut sample = emergency();
    sample.agent(What::Reopened { reason: "It jams".to_owned() });
    check(&sample, &[]);
}

#[test]
fn what_a_mode_left_out_is_said_and_not_unfilled() {
    let log = include_str!("../fixtures/recorded.md");
    let left_out = |heading: &str| {
        let (before, rest) = log.split_once(heading).unwrap();
        let end = rest.find("\n\n#").unwrap();
        format!("{before}{heading}\n_Left out in emergency mode._{}", &rest[end..])
    };
    for heading in ["### Top Learning", "### Risk Flags", "### Acceptance Criteria"] {
        assert_eq!(lint(&left_out(heading), None), [], "{heading}");
    }
}

#[test]
fn end_that_is_missing_alone_is_owed() {
    let log = include_str!("../fixtures/recorded.md");
    let open = log
        .replace("### End Time\n16:45", "### End Time\n_Not filled in._")
        .replace("2 hours 15 minutes (15 min under estimate)", "_Not filled in._");
    assert_eq!(lint(&open, None).len(), 2);
    let open = open
        .replace("Session Complete:** 2031-04-09 16:45", "Session Complete:** _Not filled in._");
    assert_eq!(lint(&open, None), []);
}
