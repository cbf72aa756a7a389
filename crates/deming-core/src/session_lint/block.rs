//! A step of the progress log: `**Step 1-2: Title** (14:35)` and its items.

use super::log::{Line, unticked};
use super::numbers::{Clock, leading_number, read_clock};

pub(super) struct Block<'a> {
    pub(super) line: u32,
    pub(super) first: u32,
    pub(super) last: u32,
    /// What stands in the last brackets of its title.
    pub(super) written: Option<&'a str>,
    pub(super) time: Option<Clock>,
    pub(super) commits: usize,
    pub(super) says_no_commit: bool,
    pub(super) is_in_progress: bool,
    pub(super) is_deferred: bool,
    pub(super) checkpoints: Vec<Checkpoint<'a>>,
    pub(super) deviations: u32,
    /// The class behind `Test-first:`.
    pub(super) class: Option<&'a str>,
}

pub(super) struct Checkpoint<'a> {
    pub(super) line: u32,
    pub(super) number: u32,
    /// What is measured, without the words of whoever confirmed it.
    pub(super) facts: &'a str,
    /// When it was confirmed.
    pub(super) confirmed: Option<&'a str>,
}

const CONFIRMED: &str = ", confirmed by the human at ";

impl<'a> Block<'a> {
    pub(super) fn begun_by(line: Line<'a>) -> Option<Self> {
        let text = line.text.trim_start_matches('*');
        let rest = text.strip_prefix("Step ").or(text.strip_prefix("Steps "))?;
        let first = leading_number(rest)?;
        let after = rest.trim_start_matches(|it: char| it.is_ascii_digit());
        let last = after.strip_prefix(['-', '–', '—']).and_then(leading_number).unwrap_or(first);
        let written = rest.rsplit_once('(').and_then(|it| it.1.split_once(')')).map(|it| it.0);
        Some(Self {
            line: line.line,
            first,
            last,
            written,
            time: written.and_then(read_clock),
            commits: 0,
            says_no_commit: false,
            is_in_progress: false,
            is_deferred: false,
            checkpoints: vec![],
            deviations: 0,
            class: None,
        })
    }

    /// Neither done nor claimed to be.
    pub(super) fn is_open(&self) -> bool {
        self.is_in_progress || self.is_deferred
    }

    pub(super) fn holds(&self, step: u32) -> bool {
        (self.first..=self.last).contains(&step)
    }

    /// `3-4`, or `5` where it is one step.
    pub(super) fn name(&self) -> String {
        if self.first == self.last {
            self.first.to_string()
        } else {
            format!("{}-{}", self.first, self.last)
        }
    }

    pub(super) fn read_item(&mut self, line: u32, fact: &'a str) {
        let lower = fact.to_lowercase();
        self.says_no_commit |= lower.starts_with("no commit");
        self.is_in_progress |= lower.starts_with("in progress");
        self.is_deferred |= lower.starts_with("deferred");
        self.deviations += u32::from(lower.starts_with("deviation:"));
        if let Some(class) = fact.strip_prefix("Test-first:") {
            self.class = Some(class.trim());
        }
        let rest = unticked(fact).trim_start_matches('*');
        if let Some((word, rest)) = rest.split_once(' ')
            && word.eq_ignore_ascii_case("checkpoint")
            && let Some(number) = leading_number(rest)
        {
            let (facts, confirmed) = match rest.split_once(CONFIRMED) {
                Some((facts, confirmed)) => (facts, Some(confirmed)),
                None => (rest, None),
            };
            self.checkpoints.push(Checkpoint { line, number, facts, confirmed });
        }
    }
}
