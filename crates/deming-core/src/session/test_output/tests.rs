use super::*;

#[track_caller]
fn check(output: &str, want: (u32, u32, u32)) {
    let (passed, failed, skipped) = want;
    assert_eq!(parse_counts(output), Some(TestCounts::new(passed, failed, skipped)));
}

#[track_caller]
fn check_none(output: &str) {
    assert_eq!(parse_counts(output), None);
}

#[test]
fn cargo_adds_up_its_binaries() {
    check(
        "running 2 tests\ntest a ... ok\ntest b ... ignored\n\n\
         test result: ok. 20 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.01s\n\
         test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
        (21, 2, 1),
    );
    check_none("error[E0425]: cannot find function `f` in this scope\n --> src/lib.rs:3:5\n");
}

#[test]
fn nextest_summary_is_read() {
    check(
        "────────────\n     Summary [   0.123s] 20 tests run: 17 passed (1 slow, 1 leaky), 2 failed, 1 timed out, 2 skipped\n",
        (17, 3, 2),
    );
    check("     Summary [   0.010s] 3/20 tests run: 2 passed, 1 failed, 0 skipped", (2, 1, 0));
}

#[test]
fn pytest_summaries_are_read() {
    check("=== 3 failed, 44 passed, 2 skipped, 1 xfailed, 2 warnings in 1.23s ===", (44, 3, 3));
    check(
        "\u{1b}[32m\u{1b}[1m44 passed\u{1b}[0m\u{1b}[32m in 62.12s (0:01:02)\u{1b}[0m",
        (44, 0, 0),
    );
    check("============ no tests ran in 0.01s ============", (0, 0, 0));
    check("=== 4 deselected in 0.02s ===\nno tests ran", (0, 0, 0));
    check("\n4 deselected in 0.02s\n", (0, 0, 0));
    check("2 passed, 3 deselected in 0.02s", (2, 0, 0));
}

/// Counts with what stopped tests from being loaded or set up.
#[track_caller]
fn check_errors(output: &str, (passed, failed, errors): (u32, u32, u32)) {
    let want = TestCounts { errors, ..TestCounts::new(passed, failed, 0) };
    assert_eq!(parse_counts(output), Some(want), "{output}");
}

#[test]
fn what_could_not_be_loaded_is_no_failed_test() {
    check_errors("ERROR tests/test_a.py\n=== 1 error in 0.12s ===", (0, 0, 1));
    check_errors("=== 3 failed, 44 passed, 1 error in 1.23s ===", (44, 3, 1));
    check_errors(
        "EE.\nERROR: test_a (unittest.loader._FailedTest.test_a)\n-----\n\
         ImportError: Failed to import test module: test_a\nTraceback (most recent call last):\n\
         ModuleNotFoundError: No module named 'nope'\n\nERROR: test_a (test_b.T.test_a)\n\
         ValueError\n\nRan 3 tests in 0.005s\n\nFAILED (errors=2)\n",
        (1, 1, 1),
    );
    check_errors(
        "# Error: Cannot find module './nope'\n#   code: 'MODULE_NOT_FOUND',\n# }\n\
         # Node.js v20.20.2\nnot ok 1 - /srv/a.test.js\n  ---\n  error: 'test failed'\n  ...\n\
         ok 2 - adds\nnot ok 3 - subtracts\n1..3\n# tests 3\n# pass 1\n# fail 2\n# cancelled 0\n",
        (1, 1, 1),
    );
    check_errors("0 examples, 0 failures, 1 error occurred outside of examples\n", (0, 0, 1));
    // Of tests that ran.
    check("Ran 2 tests in 0.001s\n\nFAILED (errors=1)\n", (1, 1, 0));
}

#[test]
fn swift_dart_zig_and_sbt_are_read() {
    check(
        "Test Suite 'DoorTests' failed at 2030-01-15 14:30:20.000.\n\
         \t Executed 4 tests, with 1 test skipped and 1 failure (0 unexpected) in 0.1 (0.1) seconds\n\
         Test Suite 'All tests' failed at 2030-01-15 14:30:20.001.\n\
         \t Executed 6 tests, with 1 test skipped and 2 failures (0 unexpected) in 0.1 (0.2) seconds\n",
        (3, 2, 1),
    );
    check(
        "\t Executed 0 tests, with 0 failures (0 unexpected) in 0.000 (0.000) seconds\n\
         ✘ Test locks() failed after 0.001 seconds with 2 issues.\n\
         ✘ Test run with 5 tests in 2 suites failed after 0.002 seconds with 2 issues.\n",
        (4, 1, 0),
    );
    check("✔ Test run with 5 tests passed after 0.001 seconds.\n", (5, 0, 0));
    check("00:00 +0: test/a_test.dart: locks\n00:01 +5 ~1 -2: Some tests failed.\n", (5, 2, 1));
    check("00:01 +5: All tests passed!\n", (5, 0, 0));
    check_errors(
        "00:00 +0 -1: loading test/a_test.dart [E]\n00:01 +3 -1: Some tests failed.\n",
        (3, 0, 1),
    );
    check("All 5 tests passed.\n", (5, 0, 0));
    check("3 passed; 1 skipped; 1 failed.\n", (3, 1, 1));
    check("Build Summary: 1/3 steps succeeded; 1 failed; 3/5 tests passed; 1 failed\n", (3, 1, 1));
    check(
        "[info] Tests: succeeded 5, failed 1, canceled 0, ignored 1, pending 0\n\
         [error] Failed: Total 3, Failed 1, Errors 0, Passed 2\n",
        (7, 2, 1),
    );
}

