//! What the runners of Swift, Dart, Zig and Scala print.

use super::{TestCounts, add, labelled};

#[derive(Default)]
pub(super) struct Platforms {
    /// XCTest repeats its numbers for each suite around the tests.
    xctest: Option<TestCounts>,
    swift_testing: Option<TestCounts>,
    /// Failed tests of Swift Testing, whose summary counts issues.
    swift_failed: u32,
    /// `dart test` counts on from line to line.
    dart: Option<TestCounts>,
    dart_unloaded: u32,
    /// Zig and sbt, which end with their numbers.
    sums: Option<TestCounts>,
}

impl Platforms {
    /// Takes a trimmed line if it is one of theirs.
    pub(super) fn read(&mut self, line: &str) -> bool {
        if let Some(counts) = executed(line) {
            let is_larger = self.xctest.is_none_or(|it| it.total <= counts.total);
            self.xctest = if is_larger { Some(counts) } else { self.xctest };
        } else if let Some((_, rest)) = line.split_once("Test run with ") {
            let total = labelled(rest, "").unwrap_or(0);
            let failed = u32::from(rest.contains(" failed after ")).max(self.swift_failed);
            add(&mut self.swift_testing, TestCounts::of_total(total, failed.min(total), 0));
            self.swift_failed = 0;
        } else if line.starts_with("✘ Test ") && line.contains(" failed after ") {
            self.swift_failed = self.swift_failed.saturating_add(1);
        } else if let Some((counts, text)) = dart(line) {
            self.dart = Some(counts);
            let is_unloaded = text.starts_with("loading ") && text.ends_with("[E]");
            self.dart_unloaded = self.dart_unloaded.saturating_add(u32::from(is_unloaded));
        } else if let Some(counts) = zig(line).or_else(|| sbt(line)) {
            add(&mut self.sums, counts);
        } else {
            return false;
        }
        true
    }

    pub(super) fn counts(self) -> Option<TestCounts> {
        let dart = self.dart.map(|it| it.with_unloaded(self.dart_unloaded));
        let all = [self.xctest, self.swift_testing, dart, self.sums];
        all.into_iter().flatten().reduce(TestCounts::plus)
    }
}

/// `Executed 5 tests, with 1 test skipped and 2 failures (0 unexpected) in 0.1 (0.1) seconds`
fn executed(line: &str) -> Option<TestCounts> {
    let rest = line.strip_prefix("Executed ")?;
    let (total, rest) = rest.split_once(" test")?;
    let before = |label: &str| -> u32 {
        let words = rest.split_once(label).map(|it| it.0.trim_end());
        words.and_then(|it| it.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
    };
    let skipped = before(" tests skipped").max(before(" test skipped"));
    Some(TestCounts::of_total(total.parse().ok()?, before(" failure"), skipped))
}

/// `00:02 +5 ~1 -2: Some tests failed.`
fn dart(line: &str) -> Option<(TestCounts, &str)> {
    let (head, text) = line.split_once(": ")?;
    let mut words = head.split(' ');
    let is_clock = |it: &str| {
        let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        it.split_once(':').is_some_and(|(one, other)| digits(one) && digits(other))
    };
    words.next().filter(|it| is_clock(it))?;
    let mut counts = TestCounts::default();
    for word in words {
        let (mark, number) = word.split_at_checked(1)?;
        let number = number.parse().ok()?;
        let more = match mark {
            "+" => TestCounts::new(number, 0, 0),
            "-" => TestCounts::new(0, number, 0),
            "~" => TestCounts::new(0, 0, number),
            _ => return None,
        };
        counts = counts.plus(more);
    }
    head.contains('+').then_some((counts, text))
}

/// `All 5 tests passed.`, `3 passed; 1 skipped; 1 failed.`,
/// `Build Summary: 1/3 steps succeeded; 1 failed; 3/5 tests passed; 1 failed`
fn zig(line: &str) -> Option<TestCounts> {
    if let Some(rest) = line.strip_prefix("All ") {
        let (number, _) = rest.split_once(" tests passed.")?;
        return Some(TestCounts::new(number.parse().ok()?, 0, 0));
    }
    if let Some(rest) = line.strip_prefix("Build Summary: ") {
        let (before, after) = rest.split_once(" tests passed")?;
        let (passed, total) = before.rsplit(' ').next()?.split_once('/')?;
        let (passed, total): (u32, u32) = (passed.parse().ok()?, total.parse().ok()?);
        let failed = after.split("; ").find_map(|it| it.strip_suffix(" failed")?.parse().ok());
        let failed: u32 = failed.unwrap_or(0);
        let rest = total.saturating_sub(passed).saturating_sub(failed);
        return Some(TestCounts::new(passed, failed, rest));
    }
    let mut parts = line.strip_suffix('.')?.split("; ");
    let mut number = |word: &str| -> Option<u32> { parts.next()?.strip_suffix(word)?.parse().ok() };
    let (passed, skipped, failed) = (number(" passed")?, number(" skipped")?, number(" failed")?);
    Some(TestCounts::new(passed, failed, skipped))
}

/// `[info] Tests: succeeded 5, failed 1, canceled 0, ignored 1, pending 0`,
/// `[error] Failed: Total 5, Failed 1, Errors 0, Passed 4`
fn sbt(line: &str) -> Option<TestCounts> {
    let rest = line.strip_prefix("[info] ").or(line.strip_prefix("[error] "))?;
    let number = |label| labelled(rest, label).unwrap_or(0);
    if rest.starts_with("Tests: succeeded ") {
        let skipped = ["canceled", "ignored", "pending"].map(number).into_iter();
        let skipped = skipped.fold(0, u32::saturating_add);
        return Some(TestCounts::new(labelled(rest, "succeeded")?, number("failed"), skipped));
    }
    let total = labelled(rest, ": Total")?;
    let failed = number(", Failed").saturating_add(number(", Errors"));
    Some(TestCounts::of_total(total, failed, number(", Skipped")))
}
