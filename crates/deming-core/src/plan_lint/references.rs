//! Rule: what the plan points to in itself is there. A pointer to something
//! of another text ("step 3 of the protocol") is never judged.

use std::collections::{BTreeSet, HashSet};

use crate::finding::Level;
use crate::plan::{
    Block, BlockKind, Plan, SpanKind, WordList, alike, bare_heading, is_listed, word_list,
};
use crate::plan_lint::finding::{LintFinding, RuleName};

/// Things that a plan numbers and points to.
struct Kind {
    /// In lower case; the first is the one that messages use.
    names: &'static str,
    /// A numbered list or heading defines one, too.
    by_list: bool,
}

const KINDS: [Kind; 4] = [
    Kind {
        names: "step steps schritt schritte schritten étape étapes paso pasos шаг",
        by_list: true,
    },
    Kind { names: "phase phases фаза", by_list: false },
    Kind { names: "milestone milestones meilenstein", by_list: false },
    Kind { names: "section sections abschnitt sección", by_list: true },
];

/// Words that make a pointer one to later work, or to another text.
static ELSEWHERE: WordList = WordList::new(|| {
    word_list(
        "later future follow follow-up deferred postponed out-of-scope next scope \
    rfc docs documentation readme guide specification spec issue später spätere ultérieure",
    )
});

/// No plan counts so far; a larger number is a year or an amount.
const MAX_NUMBER: u64 = 60;

/// Headings that a quoted name is compared with letter by letter.
const MAX_HEADINGS: usize = 200;

pub(super) fn check(plan: &Plan) -> Vec<LintFinding> {
    let mut findings: Vec<LintFinding> =
        KINDS.iter().flat_map(|kind| numbered(plan, kind)).collect();
    findings.extend(anchors(plan));
    findings.extend(quoted_sections(plan));
    findings
}

fn numbered(plan: &Plan, kind: &Kind) -> Vec<LintFinding> {
    let Some(defined) = definitions(plan, kind) else { return Vec::new() };
    let name = kind.names.split(' ').next().unwrap_or_default();
    let mut reported = BTreeSet::new();
    let mut findings = Vec::new();
    for block in plan.blocks.iter().filter(|it| !it.is_code() && it.kind != BlockKind::Html) {
        for (line, text) in block.prose() {
            for number in pointers(&text, kind) {
                let is_missing = !defined.contains(&number) && number <= MAX_NUMBER;
                if is_missing && !is_elsewhere(plan, block) && reported.insert(number) {
                    findings.push(finding(
                        line,
                        format!("{name} {number} is referred to but the plan has no such {name}"),
                    ));
                }
            }
        }
    }
    findings
}

/// The numbers that the plan has; `None` where it does not count at all.
fn definitions(plan: &Plan, kind: &Kind) -> Option<BTreeSet<u64>> {
    let mut by_name = BTreeSet::new();
    let mut by_number = BTreeSet::new();
    for block in plan.blocks.iter().filter(|it| !it.is_code()) {
        let text = block.text();
        let leads = match block.kind {
            BlockKind::Heading { .. } | BlockKind::Item { .. } | BlockKind::Cell { .. } => true,
            BlockKind::Paragraph => block.spans.first().is_some_and(|it| it.strong),
            BlockKind::Code { .. } | BlockKind::Html => false,
        };
        let words: Vec<&str> = text.split_whitespace().take(4).collect();
        if leads {
            by_name.extend(numbers_after(&words, kind));
        }
        match block.kind {
            BlockKind::Item { number: Some(number), .. } if kind.names.starts_with("step") => {
                by_number.insert(number);
            }
            BlockKind::Heading { .. } | BlockKind::Cell { .. } => {
                by_number.extend(words.first().and_then(|it| leading_number(it)));
            }
            BlockKind::Item { .. }
            | BlockKind::Paragraph
            | BlockKind::Code { .. }
            | BlockKind::Html => {}
        }
    }
    if 2 <= by_name.len() {
        return Some(by_name);
    }
    by_number.extend(by_name);
    (kind.by_list && 2 <= by_number.len()).then_some(by_number)
}

/// "Step 3", "Steps 3-5": what a heading or item of that name counts as.
fn numbers_after(words: &[&str], kind: &Kind) -> Vec<u64> {
    let Some(at) = words.iter().take(2).position(|it| is_name(it, kind)) else { return Vec::new() };
    words.get(at + 1).map_or_else(Vec::new, |it| range(it))
}

