//! Summaries that say everything in one line, as numbers before words.

use super::{TestCounts, labelled};

/// Reads a trimmed line; `None` where it is not a summary.
pub(super) fn read(line: &str) -> Option<TestCounts> {
    let line = line.trim_matches(['=', ' ']);
    if let Some(rest) = line.strip_prefix("test result: ") {
        // cargo test: `ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; ..`
        return Words::of(rest.split_once(". ")?.1.split(';')).counts();
    }
    if let Some(rest) = line.strip_prefix("Summary [") {
        // nextest: `Summary [   0.1s] 5 tests run: 4 passed (1 slow), 1 failed, 2 skipped`
        let rest = rest.split_once("run:").map(|it| it.1)?;
        return Words::of(rest.split(',')).counts();
    }
    if let Some(rest) = line.strip_prefix("Tests") {
        return tests_line(rest);
    }
    if let Some(rest) = ["ok | ", "FAILED | "].iter().find_map(|it| line.strip_prefix(it)) {
        // deno: `ok | 5 passed | 0 failed (10ms)`
        return Words::of(rest.split('|')).counts();
    }
    if let Some(start) = line.find("Failed:").filter(|_| line.contains("Total:")) {
        // dotnet test: `Passed!  - Failed:     0, Passed:     5, Skipped:     0, Total:     5, ..`
        let number = |label| labelled(&line[start..], label);
        return Some(TestCounts::new(number("Passed:")?, number("Failed:")?, number("Skipped:")?));
    }
    if let Some((_, rest)) = line.split_once("% tests passed, ") {
        // ctest: `80% tests passed, 1 tests failed out of 5`
        let failed = rest.split(' ').next()?.parse().ok()?;
        return Some(TestCounts::of_total(labelled(rest, "out of ")?, failed, 0));
    }
    if let Some(rest) = line.strip_prefix("OK (") {
        // phpunit and JUnit 4: `OK (5 tests, 10 assertions)`
        return Words::all_of(rest.strip_suffix(')')?.split(','))?.counts();
    }
    let (rest, is_timed) = without_time(line.strip_prefix("DONE ").unwrap_or(line));
    let words = Words::all_of(rest.split(','))?;
    if is_timed {
        // pytest: `4 deselected in 0.02s` means that none ran.
        return Some(words.counts().unwrap_or_default());
    }
    // Without a time a single `5 passed` may stand in any text.
    words.counts().filter(|_| words.is_summary())
}

/// Behind `Tests`: jest, pest (`: 1 failed, 5 passed`), phpunit
/// (`: 5, Assertions: 9, Failures: 1.`), vitest (`  1 failed | 5 passed (6)`).
fn tests_line(rest: &str) -> Option<TestCounts> {
    let Some(rest) = rest.strip_prefix(':') else {
        let rest = rest.strip_prefix("  ")?;
        let rest = rest.rsplit_once(" (").map_or(rest, |it| it.0);
        return Words::all_of(rest.split('|'))?.counts();
    };
    if rest.contains("Assertions:") {
        let number = |label| labelled(rest, label).unwrap_or(0);
        let failed = number("Failures:").saturating_add(number("Errors:"));
        let skipped = number("Skipped:").saturating_add(number("Incomplete:"));
        return Some(TestCounts::of_total(labelled(rest, "")?, failed, skipped));
    }
    let rest = rest.rsplit_once(" (").map_or(rest, |it| it.0);
    Words::all_of(rest.split(','))?.counts()
}

/// Without ` in 1.23s` at the end, and whether it was there.
fn without_time(line: &str) -> (&str, bool) {
    match line.rsplit_once(" in ") {
        Some((rest, time)) if time.starts_with(|it: char| it.is_ascii_digit()) => (rest, true),
        Some(_) | None => (line, false),
    }
}

/// The numbers of a summary by what their words mean.
#[derive(Default)]
struct Words {
    passed: Option<u32>,
    failed: Option<u32>,
    skipped: Option<u32>,
    total: Option<u32>,
    /// Before or around tests, and not of them.
    errors: Option<u32>,
    /// Minitest says `errors` of tests that ran.
    has_runs: bool,
}

impl Words {
    /// From the parts that are known; others are left out.
    fn of<'a>(parts: impl Iterator<Item = &'a str>) -> Self {
        let mut words = Self::default();
        for part in parts {
            words.add(part.trim());
        }
        words
    }

    /// `None` if any part is not a number with a known word.
    fn all_of<'a>(parts: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut words = Self::default();
        for part in parts {
            words.add(part.trim())?;
        }
        Some(words)
    }

    fn add(&mut self, part: &str) -> Option<()> {
        let (number, word) = part.split_once(' ')?;
        let number: u32 = number.parse().ok()?;
        let word = word.split([' ', '(']).next()?;
        self.has_runs |= word == "runs";
        let slot = match word {
            "passed" | "xpassed" | "successes" => &mut self.passed,
            "failed" | "failure" | "failures" | "timed" | "exec" => &mut self.failed,
            "error" | "errors" => &mut self.errors,
            "skipped" | "skips" | "ignored" | "pending" | "pendings" | "todo" | "omissions"
            | "xfailed" | "excluded" | "disabled" => &mut self.skipped,
            "test" | "tests" | "total" | "example" | "examples" | "runs" | "doctest"
            | "doctests" | "property" | "properties" => &mut self.total,
            "assertion" | "assertions" | "warning" | "warnings" | "measured" | "filtered"
            | "deselected" | "rerun" | "obsolete" | "notifications" | "flaky" => return Some(()),
            _ => return None,
        };
        *slot = Some(slot.unwrap_or(0).saturating_add(number));
        Some(())
    }

    /// Says both how many there were and how many failed.
    fn is_summary(&self) -> bool {
        self.total.is_some() && self.failed.is_some()
    }

    fn counts(&self) -> Option<TestCounts> {
        let [failed, skipped, errors] =
            [self.failed, self.skipped, self.errors].map(Option::unwrap_or_default);
        let (failed, errors) =
            if self.has_runs { (failed.saturating_add(errors), 0) } else { (failed, errors) };
        let counts = match (self.passed, self.total) {
            (Some(passed), _) => TestCounts::new(passed, failed, skipped),
            (None, Some(total)) => TestCounts::of_total(total, failed, skipped),
            (None, None) if self.failed.or(self.skipped).or(self.errors).is_some() => {
                TestCounts::new(0, failed, skipped)
            }
            (None, None) => return None,
        };
        Some(counts.with_errors(errors))
    }
}
