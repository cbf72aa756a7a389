//! Checks a session log against itself and against git.
//!
//! Arithmetic and cross-references only: what a number, a time or a name says
//! against what another one says. It never guesses at meaning and never runs
//! anything.

mod about;
mod block;
mod checkpoints;
mod commits;
mod completion;
mod criteria;
mod discipline;
mod due;
mod filled;
mod log;
mod metrics;
mod named;
mod numbers;
pub mod range;
mod stamps;
mod steps;
mod tests_passing;
mod times;

use serde::{Deserialize, Serialize};

pub use about::{About, about, is_of_same_classes};

use crate::metrics::compute::Metrics;
use crate::session_lint::log::Log;

/// A place where a log contradicts itself or git, or holds nothing.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct LintFinding {
    /// Counts from 1.
    pub line: u32,
    pub rule: Rule,
    /// What the log says.
    pub message: String,
    /// What would be true.
    pub truth: String,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Hardly any heading of a session log is there.
    NotASessionLog,
    MissingSection,
    /// A section or field without content. The only rule that an unfinished
    /// log of Deming breaks.
    Unfilled,
    /// A word outside of a closed list.
    Vocabulary,
    Duration,
    Estimate,
    SessionComplete,
    /// A day or a time that no calendar has.
    NoSuchTime,
    /// A time outside of the session.
    OutsideTime,
    StepTime,
    StepCount,
    StepOrder,
    StepMissing,
    StepWithoutCommit,
    StepDeferred,
    CheckpointPlan,
    CheckpointReached,
    CheckpointTests,
    DeviationMissing,
    InterventionStep,
    CommitCount,
    /// The classes of the steps against the metric of test-first.
    TestFirst,
    Ratio,
    Average,
    MetricTarget,
    TargetClaim,
    TestCount,
    /// A number in somebody's note is above the measured one.
    NoteCount,
    Readiness,
    Criteria,
    GitCommit,
    GitCount,
    GitLines,
}

impl Rule {
    /// The name in output, as in `commit-count`.
    pub fn name(self) -> String {
        let debug = format!("{self:?}");
        let mut name = String::with_capacity(debug.len() + 4);
        for character in debug.chars() {
            if character.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(character.to_ascii_lowercase());
        }
        name
    }
}

/// What git knows about the commits of a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GitFacts {
    pub commits: Vec<GitCommit>,
    /// These are all commits of the session and no others.
    pub is_exact: bool,
    /// Those that the log names and that surely were made outside of the session.
    pub strangers: Vec<GitCommit>,
    /// Beginnings of hashes that the log gives and that are wrong, each with
    /// what is true.
    pub wrong: Vec<(String, String)>,
    /// The metrics of exactly these commits, where their files are of the same
    /// classes as in the session.
    pub measured: Option<Metrics>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GitCommit {
    /// The whole hash.
    pub hash: String,
    pub subject: String,
    pub files: Vec<String>,
    /// Added and deleted lines, of every file.
    pub lines: u32,
}

/// A commit as a log names it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mention {
    /// The whole hash, or its beginning.
    pub hash: Option<String>,
    /// May be empty where there is a hash.
    pub subject: String,
}

/// The commits that a log names, for whoever asks git about them.
pub fn mentions(text: &str) -> Vec<Mention> {
    let mention = |it: &named::NamedCommit<'_>| Mention {
        hash: it.hash.map(str::to_lowercase),
        subject: it.subject.to_owned(),
    };
    Log::parse(text).commits.iter().map(mention).collect()
}

/// Whether a log may mean a commit that git calls so.
pub fn is_called(subject: &str, in_git: &str) -> bool {
    subject == in_git || subject == crate::render::markdown::inline(in_git)
}

/// Checks a log; findings in the order of their lines.
pub fn lint(text: &str, git: Option<&GitFacts>) -> Vec<LintFinding> {
    let log = Log::parse(text);
    let mut report = Report::default();
    if filled::is_other_document(&log) {
        let truth = "a log has the headings that `/pdca-start` begins it with";
        report.add(1, Rule::NotASessionLog, "this is no PDCA session log", truth);
        return report.findings;
    }
    filled::check(&log, &mut report);
    times::check(&log, &mut report);
    steps::check(&log, &mut report);
    checkpoints::check(&log, &mut report);
    discipline::check(&log, &mut report);
    commits::check(&log, git, &mut report);
    metrics::check(&log, &mut report);
    completion::check(&log, &mut report);
    criteria::check(&log, &mut report);
    report.findings.sort_by_key(|it| (it.line, it.rule));
    report.findings
}

#[derive(Default)]
struct Report {
    findings: Vec<LintFinding>,
}

impl Report {
    fn add(&mut self, line: u32, rule: Rule, message: impl Into<String>, truth: impl Into<String>) {
        self.findings.push(LintFinding {
            line,
            rule,
            message: message.into(),
            truth: truth.into(),
        });
    }
}

#[cfg(test)]
mod tests;