fn is_name(word: &str, kind: &Kind) -> bool {
    let word = word.trim_matches(|it: char| !it.is_alphanumeric()).to_lowercase();
    is_listed(kind.names, &word)
}

/// The numbers that a line points to, without those it defines itself.
fn pointers(line: &str, kind: &Kind) -> Vec<u64> {
    // Most lines have no number, and words are slow to compare.
    if !line.bytes().any(|it| it.is_ascii_digit()) {
        return Vec::new();
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if !is_name(word, kind) || word.ends_with(['.', ':', ',', ';']) {
            continue;
        }
        let mut next = at + 1;
        let mut numbers = words.get(next).map_or_else(Vec::new, |it| range(it));
        while words.get(next + 1).is_some_and(|it| matches!(*it, "and" | "or" | "und" | "to" | "&"))
            && words.get(next + 2).is_some_and(|it| leading_number(it).is_some())
        {
            numbers.extend(words.get(next + 2).map_or_else(Vec::new, |it| range(it)));
            next += 2;
        }
        let ends_clause = words.get(next).is_some_and(|it| it.ends_with([',', '.', ';', ':', ')']));
        let follower = words.get(next + 1).map_or("", |it| *it);
        let is_of_other = !ends_clause && matches!(follower, "of" | "in" | "from" | "von" | "de");
        if !is_of_other {
            found.extend(numbers);
        }
    }
    found
}

/// `3`, `3.`, `3a`, `3-5`; nothing for `3.2`, which counts something finer.
fn range(word: &str) -> Vec<u64> {
    let word = word.trim_start_matches(['(', '#', '*']);
    let Some(first) = leading_number(word) else { return Vec::new() };
    let rest = word.trim_start_matches(|it: char| it.is_ascii_digit());
    let tail = rest.trim_start_matches(['-', '–', '—']);
    match leading_number(tail).filter(|last| tail.len() < rest.len() && first < *last) {
        Some(last) if last <= MAX_NUMBER => (first..=last).collect(),
        Some(_) | None => vec![first],
    }
}

fn leading_number(word: &str) -> Option<u64> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &word[digits..];
    let is_finer = rest.starts_with('.') && rest[1..].starts_with(|it: char| it.is_ascii_digit());
    let is_amount = rest.starts_with(['%', '/', '×', '+']);
    if is_finer || is_amount { None } else { word[..digits].parse().ok() }
}

fn is_elsewhere(plan: &Plan, block: &Block) -> bool {
    let speaks_of_it = |text: &str| {
        text.to_lowercase()
            .split(|it: char| !it.is_alphanumeric() && it != '-')
            .any(|it| ELSEWHERE.contains(it))
    };
    speaks_of_it(&block.text()) || speaks_of_it(&plan.section_of(block).heading)
}

/// Links to `#anchor`, by the rule with which GitHub names headings.
fn anchors(plan: &Plan) -> Vec<LintFinding> {
    let names: HashSet<String> = plan.sections.iter().map(|it| anchor_of(&it.heading)).collect();
    let mut seen = HashSet::new();
    let mut findings = Vec::new();
    for span in plan.blocks.iter().flat_map(|it| &it.spans) {
        let SpanKind::Link { target } = &span.kind else { continue };
        let Some(anchor) = target.strip_prefix('#').filter(|it| !it.is_empty()) else { continue };
        let name = anchor.to_lowercase();
        // The second heading of a name is `name-1`.
        let first = name.rsplit_once('-').map_or(name.as_str(), |(name, _)| name);
        let is_heading = names.contains(&name) || names.contains(first);
        let is_html = || {
            let marks = ["id=\"", "id='", "name=\"", "name='"];
            marks.iter().any(|mark| plan.text.contains(&format!("{mark}{anchor}")))
        };
        if seen.insert(anchor) && !is_heading && !is_html() {
            let text = format!("the link `{}` points to a heading that is not there", span.text);
            findings.push(finding(span.line, text));
        }
    }
    findings
}

fn anchor_of(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'))
        .map(|it| if it == ' ' { '-' } else { it })
        .collect()
}

