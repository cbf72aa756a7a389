//! Splits a line that holds several findings, each with a level of its own.

use std::ops::Range;

use memchr::{memchr_iter, memchr3};

use crate::reply::bracket::bracket_at;
use crate::reply::source::Entry;
use crate::reply::tag::{graded, leading, word_end};
use crate::reply::terms::level_of;

/// Adds the findings of `[HIGH] a; [LOW] b`, `High: a. Low: b` and
/// `**High** - a **Low** - b` to those found; any other line is added whole.
pub(super) fn split_tags(text: &str, range: &Range<usize>, found: &mut Vec<Entry>) {
    let line = &text[range.clone()];
    let lead = leading(line);
    let starts = if lead.grade.is_some() { later_findings(line, lead.rest) } else { Vec::new() };
    let whole = without_joint(line).len() == line.len();
    if starts.is_empty() && whole {
        found.push(Entry { range: range.clone(), lead });
        return;
    }
    let ends = starts.iter().copied().chain([line.len()]);
    let pieces = [0].into_iter().chain(starts.iter().copied()).zip(ends).map(|(start, end)| {
        let start = range.start + start;
        Entry::of(text, start..start + without_joint(&text[start..range.start + end]).len())
    });
    found.extend(pieces);
}

/// Without what joins one finding to the next.
fn without_joint(piece: &str) -> &str {
    piece.trim_end_matches([' ', ';', ','])
}

/// Where the second finding of a line begins, and those after it; the words of the
/// first begin at `rest`.
fn later_findings(line: &str, rest: usize) -> Vec<usize> {
    let bytes = line.as_bytes();
    // Only these stand before a tag, or open one.
    let tag = memchr3(b'[', b':', b'*', &bytes[rest.min(bytes.len())..]);
    if tag.is_none() {
        return Vec::new();
    }
    let opens = |at: &usize| {
        let next = bytes.get(at + 1);
        next.is_some_and(|it| matches!(it, b'[' | b'*' | b'A'..=b'Z') || !it.is_ascii())
    };
    // The blank before the words counts too.
    let from = rest.saturating_sub(1);
    let blanks = memchr_iter(b' ', &bytes[from..]).map(|it| from + it);
    blanks.filter(opens).filter(|it| begins_finding(line, *it)).map(|it| it + 1).collect()
}

/// Whether a tag follows a blank as it would stand at the head of a line.
fn begins_finding(line: &str, blank: usize) -> bool {
    let (before, rest) = (line[..blank].trim_end(), &line[blank + 1..]);
    let ended = before.ends_with(['.', ';', ',', '!', '/', '|']);
    if let Some(marked) = rest.strip_prefix("**") {
        let end = word_end(marked, 0);
        let after = marked[end..].trim_start_matches(':');
        let is_tag = level_of(&marked[..end]).is_some() && after.starts_with("**");
        let after = after.trim_start_matches("**").trim_start();
        return is_tag
            && before.ends_with(char::is_alphanumeric) | ended
            && (marked[end..].starts_with(':')
                || after.starts_with([':', '-', '\u{2013}', '\u{2014}']));
    }
    if let Some(bracket) = bracket_at(rest, 0).filter(|_| rest.starts_with('[')) {
        // After a full stop it may only raise the level of the finding before it.
        let ended = before.ends_with([';', ',', '/', '|']);
        return ended && graded(&rest[bracket.content]).is_some();
    }
    let end = word_end(rest, 0);
    ended
        && rest.starts_with(char::is_uppercase)
        && rest[end..].starts_with(": ")
        && level_of(&rest[..end]).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, want: &[&str]) {
        let mut found = Vec::new();
        split_tags(line, &(0..line.len()), &mut found);
        let found: Vec<&str> = found.into_iter().map(|it| &line[it.range]).collect();
        assert_eq!(found, want);
    }

    #[test]
    fn each_level_begins_a_finding() {
        check("[HIGH] a b; [MEDIUM] c; [LOW] d", &["[HIGH] a b", "[MEDIUM] c", "[LOW] d"]);
        check("High: a. Medium: b. Low: c", &["High: a.", "Medium: b.", "Low: c"]);
        check("**High** \u{2014} a **Low:** b", &["**High** \u{2014} a", "**Low:** b"]);
    }

    #[test]
    fn a_level_in_the_words_of_a_finding_begins_none() {
        for line in [
            "[HIGH] the step [LOW] is not one",
            "a; [HIGH] b",
            "High: the risk is medium: see step 2",
            "**High** - a **very** bad step",
            "[HIGH] a [link](b), c",
            "F1. **High** - the number before a tag belongs to it",
        ] {
            check(line, &[line]);
        }
    }
}
