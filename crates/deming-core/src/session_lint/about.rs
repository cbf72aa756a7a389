//! Which session a log is about, so that its journal and its commits are found.

use super::log::{Log, without_code};
use super::numbers::time_of;
use crate::metrics::compute::Report;
use crate::render::markdown::inline;
use crate::session::event::{At, FileClass};
use crate::session::state::State;

/// What a log says of its session and of the place where it was.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct About {
    pub project: Option<String>,
    feature: Option<String>,
    day: Option<String>,
    start: Option<String>,
    /// The day and the time at which it was closed; none while it is open.
    complete: Option<String>,
    /// The beginning of the hash at which it began.
    pub base: Option<String>,
    /// The beginning of the hash at which the tests ran last.
    pub tested: Option<String>,
}

/// Reads the header of a log, and what it says of its end.
pub fn about(text: &str) -> About {
    let log = Log::parse(text);
    let header = |label| log.header(label).map(|it| it.value.to_owned());
    let time = |name| log.first_line(name).map(|it| time_of(it.text).to_owned());
    About {
        project: header("project"),
        feature: header("feature"),
        day: header("session date"),
        start: time("start time"),
        complete: log.footer("session complete").map(|it| it.value.to_owned()),
        base: base(&log).map(|it| it.1.to_owned()),
        tested: tested(&log).map(|it| it.1.to_owned()),
    }
}

impl About {
    /// Whether the log is of this session.
    pub fn is_of(&self, state: &State) -> bool {
        let opening = &state.opening;
        let same = |said: &Option<String>, is: &str| said.as_deref() == Some(is);
        same(&self.project, &inline(&opening.project))
            && same(&self.feature, &inline(&opening.feature))
            && same(&self.day, &state.opened_at.date_naive().to_string())
            && same(&self.start, &minute(state.opened_at))
    }

    /// Whether the log was written at the end of this session, and not before.
    pub fn is_final(&self, state: &State) -> bool {
        let end = state.closing.as_ref().map(|it| {
            let at = it.at.with_timezone(&state.opened_at.timezone());
            format!("{} {}", at.date_naive(), minute(at))
        });
        end.is_some() && self.complete == end
    }

    /// When it began, in the form `2030-01-15 14:30`.
    pub(super) fn began(&self) -> Option<String> {
        let (day, start) = (self.day.as_ref()?, self.start.as_ref()?);
        let began = format!("{day} {start:0>5}");
        chrono::NaiveDateTime::parse_from_str(&began, "%Y-%m-%d %H:%M").ok().map(|_| began)
    }
}

/// Whether the files of a session are of the classes that they were of when
/// its commits were recorded, so that its metrics mean the same.
pub fn is_of_same_classes(state: &State, report: &Report) -> bool {
    report.commits.iter().all(|measured| {
        let recorded = state.commits.iter().find(|it| it.commit.hash == measured.hash);
        recorded.is_some_and(|it| {
            let has = |class| it.commit.files.iter().any(|it| it.class == class);
            // Tests may stand inside of product files.
            let may_test = has(FileClass::Test) || has(FileClass::Product);
            has(FileClass::Product) == (0 < measured.prod) && (may_test || measured.test == 0)
        })
    })
}

fn minute(at: At) -> String {
    at.time().to_string().chars().take(5).collect()
}

/// The base commit with its line.
pub(super) fn base<'a>(log: &Log<'a>) -> Option<(u32, &'a str)> {
    let field = log.header("base commit")?;
    Some((field.line, hash(field.value)?))
}

/// The commit at which the tests ran, with its line.
pub(super) fn tested<'a>(log: &Log<'a>) -> Option<(u32, &'a str)> {
    let (measured, _) = log.measured_and_told("tests passing");
    let run = measured.into_iter().find(|it| without_code(it.text).contains(", at commit "))?;
    Some((run.line, hash(run.text.rsplit_once(", at commit ")?.1)?))
}

fn hash(text: &str) -> Option<&str> {
    let text = text.strip_prefix('`').unwrap_or(text);
    let end = text.find(|it: char| !it.is_ascii_hexdigit()).unwrap_or(text.len());
    (7..=64).contains(&end).then(|| &text[..end])
}
