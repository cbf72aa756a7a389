//! Reads the level that a reviewer put on a finding: `[HIGH]`, `**High** -`,
//! `(P1)`, `Severity: high`. A word that is not a level is kept, never guessed.

use std::ops::Range;

use crate::bytes::{holds, is_one_of};
use crate::finding::Level;
use crate::reply::bracket::{bracket_at, brackets, closer_of};
use crate::reply::terms::{
    is_filler, is_id, is_label, is_lower, is_other_level, is_shouted, is_verdict_word, level_of,
    may_name_level, names_level,
};
use crate::reply::words::{fold, is_alphanumeric};

/// What stands where a level belongs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Grade {
    Known(Level),
    /// A word that is not a level; it counts as [`Level::High`].
    Unknown(String),
}

impl Grade {
    pub(super) fn level(&self) -> Level {
        match self {
            Self::Known(level) => *level,
            Self::Unknown(_) => Level::High,
        }
    }
}

/// The head of a line that may carry a level.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Lead {
    pub(super) grade: Option<Grade>,
    /// A mark such as `[FIXED]` or `[RESOLVED]` stands first.
    pub(super) settled: bool,
    /// The box of a task list is there and empty.
    pub(super) unchecked: bool,
    /// Where the words after tag, number and bullet begin.
    pub(super) rest: usize,
}

/// Reads bullets, numbers and the level at the head of a line.
pub(super) fn leading(text: &str) -> Lead {
    let mut lead = Lead::default();
    let mut unknown = None;
    let mut at = 0;
    let head = skip_marks(text, at);
    for _ in 0..8 {
        let plain = if at == 0 { head } else { skip_marks(text, at) };
        if let Some(bracket) = bracket_at(text, plain) {
            let content = &text[bracket.content.clone()];
            if let Some(level) = graded(content) {
                lead.rest = skip_separators(text, bracket.end);
                let second = skip_marks(text, bracket.end);
                let second = match bracket_at(text, second) {
                    Some(next) => graded(&text[next.content]),
                    None => bare(text, second, word_end(text, second)).map(|it| it.0),
                };
                lead.grade = Some(Grade::Known(higher(level, second)));
                return lead;
            }
            if text[bracket.end..].starts_with('(') {
                break;
            }
            let upper = content.trim().to_ascii_uppercase();
            match upper.as_str() {
                "FIXED" | "RESOLVED" | "DONE" | "ADDRESSED" | "CLOSED" | "WITHDRAWN" => {
                    lead.settled = true;
                }
                "" => lead.unchecked = true,
                "X" | "NEW" | "OPEN" | "STILL OPEN" | "NOT FIXED" | "UNRESOLVED" => {}
                _ if is_label(content) => {}
                _ if is_verdict_word(&upper) => break,
                _ => {
                    let shouted = is_shouted(content) || is_other_level(content.trim());
                    let followed = bracket_at(text, skip_marks(text, bracket.end))
                        .and_then(|it| graded(&text[it.content]))
                        .is_some();
                    if shouted && unknown.is_none() {
                        unknown = Some((content.trim().to_owned(), bracket.end));
                    } else if !followed {
                        break;
                    }
                }
            }
            at = bracket.end;
            lead.rest = skip_separators(text, at);
            continue;
        }
        let end = word_end(text, plain);
        let word = &text[plain..end];
        if word.is_empty() {
            break;
        }
        if level_of(word).is_some()
            && let Some((level, rest)) = bare(text, plain, end)
        {
            let second = bare(text, rest, word_end(text, rest)).map(|it| it.0);
            lead.grade = Some(Grade::Known(higher(level, second)));
            lead.rest = rest;
            return lead;
        }
        if runs_on(text, end) && !is_item_name(word) {
            break;
        }
        if let Some((word, rest)) = other_level(text, plain, end) {
            lead.grade = Some(Grade::Unknown(word.to_owned()));
            lead.rest = rest;
            return lead;
        }
        match numbered(text, word, end) {
            Some(next) => {
                at = next;
                lead.rest = skip_separators(text, at);
            }
            None => break,
        }
    }
    if let Some((word, end)) = unknown {
        lead.grade = Some(Grade::Unknown(word));
        lead.rest = skip_separators(text, end);
    } else if lead.rest == 0 {
        lead.rest = head;
    }
    lead
}

