//! Acceptance criteria and outstanding items: agreed against ticked, deferred
//! against listed.

use super::completion::is_complete;
use super::log::{Line, Log, Section, item};
use super::numbers::{first_ratio, leading_number};
use super::{Report, Rule};

pub(super) fn check(log: &Log<'_>, report: &mut Report) {
    let section = log.section("outstanding items");
    let Some(section) = section.filter(|it| !it.is_unfilled() && !it.is_left_out()) else { return };
    let is_heading = |it: &&Line<'_>| {
        !it.text.starts_with(['-', '*', ' '])
            && it.text.to_lowercase().contains("acceptance criteria")
    };
    let heading = section.body.iter().rfind(is_heading);
    check_deferred(log, section, heading.map_or(u32::MAX, |it| it.line), report);
    let Some(heading) = heading else { return };
    let below: Vec<Line<'_>> = section.items().filter(|it| heading.line < it.line).collect();
    check_ticks(heading, &below, is_complete(log), report);
    let planned = log.section("acceptance criteria");
    if let Some(planned) = planned.filter(|it| !it.is_unfilled() && !it.is_left_out()) {
        check_names(heading, planned, &below, report);
    }
}

fn check_ticks(
    heading: &Line<'_>,
    below: &[Line<'_>],
    is_complete: Option<bool>,
    report: &mut Report,
) {
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
}

/// Every criterion that was agreed is judged, and no other one.
fn check_names(heading: &Line<'_>, planned: &Section<'_>, below: &[Line<'_>], report: &mut Report) {
    let agreed = planned.items().count();
    if agreed != below.len() {
        let message = format!("{} acceptance criteria", below.len());
        let truth = format!("{agreed} were agreed (line {})", planned.line);
        return report.add(heading.line, Rule::Criteria, message, truth);
    }
    let agreed = whole_items(planned);
    for judged in below {
        let words = letters(judged.text);
        if !agreed.iter().any(|it| words.starts_with(it)) {
            let name = item(judged.text).unwrap_or_default().trim_start_matches(MARKS).trim();
            let truth = format!("no such criterion was agreed (line {})", planned.line);
            report.add(judged.line, Rule::Criteria, format!("criterion `{name}`"), truth);
        }
    }
}

/// The items of a list with the lines that belong to them, each in its letters.
fn whole_items(section: &Section<'_>) -> Vec<String> {
    let mut items: Vec<String> = vec![];
    for line in &section.body {
        if !line.is_code && item(line.text).is_some() {
            items.push(letters(line.text));
        } else if let Some(last) = items.last_mut() {
            last.push_str(&letters(line.text));
        }
    }
    items
}

/// What stays of a text however it is escaped and wrapped.
fn letters(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A step that was deferred is outstanding, and no other is called so.
fn check_deferred(log: &Log<'_>, section: &Section<'_>, heading: u32, report: &mut Report) {
    let listed: Vec<(u32, u32)> = section
        .items()
        .filter(|it| it.line < heading)
        .filter_map(|it| {
            let (_, rest) = item(it.text)?.split_once("Step ")?;
            Some((it.line, leading_number(rest)?))
        })
        .collect();
    for block in log.blocks.iter().filter(|it| it.is_deferred) {
        if !listed.iter().any(|it| block.holds(it.1)) {
            let message = format!("step {} is not outstanding", block.name());
            let truth = format!("it was deferred (line {})", block.line);
            report.add(section.line, Rule::StepDeferred, message, truth);
        }
    }
    let items = section.items().filter(|it| it.line < heading);
    for line in items {
        let deferred = item(line.text).and_then(|it| it.strip_prefix("Step "));
        let deferred = deferred.filter(|it| {
            it.trim_start_matches(|it: char| it.is_ascii_digit()).starts_with(" deferred:")
        });
        if let Some(step) = deferred.and_then(leading_number)
            && let Some(block) = log.blocks.iter().find(|it| it.holds(step))
            && !block.is_deferred
        {
            let message = format!("step {step} was deferred");
            let truth = format!("the progress log does not say so (line {})", block.line);
            report.add(line.line, Rule::StepDeferred, message, truth);
        }
    }
}

const MARKS: [char; 10] = ['✅', '☑', '✔', '\u{fe0f}', '❌', '⬜', '☐', '✗', '✘', ' '];

fn is_unticked(text: &str) -> bool {
    let text = text.trim_start_matches(['-', '*', ' ']);
    ["❌", "⬜", "☐", "✗", "✘", "[ ]"].iter().any(|it| text.starts_with(it))
}