#[test]
fn unittest_waits_for_its_verdict() {
    check("Ran 5 tests in 0.001s\n\nOK\n", (5, 0, 0));
    check("Ran 5 tests in 0.001s\n\nOK (skipped=2)\n", (3, 0, 2));
    check("Ran 5 tests in 0.001s\n\nFAILED (failures=1, errors=2, skipped=1)\n", (1, 3, 1));
    check("Ran 5 tests in 0.001s\n\nOK (expected failures=1)\n", (4, 0, 1));
    check("Ran 1 test in 0.001s\n\nFAILED (failures=1)\n", (0, 1, 0));
    check("Ran 0 tests in 0.000s\n\nNO TESTS RAN\n", (0, 0, 0));
}

#[test]
fn go_counts_tests_only_where_they_are_listed() {
    check(
        "=== RUN   TestA\n--- PASS: TestA (0.00s)\n    --- PASS: TestA/x (0.00s)\n--- FAIL: TestB (0.00s)\n--- SKIP: TestC (0.00s)\nFAIL\nFAIL\texample.com/a\t0.01s\n",
        (1, 1, 1),
    );
    let packages = "--- FAIL: TestB (0.00s)\n    a_test.go:9: want 1\nFAIL\nFAIL\texample.com/a\t0.01s\nok  \texample.com/b\t0.02s\nok  \texample.com/d\t(cached)\n?   \texample.com/c\t[no test files]\nFAIL\n";
    let want = TestCounts { unit: Unit::Packages, ..TestCounts::new(2, 1, 0) };
    assert_eq!(parse_counts(packages), Some(want));
    check(
        "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"TestA\"}\n{\"Action\":\"pass\",\"Package\":\"p\",\"Test\":\"TestA\",\"Elapsed\":0}\n{\"Action\":\"fail\",\"Package\":\"p\",\"Test\":\"TestB/sub\"}\n{\"Action\":\"fail\",\"Package\":\"p\",\"Test\":\"TestB\"}\n{\"Action\":\"fail\",\"Package\":\"p\"}\n",
        (1, 1, 0),
    );
    check("DONE 7 tests, 1 skipped, 2 failures in 0.500s", (4, 2, 1));
}

#[test]
fn go_build_failure_ran_nothing() {
    let output =
        "# example.com/a\n./a.go:3:1: undefined: F\nFAIL\texample.com/a [build failed]\nFAIL\n";
    assert_eq!(parse_counts(output).map(TestCounts::ran), Some(0));
    check("?   \texample.com/c\t[no test files]\n", (0, 0, 0));
}

#[test]
fn jest_and_vitest_count_tests_not_files() {
    check(
        "Test Suites: 1 failed, 2 passed, 3 total\nTests:       1 failed, 2 skipped, 10 passed, 13 total\nSnapshots:   0 total\nTime:        1.2 s\n",
        (10, 1, 2),
    );
    check(
        " Test Files  1 failed | 3 passed (4)\n      Tests  1 failed | 10 passed | 2 skipped (13)\n   Start at  10:00:00\n",
        (10, 1, 2),
    );
    check("No test files found, exiting with code 1", (0, 0, 0));
}

#[test]
fn node_mocha_and_browsers_count_by_line() {
    check(
        "✔ a (1ms)\nℹ tests 5\nℹ suites 1\nℹ pass 3\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 0\nℹ duration_ms 60.1\n",
        (3, 1, 1),
    );
    check(
        "TAP version 13\nok 1 - a\nnot ok 2 - b\n1..2\n# tests 2\n# suites 0\n# pass 1\n# fail 1\n# cancelled 0\n# skipped 0\n# todo 0\n# duration_ms 9\n",
        (1, 1, 0),
    );
    check(
        "\n  Login\n    ✔ works\n\n  10 passing (20ms)\n  1 pending\n  2 failing\n\n  1) Login\n",
        (10, 2, 1),
    );
    check("  1 failed\n    [chromium] › a.spec.ts:3:5 › a ────\n  5 passed (3.0s)\n", (5, 1, 0));
    check(
        "bun test v1.1.0\n\n 5 pass\n 1 fail\nRan 6 tests across 2 files. [12.00ms]\n",
        (5, 1, 0),
    );
    check("ok | 5 passed (2 steps) | 0 failed | 1 ignored (10ms)\n", (5, 0, 1));
}

