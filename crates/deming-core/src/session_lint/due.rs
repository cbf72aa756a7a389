//! Which sections a log owes, by how far its session got and in which mode.

use super::log::{Log, is_placeholder};

/// What may be expected of a log.
pub(super) struct Due {
    kept: Kept,
    /// The session goes on, or was opened again.
    is_open: bool,
}

/// How much of a session took place.
enum Kept {
    All,
    /// Only what an emergency needs.
    Work,
    /// It was given up on its way, and nothing after that was due.
    Frame,
}

/// When a session began and ended: the last three come together, at its end.
const FRAME: [&str; 6] =
    ["session date", "feature", "start time", "end time", "actual duration", "session complete"];

/// What there is without an analysis and a retrospective.
const WORK: [&str; 6] = [
    "number of steps",
    "progress log",
    "status",
    "tests passing",
    "ready to close",
    "outstanding items",
];

impl Due {
    pub(super) fn of(log: &Log<'_>) -> Self {
        let is_abandoned = log.section("status").is_some_and(|it| {
            it.body.iter().any(|it| !it.is_code && it.text.to_lowercase().starts_with("abandoned"))
        });
        let mode = log.header("mode").map(|it| it.value.to_lowercase());
        let kept = match mode.as_deref() {
            _ if is_abandoned => Kept::Frame,
            Some("emergency") => Kept::Work,
            Some(_) | None => Kept::All,
        };
        let is_unfilled = |name: &str| log.section(name).is_some_and(|it| it.is_unfilled());
        let complete = log.fields.iter().rfind(|it| it.label == "session complete");
        let is_open = is_unfilled("end time")
            && is_unfilled("actual duration")
            && complete.is_some_and(|it| is_placeholder(it.value));
        Self { kept, is_open }
    }

    /// Whether the section or field of this name has to hold something.
    pub(super) fn has(&self, name: &str) -> bool {
        if self.is_open && FRAME[3..].contains(&name) {
            return false;
        }
        match self.kept {
            Kept::All => true,
            Kept::Work => FRAME.contains(&name) || WORK.contains(&name),
            Kept::Frame => FRAME.contains(&name),
        }
    }
}
