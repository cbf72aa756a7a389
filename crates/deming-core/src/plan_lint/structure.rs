//! Rules: no section is empty, and every code fence is closed.

use crate::finding::Level;
use crate::plan::{BlockKind, Elision, Plan};
use crate::plan_lint::finding::{LintFinding, RuleName, listed};

pub(super) fn check(plan: &Plan, left_out: &[Elision]) -> Vec<LintFinding> {
    open_fence(plan).into_iter().chain(empty_sections(plan, left_out)).collect()
}

/// The whole finding about a plan that says nothing; no other rule fits it.
pub(super) fn check_title_only(plan: &Plan) -> Option<LintFinding> {
    match plan.sections.as_slice() {
        [only] if only.text.is_empty() => Some(LintFinding {
            rule: RuleName::EmptySection,
            level: Level::High,
            line: Some(only.line),
            text: "The plan is a title and nothing else; say what is to be done".to_owned(),
        }),
        _ => None,
    }
}

fn open_fence(plan: &Plan) -> Option<LintFinding> {
    let open =
        plan.blocks.iter().find(|it| matches!(it.kind, BlockKind::Code { closed: false, .. }))?;
    Some(LintFinding {
        rule: RuleName::OpenFence,
        level: Level::Medium,
        line: Some(open.line),
        text: "A code fence is never closed, so that all below it reads as code; close it"
            .to_owned(),
    })
}

fn empty_sections(plan: &Plan, left_out: &[Elision]) -> Option<LintFinding> {
    // A heading that says "unchanged" is reported as left out.
    let elided: Vec<usize> = left_out.iter().map(|it| it.section).collect();
    let empty: Vec<usize> = (0..plan.sections.len())
        .filter(|&it| plan.is_empty_section(it) && !elided.contains(&it))
        .collect();
    let first = *empty.first()?;
    let headings: Vec<String> = empty.iter().map(|&it| plan.sections[it].heading.clone()).collect();
    let (sections, are, them) =
        if headings.len() == 1 { ("Section", "is", "it") } else { ("Sections", "are", "them") };
    Some(LintFinding {
        rule: RuleName::EmptySection,
        level: Level::Low,
        line: Some(plan.sections[first].line),
        text: format!("{sections} {} {are} empty; fill {them} or drop {them}", listed(&headings)),
    })
}