/// A level at the end of a line, or in square brackets anywhere in it.
pub(super) fn elsewhere(line: &str) -> Option<(Level, Range<usize>)> {
    if !may_name_level(line) {
        return None;
    }
    let end =
        line.trim_end_matches(|it: char| it.is_whitespace() || it == '.' || is_quiet(it)).len();
    let mut found: Option<(Level, Range<usize>)> = None;
    for (open, bracket) in brackets(line) {
        let square = !line[open..].starts_with(['(', '{', '<', '\u{ff08}']);
        if (square || end <= bracket.end)
            && let Some(level) = graded(&line[bracket.content.clone()])
            && found.as_ref().is_none_or(|it| it.0 < level)
        {
            found = Some((level, open..bracket.end));
        }
    }
    found.or_else(|| after_dash(line, end))
}

/// Bytes at the end of a line in which a level may follow a dash.
const LONGEST_TAIL: usize = 32;

/// A level that a dash sets apart at the end of a line.
fn after_dash(line: &str, end: usize) -> Option<(Level, Range<usize>)> {
    let dashes = [" - ", " -- ", " \u{2013} ", " \u{2014} ", "\u{2014}", " | ", ": ", " **"];
    let last = line[..end].rfind(|it: char| !it.is_alphanumeric()).map_or(0, |it| it + 1);
    let last = (last..end).find(|it| line.is_char_boundary(*it)).map_or("", |it| &line[it..end]);
    if level_of(last).is_none() && (10 < last.len() || !is_filler(last)) {
        return None;
    }
    let from = end.saturating_sub(LONGEST_TAIL);
    let from = (from..=end).find(|it| line.is_char_boundary(*it))?;
    let tail = &line[from..end];
    let marks = |it| is_one_of(it, [b'-', b'|', b':', b'*', 0xe2]);
    if !holds(tail.as_bytes(), marks) || !names_level(tail) {
        return None;
    }
    let last = |dash: &str| tail.rfind(dash).map(|at| (from + at, dash.len()));
    let split = dashes.iter().filter_map(|it| last(it));
    let (at, length) = split.max()?;
    let words = line[at + length..end].trim_matches(|it: char| it == ' ' || is_quiet(it));
    let level = if words.len() < 24 { graded(words)? } else { return None };
    Some((level, at..end))
}

/// The level in a short label such as `High-1`, `severity: high`, `security/high`.
pub(super) fn graded(content: &str) -> Option<Level> {
    let trimmed = content.trim();
    if 64 < trimmed.len() {
        return None;
    }
    if trimmed.bytes().all(|it| it.is_ascii_alphanumeric()) {
        return level_of(trimmed);
    }
    if !names_level(trimmed) {
        return None;
    }
    let folded: String = content.chars().map(fold).collect::<String>().to_ascii_uppercase();
    let mut level: Option<Level> = None;
    let mut others = 0;
    let mut is_due = false;
    let mut previous = "";
    for word in folded.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()) {
        if let Some(found) = level_of(word) {
            let counted = !previous.is_empty() && previous.bytes().all(|it| it.is_ascii_digit());
            if counted || previous == "NO" || previous == "NOT" || previous == "NON" {
                return None;
            }
            level = higher_option(level, found);
        } else if !is_filler(word) {
            others += 1;
            is_due |= matches!(word, "MUST" | "REQUIRED" | "MANDATORY");
        }
        previous = word;
    }
    let level = if is_due && level.is_some() { Level::High } else { level? };
    let term = folded.contains("LEVEL") && !folded.contains(':') && !folded.contains("SEVERITY");
    let plain = others == 0 && !(term && folded.contains("-LEVEL"));
    let mixed = others <= 2 && folded.contains([':', ',', '/', '|', '\u{b7}', '=']);
    let loud = others <= 1 && level.is_blocking() && !term && !content.contains(char::is_lowercase);
    (plain || mixed || loud).then_some(level)
}

