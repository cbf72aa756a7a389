//! The times that stand at steps, checkpoints, notes and test runs.

use super::block::Block;
use super::log::{Line, Log};
use super::numbers::{no_such_time, read_clock, time_of};
use super::{Report, Rule};

/// What all times of a session lie in, in minutes since midnight of its day.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub(super) day: Option<chrono::NaiveDate>,
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
}

/// A time somewhere in a log.
struct Stamp<'a> {
    line: u32,
    /// What happened then.
    what: String,
    /// Begins with the time.
    text: &'a str,
}

impl Bounds {
    fn read(self, text: &str) -> Option<i64> {
        Some(read_clock(text)?.on(self.day, self.start))
    }

    /// What would be true of a time outside.
    fn truth(self, at: i64) -> Option<&'static str> {
        if self.start.is_some_and(|it| at < it) {
            Some("not before the start of the session")
        } else if self.end.is_some_and(|it| it < at) {
            Some("not after the end of the session")
        } else {
            None
        }
    }
}

pub(super) fn check(log: &Log<'_>, bounds: Bounds, report: &mut Report) {
    check_existence(log, report);
    let mut before: Option<(i64, &str)> = None;
    for block in &log.blocks {
        let Some(written) = block.written.filter(|_| block.time.is_some()) else { continue };
        let Some(at) = bounds.read(written) else { continue };
        let message = format!("step {} at {written}", block.first);
        if let Some(truth) = bounds.truth(at) {
            report.add(block.line, Rule::StepTime, message, truth);
        } else if let Some((earlier, written)) = before
            && at < earlier
        {
            let truth = format!("not before the step above it, at {written}");
            report.add(block.line, Rule::StepTime, message, truth);
        }
        before = Some((at, written));
        check_checkpoints(block, (at, written), bounds, report);
    }
    for stamp in stamps(log) {
        if let Some(truth) = bounds.read(time_of(stamp.text)).and_then(|it| bounds.truth(it)) {
            report.add(stamp.line, Rule::OutsideTime, stamp.message(), truth);
        }
    }
}

/// A checkpoint is confirmed when its step is under way or over; one that is
/// done again may still show the checkpoint of the first time.
fn check_checkpoints(
    block: &Block<'_>,
    (at, written): (i64, &str),
    bounds: Bounds,
    report: &mut Report,
) {
    for checkpoint in block.checkpoints.iter().filter(|_| !block.is_in_progress) {
        if let Some(confirmed) = checkpoint.confirmed
            && bounds.read(time_of(confirmed)).is_some_and(|it| it < at)
        {
            let time = time_of(confirmed);
            let message = format!("checkpoint {} confirmed at {time}", checkpoint.number);
            let truth = format!("not before its step, at {written}");
            report.add(checkpoint.line, Rule::CheckpointReached, message, truth);
        }
    }
}

/// Days and times that no calendar and no clock has.
fn check_existence(log: &Log<'_>, report: &mut Report) {
    let mut written: Vec<(u32, &str)> = vec![];
    written.extend(log.header("session date").map(|it| (it.line, it.value)));
    written.extend(log.footer("session complete").map(|it| (it.line, it.value)));
    for name in ["start time", "end time"] {
        written.extend(log.first_line(name).map(|it| (it.line, it.text)));
    }
    written.extend(log.blocks.iter().filter_map(|it| Some((it.line, it.written?))));
    written.extend(stamps(log).iter().map(|it| (it.line, it.text)));
    for (line, text) in written {
        if let Some(time) = no_such_time(text) {
            let truth = "no calendar and no clock has it";
            report.add(line, Rule::NoSuchTime, format!("`{time}`"), truth);
        }
    }
}

fn stamps<'a>(log: &Log<'a>) -> Vec<Stamp<'a>> {
    let mut stamps = vec![];
    for section in &log.sections {
        let confirmed = section.first_line().and_then(|it| {
            let text = it.text.strip_prefix("_Confirmed by the human at ")?;
            Some(Stamp { line: it.line, what: "confirmed".to_owned(), text })
        });
        stamps.extend(confirmed);
    }
    for block in &log.blocks {
        stamps.extend(block.checkpoints.iter().filter_map(|it| {
            let what = format!("checkpoint {} confirmed", it.number);
            Some(Stamp { line: it.line, what, text: it.confirmed? })
        }));
    }
    let progress = log.section("progress log").into_iter().flat_map(|it| it.items());
    stamps.extend(progress.filter_map(remark));
    let (measured, _) = log.measured_and_told("tests passing");
    stamps.extend(measured.into_iter().filter_map(run));
    stamps
}

/// `- Note (15:10): Mind the cat`
fn remark(line: Line<'_>) -> Option<Stamp<'_>> {
    let text = line.text.strip_prefix("- ")?;
    let (what, rest) = text.split_once(" (")?;
    let is_remark = ["Note", "Decision"].contains(&what);
    is_remark.then(|| Stamp { line: line.line, what: what.to_lowercase(), text: rest })
}

/// `` - `cargo test` (14:50, exit code 0) ``
fn run(line: Line<'_>) -> Option<Stamp<'_>> {
    let text = line.text.strip_prefix("- ")?;
    let ticks = text.len() - text.trim_start_matches('`').len();
    let (mark, behind) = text.split_at(ticks);
    // The command may be anything, brackets and single ticks too.
    let rest = if mark.is_empty() { behind } else { behind.split_once(mark)?.1 };
    let text = rest.trim_start().strip_prefix('(')?;
    Some(Stamp { line: line.line, what: "a test run".to_owned(), text })
}

impl Stamp<'_> {
    fn message(&self) -> String {
        format!("{} at {}", self.what, time_of(self.text))
    }
}
