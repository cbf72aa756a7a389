//! A finding while it is being put together from pieces of the source.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

use crate::reply::tag::Grade;

/// How many pieces room is made for; most findings in a list have no more.
pub(super) const USUAL_PARTS: usize = 2;

/// The same for a finding that has a heading of its own.
const HEADING_PARTS: usize = 6;

/// A finding that was seen; its text is made when all of it is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Draft {
    pub(super) start: usize,
    pub(super) grade: Option<Grade>,
    pub(super) body: Body,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Body {
    /// Pieces of the source, in order.
    Parts(Vec<Range<usize>>),
    /// The cells of a table row.
    Cells(String),
}

impl Draft {
    pub(super) fn new(start: usize, grade: Option<Grade>, range: Range<usize>) -> Self {
        Self::with_room(USUAL_PARTS, start, grade, range)
    }

    /// A finding that begins with a heading.
    pub(super) fn under(start: usize, grade: Option<Grade>, range: Range<usize>) -> Self {
        Self::with_room(HEADING_PARTS, start, grade, range)
    }

    fn with_room(most: usize, start: usize, grade: Option<Grade>, range: Range<usize>) -> Self {
        let mut parts = Vec::with_capacity(most);
        parts.push(range);
        Self { start, grade, body: Body::Parts(parts) }
    }

    pub(super) fn ranges(&self) -> &[Range<usize>] {
        match &self.body {
            Body::Parts(parts) => parts,
            Body::Cells(_) => &[],
        }
    }

    /// Puts the pieces in the order of the source.
    pub(super) fn sort(&mut self) {
        match &mut self.body {
            Body::Parts(parts) => parts.sort_by_key(|it| it.start),
            Body::Cells(_) => {}
        }
    }

    pub(super) fn attach(&mut self, range: Range<usize>) {
        match &mut self.body {
            Body::Parts(parts) => parts.push(range),
            Body::Cells(_) => {}
        }
    }
}

/// Joins pieces as far apart as they stand in the source.
pub(super) fn join(source: &str, parts: &[Range<usize>]) -> String {
    if let [part] = parts {
        return dedented(source[part.clone()].trim().to_owned());
    }
    let mut text = String::with_capacity(parts.iter().map(|it| it.len() + 2).sum());
    let mut last_end: Option<usize> = None;
    for part in parts {
        let piece = source[part.clone()].trim_end();
        if piece.is_empty() {
            continue;
        }
        if let Some(end) = last_end {
            let gap = source.get(end..part.start).unwrap_or("\n\n");
            match gap.bytes().filter(|byte| *byte == b'\n').count() {
                0 => text.push(' '),
                1 => text.push('\n'),
                _ => text.push_str("\n\n"),
            }
        }
        text.push_str(if text.is_empty() { piece.trim_start() } else { piece });
        last_end = Some(part.start + piece.len());
    }
    dedented(text)
}

/// Removes the indentation that all lines after the first share, and blanks at
/// the end of each.
fn dedented(text: String) -> String {
    let mut shared: Option<usize> = None;
    let mut trails = false;
    let mut start = 0;
    for end in memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        let line = &text[start..end];
        trails |= line.ends_with(char::is_whitespace);
        if 0 < start && shared != Some(0) {
            let indent = line.bytes().take_while(|it| *it == b' ').count();
            if !line[indent..].trim_start().is_empty() {
                shared = Some(shared.map_or(indent, |it| it.min(indent)));
            }
        }
        start = end + 1;
    }
    let shared = shared.unwrap_or_default();
    if shared == 0 && !trails {
        return text;
    }
    let mut lines = Lines(Some(&text));
    let mut result = String::with_capacity(text.len());
    result.push_str(lines.next().unwrap_or_default().trim_end());
    for line in lines {
        result.push('\n');
        result.push_str(line.get(shared..).unwrap_or_default().trim_end());
    }
    result
}

/// The lines of a text, an empty one after the last line feed included.
struct Lines<'a>(Option<&'a str>);

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0?;
        let Some(end) = memchr(b'\n', rest.as_bytes()) else { return self.0.take() };
        self.0 = Some(&rest[end + 1..]);
        Some(&rest[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indentation_of_the_list_is_dropped() {
        let source = "first\n  second\n\n    - third\n";
        assert_eq!(
            join(source, std::slice::from_ref(&(0..source.len()))),
            "first\nsecond\n\n  - third"
        );
    }

    #[test]
    fn pieces_keep_their_distance() {
        let source = "one [X] two\nthree\n\nfour";
        assert_eq!(join(source, &[0..4, 8..11, 12..17, 19..23]), "one two\nthree\n\nfour");
    }
}
