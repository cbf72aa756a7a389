//! Rule: nothing in the plan still waits to be written.
//! A plan about a to-do list, or about removing `TODO`s, has no placeholder.

use std::collections::HashSet;

use crate::finding::Level;
use crate::plan::{BlockKind, Elision, Plan, is_listed, words, words_joined};
use crate::plan_lint::finding::{LintFinding, RuleName, listed};

pub(super) fn check(plan: &Plan, left_out: &[Elision]) -> Vec<LintFinding> {
    let left_out: Vec<(usize, String)> =
        left_out.iter().map(|it| (it.line, it.text.clone())).collect();
    let known: HashSet<usize> = left_out.iter().map(|(line, _)| *line).collect();
    let mut waiting = Vec::new();
    for block in plan.blocks.iter().filter(|it| !it.is_code()) {
        for (line, text) in block.prose() {
            let is_html = block.kind == BlockKind::Html;
            let placeholder = if is_html { bracketed_in(&text) } else { placeholder_in(&text) };
            waiting.extend(placeholder.filter(|_| !known.contains(&line)).map(|it| (line, it)));
        }
    }
    let left_out = finding(left_out, |names, is_one| {
        let leaves = if is_one { "leaves" } else { "leave" };
        format!("{names} {leaves} out the plan's own text; write it out")
    });
    let waiting = finding(waiting, |names, is_one| {
        let is = if is_one { "is" } else { "are" };
        format!("{names} {is} still to be written; decide it or ask")
    });
    left_out.into_iter().chain(waiting).collect()
}

fn finding(
    mut found: Vec<(usize, String)>,
    text: impl Fn(String, bool) -> String,
) -> Option<LintFinding> {
    found.sort();
    let line = found.first()?.0;
    let mut names: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for (_, name) in found {
        if seen.insert(name.clone()) {
            names.push(name);
        }
    }
    Some(LintFinding {
        rule: RuleName::Placeholder,
        level: Level::Medium,
        line: Some(line),
        text: text(listed(&names), names.len() == 1),
    })
}

fn placeholder_in(line: &str) -> Option<String> {
    marker_in(line).or_else(|| bracketed_in(line)).or_else(|| phrase_in(line))
}

/// Capital letters and their place in the line tell the marker from the word.
fn marker_in(line: &str) -> Option<String> {
    for marker in ["TODO", "TBD", "TBA", "TBC", "FIXME", "XXX", "???"] {
        for (at, _) in line.match_indices(marker) {
            let (before, after) = (line[..at].trim_end(), &line[at + marker.len()..]);
            let next = after.chars().next();
            let is_quoted =
                before.ends_with(['"', '\'', '“', '«']) || after.starts_with(['"', '”', 's']);
            if line[..at].ends_with(char::is_alphanumeric) || is_quoted {
                continue;
            }
            let starts = before.is_empty()
                || before.ends_with([':', '-', '–', '—', '(', '[', '|', '=', '→']);
            let ends = match next {
                None => true,
                Some(it) if it.is_whitespace() => after.trim().is_empty(),
                Some(it) => matches!(it, ')' | ']' | '.' | '!' | '?'),
            };
            let opens = after.trim_start().starts_with(':') || after.starts_with(" - ");
            let is_open_question = matches!(marker, "TBD" | "TBA" | "TBC" | "???");
            if starts && (ends || opens) || is_open_question && (ends || opens || starts) {
                return Some(marker.to_owned());
            }
        }
    }
    None
}

/// `<fill in>` and `[insert name]`, but not `<div>` and `[x]`.
fn bracketed_in(line: &str) -> Option<String> {
    for (open, close) in [('<', '>'), ('[', ']'), ('{', '}')] {
        let mut rest = line;
        while let Some(start) = rest.find(open) {
            let tail = &rest[start + open.len_utf8()..];
            let Some(end) = tail.find(close) else { break };
            let inner = tail[..end].trim_matches(['{', '}', ' ']);
            if is_request(inner) && !tail[end + 1..].starts_with('(') {
                return Some(format!("{open}{inner}{close}"));
            }
            rest = &tail[end + 1..];
        }
    }
    None
}

fn is_request(inner: &str) -> bool {
    let words = words(inner);
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let is_alone = words.len() == 1 && is_listed("tbd tba placeholder todo", word(0));
    let begins = match (word(0), word(1)) {
        ("fill", "in" | "this") | ("to", "be") | ("add", "here") => true,
        ("insert" | "describe" | "specify" | "placeholder", second) => !second.is_empty(),
        ("your", "name" | "project" | "answer" | "text" | "description") => true,
        _ => false,
    };
    words.len() <= 8 && !inner.contains('=') && (is_alone || begins)
}

fn phrase_in(line: &str) -> Option<String> {
    let joined = words_joined(line);
    let said = ["to be determined", "to be decided", "lorem ipsum", "fill this in later"];
    said.iter().find(|it| joined.contains(*it)).map(|it| (*it).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_all(lines: &[&str], want: bool) {
        for line in lines {
            let plan = Plan::parse(&format!("# Plan: X\n\n{line}\n")).unwrap();
            let left_out = crate::plan::elisions(&plan);
            assert_eq!(!check(&plan, &left_out).is_empty(), want, "{line}");
        }
    }

    #[test]
    fn what_waits_to_be_written_is_found() {
        check_all(
            &[
                "- TODO: choose a library",
                "- Token lifetime: TBD",
                "The port is TBD.",
                "| Name | Value |\n|---|---|\n| ttl | TBD |",
                "Retries (TODO)",
                "<fill in>",
                "Owner: <your name>",
                "[insert diagram here]",
                "{{placeholder}}",
                "How long? ???",
                "The limit is to be determined.",
                "[Plan content...]",
                "...",
                "- FIXME",
            ],
            true,
        );
    }

    #[test]
    fn the_words_themselves_are_no_placeholders() {
        check_all(
            &[
                "Build a TODO app with lists.",
                "- Add a TODO list endpoint",
                "Remove the TODO comments in the parser.",
                "- Grep for `TODO` and `FIXME`",
                "`git checkout <branch>`",
                "A `<div>` and <b>bold</b> text",
                "- [x] done\n- [ ] open",
                "Replace \"TBD\" in the docs.",
                "Lists, maps, etc.",
                "Ask the user: really?",
                "See [your profile](docs/profile.md).",
                "TODOs become issues.",
            ],
            false,
        );
    }
}
