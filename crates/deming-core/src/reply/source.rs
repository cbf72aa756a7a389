//! Places in the source of a reply: lines, labels and what is to be left out.
//! Nothing here decides what they mean.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr_iter};

use crate::reply::draft::{Body, join};
use crate::reply::outline::{Block, Kind};
use crate::reply::prior::may_name_finding;
use crate::reply::search::{label, may_hold_label};
use crate::reply::status::answers;
use crate::reply::tag::{Grade, Lead, leading};

/// The same text without HTML tags; what is struck out or commented is kept as doubt.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains('<') {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        plain.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('>') else { break };
        let tag = rest[open..=open + close].to_ascii_lowercase();
        let name = tag.trim_matches(|it: char| !it.is_ascii_alphanumeric());
        match name {
            "verdict" | "decision" if !tag.starts_with("</") => plain.push_str("\nverdict: "),
            "b" | "strong" | "i" | "em" | "br" | "p" | "verdict" | "decision" | "u" | "div"
            | "span" | "summary" | "details" | "review" | "reply" => plain.push(' '),
            _ if tag.starts_with("<!--") => plain.push_str("\n? "),
            _ if !tag[1..].starts_with(|it: char| it.is_ascii_alphabetic() || it == '/') => {
                plain.push_str(&rest[open..=open + close]);
            }
            _ => plain.push_str(" ~ "),
        }
        rest = &rest[open + close + 1..];
    }
    plain.push_str(rest);
    plain.into()
}

pub(super) fn is_fenced(code: &str) -> bool {
    let code = code.trim_start();
    code.starts_with("```") || code.starts_with("~~~")
}

pub(super) fn in_table(block: &Block, table: usize) -> bool {
    matches!(&block.kind, Kind::Row(row) if row.table == table)
}

pub(super) fn first_line(text: &str) -> &str {
    let end = memchr(b'\n', text.as_bytes()).unwrap_or(text.len());
    &text[..end]
}

pub(super) fn trimmed(text: &str, range: &Range<usize>) -> Range<usize> {
    let piece = text[range.clone()].trim_end();
    let words = piece.trim_start();
    let end = range.start + piece.len();
    end - words.len()..end
}

/// The words of a heading without its marks.
pub(super) fn heading_text(text: &str, range: &Range<usize>) -> Range<usize> {
    let range = trimmed(text, range);
    let piece = &text[range.clone()];
    if piece.starts_with('#') {
        let start = range.start + (piece.len() - piece.trim_start_matches(['#', ' ', '\t']).len());
        let closed = text[start..range.end].trim_end_matches(['#', ' ']).len();
        return start..start + closed;
    }
    let end = piece.rfind('\n').unwrap_or(piece.len());
    range.start..range.start + piece[..end].trim_end().len()
}

/// The lines of a range that hold something, without the blanks at their ends.
pub(super) fn lines(text: &str, range: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = range.start;
    text[range.clone()].split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let length = line.trim_end().len();
        (0 < length).then_some(start..start + length)
    })
}

/// A piece of a paragraph that is read by itself.
pub(super) struct Entry {
    pub(super) range: Range<usize>,
    /// What stands at its head.
    pub(super) lead: Lead,
}

impl Entry {
    pub(super) fn of(text: &str, range: Range<usize>) -> Self {
        let lead = leading(&text[range.clone()]);
        Self { range, lead }
    }
}