/// `see section "Roll-out"`, `the "Roll-out" section`.
fn quoted_sections(plan: &Plan) -> Vec<LintFinding> {
    let headings: HashSet<String> =
        plan.sections.iter().map(|it| bare_heading(&it.heading)).collect();
    let is_there = |wanted: &str| {
        headings.contains(wanted) || headings.iter().take(MAX_HEADINGS).any(|it| alike(it, wanted))
    };
    let mut seen = HashSet::new();
    let mut findings = Vec::new();
    for block in plan.blocks.iter().filter(|it| !it.is_code()) {
        for (line, text) in block.prose() {
            for name in quoted_beside_section(&text) {
                let wanted = bare_heading(name);
                // `[s3]` is a section of a settings file.
                let is_ours = !wanted.is_empty() && !name.starts_with(['[', '<', '.', '/']);
                let is_new = is_ours && seen.insert(wanted.clone());
                if is_new && !is_there(&wanted) && !is_elsewhere(plan, block) {
                    let text = format!("section `{name}` is referred to but not there");
                    findings.push(finding(line, text));
                }
            }
        }
    }
    findings
}

fn quoted_beside_section(line: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (open, close) in [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»')] {
        let mut from = 0;
        while let Some(start) = line[from..].find(open).map(|it| from + it) {
            let inner_start = start + open.len_utf8();
            let Some(length) = line[inner_start..].find(close) else { break };
            let (end, next) = (inner_start + length, inner_start + length + close.len_utf8());
            let last = line[..start].split_whitespace().next_back().unwrap_or_default();
            let mut following = line[next..].split_whitespace();
            let (first, second) = (following.next().unwrap_or_default(), following.next());
            let is_section = |it: &str| {
                is_listed(
                    "section abschnitt sección",
                    it.trim_matches(['.', ',', ')', '(']).to_lowercase().as_str(),
                )
            };
            let before = is_section(last) && !matches!(first, "of" | "in");
            let after = is_section(first) && !matches!(second, Some("of" | "in" | "to"));
            let is_new =
                line[..start].split_whitespace().rev().take(6).any(|it| is_listed("add adds", it));
            if (before || after) && !is_new {
                names.push(&line[inner_start..end]);
            }
            from = next;
        }
    }
    names
}

fn finding(line: usize, text: String) -> LintFinding {
    let mut letters = text.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    LintFinding {
        rule: RuleName::DanglingReference,
        level: Level::Medium,
        line: Some(line),
        text: format!("{first}{}", letters.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str =
        "# Plan: X\n\n## Phase 1: Model\n1. One\n2. Two\n3. Three\n\n## Phase 2: API\n";

    #[track_caller]
    fn check_line(line: &str, want: &[&str]) {
        let plan = Plan::parse(&format!("{PLAN}\n{line}\n")).unwrap();
        let have: Vec<String> = check(&plan).into_iter().map(|it| it.text).collect();
        assert_eq!(have, want, "{line}");
    }

    #[test]
    fn a_pointer_to_nothing_is_found() {
        check_line("As in step 7.", &["Step 7 is referred to but the plan has no such step"]);
        check_line("After steps 2-4:", &["Step 4 is referred to but the plan has no such step"]);
        check_line("Steps 2 and 5 run", &["Step 5 is referred to but the plan has no such step"]);
        check_line(
            "Depends on Phase 3",
            &["Phase 3 is referred to but the plan has no such phase"],
        );
        check_line(
            "See [there](#roll-out)",
            &["The link `there` points to a heading that is not there"],
        );
        check_line(
            "See section \"Roll-out\".",
            &["Section `Roll-out` is referred to but not there"],
        );
    }

    #[test]
    fn a_pointer_to_something_is_not() {
        for line in [
            "As in step 3, then Phase 2.",
            "See [there](#phase-2-api) and section \"Phase 1: Model\".",
            "Step 9 of the protocol.",
            "Step 9 in the deployment guide.",
            "That is left for Phase 3, later.",
            "`step 9`",
            "Two steps 2024",
            "See step 3.9",
            "The \"Roll-out\" section of the README.",
            "Milestone 4 is far",
        ] {
            check_line(line, &[]);
        }
    }

    #[test]
    fn a_plan_that_does_not_count_has_no_dangling_steps() {
        let plan = Plan::parse("# Plan: X\n\n- a\n- b\n\nUndo step 4, then phase 2.\n").unwrap();
        assert_eq!(check(&plan), []);
    }
}
