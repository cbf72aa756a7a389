//! Checkpoints: where they were planned, and what their tests say.

use super::block::Checkpoint;
use super::log::Log;
use super::numbers::number_before;
use super::{Report, Rule, steps};

pub(super) fn check(log: &Log<'_>, report: &mut Report) {
    if let Some(planned) = planned_checkpoints(log, report) {
        check_checkpoints(log, &planned, report);
    }
    for checkpoint in log.blocks.iter().flat_map(|it| &it.checkpoints) {
        check_tests(checkpoint, report);
    }
}

/// `After steps: 4, 8, 12`; `None` where the steps are not named one by one.
fn planned_checkpoints(log: &Log<'_>, report: &mut Report) -> Option<Vec<u32>> {
    let line = log.first_line("checkpoints planned")?;
    let text = line.text.split_once(':').map_or(line.text, |it| it.1);
    let mut numbers: Vec<u32> = vec![];
    for word in text.split([',', ' ', '.']).filter(|it| !it.is_empty()) {
        match (word.parse(), word.to_lowercase().as_str()) {
            (Ok(number), _) => numbers.push(number),
            (Err(_), "after" | "step" | "steps" | "and" | "none") => {}
            (Err(_), _) => return None,
        }
    }
    if !numbers.is_sorted_by(|one, next| one < next) {
        let message = format!("checkpoints after {}", text.trim());
        report.add(line.line, Rule::CheckpointPlan, message, "each step once, in order");
    }
    if let (Some(total), Some(&last)) = (log.step_total(), numbers.iter().max())
        && total < last
    {
        let message = format!("a checkpoint after step {last}");
        report.add(line.line, Rule::CheckpointPlan, message, format!("the plan has {total} steps"));
    }
    for step in &numbers {
        let under_way = steps::listed(log).into_iter().find(|it| it.1 <= *step && *step < it.2);
        if let Some((_, first, last)) = under_way {
            let message = format!("a checkpoint after step {step}");
            let truth = format!("step {first}-{last} is not over there");
            report.add(line.line, Rule::CheckpointPlan, message, truth);
        }
    }
    Some(numbers)
}

fn check_checkpoints(log: &Log<'_>, planned: &[u32], report: &mut Report) {
    let Some(section) = log.section("checkpoints planned").filter(|it| !it.is_unfilled()) else {
        return;
    };
    let after = |number: u32| planned.get(usize::try_from(number.checked_sub(1)?).ok()?).copied();
    let mut seen: Vec<u32> = vec![];
    for block in &log.blocks {
        for checkpoint in &block.checkpoints {
            let (line, number) = (checkpoint.line, checkpoint.number);
            let message = format!("checkpoint {number} at step {}", block.name());
            if seen.contains(&number) {
                report.add(line, Rule::CheckpointReached, message, "each checkpoint comes once");
            } else if let Some(step) = after(number) {
                if !block.holds(step) {
                    let truth = format!("it is planned after step {step}");
                    report.add(line, Rule::CheckpointReached, message, truth);
                }
            } else {
                let truth = format!("{} are planned", planned.len());
                report.add(line, Rule::CheckpointReached, message, truth);
            }
            seen.push(number);
        }
    }
    let last = log.blocks.last().map(|it| it.line);
    let has_ended = log.first_line("end time").is_some();
    for (index, step) in planned.iter().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let block = log.blocks.iter().find(|it| it.holds(*step));
        if let Some(block) = block
            && !seen.contains(&number)
            && !block.is_open()
            && (has_ended || Some(block.line) != last)
        {
            let message = format!("no checkpoint at step {}", block.name());
            let truth = format!("checkpoint {number} is planned there (line {})", section.line + 1);
            report.add(block.line, Rule::CheckpointReached, message, truth);
        }
    }
}

/// `All tests passing (5 tests, 0 failures)`
fn check_tests(checkpoint: &Checkpoint<'_>, report: &mut Report) {
    let facts = checkpoint.facts.to_lowercase();
    let claim = [("all tests passing (", true), ("tests failing (", false)];
    let claim = claim.into_iter().find_map(|(words, it)| Some((facts.split_once(words)?.1, it)));
    let Some((counts, is_passing)) = claim else { return };
    let counts = counts.split(')').next().unwrap_or_default();
    let total = number_before(counts, "test").or(number_before(counts, "package"));
    let failures = number_before(counts, "fail");
    let message = format!("checkpoint {} with {counts}", checkpoint.number);
    let truth = match (is_passing, total, failures) {
        (_, Some(total), Some(failures)) if total < failures => {
            format!("at most {total} failures")
        }
        (true, _, Some(1..)) => "tests failing".to_owned(),
        (true, Some(0), _) => "no test is no evidence".to_owned(),
        (false, _, Some(0)) => "all tests passing".to_owned(),
        (true | false, Some(_) | None, Some(_) | None) => return,
    };
    report.add(checkpoint.line, Rule::CheckpointTests, message, truth);
}
