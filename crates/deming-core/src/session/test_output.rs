//! Reads how many tests passed and failed from what a test runner printed.
//!
//! Only summaries and result lines are read. Several summaries (crates,
//! packages, modules) are added up. Nothing is taken from an exit code.
//!
//! Formats as printed by: cargo test, cargo nextest, pytest, unittest, go test
//! (plain, `-v`, `-json`), gotestsum, jest, vitest, mocha, node --test,
//! playwright, bun, deno, surefire, the JUnit console, gradle, rspec, minitest,
//! phpunit, pest, ctest, dotnet test, ExUnit, bats, prove, swift, dart, zig,
//! sbt and any TAP.

mod columns;
mod platforms;
mod summary_line;

use serde::{Deserialize, Serialize};

use crate::clean::clean;

/// What a test runner counted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct TestCounts {
    pub passed: u32,
    /// Tests that ran and did not pass.
    pub failed: u32,
    /// What stopped tests from being loaded or set up; none of `total`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub errors: u32,
    pub skipped: u32,
    pub total: u32,
    #[serde(default)]
    pub unit: Unit,
}

/// What the numbers count.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    #[default]
    Tests,
    /// `go test` without `-v` does not say how many tests passed.
    Packages,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl TestCounts {
    pub fn new(passed: u32, failed: u32, skipped: u32) -> Self {
        let total = passed.saturating_add(failed).saturating_add(skipped);
        Self { passed, failed, skipped, errors: 0, total, unit: Unit::Tests }
    }

    fn with_errors(self, errors: u32) -> Self {
        Self { errors: self.errors.saturating_add(errors), ..self }
    }

    /// Of what was counted as failed, so many are files that did not load.
    fn with_unloaded(self, unloaded: u32) -> Self {
        let errors = unloaded.min(self.failed);
        Self::new(self.passed, self.failed - errors, self.skipped)
            .with_errors(self.errors.saturating_add(errors))
    }

    /// How many really ran. Zero is no evidence of anything.
    pub fn ran(self) -> u32 {
        self.passed.saturating_add(self.failed)
    }

    /// From a total that includes failed and skipped tests.
    fn of_total(total: u32, failed: u32, skipped: u32) -> Self {
        Self::new(total.saturating_sub(failed).saturating_sub(skipped), failed, skipped)
    }

    fn plus(self, other: Self) -> Self {
        Self::new(
            self.passed.saturating_add(other.passed),
            self.failed.saturating_add(other.failed),
            self.skipped.saturating_add(other.skipped),
        )
        .with_errors(self.errors.saturating_add(other.errors))
    }
}

/// Reads the counts from the output of a test command.
///
/// `None` where no runner said how many tests there were; all zero where one
/// said that none ran.
pub fn parse_counts(output: &str) -> Option<TestCounts> {
    let output = clean(output);
    let mut tally = Tally::default();
    for line in output.lines() {
        tally.read(line);
    }
    tally.counts().or_else(|| says_none_ran(&output).then(TestCounts::default))
}

/// Whether the command was mistyped, or is not installed: nothing was started
/// that could have run tests.
pub fn says_nothing_started(output: &str) -> bool {
    let output = clean(output);
    output.lines().any(|line| {
        let line = line.trim();
        let is_missing_module = line.contains(": No module named ")
            && ["pytest", "tox", "nox", "nose2"].iter().any(|it| line.ends_with(it));
        is_missing_module
            || line.ends_with(": command not found")
            || line.starts_with("npm ") && line.to_lowercase().contains(" missing script: ")
            || line.starts_with("npm ") && line.contains("Could not read package.json")
    })
}

/// What was read so far, one field for each family of formats.
#[derive(Default)]
struct Tally {
    /// Formats that say everything in one line.
    lines: Option<TestCounts>,
    /// `Tests run: ..` with and without `Time elapsed`; the latter are totals.
    surefire_classes: Option<TestCounts>,
    surefire_totals: Option<TestCounts>,
    /// `Ran 5 tests in ..`, waiting for the line with the verdict.
    unittest: Option<u32>,
    /// Modules that unittest could not import, and counts as failed tests.
    unittest_unloaded: u32,
    columns: columns::Columns,
    platforms: platforms::Platforms,
    go: Go,
    tap: Option<TestCounts>,
    prove: Option<u32>,
    prove_failed: u32,
}

