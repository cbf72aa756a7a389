//! Says what a heading announces: findings, settled ones, a verdict, praise.

use crate::finding::Level;
use crate::reply::vocabulary::{Role, is};
use crate::reply::words::{Folded, Word};

/// What stands under a heading.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Section {
    /// Nothing that the heading tells.
    Plain,
    Findings,
    /// One finding, named as such but without its level: `Finding 2: …`.
    Finding,
    /// Findings of one level.
    Group(Level),
    /// Findings that are done with, or those of earlier rounds.
    Settled,
    Verdict,
    Praise,
    /// Words of somebody else: an example, the instructions, an earlier verdict.
    Foreign,
}

/// Reads a heading without its `#`, or a line that acts as one.
pub(super) fn section_of(heading: &str) -> Section {
    if is_numbered(heading) {
        return Section::Finding;
    }
    let folded = Folded::of(heading);
    let mut words = folded.words();
    words.retain(|it| !it.is_mark());
    let has = |wanted: &[&str]| words.iter().any(|it| wanted.contains(&it.text));
    if let [first, second, ..] = words.as_slice()
        && FINDINGS.contains(&first.text)
        && (second.text.bytes().all(|byte| byte.is_ascii_digit()) || heading.contains(':'))
    {
        return Section::Finding;
    }
    if is_settled_heading(&words) {
        return Section::Settled;
    }
    let negative = has(&["no", "none", "zero", "without", "0"]);
    let unblocking = has(&["non", "not", "optional", "nonblocking", "nice"]);
    let noun = words.iter().any(|it| is(Role::Noun, it.text) || it.text == "improvements");
    if !negative {
        if has(&["nits", "nitpicks", "nit", "nitpick", "trivia"]) {
            return Section::Group(Level::Nitpick);
        }
        let blocks = has(&["blocking", "blockers", "blocker", "blocks"]);
        let optional = has(&["optional", "nonblocking"]) || has(&["nice"]) && has(&["have"]);
        if optional || (blocks && unblocking) {
            return Section::Group(Level::Low);
        }
        let due = has(&["must", "required", "mandatory", "need", "needs"]);
        if blocks || (due && (noun || has(&["fix", "fixed", "fixes", "addressed", "resolved"]))) {
            return Section::Group(Level::High);
        }
    }
    let foreign = has(&[
        "previous",
        "prior",
        "earlier",
        "last",
        "example",
        "examples",
        "instruction",
        "instructions",
        "template",
        "format",
        "prompt",
        "expected",
        "sample",
        "quoted",
        "quote",
        "task",
        "request",
        "background",
        "self",
        "author",
        "author's",
        "claude",
        "claude's",
        "response",
        "form",
        "schema",
        "original",
        "draft",
        "old",
        "past",
        "history",
        "criteria",
    ]) || matches!(words.as_slice(), [it] if it.text == "plan")
        || has(&["proposed", "current", "under"]) && has(&["plan"]);
    let findings = has(&[
        "finding",
        "findings",
        "issue",
        "issues",
        "problem",
        "problems",
        "concern",
        "concerns",
        "defects",
        "gaps",
        "weaknesses",
        "objections",
        "flaws",
        "risks",
        "vulnerabilities",
        "bugs",
        "suggestions",
        "recommendations",
        "improvements",
        "feedback",
        "critique",
        "missing",
        "todo",
    ]);
    if findings && !negative {
        return Section::Findings;
    }
    if foreign {
        return Section::Foreign;
    }
    if has(&["strengths", "strength", "positives", "praise", "good", "well", "works", "pros"]) {
        return Section::Praise;
    }
    if has(&["verdict", "decision", "conclusion", "recommendation", "outcome", "result"]) {
        return Section::Verdict;
    }
    Section::Plain
}

/// What one finding is called.
const FINDINGS: [&str; 5] = ["finding", "issue", "problem", "concern", "defect"];

/// `Finding 3: …` as it is mostly written, without taking the heading apart.
fn is_numbered(heading: &str) -> bool {
    let Some((name, rest)) = heading.split_once(' ') else { return false };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    0 < digits
        && matches!(rest.as_bytes().get(digits), None | Some(b':' | b' '))
        && FINDINGS.iter().any(|it| it.eq_ignore_ascii_case(name))
}

/// Only words about earlier findings that are done with; nothing that asks for work.
fn is_settled_heading(words: &[Word<'_>]) -> bool {
    let key = words.iter().any(|it| {
        is(Role::Settled, it.text)
            || matches!(it.text, "withdrawn" | "previous" | "previously" | "prior" | "earlier")
    });
    let subject = words.iter().any(|it| {
        is(Role::Noun, it.text)
            || is(Role::Settled, it.text)
            || matches!(it.text, "withdrawn" | "answers" | "feedback")
    });
    key && subject
        && words.iter().all(|it| {
            is(Role::Settled, it.text)
                || (is(Role::Noun, it.text)
                    && !matches!(it.text, "change" | "changes" | "revision" | "revisions"))
                || it.text.bytes().all(|byte| byte.is_ascii_digit())
                || matches!(
                    it.text,
                    "withdrawn"
                        | "previous"
                        | "previously"
                        | "prior"
                        | "earlier"
                        | "already"
                        | "from"
                        | "since"
                        | "in"
                        | "the"
                        | "last"
                        | "round"
                        | "rounds"
                        | "review"
                        | "iteration"
                        | "version"
                        | "plan"
                        | "of"
                        | "and"
                        | "status"
                        | "raised"
                        | "reported"
                        | "this"
                        | "all"
                        | "now"
                        | "by"
                        | "what"
                        | "was"
                        | "were"
                        | "been"
                        | "have"
                        | "has"
                        | "answers"
                        | "to"
                        | "high"
                        | "medium"
                        | "low"
                        | "nitpick"
                        | "v1"
                        | "v2"
                        | "v3"
                        | "v4"
                        | "v5"
                        | "or"
                        | "on"
                        | "for"
                        | "verified"
                        | "confirmed"
                        | "first"
                        | "second"
                        | "that"
                        | "are"
                )
        })
        && !words.windows(2).any(|pair| {
            pair[0].text == "to" && (pair[1].text == "be" || is(Role::Settled, pair[1].text))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(heading: &str, want: Section) {
        assert_eq!(section_of(heading), want, "{heading}");
    }

    #[test]
    fn settled_headings_hold_nothing_that_is_due() {
        check("Resolved findings", Section::Settled);
        check("Previous findings (v1)", Section::Settled);
        check("Fixed since the last round", Section::Settled);
        check("Issues to be fixed", Section::Findings);
        check("Issues that must be addressed", Section::Group(Level::High));
        check("Unresolved findings", Section::Findings);
        check("Previous findings that still stand", Section::Findings);
    }

    #[test]
    fn levels_and_verdicts_are_read() {
        check("Finding 2: the token leaks", Section::Finding);
        check("Nits", Section::Group(Level::Nitpick));
        check("Non-blocking suggestions", Section::Group(Level::Low));
        check("Blocking issues", Section::Group(Level::High));
        check("Verdict", Section::Verdict);
        check("Strengths", Section::Praise);
        check("Example", Section::Foreign);
        check("No findings", Section::Plain);
        check("Plan Review: JWT authentication", Section::Plain);
    }
}
