//! What a lint finding is, and which rules there are.

use std::fmt;

use crate::finding::Level;

/// Something in a plan that a rule objects to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LintFinding {
    pub rule: RuleName,
    pub level: Level,
    /// Counted from 1; `None` where the whole plan is meant.
    pub line: Option<usize>,
    /// One sentence with what to do about it.
    pub text: String,
}

/// The rules, by the name that a finding carries.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum RuleName {
    NoRollback,
    NoTest,
    Placeholder,
    MissingFile,
    ExistingFile,
    Contradiction,
    DanglingReference,
    OpenFence,
    Numbering,
    UnknownCommand,
    EmptySection,
    NoFailureHandling,
}

impl RuleName {
    pub fn name(self) -> &'static str {
        match self {
            Self::NoRollback => "no-rollback",
            Self::NoTest => "no-test",
            Self::Placeholder => "placeholder",
            Self::MissingFile => "missing-file",
            Self::ExistingFile => "existing-file",
            Self::Contradiction => "contradiction",
            Self::DanglingReference => "dangling-reference",
            Self::OpenFence => "open-fence",
            Self::Numbering => "numbering",
            Self::UnknownCommand => "unknown-command",
            Self::EmptySection => "empty-section",
            Self::NoFailureHandling => "no-failure-handling",
        }
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The finding as one sentence, with its line.
impl fmt::Display for LintFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        match self.line {
            Some(line) => write!(f, " (line {line})"),
            None => Ok(()),
        }
    }
}

/// `a`, `b` and 3 more, for a finding about several things at once.
pub(super) fn listed(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let quoted: Vec<String> = names.iter().take(SHOWN).map(|it| format!("`{it}`")).collect();
    let more = names.len() - quoted.len();
    match quoted.split_last() {
        Some((last, [])) if more == 0 => last.clone(),
        Some((last, others)) if more == 0 => format!("{} and {last}", others.join(", ")),
        Some(_) => format!("{} and {more} more", quoted.join(", ")),
        None => String::new(),
    }
}
