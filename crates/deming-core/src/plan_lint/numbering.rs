//! Rule: what the plan counts, it counts without gaps.

use crate::finding::Level;
use crate::plan::{BlockKind, Plan, is_listed};
use crate::plan_lint::finding::{LintFinding, RuleName};

/// Names that a heading carries before its number.
const NAMES: &str = "step phase milestone task part stage schritt étape paso фаза шаг этап";

pub(super) fn check(plan: &Plan) -> Vec<LintFinding> {
    let mut findings = list_gaps(plan);
    findings.extend(heading_gaps(plan));
    findings
}

/// Markdown renumbers a list when it is shown, so a gap hides an item that went.
fn list_gaps(plan: &Plan) -> Vec<LintFinding> {
    let mut last: Option<(usize, u64)> = None;
    let mut findings = Vec::new();
    for block in &plan.blocks {
        let BlockKind::Item { list, number: Some(number), depth: 1 } = block.kind else { continue };
        if let Some((_, before)) =
            last.filter(|(known, before)| *known == list && *before + 1 < number)
        {
            findings.push(gap(block.line, &format!("The list skips from {before} to {number}")));
        }
        last = Some((list, number));
    }
    findings
}

/// "Phase 1", "Phase 2", "Phase 4"; also `## 1.`, `## 2.`, `## 4.`.
fn heading_gaps(plan: &Plan) -> Vec<LintFinding> {
    let mut last: Option<(u8, String, u64)> = None;
    let mut findings = Vec::new();
    for section in &plan.sections {
        let Some((name, number)) = counted(&section.heading) else {
            if last.as_ref().is_some_and(|(level, _, _)| section.level < *level) {
                last = None;
            }
            continue;
        };
        if let Some((level, known, before)) = &last {
            let follows = *level == section.level && *known == name;
            if section.level > *level {
                continue;
            }
            if follows && before + 1 < number && number < 60 {
                let label = if name.is_empty() { "heading".to_owned() } else { name.clone() };
                findings.push(gap(
                    section.line,
                    &format!("The headings skip from {label} {before} to {label} {number}"),
                ));
            }
        }
        last = Some((section.level, name, number));
    }
    findings
}

fn counted(heading: &str) -> Option<(String, u64)> {
    let mut words = heading.split_whitespace();
    let first = words.next()?.to_lowercase();
    let (name, number) = if is_listed(NAMES, &first) {
        (first, words.next()?)
    } else {
        (String::new(), heading.split_whitespace().next()?)
    };
    let digits = number.trim_end_matches(['.', ':', ')', '-', '–', '—']);
    let is_number = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    // "3 ways" counts things, "3." and "Step 3" count headings.
    let is_counted = is_number && (!name.is_empty() || digits.len() < number.len());
    if is_counted { digits.parse().ok().map(|it| (name, it)) } else { None }
}

fn gap(line: usize, what: &str) -> LintFinding {
    LintFinding {
        rule: RuleName::Numbering,
        level: Level::Low,
        line: Some(line),
        text: format!("{what}; say what is missing or renumber"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_plan(text: &str, want: &[&str]) {
        let plan = Plan::parse(text).unwrap();
        let have: Vec<String> = check(&plan).iter().map(ToString::to_string).collect();
        assert_eq!(have, want);
    }

    #[test]
    fn gaps_are_found() {
        check_plan(
            "# P\n1. a\n2. b\n4. c\n",
            &["The list skips from 2 to 4; say what is missing or renumber (line 4)"],
        );
        check_plan(
            "# P\n## Phase 1\n### 1. a\n## Phase 2\n## Risks\n## Phase 4: x\n",
            &[
                "The headings skip from phase 2 to phase 4; say what is missing or renumber (line 6)",
            ],
        );
    }

    #[test]
    fn other_counting_is_left_alone() {
        check_plan("# P\n1. a\n1. b\n1. c\n", &[]);
        check_plan("# P\n1. a\n\n```sh\nx\n```\n\n4. b\n", &[]);
        check_plan("# P\n## 2024 in review\n## 3 ways\n## 7 ways\n", &[]);
        check_plan("# P\n## 1. a\n### 1. x\n### 2. y\n## 2. b\n### 1. z\n## 3. c\n", &[]);
        check_plan("# P\n## Step 1-2: a\n## Step 3-4: b\n", &[]);
    }
}
