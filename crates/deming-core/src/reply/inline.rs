//! Splits a line that holds several findings, each with a level of its own.

use std::ops::Range;

use memchr::memchr3_iter;

use crate::reply::bracket::bracket_at;
use crate::reply::tag::{graded, leading, word_end};
use crate::reply::terms::level_of;

/// The findings of `[HIGH] a; [LOW] b`, `High: a. Low: b` and `**High** - a **Low** - b`;
/// any other line is whole.
pub(super) fn split_tags(text: &str, range: &Range<usize>) -> Vec<Range<usize>> {
    let line = &text[range.clone()];
    let mut starts = vec![0];
    // Only these stand before a tag, or open one.
    let may_split = memchr3_iter(b'[', b':', b'*', line.as_bytes()).nth(1).is_some();
    if may_split && leading(line).grade.is_some() {
        let blanks = line.match_indices(' ').map(|it| it.0);
        let opens = |it: &usize| {
            let next = line.as_bytes().get(it + 1);
            next.is_some_and(|it| matches!(it, b'[' | b'*' | b'A'..=b'Z') || !it.is_ascii())
        };
        let found = blanks.filter(opens).filter(|it| begins_finding(line, *it));
        starts.extend(found.map(|it| it + 1));
    }
    let ends = starts.iter().skip(1).copied().chain([line.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let piece = line[*start..end].trim_end_matches([' ', ';', ',']);
            range.start + start..range.start + start + piece.len()
        })
        .collect()
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
        let found = split_tags(line, &(0..line.len()));
        let found: Vec<&str> = found.into_iter().map(|it| &line[it]).collect();
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
        ] {
            check(line, &[line]);
        }
    }
}
