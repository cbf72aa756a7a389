//! Steps: planned against reached, and what is said of them.

use super::block::Block;
use super::log::{Line, Log, item};
use super::numbers::{leading_number, number_before};
use super::{Report, Rule};

pub(super) fn check(log: &Log<'_>, report: &mut Report) {
    check_plan(log, report);
    check_progress(log, report);
    check_deviations(log, report);
    check_interventions(log, report);
}

fn check_plan(log: &Log<'_>, report: &mut Report) {
    let Some(line) = log.first_line("number of steps") else { return };
    let Some(total) = number_before(line.text, "step") else { return };
    let pairs = number_before(line.text, "test/").or(number_before(line.text, "pair"));
    let others = number_before(line.text, "without");
    let in_pairs = pairs.map(|it| it.saturating_mul(2));
    let sum = in_pairs.map(|it| it.saturating_add(others.unwrap_or(0)));
    if let (Some(sum), Some(pairs)) = (sum, pairs)
        && (total < sum || others.is_some() && total != sum)
    {
        let message = format!("{total} steps with {pairs} pairs");
        report.add(line.line, Rule::StepCount, message, format!("{sum} steps"));
    }
    let logged = log.blocks.iter().filter(|it| it.first < it.last).count();
    if pairs.is_some_and(|it| usize::try_from(it).is_ok_and(|it| it < logged)) {
        let message = format!("{} test/implementation pairs", pairs.unwrap_or(0));
        report.add(line.line, Rule::StepCount, message, format!("{logged} in the progress log"));
    }
    let listed = listed(log);
    if let Some((_, _, last)) = listed.iter().max_by_key(|it| it.2).filter(|it| it.2 != total) {
        let message = format!("{total} steps");
        report.add(line.line, Rule::StepCount, message, format!("{last} are listed"));
    }
    let mut next = 1;
    for &(line, first, last) in &listed {
        if first != next || last < first {
            let message = format!("step {first}-{last} is listed");
            report.add(line, Rule::StepOrder, message, format!("step {next} is the next one"));
        }
        next = last.saturating_add(1);
    }
    let in_plan = |it: &&Block<'_>| 0 < it.first && it.first <= it.last && it.last <= total;
    for block in log.blocks.iter().filter(in_plan) {
        let is_listed = listed.iter().any(|it| (it.1, it.2) == (block.first, block.last));
        if !listed.is_empty() && !is_listed {
            let message = format!("an entry for step {}", block.name());
            let truth = format!("the plan has no such step (line {})", line.line);
            report.add(block.line, Rule::StepOrder, message, truth);
        }
    }
}

/// The steps of the plan with their lines, where they are listed.
pub(super) fn listed(log: &Log<'_>) -> Vec<(u32, u32, u32)> {
    let items = log.section("number of steps").into_iter().flat_map(|it| it.items());
    let step = |line: Line<'_>| {
        let (first, last) = numbers_of(item(line.text)?.strip_prefix("Step ")?)?;
        Some((line.line, first, last))
    };
    items.filter_map(step).collect()
}

fn check_progress(log: &Log<'_>, report: &mut Report) {
    let total = log.step_total();
    let mut seen: Vec<u32> = vec![];
    for block in &log.blocks {
        if block.last < block.first || block.first == 0 {
            let message = format!("step {}-{}", block.first, block.last);
            let truth = match block.first {
                0 => "steps count from 1",
                _ => "the first number is the smaller one",
            };
            report.add(block.line, Rule::StepOrder, message, truth);
            continue;
        }
        if let Some(twice) = (block.first..=block.last).find(|it| seen.contains(it)) {
            let message = format!("step {twice} a second time");
            report.add(block.line, Rule::StepOrder, message, "each step has one entry");
        }
        // A range is as long as the log that holds it.
        seen.extend((block.first..=block.last).take(1000));
        if let Some(total) = total.filter(|it| *it < block.last) {
            let message = format!("step {} of {total}", block.last);
            report.add(block.line, Rule::StepCount, message, format!("the plan has {total} steps"));
        }
    }
    let is_complete = log.first_line("status").is_some_and(|it| it.text.trim() == "Complete")
        && log.first_line("end time").is_some();
    let missing: Vec<String> = (1..=total.unwrap_or(0).min(1000))
        .filter(|it| !seen.contains(it))
        .map(|it| it.to_string())
        .collect();
    if is_complete
        && !missing.is_empty()
        && let Some(section) = log.section("progress log")
    {
        let message = format!("complete, and no entry for step {}", missing.join(", "));
        let truth = "each planned step is done or deferred";
        report.add(section.line, Rule::StepMissing, message, truth);
    }
}

fn check_deviations(log: &Log<'_>, report: &mut Report) {
    let Some(section) = log.section("deviations from plan") else { return };
    let said: u32 = log.blocks.iter().map(|it| it.deviations).sum();
    let listed = section.items().count();
    if usize::try_from(said).is_ok_and(|it| listed < it) {
        let message = format!("{listed} deviations are listed");
        let truth = format!("the progress log names {said}");
        report.add(section.line, Rule::DeviationMissing, message, truth);
    }
}

fn check_interventions(log: &Log<'_>, report: &mut Report) {
    let Some(total) = log.step_total() else { return };
    let Some(section) = log.section("interventions made") else { return };
    for line in section.body.iter().filter(|it| !it.is_code) {
        // Behind the bold title, so that the words of the title do not count.
        let Some((_, rest)) = line.text.rsplit_once("** at Step ") else { continue };
        if let Some(step) = leading_number(rest).filter(|it| !(1..=total).contains(it)) {
            let message = format!("an intervention at step {step}");
            let truth = format!("the plan has {total} steps");
            report.add(line.line, Rule::InterventionStep, message, truth);
        }
    }
}

fn numbers_of(text: &str) -> Option<(u32, u32)> {
    let first = leading_number(text)?;
    let rest = text.trim_start_matches(|it: char| it.is_ascii_digit());
    Some((first, rest.strip_prefix('-').and_then(leading_number).unwrap_or(first)))
}