#[derive(Default)]
struct Go {
    tests: Option<TestCounts>,
    /// Results are listed for passing tests as well.
    is_verbose: bool,
    packages: Option<TestCounts>,
}

impl Tally {
    fn read(&mut self, line: &str) {
        let is_indented = line.starts_with([' ', '\t']);
        let text = line.trim();
        if let Some(total) = self.unittest
            && let Some(counts) = unittest_verdict(total, text)
        {
            self.unittest = None;
            let unloaded = std::mem::take(&mut self.unittest_unloaded);
            add(&mut self.lines, counts.with_unloaded(unloaded));
        } else if let Some(total) = between(text, "Ran ", " in ").and_then(count_of_tests) {
            self.unittest = Some(total);
        } else if text.starts_with("ImportError: Failed to import test module: ") {
            self.unittest_unloaded = self.unittest_unloaded.saturating_add(1);
        } else if let Some((is_total, counts)) = surefire(text) {
            let sum = if is_total { &mut self.surefire_totals } else { &mut self.surefire_classes };
            add(sum, counts);
        } else if let Some(counts) = summary_line::read(text) {
            add(&mut self.lines, counts);
        } else if self.go.read(line) || self.columns.read(text) || self.platforms.read(text) {
        } else if let Some(counts) = tap_point(line).filter(|_| !is_indented) {
            add(&mut self.tap, counts);
        } else if let Some(total) = prove_total(text) {
            self.prove = Some(self.prove.unwrap_or(0).saturating_add(total));
        } else if let Some(failed) = between(text, "Failed ", "/").and_then(|it| it.parse().ok()) {
            self.prove_failed = u32::saturating_add(self.prove_failed, failed);
        }
    }

    fn counts(self) -> Option<TestCounts> {
        let unfinished = self.unittest.map(|total| TestCounts::of_total(total, 0, 0));
        let surefire = self.surefire_totals.or(self.surefire_classes);
        let prove = self.prove.map(|total| TestCounts::of_total(total, self.prove_failed, 0));
        let [columns, platforms] = [self.columns.counts(), self.platforms.counts()];
        let summaries = [self.lines, unfinished, surefire, columns, platforms, prove];
        let summed = summaries.into_iter().flatten().reduce(TestCounts::plus);
        summed.or(self.go.counts()).or(self.tap)
    }
}

impl Go {
    fn read(&mut self, line: &str) -> bool {
        if let Some(counts) = go_json(line) {
            self.is_verbose = true;
            add(&mut self.tests, counts);
        } else if let Some(result) = line.strip_prefix("--- ") {
            let counts = match result.split(':').next() {
                Some("PASS") => TestCounts::new(1, 0, 0),
                Some("FAIL") => TestCounts::new(0, 1, 0),
                Some("SKIP") => TestCounts::new(0, 0, 1),
                Some(_) | None => return false,
            };
            self.is_verbose |= counts.passed == 1;
            add(&mut self.tests, counts);
        } else if line.starts_with("ok  \t") {
            let ran = u32::from(!line.contains("[no tests to run]"));
            add(&mut self.packages, TestCounts::new(ran, 0, 0));
        } else if line.starts_with("FAIL\t") {
            let ran = u32::from(!line.contains(" failed]"));
            add(&mut self.packages, TestCounts::new(0, ran, 0));
        } else {
            return false;
        }
        true
    }

    fn counts(self) -> Option<TestCounts> {
        let packages = self.packages.map(|it| TestCounts { unit: Unit::Packages, ..it });
        if self.is_verbose { self.tests } else { packages.or(self.tests) }
    }
}

fn add(sum: &mut Option<TestCounts>, counts: TestCounts) {
    *sum = Some(sum.unwrap_or_default().plus(counts));
}

