//! What agents write, and the events that it becomes.

use super::*;

#[track_caller]
fn check(told: Told, input: &str, want: &[What]) {
    assert_eq!(told.read(input).as_deref(), Ok(want));
}

#[track_caller]
fn check_refused(told: Told, input: &str, want: &str) {
    let error = told.read(input).unwrap_err();
    assert_eq!(error.to_string(), want);
    assert!(!error.hint().is_empty());
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&it| it.to_owned()).collect()
}

fn planned(title: &str, kind: StepKind, detail: &str) -> PlannedStep {
    PlannedStep { title: title.to_owned(), kind, detail: detail.to_owned() }
}

#[test]
fn analysis_has_approach_patterns_and_files() {
    let files = vec![
        PlannedFile { path: "src/door.rs".into(), change: "lock it".into() },
        PlannedFile { path: "tests/door.rs".into(), change: String::new() },
    ];
    check(
        Told::Analysis,
        "Objective: Nobody walks in\n\
         Approach: Use the lock\nof the gate.\n\
         Patterns:\n- `gate.rs` has a lock\n\
         Files:\n- `src/door.rs` - lock it\n- tests/door.rs\n",
        &[
            What::ObjectiveSet { text: "Nobody walks in".into() },
            What::AnalysisSet {
                approach: Some("Use the lock\nof the gate.".into()),
                patterns: Some(texts(&["`gate.rs` has a lock"])),
                files: Some(files),
            },
        ],
    );
}

#[test]
fn reason_of_an_estimate_is_kept_without_its_label() {
    let want =
        |reason: Option<&str>| What::Estimated { minutes: 180, reason: reason.map(str::to_owned) };
    check(Told::Estimate, "3h weil Redis", &[want(Some("weil Redis"))]);
    check(Told::Estimate, "3 Stunden, weil Redis.", &[want(Some("weil Redis"))]);
    check(Told::Estimate, "3h\nReason: Redis", &[want(Some("Redis"))]);
    check(Told::Estimate, "3h", &[want(None)]);
}

#[test]
fn plan_has_numbered_pairs_and_tasks() {
    check(
        Told::Plan,
        "Steps:\n1. Lock the door\n   - test: tests/door.rs\n   - true: it stays shut\n\
         2. task: Oil the hinges\n- Step 4-5: Unlock\n- Tidy up (task)\n\
         Checkpoints: after steps 2 and 5\nCriteria:\n- The door locks\nRisks: none\n",
        &[What::PlanSet {
            steps: Some(vec![
                planned(
                    "Lock the door",
                    StepKind::Pair,
                    "test: tests/door.rs; true: it stays shut",
                ),
                planned("Oil the hinges", StepKind::Task, ""),
                planned("Unlock", StepKind::Pair, ""),
                planned("Tidy up", StepKind::Task, ""),
            ]),
            checkpoints: Some(vec![2, 5]),
            criteria: Some(texts(&["The door locks"])),
            risks: Some(vec![]),
        }],
    );
    check_refused(Told::Plan, "Checkpoints: often\n", "`Checkpoints` is not clear: `often`");
}

#[test]
fn deviation_says_why_and_what_follows() {
    check(
        Told::Deviation,
        "A second lock\nReason: the first one sticks\nImpact: one more key\n",
        &[What::Deviated {
            what: "A second lock".into(),
            reason: "the first one sticks".into(),
            impact: "one more key".into(),
        }],
    );
    check_refused(Told::Deviation, "A lock\nImpact: a key\n", "`Reason` is missing");
    check_refused(Told::Deviation, "A second lock\n", "`Reason` and `Impact` are missing");
}

#[test]
fn intervention_may_name_its_step() {
    check(
        Told::Intervention,
        "Step: 5\nWhat: AI was about to implement without tests\nSaid: Where is the test?\n",
        &[What::Intervened(Intervention {
            step: Some(5),
            what: "AI was about to implement without tests".into(),
            said: "Where is the test?".into(),
            why: None,
        })],
    );
    check_refused(
        Told::Intervention,
        "What: a\nSaid: b\nStep: the last\n",
        "`Step` is not clear: `the last`",
    );
}

#[test]
fn check_ticks_each_criterion_with_evidence() {
    check(
        Told::Check,
        "Status: Complete\nReady: ✅ Yes - all green\n\
         Criteria:\n- met - tests/door.rs\n- ✅ seen by hand\n- not met: no key\n\
         Outstanding: none\nTests:\n- 3 new tests\n",
        &[What::Checked(Check {
            status: Status::Complete,
            ready: true,
            reason: Some("all green".into()),
            criteria: vec![
                Tick { met: true, evidence: "tests/door.rs".into() },
                Tick { met: true, evidence: "seen by hand".into() },
                Tick { met: false, evidence: "no key".into() },
            ],
            outstanding: vec![],
            tests: texts(&["3 new tests"]),
        })],
    );
    check_refused(Told::Check, "Status: Done\nReady: yes\n", "`Status` is not clear: `Done`");
    check_refused(
        Told::Check,
        "Status: Complete\nReady: yes\nCriteria:\n- The door locks\n",
        "`Criteria` is not clear: `The door locks`",
    );
    check_refused(
        Told::Check,
        "Status: Complete\nReady: yes\nCriteria:\n- met\n",
        "a criterion has no evidence: `met`",
    );
}

#[test]
fn change_is_one_of_three_or_none() {
    check(
        Told::Change,
        "Type: prompt\nFile: `analysis.md`\nPlace: \"Look before any opinion\"\n\
         Text:\n```\n- Who has a key?\n```\nWhy: forgotten twice\n",
        &[What::ChangeChosen(Change {
            kind: ChangeKind::Prompt,
            file: Some("analysis.md".into()),
            place: Some("Look before any opinion".into()),
            text: "- Who has a key?".into(),
            why: Some("forgotten twice".into()),
        })],
    );
    check(
        Told::Change,
        "Nothing: all went well\n",
        &[What::NoChange { evidence: "all went well".into() }],
    );
    check_refused(Told::Change, "Type: habit\nText: x\n", "`Type` is not clear: `habit`");
}

#[test]
fn points_are_titles_with_sentences() {
    check(
        Told::Retro,
        "What Worked Well:\n1. **Analysis saved time** - found the lock\n\
         Better:\n- Keys: asked late\nTop Learning: Ask who has a key\n",
        &[What::RetroSet {
            worked: Some(vec![Point {
                title: "Analysis saved time".into(),
                text: "found the lock".into(),
            }]),
            better: Some(vec![Point { title: "Keys".into(), text: "asked late".into() }]),
            learning: Some(Point { title: "Ask who has a key".into(), text: String::new() }),
        }],
    );
}

#[test]
fn human_words_are_passed_on() {
    check(
        Told::Confirmation(Phase::Analysis),
        "Ja, so machen wir es\n",
        &[What::PhaseConfirmed {
            phase: Phase::Analysis,
            words: Some("Ja, so machen wir es".into()),
        }],
    );
    check_refused(Told::Checkpoint(4), "\n \n", "`Words` is missing");
}
