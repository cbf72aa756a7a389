//! A log of a whole session as Deming writes it, damaged by hand in one place
//! after the other: each is found, and the log itself is clean.

use super::super::*;

const RECORDED: &str = include_str!("../fixtures/recorded.md");

/// What stands in the log, what is put in its place, and what is found.
type Damage = (&'static str, &'static str, &'static [(Rule, &'static str, &'static str)]);

#[track_caller]
fn check(text: &str, damages: &[Damage]) {
    assert_eq!(lint(text, None), [], "the log is clean");
    for (old, new, want) in damages {
        assert_eq!(text.matches(old).count(), 1, "`{old}` is there once");
        let damaged = text.replace(old, new);
        let found = lint(&damaged, None);
        let found: Vec<(Rule, &str, &str)> =
            found.iter().map(|it| (it.rule, it.message.as_str(), it.truth.as_str())).collect();
        assert_eq!(found, *want, "`{old}` became `{new}`");
    }
}

#[test]
fn damaged_steps_and_checkpoints_are_found() {
    check(
        RECORDED,
        &[
            (
                "- Step 3-4: Token Validation",
                "- Step 4-4: Token Validation",
                &[
                    (Rule::StepOrder, "step 4-4 is listed", "step 3 is the next one"),
                    (
                        Rule::StepOrder,
                        "an entry for step 3-4",
                        "the plan has no such step (line 46)",
                    ),
                ],
            ),
            (
                "After steps: 4, 8, 12",
                "After steps: 3, 8, 12",
                &[(
                    Rule::CheckpointPlan,
                    "a checkpoint after step 3",
                    "step 3-4 is not over there",
                )],
            ),
            (
                "**Step 1-2: Token",
                "**Step 0-2: Token",
                &[
                    (
                        Rule::StepMissing,
                        "complete, and no entry for step 1, 2",
                        "each planned step is done or deferred",
                    ),
                    (Rule::StepOrder, "step 0-2", "steps count from 1"),
                ],
            ),
            (
                "6/6 steps; 6 PROVEN",
                "6/6 steps; 5 PROVEN",
                &[
                    (Rule::TestFirst, "6 of 6 steps", "5 of 5 by its own classes"),
                    (Rule::TestFirst, "5 PROVEN", "6 in the progress log"),
                ],
            ),
            (
                "100% (6/6 steps; 6 PROVEN, 0 LIKELY, 0 TEST_AFTER, 0 NO_TEST, \
                 0 NOT_APPLICABLE, target",
                "100% (7/7 steps, target",
                &[(Rule::TestFirst, "7 of 7 steps", "6 of 6 in the progress log")],
            ),
            (
                "`tests/tokens.test.js`\n- Test-first: PROVEN",
                "`tests/tokens.test.js`\n- Test-first: NO_TEST",
                &[
                    (Rule::TestFirst, "6 PROVEN", "5 in the progress log"),
                    (Rule::TestFirst, "0 NO_TEST", "1 in the progress log"),
                ],
            ),
            (
                "`tests/tokens.test.js`\n- Test-first: PROVEN",
                "`tests/tokens.test.js`\n- Test-first: SURE",
                &[
                    (
                        Rule::Vocabulary,
                        "step 1-2 is `SURE`",
                        "`PROVEN`, `LIKELY`, `TEST_AFTER`, `NO_TEST`, `NOT_SEEN` or \
                         `NOT_APPLICABLE`",
                    ),
                    (Rule::TestFirst, "6 PROVEN", "5 in the progress log"),
                ],
            ),
            (
                "(5 tests, 0 failures)",
                "(5 tests, 2 failures)",
                &[(
                    Rule::CheckpointTests,
                    "checkpoint 1 with 5 tests, 2 failures",
                    "tests failing",
                )],
            ),
            (
                "(5 tests, 0 failures)",
                "(0 tests, 0 failures)",
                &[(
                    Rule::CheckpointTests,
                    "checkpoint 1 with 0 tests, 0 failures",
                    "no test is no evidence",
                )],
            ),
            (
                "All tests passing (5 tests",
                "Tests failing (5 tests",
                &[(
                    Rule::CheckpointTests,
                    "checkpoint 1 with 5 tests, 0 failures",
                    "all tests passing",
                )],
            ),
            (
                "at 14:58: Go on",
                "at 14:48: Go on",
                &[(
                    Rule::CheckpointReached,
                    "checkpoint 1 confirmed at 14:48",
                    "not before its step, at 14:50",
                )],
            ),
            (
                "- Step 13 deferred: No time left\n",
                "",
                &[(Rule::StepDeferred, "step 13 is not outstanding", "it was deferred (line 123)")],
            ),
            (
                "- Step 13 deferred",
                "- Step 11 deferred",
                &[
                    (
                        Rule::StepDeferred,
                        "step 13 is not outstanding",
                        "it was deferred (line 123)",
                    ),
                    (
                        Rule::StepDeferred,
                        "step 11 was deferred",
                        "the progress log does not say so (line 115)",
                    ),
                ],
            ),
        ],
    );
}

#[test]
fn damaged_times_are_found() {
    check(
        RECORDED,
        &[
            (
                "(16:03, exit",
                "(16:53, exit",
                &[(Rule::OutsideTime, "a test run at 16:53", "not after the end of the session")],
            ),
            (
                "at 16:15: Confirm",
                "at 17:15: Confirm",
                &[(Rule::OutsideTime, "confirmed at 17:15", "not after the end of the session")],
            ),
            (
                "Decision (16:40)",
                "Decision (14:20)",
                &[(Rule::OutsideTime, "decision at 14:20", "not before the start of the session")],
            ),
            (
                "at 16:05: Go on",
                "at 16:55: Go on",
                &[(
                    Rule::OutsideTime,
                    "checkpoint 3 confirmed at 16:55",
                    "not after the end of the session",
                )],
            ),
            (
                "**Session Date:** 2031-04-09",
                "**Session Date:** 2030-13-45",
                &[(Rule::NoSuchTime, "`2030-13-45`", "no calendar and no clock has it")],
            ),
            (
                "**Session Complete:** 2031-04-09",
                "**Session Complete:** 2031-02-29",
                &[(Rule::NoSuchTime, "`2031-02-29`", "no calendar and no clock has it")],
            ),
            (
                "### End Time\n16:45",
                "### End Time\n16:75",
                &[(Rule::NoSuchTime, "`16:75`", "no calendar and no clock has it")],
            ),
        ],
    );
}

#[test]
fn damaged_results_are_found() {
    check(
        RECORDED,
        &[
            ("exit code 0", "exit code 1", &[(Rule::TestCount, "yes, with exit code 1", "no")]),
            (
                "9 more now, no regressions",
                "8 more now, no regressions",
                &[(Rule::TestCount, "8 more now, no regressions", "9 more now")],
            ),
            (
                "1 test, 0 failures; 9 more now, no regressions",
                "4 tests, 0 failures, 3 skipped; 6 more now, no regressions",
                &[],
            ),
            (
                "1 test, 0 failures; 9 more now",
                "12 tests, 0 failures; 9 more now",
                &[(Rule::TestCount, "9 more now, no regressions", "2 fewer now")],
            ),
            (
                "Note: 9 new unit tests",
                "Note: 12 new JWT-specific unit tests",
                &[(Rule::NoteCount, "12 of 10 tests", "at most 10")],
            ),
            (
                "- Note: 9 new unit tests",
                "\n_In the agent's words, not measured:_\n- 12 of them are new",
                &[(Rule::NoteCount, "12 of 10 tests", "at most 10")],
            ),
            (
                "- ✅ Logout revokes tokens -",
                "- ✅ Logout deletes users -",
                &[(
                    Rule::Criteria,
                    "criterion `Logout deletes users - tests/logout.test.js`",
                    "no such criterion was agreed (line 62)",
                )],
            ),
            (
                "- ✅ Logout revokes tokens - tests/logout.test.js\n",
                "",
                &[
                    (Rule::Criteria, "3 of 3 criteria met", "2 of 2"),
                    (Rule::Criteria, "2 acceptance criteria", "3 were agreed (line 62)"),
                ],
            ),
        ],
    );
}

#[test]
fn damaged_metrics_are_found() {
    check(
        RECORDED,
        &[
            (
                "- Total commits: 6",
                "- Total commits: 5",
                &[
                    (Rule::CommitCount, "5 commits counted", "6 named in the progress log"),
                    (Rule::CommitCount, "files touched: 12 in 6", "5 commits counted"),
                    (Rule::CommitCount, "lines per commit: 93 in 6", "5 commits counted"),
                    (Rule::CommitCount, "large commits: 0 in 6", "5 commits counted"),
                    (Rule::CommitCount, "sprawling commits: 0 in 6", "5 commits counted"),
                    (Rule::CommitCount, "test pairing: 6 in 6", "5 commits counted"),
                ],
            ),
            (
                "0/93 changed lines",
                "0/90 changed lines",
                &[(Rule::Ratio, "90 changed lines", "93 in 6 commits (line 207)")],
            ),
            (
                "Largest commit: 23 lines",
                "Largest commit: 123 lines",
                &[(Rule::Ratio, "123 lines in the largest commit", "93 in 6 commits (line 207)")],
            ),
            (
                "**All targets met! ✅**",
                "**5 targets met; the others have too few cases to judge**",
                &[(Rule::TargetClaim, "5 targets met", "7 targets met")],
            ),
            (
                "1. ✅ **Analysis is worth it** - the pattern was there already\n\
                 2. ✅ **Interventions pay off** - three wrong directions were left early\n",
                "_Not filled in._\n",
                &[(
                    Rule::Unfilled,
                    "`lessons for future sessions` is not filled in",
                    "say what was, or `None`",
                )],
            ),
            (
                "- The list of revoked tokens could be a module of its own",
                "_Not filled in._",
                &[(
                    Rule::Unfilled,
                    "`refactoring opportunities` is not filled in",
                    "say what was, or `None`",
                )],
            ),
            (
                "### Status\nComplete",
                "### Status\n_Not filled in._",
                &[(Rule::Unfilled, "`status` is not filled in", "`Complete` or `Needs Work`")],
            ),
            (
                "### End Time\n16:45",
                "### End Time\n_Not filled in._",
                &[(Rule::Unfilled, "`end time` is not filled in", "the time at which it ended")],
            ),
        ],
    );
}

/// Parts of a log that was kept by hand.
#[test]
fn parts_that_exceed_their_whole_are_found_without_a_recording() {
    check(
        include_str!("../fixtures/sound.md"),
        &[
            (
                "- 9 new unit tests",
                "- 52 new JWT-specific unit tests",
                &[(Rule::TestCount, "52 of 31 tests", "at most 31")],
            ),
            (
                "64 lines (under target)\n- Files touched: 2.5 average (slightly under target)\n\
                 - Avg lines per commit: 41 (well under 100)",
                "264 lines\n- Files touched: 2.5 average (slightly under target)\n\
                 - Avg lines per commit: 172 (over 100)",
                &[(Rule::TargetClaim, "all targets met", "not met: Avg lines per commit")],
            ),
            (
                "41 (well under 100)",
                "41 (over 100)",
                &[(Rule::MetricTarget, "41 (over 100)", "the target is met")],
            ),
            (
                "100% (4/4 commits had tests + code)",
                "4 of 9 steps",
                &[(Rule::TestFirst, "4 of 9 steps", "8 in the progress log")],
            ),
        ],
    );
}
