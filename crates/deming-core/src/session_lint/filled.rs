//! Whether every section and field is there and holds something.

use super::due::Due;
use super::log::{Log, is_placeholder};
use super::{Report, Rule};

/// The headings of a session log that hold content, in their order.
const SECTIONS: [&str; 26] = [
    "Business Objective",
    "Approach Selected",
    "Key Patterns Identified",
    "Files to Modify",
    "Number of Steps",
    "Checkpoints Planned",
    "Risk Flags",
    "Start Time",
    "Progress Log",
    "Deviations from Plan",
    "Interventions Made",
    "End Time",
    "Actual Duration",
    "Status",
    "Tests Passing",
    "Ready to Close",
    "Outstanding Items",
    "What Worked Well",
    "What Could Be Better",
    "Top Learning",
    "Change for Next Time",
    "Quality Metrics",
    "Patterns Discovered",
    "Architecture Insights",
    "Refactoring Opportunities",
    "Lessons for Future Sessions",
];

const FIELDS: [&str; 4] = ["Session Date", "Feature", "Estimated Time", "Session Complete"];

/// Whether fewer than a quarter of the headings are there.
pub(super) fn is_other_document(log: &Log<'_>) -> bool {
    let known = SECTIONS.iter().filter(|name| log.section(&name.to_lowercase()).is_some());
    known.count() * 4 < SECTIONS.len()
}

pub(super) fn check(log: &Log<'_>, report: &mut Report) {
    for name in SECTIONS {
        if log.section(&name.to_lowercase()).is_none() {
            let message = format!("the section `{name}` is missing");
            report.add(1, Rule::MissingSection, message, "a log has it, filled or not");
        }
    }
    for label in FIELDS {
        if !log.fields.iter().any(|it| it.label == label.to_lowercase()) {
            let message = format!("the field `{label}` is missing");
            report.add(1, Rule::MissingSection, message, "a log has it, filled or not");
        }
    }
    let due = Due::of(log);
    for (index, section) in log.sections.iter().enumerate() {
        let is_parent = log.sections.get(index + 1).is_some_and(|it| section.level < it.level);
        let is_phase = ["phase", "notes", "check", "capture", "retrospective"]
            .iter()
            .any(|it| section.name.ends_with(it));
        let is_empty = 1 < section.level && !is_parent && !is_phase && section.is_unfilled();
        if is_empty && due.has(&section.name) {
            let message = format!("`{}` is not filled in", section.name);
            report.add(section.line, Rule::Unfilled, message, what_is_due(&section.name));
        }
    }
    for field in log.fields.iter().filter(|it| is_placeholder(it.value)) {
        // `**ACTION:**` may go on in the lines below it.
        let is_own = FIELDS.iter().any(|it| it.to_lowercase() == field.label);
        if (!field.value.is_empty() || is_own) && due.has(&field.label) {
            let message = format!("`{}` is not filled in", field.label);
            report.add(field.line, Rule::Unfilled, message, what_is_due(&field.label));
        }
    }
}

/// What stands in a section or field that is filled in.
fn what_is_due(name: &str) -> &'static str {
    match name {
        "session date" => "the day on which it began",
        "feature" => "what it was about",
        "estimated time" => "a time, as in `2.5 hours`",
        "start time" => "the time at which it began",
        "end time" => "the time at which it ended",
        "session complete" => "the day and the time at which it ended",
        "actual duration" => "the time from start to end",
        "number of steps" => "how many steps were planned",
        "status" => "`Complete` or `Needs Work`",
        "tests passing" => "what the last test run said",
        "ready to close" => "`✅ Yes` or `❌ No`",
        "type" => "`PROMPT`, `PROCESS` or `BEHAVIOR`",
        _ => "say what was, or `None`",
    }
}
