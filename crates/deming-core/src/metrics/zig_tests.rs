//! Finds `test` blocks in Zig source. Each line of Zig can be read by itself:
//! neither strings nor comments cross a line.

use std::ops::Range;

use super::inline_tests::lines;

/// Spans of bytes that are tests.
pub(super) fn spans(source: &[u8]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut start = None;
    let (mut depth, mut is_open) = (0_usize, false);
    for line in lines(source) {
        let text = &source[line.clone()];
        if start.is_none() && is_test(text.trim_ascii_start()) {
            (start, depth, is_open) = (Some(line.start), 0, false);
        }
        let Some(first) = start else { continue };
        for byte in code(text) {
            match byte {
                b'{' => (depth, is_open) = (depth + 1, true),
                b'}' => depth = depth.saturating_sub(1),
                _ => (),
            }
        }
        if is_open && depth == 0 {
            spans.push(first..line.end);
            start = None;
        }
    }
    spans.extend(start.map(|first| first..source.len()));
    spans
}

fn is_test(text: &[u8]) -> bool {
    let rest = text.strip_prefix(b"test").unwrap_or_default();
    let next = rest.trim_ascii_start();
    let is_apart = next.len() < rest.len() || matches!(rest.first(), Some(b'"' | b'{'));
    is_apart
        && next.first().is_some_and(|byte| {
            matches!(byte, b'"' | b'{' | b'@' | b'_') || byte.is_ascii_alphabetic()
        })
}

/// The bytes of a line that are neither in a string nor in a comment.
fn code(line: &[u8]) -> impl Iterator<Item = u8> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = line.get(at..).filter(|rest| !rest.is_empty())?;
            if rest.starts_with(b"//") || rest.starts_with(b"\\\\") {
                return None;
            }
            match rest[0] {
                quote @ (b'"' | b'\'') => at += quoted(rest, quote),
                byte => {
                    at += 1;
                    return Some(byte);
                }
            }
        }
    })
}

fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(&byte) = rest.get(at) {
        at += if byte == b'\\' { 2 } else { 1 };
        if byte == quote {
            break;
        }
    }
    at
}