/// Adds the lines of a paragraph, joined where one goes on with the line before, to
/// those found, which are none yet; each answer to an earlier finding begins another,
/// where the reply may hold any.
pub(super) fn entries(text: &str, range: &Range<usize>, may_answer: bool, found: &mut Vec<Entry>) {
    let piece = &text[range.clone()];
    let labels = if may_hold_label(piece) {
        piece.lines().filter(|it| label(it).is_some()).take(2).count()
    } else {
        0
    };
    let headed = 0 < labels && label(first_line(piece)).is_some_and(|it| it.1.start < 8);
    let mut at = range.start;
    let mut labelled = false;
    let ends = memchr_iter(b'\n', piece.as_bytes()).map(|it| range.start + it + 1);
    for end in ends.chain([range.end]) {
        let content = text[at..end].trim_end();
        let labels_here = 1 < labels && label(content).is_some();
        let after_label = 1 < labels && !headed && labelled;
        let lead = leading(content);
        let starts = lead.grade.is_some()
            || content.trim_start().starts_with(['\u{2022}', '\u{25aa}', '\u{25cf}', '\u{2013}'])
            || (headed && labels_here)
            || after_label
            || (may_answer && may_name_finding(content) && !answers(content).is_empty());
        match found.last_mut() {
            Some(last) if !starts => last.range.end = at + content.len(),
            Some(_) | None => found.push(Entry { range: at..at + content.len(), lead }),
        }
        labelled = labels_here;
        at = end;
    }
    for entry in found {
        // Its words may begin in the line below.
        let words = &text[entry.range.clone()];
        let head = first_line(words).get(entry.lead.rest..);
        if head.is_none_or(|it| !it.contains(char::is_alphanumeric)) {
            entry.lead = leading(words);
        }
    }
}

/// The first `Severity:` label in any line of the range, by its place in the range.
pub(super) fn label_in(text: &str, range: &Range<usize>) -> Option<(Grade, Range<usize>)> {
    let mut offset = 0;
    if !may_hold_label(&text[range.clone()]) {
        return None;
    }
    for line in text[range.clone()].split_inclusive('\n') {
        if let Some((grade, found)) = label(line) {
            return Some((grade, offset + found.start..offset + found.end));
        }
        offset += line.len();
    }
    None
}

/// The range without the tag inside it.
pub(super) fn cut_parts(text: &str, range: &Range<usize>, cut: &Range<usize>) -> Vec<Range<usize>> {
    let quiet = |it: char| {
        let mark = matches!(it, '*' | '_' | '`' | '-' | ':' | '|' | '(' | ')' | '[' | ']');
        mark || matches!(it, '\u{2013}' | '\u{2014}') || it.is_whitespace()
    };
    let before = range.start..range.start + cut.start;
    let after = range.start + cut.end..range.end;
    let head = text[before.clone()].trim_end_matches(quiet).len();
    let tail = text[after.clone()].trim_start_matches(|it: char| quiet(it) || it == '.').len();
    let skipped = text[before.clone()].len()
        - text[before.clone()].trim_start_matches(|it: char| " -*+>\t".contains(it)).len();
    let start = before.start + skipped.min(head);
    vec![start..before.start + head, after.end - tail..after.end]
}

pub(super) fn is_verdict_line(text: &str) -> bool {
    let plain = text.trim_start_matches(|it: char| !it.is_alphanumeric());
    let end = plain.find(|it: char| !it.is_alphanumeric()).unwrap_or(plain.len());
    VERDICT_WORDS.iter().any(|it| it.eq_ignore_ascii_case(&plain[..end]))
}

const VERDICT_WORDS: [&str; 11] = [
    "verdict",
    "summary",
    "overall",
    "conclusion",
    "decision",
    "recommendation",
    "total",
    "in",
    "otherwise",
    "altogether",
    "finally",
];

/// Whether a tag inside a line is about the line: in square brackets, and in a
/// paragraph only at its end.
pub(super) fn is_tag_of(line: &str, cut: &Range<usize>, listed: bool) -> bool {
    let square = line[cut.clone()].starts_with(['[', '\u{3010}', '\u{ff3b}']);
    let last = !line[cut.end..].contains(char::is_alphanumeric);
    let set_apart = listed && last && !line[cut.clone()].starts_with(':');
    square && (listed || last)
        || set_apart
        || line.starts_with("**") && line.ends_with("**") && last
}