#[test]
fn java_totals_win_over_classes() {
    check(
        "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in a.A\n[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 1, Time elapsed: 0.1 s <<< FAILURE!\n[INFO] Results:\n[ERROR] Tests run: 5, Failures: 1, Errors: 0, Skipped: 1\n",
        (3, 1, 1),
    );
    check("Tests run: 3, Failures: 0, Errors: 1, Skipped: 0, Time elapsed: 0.1 sec\n", (2, 1, 0));
    check(
        "[         3 containers found      ]\n[         5 tests found           ]\n[         1 tests skipped         ]\n[         3 tests successful      ]\n[         1 tests failed          ]\n",
        (3, 1, 1),
    );
    check("OK (5 tests)\n", (5, 0, 0));
    check("> Task :test FAILED\n\n5 tests completed, 1 failed, 1 skipped\n", (3, 1, 1));
}

#[test]
fn ruby_and_php_are_read() {
    check("Finished in 0.1 seconds\n5 examples, 1 failure, 1 pending\n", (3, 1, 1));
    check("5 runs, 10 assertions, 1 failures, 1 errors, 0 skips\n", (3, 2, 0));
    check("OK (5 tests, 10 assertions)\n", (5, 0, 0));
    check("Tests: 5, Assertions: 10, Failures: 1, Errors: 1, Skipped: 1.\n", (2, 2, 1));
    check("  Tests:    1 failed, 5 passed (10 assertions)\n", (5, 1, 0));
    check("No tests executed!\n", (0, 0, 0));
}

#[test]
fn ctest_and_dotnet_are_read() {
    check("80% tests passed, 1 tests failed out of 5\n", (4, 1, 0));
    check("100% tests passed, 0 tests failed out of 5\n", (5, 0, 0));
    check("No tests were found!!!\n", (0, 0, 0));
    check(
        "Passed!  - Failed:     0, Passed:     5, Skipped:     1, Total:     6, Duration: 10 ms - a.dll (net8.0)\nFailed!  - Failed:     1, Passed:     2, Skipped:     0, Total:     3, Duration: 9 ms - b.dll\n",
        (7, 1, 1),
    );
    check(
        "Test Run Failed.\nTotal tests: 5\n     Passed: 3\n     Failed: 1\n    Skipped: 1\n Total time: 1.2 Seconds\n",
        (3, 1, 1),
    );
    check(
        "Test run summary: Passed!\n  total: 5\n  failed: 0\n  succeeded: 4\n  skipped: 1\n  duration: 1s\n",
        (4, 0, 1),
    );
}

#[test]
fn tap_is_read_without_a_summary() {
    check(
        "1..4\nok 1 adds\nnot ok 2 subtracts\n    ok 1 nested\nok 3 # skip no network\nnot ok 4 later # TODO\n",
        (1, 1, 2),
    );
    check("5 tests, 1 failure, 1 skipped\n", (3, 1, 1));
    check(
        "t/a.t .. ok\nAll tests successful.\nFiles=2, Tests=5,  0 wallclock secs\nResult: PASS\n",
        (5, 0, 0),
    );
    check("1 doctest, 5 tests, 1 failure\n", (5, 1, 0));
}

#[test]
fn mistyped_command_starts_nothing() {
    for output in [
        "npm error Missing script: \"test\"\nnpm error\n",
        "npm ERR! missing script: test\n",
        "npm error Could not read package.json: Error: ENOENT: no such file or directory\n",
        "/usr/bin/python3: No module named pytest\n",
        "sh: 1: bash: pytest: command not found\n",
    ] {
        assert!(says_nothing_started(output), "{output}");
    }
    for output in ["ModuleNotFoundError: No module named 'door'\n", "1 failed in 0.1s\n", ""] {
        assert!(!says_nothing_started(output), "{output}");
    }
}

#[test]
fn ordinary_text_holds_no_counts() {
    check_none("");
    check_none("Compiling a v0.1.0\n5 files changed, 3 insertions(+)\nok\nok then\nPASS\n");
    check_none("There are 5 tests\nTests are good\nFailed 3 times\n");
}
