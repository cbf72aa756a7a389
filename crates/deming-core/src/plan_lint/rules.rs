//! What a lint finding is, which rules there are, and the order in which
//! they speak.

use std::collections::BTreeMap;
use std::fmt;

use crate::finding::Level;
use crate::plan::{ElisionKind, Plan, elisions, files_named};
use crate::plan_lint::language::Language;
use crate::plan_lint::repository::Repository;
use crate::plan_lint::{
    commands, data_change, dependencies, files, numbering, placeholders, references, structure,
    tests_named,
};

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

/// Checks a plan against itself and against what is known of its repository.
/// The findings are sorted, the weightiest first, and the same for the same input.
pub fn lint(plan: &Plan, repository: &Repository) -> Vec<LintFinding> {
    if let Some(nothing) = structure::check_title_only(plan) {
        return vec![nothing];
    }
    let language = Language::of(plan);
    let mut findings = Vec::new();
    let files = files_named(plan);
    let mut left_out = elisions(plan);
    left_out.retain(|it| it.kind == ElisionKind::Certain);
    findings.extend(data_change::check(plan, language));
    findings.extend(tests_named::check(plan, &files, language));
    findings.extend(placeholders::check(plan, &left_out));
    findings.extend(files::check(&files, repository));
    findings.extend(references::check(plan));
    findings.extend(numbering::check(plan));
    findings.extend(commands::check(plan, &files, repository));
    findings.extend(structure::check(plan, &left_out));
    findings.extend(dependencies::check(plan, language));
    findings.sort_by_key(|it| (std::cmp::Reverse(it.level), it.rule, it.line));
    let mut of_rule: BTreeMap<RuleName, usize> = BTreeMap::new();
    findings.retain(|it| {
        let count = of_rule.entry(it.rule).or_default();
        *count += 1;
        *count <= MAX_OF_RULE
    });
    findings
}

/// More findings of one rule tell nobody more.
const MAX_OF_RULE: usize = 10;

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
