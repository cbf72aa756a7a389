//! The completion check and the change for next time.

use super::log::Log;
use super::{Report, Rule, tests_passing};

pub(super) fn check(log: &Log<'_>, report: &mut Report) {
    let is_complete = is_complete(log);
    if let Some(line) = log.first_line("status")
        && !["Complete", "Needs Work"].contains(&line.text.trim())
    {
        let message = format!("the status is `{}`", line.text.trim());
        report.add(line.line, Rule::Vocabulary, message, "`Complete` or `Needs Work`");
    }
    let passing = tests_passing::check(log, report);
    check_ready(log, is_complete, passing, report);
    check_change(log, report);
}

/// What the status says, if it is one of its two words.
pub(super) fn is_complete(log: &Log<'_>) -> Option<bool> {
    match log.first_line("status")?.text.trim() {
        "Complete" => Some(true),
        "Needs Work" => Some(false),
        _ => None,
    }
}

fn check_ready(
    log: &Log<'_>,
    is_complete: Option<bool>,
    passing: Option<bool>,
    report: &mut Report,
) {
    let Some(line) = log.first_line("ready to close") else { return };
    if yes_or_no(line.text) != Some(true) {
        return;
    }
    if is_complete == Some(false) {
        let truth = "the status says that it needs work";
        report.add(line.line, Rule::Readiness, "ready to close", truth);
    }
    let has_reason = line.text.contains(" - ");
    if passing == Some(false) && !has_reason {
        report.add(line.line, Rule::Readiness, "ready to close", "the tests do not pass");
    }
}

fn check_change(log: &Log<'_>, report: &mut Report) {
    let Some(section) = log.section("change for next time") else { return };
    let mut below = log.fields.iter().filter(|it| section.line < it.line);
    if let Some(field) = below.find(|it| it.label == "type").filter(|it| !it.value.is_empty())
        && !["PROMPT", "PROCESS", "BEHAVIOR", "None"].contains(&field.value)
    {
        let message = format!("the change is of type `{}`", field.value);
        report.add(field.line, Rule::Vocabulary, message, "`PROMPT`, `PROCESS` or `BEHAVIOR`");
    }
}

pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    let text = text.trim_start_matches(|it: char| !it.is_alphanumeric());
    let word = text.split(|it: char| !it.is_alphanumeric()).next()?.to_lowercase();
    match word.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}
