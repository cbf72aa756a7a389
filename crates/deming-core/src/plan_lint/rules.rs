//! The rules, and the order in which they speak.

use std::collections::BTreeMap;

use crate::plan::{ElisionKind, Plan, elisions, files_named};
use crate::plan_lint::finding::{LintFinding, RuleName};
use crate::plan_lint::language::Language;
use crate::plan_lint::repository::Repository;
use crate::plan_lint::{
    commands, data_change, dependencies, files, numbering, placeholders, references, structure,
    tests_named,
};

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
