//! Quality metrics: ratios, averages, targets, and what is claimed of them.

use super::log::{Line, Log, without_code};
use super::numbers::{Decimal, first_decimal, first_percent, first_ratio, leading_number};
use super::{Report, Rule};

pub(super) fn check(log: &Log<'_>, report: &mut Report) {
    let Some(section) = log.section("quality metrics") else { return };
    let mut unmet: Vec<String> = vec![];
    let (mut met_count, mut target_count) = (0, 0);
    for line in section.items() {
        let text = without_code(line.text.trim_start_matches(['-', '*', ' ']));
        let Some((label, value)) = text.split_once(':') else { continue };
        check_ratio(line, label, value, report);
        let stated = stated_verdict(label, value);
        let computed = computed_verdict(label, value);
        if let (Some(stated), Some(computed)) = (stated, computed)
            && stated != computed
        {
            let truth = if computed { "the target is met" } else { "the target is not met" };
            report.add(line.line, Rule::MetricTarget, value.trim(), truth);
        }
        let verdict = computed.or(stated);
        target_count += u32::from(verdict.is_some());
        met_count += u32::from(verdict == Some(true));
        if verdict == Some(false) {
            unmet.push(label.trim().to_owned());
        }
    }
    check_averages(log, report);
    check_cases(log, report);
    for line in section.body.iter().filter(|it| !it.is_code) {
        check_claim(*line, &unmet, met_count, target_count, report);
    }
}

/// `83% (5/6 ..)`, `4.5 average (27/6)`: the number is what the ratio gives.
fn check_ratio(line: Line<'_>, label: &str, value: &str, report: &mut Report) {
    // Numbers of a target are no result.
    let value = value.split("(target").next().unwrap_or(value);
    let Some((part, all)) = first_ratio(value) else { return };
    let is_average = is_average(label, value);
    let share = f64::from(part) / f64::from(all.max(1));
    if is_average {
        if let Some((average, _)) = first_decimal(value).filter(|it| !agrees(it.0, share)) {
            let message = format!("{} for {part} in {all}", average.value);
            report.add(line.line, Rule::Ratio, message, format!("{share:.1}"));
        }
    } else if all < part {
        let truth = format!("at most {all} of {all}");
        report.add(line.line, Rule::Ratio, format!("{part} of {all}"), truth);
    } else if let Some(percent) = first_percent(value).filter(|it| !agrees(*it, 100.0 * share)) {
        let message = format!("{}% for {part} of {all}", percent.value);
        report.add(line.line, Rule::Ratio, message, format!("{:.0}%", 100.0 * share));
    }
}

fn agrees(claimed: Decimal, value: f64) -> bool {
    (claimed.value - value).abs() <= claimed.slack()
}

fn check_averages(log: &Log<'_>, report: &mut Report) {
    let number = |label: &str| {
        let (line, value) = log.metric(label)?;
        Some((line.line, first_decimal(value)?.0, value))
    };
    if let (Some((_, largest, _)), Some((line, average, _))) =
        (number("largest commit"), number("lines per commit"))
        && largest.value + average.slack() < average.value
    {
        let message = format!("{} lines on average", average.value);
        let truth = format!("at most {}, the largest commit", largest.value);
        report.add(line, Rule::Average, message, truth);
    }
    let total = log.metric("total commits").and_then(|it| leading_number(it.1));
    if let (Some(total), Some((line, average, value))) = (total, number("files touched"))
        && 0 < total
        && first_ratio(value).is_none()
        && !value.contains(" of ")
    {
        let sum = (average.value * f64::from(total)).round() / f64::from(total);
        if !agrees(average, sum) {
            let message = format!("{} files on average", average.value);
            let truth = format!("no whole number of files in {total} commits gives this");
            report.add(line, Rule::Average, message, truth);
        }
    }
}

/// What the fractions are of: each is about the same commits, and the lines are
/// the same lines.
fn check_cases(log: &Log<'_>, report: &mut Report) {
    let ratio = |label: &str| {
        let (line, value) = log.metric(label)?;
        let (part, all) = first_ratio(value.split("(target").next().unwrap_or(value))?;
        Some((line.line, label.to_owned(), value, part, all))
    };
    let total = log.metric("total commits").and_then(|it| leading_number(it.1));
    let labels = ["files touched", "lines per commit", "large commits", "sprawling commits"];
    for (line, label, _, part, all) in labels.into_iter().chain(["test pairing"]).filter_map(ratio)
    {
        let Some(total) = total else { continue };
        let is_of_all = ["files touched", "sprawling commits"].contains(&&*label);
        if total < all || is_of_all && all != total {
            let message = format!("{label}: {part} in {all}");
            let truth = format!("{total} commits counted");
            report.add(line, Rule::CommitCount, message, truth);
        }
    }
    let Some((line, _, _, lines, commits)) = ratio("lines per commit") else { return };
    if let Some((rework, _, _, _, all)) = ratio("rework").filter(|it| it.4 != lines) {
        let truth = format!("{lines} in {commits} commits (line {line})");
        report.add(rework, Rule::Ratio, format!("{all} changed lines"), truth);
    }
    if let Some((largest, value)) = log.metric("largest commit")
        && let Some((claimed, _)) = first_decimal(value)
        && f64::from(lines) + claimed.slack() < claimed.value
    {
        let message = format!("{} lines in the largest commit", claimed.value);
        let truth = format!("{lines} in {commits} commits (line {line})");
        report.add(largest.line, Rule::Ratio, message, truth);
    }
}