/// `{"Action":"pass","Package":"p","Test":"TestA"}`; subtests are part of their test.
fn go_json(line: &str) -> Option<TestCounts> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Line {
        action: String,
        test: String,
    }
    let line: Line = serde_json::from_str(line.strip_prefix('{').map(|_| line)?).ok()?;
    if line.test.contains('/') {
        return None;
    }
    match line.action.as_str() {
        "pass" => Some(TestCounts::new(1, 0, 0)),
        "fail" => Some(TestCounts::new(0, 1, 0)),
        "skip" => Some(TestCounts::new(0, 0, 1)),
        _ => None,
    }
}

/// `Tests run: 5, Failures: 1, Errors: 0, Skipped: 0[, Time elapsed: ..]`
fn surefire(text: &str) -> Option<(bool, TestCounts)> {
    let start = text.find("Tests run:")?;
    let text = &text[start..];
    let number = |label| labelled(text, label).unwrap_or(0);
    let failed = number("Failures:").saturating_add(number("Errors:"));
    let counts = TestCounts::of_total(labelled(text, "run:")?, failed, number("Skipped:"));
    Some((!text.contains("Time elapsed"), counts))
}

/// `OK`, `OK (skipped=1)`, `FAILED (failures=1, errors=1)`, `NO TESTS RAN`
fn unittest_verdict(total: u32, text: &str) -> Option<TestCounts> {
    if !["OK", "FAILED", "NO TESTS RAN"].iter().any(|it| text.starts_with(it)) {
        return None;
    }
    let inside = text.split_once('(').and_then(|it| it.1.strip_suffix(')')).unwrap_or_default();
    let (mut failed, mut skipped) = (0_u32, 0_u32);
    for (label, number) in inside.split(", ").filter_map(|it| it.split_once('=')) {
        let sum = match label {
            "failures" | "errors" | "unexpected successes" => &mut failed,
            "skipped" | "expected failures" => &mut skipped,
            _ => continue,
        };
        *sum = sum.saturating_add(number.parse().unwrap_or(0));
    }
    Some(TestCounts::of_total(total, failed, skipped))
}

/// `ok 1 name`, `not ok 2 name`, `ok 3 name # SKIP why`, `not ok 4 # TODO`
fn tap_point(line: &str) -> Option<TestCounts> {
    let (rest, passed) = match line.strip_prefix("not ok") {
        Some(rest) => (rest, false),
        None => (line.strip_prefix("ok")?, true),
    };
    let number = rest.strip_prefix(' ')?.split(' ').next()?;
    number.parse::<u32>().ok()?;
    let directive = rest.rsplit_once('#').map(|it| it.1.trim_start().to_lowercase());
    let is_skipped = directive.is_some_and(|it| it.starts_with("skip") || it.starts_with("todo"));
    Some(match (is_skipped, passed) {
        (true, _) => TestCounts::new(0, 0, 1),
        (false, true) => TestCounts::new(1, 0, 0),
        (false, false) => TestCounts::new(0, 1, 0),
    })
}

/// `Files=2, Tests=5, 0 wallclock secs ..`
fn prove_total(text: &str) -> Option<u32> {
    text.strip_prefix("Files=").and_then(|it| labelled(it, "Tests="))
}

fn count_of_tests(text: &str) -> Option<u32> {
    let (number, word) = text.split_once(' ')?;
    if word.starts_with("test") { number.parse().ok() } else { None }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.strip_prefix(start).and_then(|it| it.split_once(end)).map(|it| it.0)
}

/// The number behind `label`.
fn labelled(text: &str, label: &str) -> Option<u32> {
    let rest = text[text.find(label)? + label.len()..].trim_start();
    let end = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

fn says_none_ran(output: &str) -> bool {
    let output = output.to_lowercase();
    let phrases = [
        "no tests ran",
        "no tests found",
        "no test files found",
        "no tests executed",
        "no tests to run",
        "no tests were found",
        "[no test files]",
        "no tests collected",
        "no test is available",
    ];
    phrases.iter().any(|phrase| output.contains(phrase))
}

#[cfg(test)]
mod tests;