/// A level word without brackets, and where the words after it begin.
pub(super) fn bare(text: &str, start: usize, end: usize) -> Option<(Level, usize)> {
    let level = higher(level_of(&text[start..end])?, alternative(text, end));
    let shouted = !is_lower(&text[start..end]);
    let wrapped_before = text[..start].ends_with(['*', '_', '`']);
    let mut at = end;
    loop {
        let next =
            skip_while(text, at, |it| matches!(it, ' ' | '#' | '-' | '/') || is_emphasis(it));
        let word_end = word_end(text, next);
        let word = &text[next..word_end];
        if word.is_empty() {
            break;
        }
        let is = |name: &str| word.eq_ignore_ascii_case(name);
        let joined = next == at + 1 && text[at..].starts_with('-');
        let level_word = level_of(word).is_some() && (joined || text[at..].starts_with('/'));
        let suffix = level_word
            || (is_filler(word) && !is("level") && !is("open"))
            || (is("to") && level_of(text[word_end..].trim_start()).is_some());
        if !suffix || (word.bytes().all(|it| it.is_ascii_digit()) && !joined && next - at < 2) {
            break;
        }
        at = word_end;
    }
    if compound(text, at) {
        return None;
    }
    let after = skip_while(text, at, |it| it == ' ' || it == '\t');
    let after = match bracket_at(text, after) {
        Some(bracket) if text[after..].starts_with('(') => bracket.end,
        Some(_) | None => at,
    };
    let close = skip_while(text, after, is_quiet);
    let wrapped = wrapped_before && after < close;
    let blank = skip_while(text, close, |it| it == ' ' || it == '\t');
    let next = text[blank..].chars().next().map(fold);
    let separated = match next {
        None | Some('\n' | ':' | '|' | '\u{2014}' | '\u{2192}') => true,
        // A hyphen may be one of several characters, of other lengths.
        Some('-') => {
            let behind = text[blank..].chars().nth(1);
            close < blank || behind.is_none_or(|it| matches!(it, ' ' | '\t' | '\n'))
        }
        Some(_) => false,
    };
    let spoken = shouted && close < blank && next.is_some_and(char::is_alphanumeric);
    let rest = if separated || wrapped || spoken { skip_separators(text, close) } else { at };
    (separated || wrapped || spoken).then_some((level, rest))
}

/// `Hoch:`, `**Fatal** -`, `SEV-1:`, `Severe` alone: a level of another scale.
fn other_level(text: &str, start: usize, end: usize) -> Option<(&str, usize)> {
    if !text[start..].starts_with(char::is_uppercase) {
        return None;
    }
    // The number of `SEV-1`.
    let number = text[end..].strip_prefix('-').map_or(end, |_| word_end(text, end + 1));
    let dashed = end < number && is_other_level(&text[start..number]);
    let end = if dashed { number } else { end };
    let close = skip_while(text, end, is_quiet);
    let blank = skip_while(text, close, |it| it == ' ' || it == '\t');
    let separated = match text[blank..].chars().next().map(fold) {
        None | Some('\n' | ':' | '|' | '\u{2014}' | '\u{2192}') => true,
        Some('-') => text[blank..].starts_with("- ") || text[blank..].starts_with("-\t"),
        Some(_) => false,
    };
    let found = separated && is_other_level(&text[start..end]);
    found.then(|| (&text[start..end], skip_separators(text, close)))
}

/// The other level of `medium/high` and `medium-high`.
pub(super) fn alternative(text: &str, end: usize) -> Option<Level> {
    let rest = text[end..].trim_start_matches(' ');
    let next = rest.strip_prefix(['/', '-']).or_else(|| rest.strip_prefix("to "))?;
    level_of(&next[..word_end(next, 0)])
}

