//! Finds levels anywhere in free text: labels such as `Severity: high`, and every
//! tag that would stand in the way of an approval.

use std::ops::Range;

use memchr::{memchr_iter, memchr2_iter};

use crate::bytes::{holds_triple, is_one_of, position};
use crate::finding::Level;
use crate::reply::bracket::brackets;
use crate::reply::tag::{Grade, alternative, bare, compound, graded, higher, skip_marks, word_end};
use crate::reply::terms::{is_lower, level_of};
use crate::reply::words::fold;

/// `Severity: high` anywhere in a line, in any of its spellings; `Priority` and
/// `Level` only at its head.
pub(super) fn label(line: &str) -> Option<(Grade, Range<usize>)> {
    find_label(line, Breadth::Severity)
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Breadth {
    Severity,
    /// Also `Risk: high` and the like, which name no finding but no approval either.
    Any,
}

fn find_label(line: &str, breadth: Breadth) -> Option<(Grade, Range<usize>)> {
    let may_hold = match breadth {
        Breadth::Severity => {
            names_severity(line.as_bytes()) || opens_head_key(&line[skip_marks(line, 0)..])
        }
        Breadth::Any => holds_triple(line.as_bytes(), opens_key),
    };
    if !may_hold {
        return None;
    }
    let head = skip_marks(line, 0);
    let mut at = 0;
    while at < line.len() {
        let start = at + line[at..].find(char::is_alphabetic)?;
        let end = word_end(line, start);
        let key = &line[start..end];
        at = end;
        let strict = key.eq_ignore_ascii_case("severity");
        let heads = start == head;
        let named = |names: &[&str]| names.iter().any(|it| key.eq_ignore_ascii_case(it));
        let wanted = strict
            || named(&["sev"])
            || (heads || breadth == Breadth::Any) && named(&["priority", "level"])
            || breadth == Breadth::Any && named(&["risk", "impact"]);
        if !wanted {
            continue;
        }
        let quiet =
            |it: char| it.is_whitespace() || matches!(it, '*' | '_' | '`' | '"' | '\'' | '~');
        let value = line[end..].trim_start_matches(quiet);
        let mut characters = value.chars();
        let separator = characters.next().map(fold);
        if !matches!(separator, Some(':' | '=' | '|' | '-' | '\u{2014}')) {
            continue;
        }
        let rest = characters.as_str();
        let value = rest.trim_start_matches(|it: char| !it.is_alphanumeric());
        if value.len() + 16 < rest.len() {
            continue;
        }
        let from = line.len() - value.len();
        let to = word_end(line, from);
        let word = &line[from..to];
        if let Some(level) = level_of(word) {
            if compound(line, to) {
                continue;
            }
            return Some((Grade::Known(higher(level, alternative(line, to))), start..to));
        }
        if strict && !word.is_empty() && separator != Some('-') {
            return Some((Grade::Unknown(word.to_owned()), start..to));
        }
    }
    None
}

/// Cheap test whether [`label`] may find one in a line of the text.
pub(super) fn may_hold_label(text: &str) -> bool {
    holds_triple(text.as_bytes(), |first, second, third| {
        let (first, second, third) = (first | 0x20, second | 0x20, third | 0x20);
        ((first == b's') | (first == b'l')) & (second == b'e') & (third == b'v')
            | (first == b'p') & (second == b'r') & (third == b'i')
    })
}

/// Whether `severity` or `sev` may stand in a text.
fn names_severity(text: &[u8]) -> bool {
    memchr2_iter(b'v', b'V', text).any(|at| {
        let before = at.checked_sub(2).and_then(|it| text.get(it..at));
        before.is_some_and(|it| it.eq_ignore_ascii_case(b"se"))
    })
}

/// Whether a line may begin with `priority` or `level`.
fn opens_head_key(line: &str) -> bool {
    let opening = line.as_bytes().get(..3).unwrap_or_default();
    opening.eq_ignore_ascii_case(b"pri") || opening.eq_ignore_ascii_case(b"lev")
}

/// Cheap test for the keys of [`find_label`]; all of them pass it.
fn opens_key(first: u8, second: u8, third: u8) -> bool {
    let (first, second, third) = (first | 0x20, second | 0x20, third | 0x20);
    // No branch here: this is asked of every place in a text.
    ((first == b's') | (first == b'l')) & (second == b'e') & (third == b'v')
        | (first == b'p') & (second == b'r') & (third == b'i')
        | (first == b'r') & (second == b'i') & (third == b's')
        | (first == b'i') & (second == b'm') & (third == b'p')
}

/// Every place in free text that tags something as blocking.
///
/// `code` limits the search to brackets, since `level: high` is ordinary there.
pub(super) fn blocking_tags(text: &str, code: bool) -> Vec<(Range<usize>, Level)> {
    let mut found = Vec::new();
    if !holds_triple(text.as_bytes(), opens_blocking) {
        return found;
    }
    let mut start = 0;
    let ends = memchr_iter(b'\n', text.as_bytes()).map(|it| it + 1);
    for end in ends.chain([text.len()]) {
        blocking_in_line(&text[start..end], start, code, &mut found);
        start = end;
    }
    found
}

/// Cheap test for the words of blocking levels, in any case; letters of other widths
/// pass it too.
fn opens_blocking(first: u8, second: u8, third: u8) -> bool {
    let wide = (first == 0xef) | (second == 0xef) | (third == 0xef);
    let (first, second, third) = (first | 0x20, second | 0x20, third | 0x20);
    let is_number = |it: u8| (b'0'..=b'2').contains(&it);
    // No branch here: this is asked of every place in a text.
    (first == b'h') & (second == b'i') & (third == b'g')
        | (first == b'c') & (second == b'r') & (third == b'i')
        | (first == b'm') & (second == b'e') & (third == b'd')
        | (first == b'm') & (second == b'a') & (third == b'j')
        | (first == b'b') & (second == b'l') & (third == b'o')
        | (first == b'p') & is_number(second)
        | (second == b'p') & is_number(third)
        | wide
}

/// Initials of the words for blocking levels.
fn is_initial(byte: u8) -> bool {
    is_one_of(byte, [b'B', b'C', b'H', b'M', b'P'])
}

fn blocking_in_line(line: &str, offset: usize, code: bool, found: &mut Vec<(Range<usize>, Level)>) {
    if !holds_triple(line.as_bytes(), opens_blocking) {
        return;
    }
    let mut push = |level: Level, range: Range<usize>| {
        if level.is_blocking() {
            found.push((offset + range.start..offset + range.end, level));
        }
    };
    for (open, bracket) in brackets(line) {
        if let Some(level) = graded(&line[bracket.content]) {
            push(level, open..bracket.end);
        }
    }
    if code {
        return;
    }
    if let Some((Grade::Known(level), range)) = find_label(line, Breadth::Any) {
        push(level, range);
    }
    let mut at = 0;
    while let Some(step) = position(&line.as_bytes()[at..], is_initial) {
        let start = at + step;
        let end = word_end(line, start).max(start + 1);
        at = end;
        let word = &line[start..end];
        let begins = !line[..start].ends_with(|it: char| it.is_alphanumeric() || it == '_');
        if !begins || is_lower(word) || level_of(word).is_none_or(|it| !it.is_blocking()) {
            continue;
        }
        if let Some((level, rest)) = bare(line, start, end)
            && rest < line.len()
            && is_marked(line, end)
            && !is_none_or_count(&line[rest..])
        {
            push(level, start..end);
        }
    }
}

/// Whether the word that ends at `end` is set apart by a colon or a dash.
fn is_marked(line: &str, end: usize) -> bool {
    let rest = line[end..]
        .trim_start_matches(|it: char| it.is_whitespace() || matches!(it, '*' | '_' | '`'));
    rest.chars().next().map(fold).is_some_and(|it| matches!(it, ':' | '-' | '\u{2014}' | '|'))
}

/// `none`, `0`, `2 findings`: what follows a level that nothing or a count is said of.
pub(super) fn is_none_or_count(text: &str) -> bool {
    let plain = position(text.as_bytes(), |it| it.is_ascii_alphanumeric() || !it.is_ascii());
    let from = plain.unwrap_or(text.len());
    let trimmed = text[from..].trim_start_matches(|it: char| !it.is_alphanumeric());
    let opens = |it: &u8| it.is_ascii_digit() || matches!(it | 0x20, b'n' | b'z');
    if trimmed.as_bytes().first().is_some_and(|it| !opens(it)) {
        return false;
    }
    let trimmed = trimmed.trim_end_matches(|it: char| !it.is_alphanumeric());
    if trimmed.is_empty() {
        return text.contains('-') || text.contains('\u{2014}');
    }
    let mut words = trimmed.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    let first = words.next().unwrap_or_default().to_ascii_lowercase();
    let counted = first.bytes().all(|byte| byte.is_ascii_digit());
    let none = matches!(first.as_str(), "none" | "no" | "nothing" | "zero" | "nil");
    if first == "n" && trimmed.eq_ignore_ascii_case("n/a") {
        return true;
    }
    (counted || none)
        && words.all(|it| {
            let it = it.to_ascii_lowercase();
            matches!(
                it.as_str(),
                "finding"
                    | "findings"
                    | "issue"
                    | "issues"
                    | "problem"
                    | "problems"
                    | "found"
                    | "identified"
                    | "remaining"
                    | "remain"
                    | "remains"
                    | "new"
                    | "blocking"
                    | "at"
                    | "all"
                    | "level"
                    | "severity"
                    | "priority"
                    | "concerns"
                    | "to"
                    | "report"
                    | "left"
                    | "items"
                    | "item"
                    | "high"
                    | "medium"
                    | "low"
                    | "nitpick"
                    | "open"
                    | "detected"
                    | "noted"
                    | "further"
                    | "or"
                    | "and"
                    | "here"
                    | "critical"
                    | "major"
                    | "minor"
                    | "blockers"
                    | "nits"
                    | "nitpicks"
            ) || (counted && it.bytes().all(|byte| byte.is_ascii_digit()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocking_levels_are_found_in_any_spelling() {
        for level in
            ["High", "CRITICAL", "Medium", "MED", "Major", "BLOCKER", "Blocking", "P0", "P1", "p2"]
        {
            for text in [format!("a [{level}] b"), format!("[{level}]"), format!("Risk: {level}")] {
                assert_eq!(blocking_tags(&text, false).len(), 1, "{text}");
            }
        }
        assert_eq!(blocking_tags("[\u{ff28}IGH] a", false).len(), 1);
        assert_eq!(blocking_tags("[LOW] a [P3] b high", false), []);
    }
}
