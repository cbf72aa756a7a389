//! The result of the tests, against the run that it comes from.

use super::completion::yes_or_no;
use super::log::{Line, Log, item, without_code};
use super::numbers::{leading_number, number_before};
use super::{Report, Rule};

/// Gives whether the log says that the tests pass.
pub(super) fn check(log: &Log<'_>, report: &mut Report) -> Option<bool> {
    let line = log.first_line("tests passing")?;
    let passing = yes_or_no(line.text);
    let counts = Counts::read(line.text);
    check_result(line.line, passing, counts, report);
    let (measured, told) = log.measured_and_told("tests passing");
    for part in told {
        let text = item(part.text).unwrap_or_default();
        check_part(part.line, text, Rule::NoteCount, counts, report);
    }
    for part in measured {
        let text = item(part.text).unwrap_or_default();
        if let Some(before) = text.strip_prefix("Before the first change: ") {
            check_baseline(part.line, before, counts, report);
        } else if let Some(note) = text.strip_prefix("Note: ") {
            check_part(part.line, note, Rule::NoteCount, counts, report);
        } else {
            check_exit_code(part, passing, report);
            check_part(part.line, text, Rule::TestCount, counts, report);
        }
    }
    passing
}

#[derive(Clone, Copy)]
struct Counts {
    total: Option<u32>,
    failures: Option<u32>,
    skipped: u32,
}

impl Counts {
    fn read(text: &str) -> Self {
        Self {
            total: number_before(text, "test").or(number_before(text, "package")),
            failures: number_before(text, "fail"),
            skipped: number_before(text, "skipped").unwrap_or(0),
        }
    }

    fn all(self) -> Option<(u32, u32)> {
        Some((self.total?, self.failures?))
    }

    /// How many really ran, and how many of them failed.
    fn ran(self) -> Option<(u32, u32)> {
        Some((self.total?.checked_sub(self.skipped)?, self.failures?))
    }
}

fn check_result(line: u32, passing: Option<bool>, counts: Counts, report: &mut Report) {
    let mut add = |message: &str, truth: &str| report.add(line, Rule::TestCount, message, truth);
    match (passing, counts.failures) {
        (Some(true), Some(some @ 1..)) => add(&format!("yes, with {some} failures"), "no"),
        (Some(false), Some(0)) => add("no, with 0 failures", "yes"),
        (Some(true | false) | None, Some(_) | None) => {}
    }
    if passing == Some(true) && counts.total == Some(0) {
        add("yes, with 0 tests", "no test is no evidence");
    }
    if let (Some(total), Some(failures)) = (counts.total, counts.failures) {
        if total < failures {
            add(&format!("{failures} failures of {total} tests"), &format!("at most {total}"));
        } else if total < failures.saturating_add(counts.skipped) {
            let message = format!("{failures} failures and {} skipped", counts.skipped);
            add(&format!("{message} of {total} tests"), &format!("at most {total} together"));
        }
    }
}

/// `` `cargo test` (14:50, exit code 0) ``
fn check_exit_code(part: Line<'_>, passing: Option<bool>, report: &mut Report) {
    let plain = without_code(part.text).to_lowercase();
    let code = plain.split_once("exit code ").and_then(|it| leading_number(it.1));
    if passing == Some(true)
        && let Some(code @ 1..) = code
    {
        report.add(part.line, Rule::TestCount, format!("yes, with exit code {code}"), "no");
    }
}

/// `12 new unit tests`, of all tests.
fn check_part(line: u32, text: &str, rule: Rule, counts: Counts, report: &mut Report) {
    let what = text.split(" - ").next().unwrap_or(text);
    let counts_tests = what.contains("test") || what.contains(" of them ");
    if let (Some(number), Some(total)) = (leading_number(text), counts.total)
        && counts_tests
        && total < number
    {
        let message = format!("{number} of {total} tests");
        report.add(line, rule, message, format!("at most {total}"));
    }
}

/// `3 tests, 0 failures; 2 more now, no regressions`
fn check_baseline(line: u32, text: &str, now: Counts, report: &mut Report) {
    let Some((before, compared)) = text.split_once("; ") else { return };
    let is_compared = ["more now", "fewer now"].iter().any(|it| compared.contains(it));
    let Some(number) = leading_number(compared).filter(|_| is_compared) else { return };
    let before = Counts::read(before);
    let claimed = match (compared.contains("fewer now"), compared.contains("fail")) {
        (true, _) => "fewer",
        (false, true) => "failures more",
        (false, false) => "more",
    };
    // Whether a test that was skipped counts is not said.
    let ways = [before.all().zip(now.all()), before.ran().zip(now.ran())];
    let ways: Vec<(&str, u32)> =
        ways.into_iter().flatten().map(|(before, now)| difference(before, now)).collect();
    if let Some((kind, difference)) = ways.first()
        && !ways.contains(&(claimed, number))
    {
        report.add(line, Rule::TestCount, compared, format!("{difference} {kind} now"));
    }
}

/// What changed from one run to the other, each with its tests and failures.
fn difference(before: (u32, u32), now: (u32, u32)) -> (&'static str, u32) {
    if before.1 < now.1 {
        ("failures more", now.1 - before.1)
    } else if now.0 < before.0 {
        ("fewer", before.0 - now.0)
    } else {
        ("more", now.0 - before.0)
    }
}
