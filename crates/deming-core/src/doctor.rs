//! What `deming doctor` found: one value, shown as a table or as JSON.
//! Looks at nothing itself, and decides only whether a review can start.

use serde::Serialize;

/// How one thing is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Ok,
    /// It works without, or it is worth knowing.
    Note,
    /// A review by the configured reviewer cannot start, or would be lost.
    Problem,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Check {
    /// The name that scripts use: `codex`, `login`.
    pub id: &'static str,
    /// The name that people read.
    #[serde(skip)]
    pub title: &'static str,
    pub state: State,
    /// One line: what is there, or what is wrong.
    pub found: String,
    /// One action, if there is something to do.
    pub advice: Option<String>,
}

/// All that was looked at, in the order in which it is shown.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Report {
    pub version: u32,
    /// Whether a review by the configured reviewer can start.
    pub ready: bool,
    /// The word of that reviewer: `codex`.
    pub reviewer: String,
    pub checks: Vec<Check>,
}

impl Report {
    pub const VERSION: u32 = 1;

    pub fn new(reviewer: impl Into<String>, checks: Vec<Check>) -> Self {
        let ready = checks.iter().all(|it| it.state < State::Problem);
        Self { version: Self::VERSION, ready, reviewer: reviewer.into(), checks }
    }

    pub fn problems(&self) -> usize {
        self.checks.iter().filter(|it| it.state == State::Problem).count()
    }
}

impl Check {
    pub fn ok(id: &'static str, title: &'static str, found: impl Into<String>) -> Self {
        Self { id, title, state: State::Ok, found: found.into(), advice: None }
    }

    #[must_use]
    pub fn note(mut self) -> Self {
        self.state = State::Note;
        self
    }

    #[must_use]
    pub fn problem(mut self) -> Self {
        self.state = State::Problem;
        self
    }

    #[must_use]
    pub fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_keep_nobody_from_a_review() {
        let check = || Check::ok("git", "git", "2.39");
        assert!(Report::new("codex", vec![check(), check().note()]).ready);
        let report = Report::new("codex", vec![check().problem(), check().note()]);
        assert!(!report.ready);
        assert_eq!(report.problems(), 1);
    }
}