pub(super) fn clip(text: &str) -> String {
    let mut clipped: String = text.trim().chars().take(80).collect();
    if clipped.len() < text.trim().len() {
        clipped.push('\u{2026}');
    }
    clipped
}

/// The text without the elements that some reviewers wrap findings in.
pub(super) fn without_elements(text: &str) -> String {
    const NAMES: [&str; 8] =
        ["finding", "findings", "issue", "issues", "text", "description", "title", "review"];
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let (before, from) = rest.split_at(open);
        plain.push_str(before);
        let name = from[1..].trim_start_matches('/');
        let length = name.find(|it: char| !it.is_ascii_alphabetic()).unwrap_or(name.len());
        let named = NAMES.iter().any(|it| name[..length].eq_ignore_ascii_case(it));
        let close = from.bytes().take(200).position(|it| it == b'>');
        match close.filter(|_| named) {
            Some(close) => rest = &from[close + 1..],
            None => {
                plain.push('<');
                rest = &from[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// The text of a finding, or a word where it has none.
pub(super) fn text_of(body: Body, source: &str) -> String {
    let text = match body {
        Body::Parts(parts) => join(source, &parts),
        Body::Cells(text) => text,
    };
    let text = if text.contains('<') { without_elements(&text) } else { text };
    let trimmed = text.trim();
    let has_bar = trimmed.starts_with('|') || trimmed.ends_with('|');
    // A table keeps its bars.
    let trimmed = if has_bar && !text.contains("\n|") {
        trimmed.trim_matches(|it: char| it.is_whitespace() || it == '|')
    } else {
        trimmed
    };
    let trimmed = ["**", "~~"].into_iter().fold(trimmed, |it, mark| without_lone_end(it, mark));
    if trimmed.is_empty() {
        "(no text)".to_owned()
    } else if trimmed.len() == text.len() {
        text
    } else {
        trimmed.to_owned()
    }
}

/// Without a mark at the end whose partner stood before the tag.
fn without_lone_end<'a>(text: &'a str, mark: &str) -> &'a str {
    match text.strip_suffix(mark) {
        Some(before) if before.matches(mark).count() % 2 == 0 => before.trim_end(),
        Some(_) | None => text,
    }
}

/// The text without the ranges; a space each, so that nothing becomes indented code.
pub(super) fn without<'a>(text: &'a str, spans: &[Range<usize>]) -> Cow<'a, str> {
    if spans.is_empty() {
        return text.into();
    }
    let mut outside = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        outside.push_str(&text[at..span.start]);
        outside.push(' ');
        at = span.end;
    }
    outside.push_str(&text[at..]);
    outside.into()
}

/// The inside of a reply that is one fence or one quote as a whole.
pub(super) fn unwrapped(text: &str) -> Option<String> {
    let trimmed = text.trim();
    if !trimmed.starts_with(['>', '`', '~']) {
        return None;
    }
    let mut lines: Vec<&str> = trimmed.lines().collect();
    let first = *lines.first()?;
    if first.starts_with('>') {
        if !lines.iter().all(|it| it.trim().is_empty() || it.starts_with('>')) {
            return None;
        }
        let inner = |it: &&str| {
            it.strip_prefix('>').map_or(*it, |it| it.strip_prefix(' ').unwrap_or(it)).to_owned()
        };
        return Some(lines.iter().map(inner).collect::<Vec<_>>().join("\n"));
    }
    let marks = first.chars().next().filter(|it| matches!(it, '`' | '~'))?;
    let length = first.chars().take_while(|it| *it == marks).count();
    let closes =
        |line: &str| line.trim().len() >= length && line.trim().chars().all(|it| it == marks);
    let inner = lines.len().checked_sub(2)?;
    if length < 3 || !closes(lines.pop()?) || lines[1..].iter().any(|it| closes(it)) {
        return None;
    }
    Some(lines[1..=inner].join("\n"))
}

pub(super) fn line_at(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |it| it + 1);
    text[start..].lines().next().unwrap_or_default()
}