/// What the line itself says about its target.
fn stated_verdict(label: &str, value: &str) -> Option<bool> {
    let lower = value.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|it| lower.contains(it));
    if has(&["not met", "over target", "above target", "exceed", "❌", "missed"]) {
        Some(false)
    } else if has(&[": met)", "under target", "within target", "on target", "✅"]) {
        Some(true)
    } else {
        // `(well under 100)` and `(over 100)` claim something as well.
        bound(label, &lower)?.claim
    }
}

/// What its numbers say about the target that it names.
fn computed_verdict(label: &str, value: &str) -> Option<bool> {
    let lower = value.to_lowercase();
    let bound = bound(label, &lower)?;
    let result = &lower[..bound.start];
    // The exact share where it is given, so that rounding decides nothing.
    let exact = |text| first_ratio(text).filter(|it| 0 < it.1);
    let share = |(part, all): (u32, u32)| f64::from(part) / f64::from(all);
    let number = if bound.is_percent {
        let percent = || first_percent(result).map(|it| it.value);
        exact(result).map(|it| 100.0 * share(it)).or_else(percent)?
    } else if is_average(label, value) {
        match (exact(&lower), first_decimal(result)?.0) {
            (Some(ratio), _) => share(ratio),
            (None, rounded) if (rounded.value - bound.limit).abs() <= rounded.slack() => {
                return None;
            }
            (None, rounded) => rounded.value,
        }
    } else {
        let (number, behind) = first_decimal(result)?;
        let behind = behind.trim_start();
        if behind.starts_with(['%', '/']) || behind.starts_with("of ") {
            return None;
        }
        number.value
    };
    Some(match bound.side {
        Side::AtMost => number <= bound.limit,
        Side::Below => number < bound.limit,
        Side::AtLeast => bound.limit <= number,
    })
}

fn is_average(label: &str, value: &str) -> bool {
    let lower = format!("{label} {value}").to_lowercase();
    ["avg", "average", "mean", " per "].iter().any(|it| lower.contains(it))
}

#[derive(Clone, Copy)]
enum Side {
    AtMost,
    Below,
    AtLeast,
}

struct Bound {
    side: Side,
    limit: f64,
    is_percent: bool,
    /// Whether the words say that it is kept or missed, not only what it is.
    claim: Option<bool>,
    /// Where the words begin; the result stands before them.
    start: usize,
}

/// `under 100`, `at most 200 lines`, `≥ 80 %`, behind an opening bracket.
fn bound(label: &str, lower: &str) -> Option<Bound> {
    let words = [
        ("at most ", Side::AtMost, None),
        ("≤", Side::AtMost, None),
        ("<=", Side::AtMost, None),
        ("at least ", Side::AtLeast, None),
        ("≥", Side::AtLeast, None),
        (">=", Side::AtLeast, None),
        ("under target ", Side::AtMost, Some(true)),
        ("at target ", Side::AtMost, Some(true)),
        ("over target ", Side::AtMost, Some(false)),
        ("under ", Side::Below, Some(true)),
        ("below ", Side::Below, Some(true)),
    ];
    let open = lower.find('(')?;
    let found = words.into_iter().find_map(|(word, side, claim)| {
        let at = open + lower[open..].find(word)?;
        limit(lower, at, at + word.len(), side, claim)
    });
    // More is worse of a size alone: a share may well be over its target.
    let is_size = ["lines", "largest", "files"].iter().any(|it| label.to_lowercase().contains(it));
    let over = ["(over ", "(well over ", "(slightly over ", "(far over ", "(above "];
    let missed = || {
        over.into_iter().find_map(|word| {
            let at = lower.find(word)?;
            limit(lower, at, at + word.len(), Side::AtMost, Some(false))
        })
    };
    found.or_else(|| missed().filter(|_| is_size))
}

/// The bound whose words begin at `start` and whose number stands at `end`.
fn limit(lower: &str, start: usize, end: usize, side: Side, claim: Option<bool>) -> Option<Bound> {
    let rest = lower[end..].trim_start();
    let (limit, tail) =
        first_decimal(rest).filter(|_| rest.starts_with(|it: char| it.is_ascii_digit()))?;
    let is_percent = tail.trim_start().starts_with('%');
    Some(Bound { side, limit: limit.value, is_percent, claim, start })
}

fn check_claim(line: Line<'_>, unmet: &[String], met: u32, targets: u32, report: &mut Report) {
    let lower = line.text.to_lowercase();
    if lower.contains("all targets met") && !unmet.is_empty() {
        let truth = format!("not met: {}", unmet.join(", "));
        report.add(line.line, Rule::TargetClaim, "all targets met", truth);
    }
    if let Some((part, all)) = first_ratio(&lower).filter(|_| lower.contains("targets met"))
        && (part, all) != (met, targets)
    {
        let message = format!("{part} of {all} targets met");
        report.add(line.line, Rule::TargetClaim, message, format!("{met} of {targets}"));
    }
    let plain = lower.trim_start_matches(['*', '_', ' ']);
    if let Some(claimed) = leading_number(plain).filter(|it| *it != met) {
        let behind = plain.trim_start_matches(|it: char| it.is_ascii_digit());
        if [" target met", " targets met"].iter().any(|it| behind.starts_with(it)) {
            let message = format!("{claimed} targets met");
            report.add(line.line, Rule::TargetClaim, message, format!("{met} targets met"));
        }
    }
}
