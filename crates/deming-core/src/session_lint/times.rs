//! Start, end, duration and the times of the steps.

use super::log::Log;
use super::numbers::read_clock;
use super::stamps::{self, Bounds};
use super::{Report, Rule};
use crate::session::duration::{in_words, parse_minutes};

pub(super) fn check(log: &Log<'_>, report: &mut Report) {
    let day = log.header("session date").and_then(|it| it.value.get(..10)?.parse().ok());
    let time = |name: &str, start: Option<i64>| {
        let line = log.first_line(name)?;
        Some((line.line, read_clock(line.text)?.on(day, start)))
    };
    let start = time("start time", None);
    let start_at = start.map(|it| it.1);
    let end = time("end time", start_at);

    let bounds = Bounds { day, start: start_at, end: end.map(|it| it.1) };
    stamps::check(log, bounds, report);
    if let (Some((_, start)), Some((line, end))) = (start, end) {
        if end < start {
            let truth = "the end comes after the start";
            report.add(line, Rule::Duration, "it ended before it started", truth);
        } else {
            check_duration(log, report, end - start);
        }
    }
    check_estimate(log, report);
    if let (Some((_, end)), Some(complete)) = (end, log.footer("session complete"))
        && let Some(clock) = read_clock(complete.value)
        && clock.on(day, start_at) != end
    {
        let message = format!("the session is complete at {}", complete.value);
        let truth =
            format!("the end time is {}", log.first_line("end time").map_or("", |it| it.text));
        report.add(complete.line, Rule::SessionComplete, message, truth);
    }
}

fn check_duration(log: &Log<'_>, report: &mut Report, between: i64) {
    let Some(line) = log.first_line("actual duration") else { return };
    // `.. (..); 5 hours from start to end`: the first span leaves pauses out.
    let with_pauses = line.text.split_once("; ").filter(|it| it.1.contains("from start to end"));
    let Some(claimed) = parse_minutes(with_pauses.map_or(line.text, |it| it.1)) else { return };
    let between = u32::try_from(between).unwrap_or(u32::MAX);
    if claimed != between {
        let message = format!("{} from start to end", in_words(claimed));
        report.add(line.line, Rule::Duration, message, in_words(between));
    }
    if with_pauses.is_some() && parse_minutes(line.text).is_some_and(|it| claimed < it) {
        let truth = format!("at most {}", in_words(claimed));
        report.add(line.line, Rule::Duration, "more time without pauses than with them", truth);
    }
}

/// `(15 min under estimate)` against the estimate and the duration.
fn check_estimate(log: &Log<'_>, report: &mut Report) {
    let Some(line) = log.first_line("actual duration") else { return };
    let Some(actual) = parse_minutes(line.text).map(i64::from) else { return };
    let estimate = log.header("estimated time").and_then(|it| parse_minutes(it.value));
    let Some(estimate) = estimate.map(i64::from) else { return };
    let Some(claim) = line.text.split_once('(').map(|it| it.1.to_lowercase()) else { return };
    let claim = claim.split(')').next().unwrap_or_default();
    let span = parse_minutes(claim).map(i64::from);
    let claimed = if claim.contains("as estimated") || claim.contains("on estimate") {
        Some(0)
    } else if claim.contains("under") {
        span.map(|it| -it)
    } else if claim.contains("over") {
        span
    } else {
        None
    };
    let difference = actual - estimate;
    if claimed.is_some_and(|it| it != difference) {
        let minutes = in_words(u32::try_from(difference.abs()).unwrap_or(u32::MAX));
        let truth = match difference {
            0 => "as estimated".to_owned(),
            ..0 => format!("{minutes} under estimate"),
            1.. => format!("{minutes} over estimate"),
        };
        report.add(line.line, Rule::Estimate, claim, truth);
    }
}
