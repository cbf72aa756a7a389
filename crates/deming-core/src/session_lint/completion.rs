//! The completion check and the change for next time.

use super::log::{Line, Log, item};
use super::numbers::{first_ratio, leading_number, number_before};
use super::{Report, Rule};

pub(super) fn check(log: &Log<'_>, report: &mut Report) {
    let status = log.first_line("status");
    let is_complete = status.and_then(|it| match it.text.trim() {
        "Complete" => Some(true),
        "Needs Work" => Some(false),
        _ => None,
    });
    if let Some(line) = status
        && !["Complete", "Needs Work"].contains(&line.text.trim())
    {
        let message = format!("the status is `{}`", line.text.trim());
        report.add(line.line, Rule::Vocabulary, message, "`Complete` or `Needs Work`");
    }
    let passing = check_tests(log, report);
    check_ready(log, is_complete, passing, report);
    check_criteria(log, is_complete, report);
    check_change(log, report);
}

/// Whether the log says that the tests pass.
fn check_tests(log: &Log<'_>, report: &mut Report) -> Option<bool> {
    let line = log.first_line("tests passing")?;
    let passing = yes_or_no(line.text);
    let failures = number_before(line.text, "fail");
    let total = number_before(line.text, "test").or(number_before(line.text, "package"));
    if passing == Some(true) && failures.is_some_and(|it| 0 < it) {
        let message = format!("yes, with {} failures", failures.unwrap_or(0));
        report.add(line.line, Rule::TestCount, message, "no");
    }
    if passing == Some(true) && total == Some(0) {
        report.add(line.line, Rule::TestCount, "yes, with 0 tests", "no test is no evidence");
    }
    if passing == Some(false) && failures == Some(0) {
        report.add(line.line, Rule::TestCount, "no, with 0 failures", "yes");
    }
    if let (Some(total), Some(failures)) = (total, failures)
        && total < failures
    {
        let message = format!("{failures} failures of {total} tests");
        report.add(line.line, Rule::TestCount, message, format!("at most {total}"));
    }
    for part in log.section("tests passing")?.items() {
        let text = item(part.text).unwrap_or_default();
        let counts_tests = text.split('-').next().is_some_and(|it| it.contains("test"));
        if let (Some(number), Some(total)) = (leading_number(text), total)
            && counts_tests
            && total < number
        {
            let message = format!("{number} of {total} tests");
            report.add(part.line, Rule::TestCount, message, format!("at most {total}"));
        }
    }
    passing
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

fn check_criteria(log: &Log<'_>, is_complete: Option<bool>, report: &mut Report) {
    let Some(section) = log.section("outstanding items") else { return };
    let is_heading = |it: &&Line<'_>| {
        !it.text.starts_with(['-', '*', ' '])
            && it.text.to_lowercase().contains("acceptance criteria")
    };
    let heading = section.body.iter().rfind(is_heading);
    let Some(heading) = heading else { return };
    let below: Vec<&Line<'_>> = section
        .body
        .iter()
        .filter(|it| heading.line < it.line && item(it.text).is_some())
        .collect();
    let unmet = below.iter().filter(|it| is_unticked(it.text)).count();
    let met = below.len() - unmet;
    let lower = heading.text.to_lowercase();
    if lower.contains("all acceptance criteria met") && 0 < unmet {
        let truth = format!("{met} of {} are ticked", below.len());
        report.add(heading.line, Rule::Criteria, "all acceptance criteria met", truth);
    } else if let Some((part, all)) = first_ratio(&lower)
        && (usize::try_from(part), usize::try_from(all)) != (Ok(met), Ok(below.len()))
    {
        let message = format!("{part} of {all} criteria met");
        report.add(heading.line, Rule::Criteria, message, format!("{met} of {}", below.len()));
    }
    if is_complete == Some(true) && 0 < unmet {
        let message = format!("complete with {unmet} criteria not met");
        report.add(heading.line, Rule::Criteria, message, "`Needs Work`");
    }
    if let Some(planned) = log.section("acceptance criteria").filter(|it| !it.is_unfilled())
        && planned.items().count() != below.len()
    {
        let message = format!("{} acceptance criteria", below.len());
        let truth = format!("{} were agreed (line {})", planned.items().count(), planned.line);
        report.add(heading.line, Rule::Criteria, message, truth);
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

fn yes_or_no(text: &str) -> Option<bool> {
    let text = text.trim_start_matches(|it: char| !it.is_alphanumeric());
    let word = text.split(|it: char| !it.is_alphanumeric()).next()?.to_lowercase();
    match word.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

fn is_unticked(text: &str) -> bool {
    let text = text.trim_start_matches(['-', '*', ' ']);
    ["❌", "⬜", "☐", "✗", "✘", "[ ]"].iter().any(|it| text.starts_with(it))
}