/// Whether the word goes on with a hyphen, as in `high-level`.
pub(super) fn compound(text: &str, end: usize) -> bool {
    let mut characters = text[end..].chars();
    characters.next().map(fold) == Some('-') && characters.next().is_some_and(char::is_alphabetic)
}

pub(super) fn higher(level: Level, other: Option<Level>) -> Level {
    other.map_or(level, |other| level.max(other))
}

fn higher_option(level: Option<Level>, other: Level) -> Option<Level> {
    Some(level.map_or(other, |level| level.max(other)))
}

/// Whether another word follows the one that ends there, as in the words of a finding.
fn runs_on(text: &str, end: usize) -> bool {
    matches!(text.as_bytes()[end..], [b' ', next, ..] if next.is_ascii_alphabetic())
}

fn is_item_name(word: &str) -> bool {
    const NAMES: [&str; 6] = ["finding", "issue", "item", "problem", "concern", "comment"];
    NAMES.iter().any(|it| word.eq_ignore_ascii_case(it))
}

/// `Finding 3:`, `F3 -`, `12.`: a number that is no part of the finding.
fn numbered(text: &str, word: &str, end: usize) -> Option<usize> {
    let digits = word.bytes().all(|byte| byte.is_ascii_digit());
    let mut at = end;
    if !digits && !is_id(word.as_bytes()) {
        if !is_item_name(word) {
            return None;
        }
        let next = skip_while(text, at, |it| it == ' ' || it == '#');
        let number = word_end(text, next);
        if is_filler(&text[next..number]) && next < number {
            at = number;
        }
    }
    let after = skip_while(text, at, |it| it == ' ' || is_emphasis(it));
    let next = text[after..].chars().next().map(fold)?;
    let separates = matches!(next, '.' | ')' | ':' | '-' | '\u{2014}' | '|');
    let dotted = matches!(next, '.' | ')');
    if separates && (!digits || dotted || next == ':' || next == '|') {
        return Some(after + text[after..].chars().next().map_or(1, char::len_utf8));
    }
    closer_of(next).is_some().then_some(after)
}

pub(super) fn word_end(text: &str, start: usize) -> usize {
    let bytes = &text.as_bytes()[start..];
    let plain = start + bytes.iter().take_while(|it| it.is_ascii_alphanumeric()).count();
    if text.as_bytes().get(plain).is_none_or(u8::is_ascii) {
        return plain;
    }
    skip_while(text, plain, is_alphanumeric)
}

fn skip_while(text: &str, start: usize, wanted: impl Fn(char) -> bool) -> usize {
    let bytes = &text.as_bytes()[start..];
    let is_plain = |it: &&u8| it.is_ascii() && wanted(char::from(**it));
    let plain = start + bytes.iter().take_while(is_plain).count();
    if text.as_bytes().get(plain).is_none_or(u8::is_ascii) {
        return plain;
    }
    let rest = &text[plain..];
    plain + rest.find(|it| !wanted(it)).unwrap_or(rest.len())
}

fn is_emphasis(mark: char) -> bool {
    matches!(mark, '*' | '_' | '`')
}

/// Emphasis, and what strikes text out.
fn is_quiet(mark: char) -> bool {
    is_emphasis(mark) || mark == '~'
}

/// Bullets, emphasis, quotes, emoji: all that may stand before a tag.
pub(super) fn skip_marks(text: &str, start: usize) -> usize {
    skip_while(text, start, |it| {
        it != '\n' && !it.is_alphanumeric() && closer_of(it).is_none() || it == '\u{fe0f}'
    })
}

fn skip_separators(text: &str, start: usize) -> usize {
    let mut at = start;
    loop {
        let close = skip_while(text, at, is_quiet);
        let after = skip_while(text, close, |it| {
            it.is_whitespace()
                || matches!(fold(it), ':' | '-' | '\u{2014}' | '|' | '.' | '\u{2192}')
        });
        let opened = skip_while(text, after, is_quiet);
        if after < opened && text[opened..].starts_with(char::is_whitespace) {
            at = opened;
        } else {
            return after;
        }
    }
}
