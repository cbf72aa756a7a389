//! Finds test items and doctests in Rust source by its tokens.
//! Knows no grammar beyond attributes, brackets, strings and comments.

use std::ops::Range;

use memchr::memmem;

/// Spans of bytes that are tests, from the attribute to the item's end.
pub(super) fn spans(source: &[u8]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    if memmem::find(source, b"test").is_none() && memmem::find(source, b"```").is_none() {
        return spans;
    }
    let mut docs = Doctests::default();
    let mut at = 0;
    while let Some(found) = next(source, at, &OUTSIDE) {
        at = match source[found] {
            b'#' => match attribute(source, found) {
                Some(attribute) if !attribute.is_test => attribute.end,
                Some(attribute) if attribute.is_inner => {
                    if memchr::memchr(b'{', &source[..found]).is_none() {
                        spans.clear();
                        spans.push(0..source.len());
                        return spans;
                    }
                    attribute.end
                }
                Some(attribute) => {
                    let end = item_end(source, attribute.end);
                    spans.push(found..end);
                    end
                }
                None => found + 1,
            },
            b'/' => {
                let end = skip(source, found);
                docs.read(source, found..end, &mut spans);
                end
            }
            _ => skip(source, found),
        };
    }
    spans
}

/// What matters outside of a test item, and inside of one.
const OUTSIDE: [bool; 256] = table(b"\"'/#");
const INSIDE: [bool; 256] = table(b"\"'/(){}[];,");

const fn table(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
}

fn next(source: &[u8], from: usize, table: &[bool; 256]) -> Option<usize> {
    let rest = source.get(from..)?;
    rest.iter().position(|&byte| table[usize::from(byte)]).map(|at| from + at)
}

/// The end of the string, character or comment that begins here; one byte on
/// where none does. The source's end where it is not closed.
fn skip(source: &[u8], at: usize) -> usize {
    let rest = &source[at..];
    let length = match rest[0] {
        b'"' => match raw_hashes(&source[..at]) {
            Some(hashes) => raw_string(rest, hashes),
            None => string(rest),
        },
        b'\'' => character(rest),
        b'/' if rest.starts_with(b"//") => memchr::memchr(b'\n', rest),
        b'/' if rest.starts_with(b"/*") => block_comment(rest),
        _ => Some(1),
    };
    length.map_or(source.len(), |length| at + length)
}

/// How many `#` a raw string has whose quote follows; `None` for a plain one.
fn raw_hashes(before: &[u8]) -> Option<usize> {
    let hashes = before.iter().rev().take_while(|&&byte| byte == b'#').count();
    let prefix = before[..before.len() - hashes].strip_suffix(b"r")?;
    let word = match prefix {
        [word @ .., b'b' | b'c'] => word,
        word => word,
    };
    let is_in_word = word.last().is_some_and(|&byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (!is_in_word).then_some(hashes)
}

fn raw_string(rest: &[u8], hashes: usize) -> Option<usize> {
    let mut quotes = memchr::memchr_iter(b'"', &rest[1..]).map(|at| at + 2);
    quotes.find_map(|end| {
        let closing = rest.get(end..end + hashes)?;
        closing.iter().all(|&byte| byte == b'#').then_some(end + hashes)
    })
}

fn string(rest: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', rest.get(at..)?)?;
        if rest[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// A character; one byte for the quote of a lifetime.
fn character(rest: &[u8]) -> Option<usize> {
    match rest.get(1)? {
        b'\\' => memchr::memchr(b'\'', rest.get(3..)?).map(|at| at + 4),
        first => {
            let length = match first {
                0..0x80 => 1,
                0x80..0xe0 => 2,
                0xe0..0xf0 => 3,
                0xf0.. => 4,
            };
            Some(if rest.get(1 + length) == Some(&b'\'') { 2 + length } else { 1 })
        }
    }
}

fn block_comment(rest: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'/', b'*', rest.get(at..)?)?;
        match rest.get(at..at + 2)? {
            b"/*" => depth += 1,
            b"*/" if depth == 1 => return Some(at + 2),
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
    }
}

struct Attribute {
    end: usize,
    is_inner: bool,
    is_test: bool,
}

/// The attribute that begins at this `#`.
fn attribute(source: &[u8], at: usize) -> Option<Attribute> {
    let rest = &source[at + 1..];
    let is_inner = rest.first() == Some(&b'!');
    let open = at + 1 + usize::from(is_inner);
    if source.get(open) != Some(&b'[') {
        return None;
    }
    let end = bracket_end(source, open);
    let text = source.get(open + 1..end.saturating_sub(1)).unwrap_or_default();
    Some(Attribute { end, is_inner, is_test: is_test(text) })
}

/// Behind the bracket that closes the one at `open`.
fn bracket_end(source: &[u8], open: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = open;
    while let Some(found) = next(source, at, &INSIDE) {
        at = match source[found] {
            b'(' | b'[' | b'{' => {
                depth += 1;
                found + 1
            }
            b')' | b']' | b'}' if depth <= 1 => return found + 1,
            b')' | b']' | b'}' => {
                depth -= 1;
                found + 1
            }
            _ => skip(source, found),
        };
    }
    source.len()
}

/// `test`, a path that ends in `test`, `cfg(test)`, or `cfg(all(.., test, ..))`.
fn is_test(attribute: &[u8]) -> bool {
    let text: Vec<u8> = attribute.iter().copied().filter(|it| !it.is_ascii_whitespace()).collect();
    let (path, arguments) = match text.iter().position(|&byte| byte == b'(') {
        Some(open) => (&text[..open], text[open + 1..].strip_suffix(b")").unwrap_or_default()),
        None => (&text[..], &[][..]),
    };
    match path {
        b"test" => true,
        b"cfg" => match arguments.strip_prefix(b"all(").and_then(|it| it.strip_suffix(b")")) {
            Some(all) => top_level(all).any(|argument| argument == b"test"),
            None => arguments == b"test",
        },
        _ => path.ends_with(b"::test"),
    }
}

fn top_level(arguments: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut depth = 0_usize;
    arguments.split(move |&byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => (),
        }
        byte == b',' && depth == 0
    })
}

/// Behind the item that follows an attribute: its block, its semicolon, or for
/// a field, a variant and an arm its comma.
fn item_end(source: &[u8], from: usize) -> usize {
    let start = item_start(source, from);
    let ends_with_comma = !starts_item(&source[start..]);
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(found) = next(source, at, &INSIDE) {
        at = match source[found] {
            b'(' | b'[' | b'{' => {
                depth += 1;
                found + 1
            }
            // The item is the last of its block, without an end of its own.
            b')' | b']' | b'}' if depth == 0 => return source[..found].trim_ascii_end().len(),
            closing @ (b')' | b']' | b'}') => {
                depth -= 1;
                if depth == 0 && closing == b'}' {
                    return found + 1;
                }
                found + 1
            }
            b';' if depth == 0 => return found + 1,
            b',' if depth == 0 && ends_with_comma => return found + 1,
            _ => skip(source, found),
        };
    }
    source.len()
}

/// Past white space, comments and further attributes.
fn item_start(source: &[u8], mut at: usize) -> usize {
    loop {
        match source.get(at) {
            Some(byte) if byte.is_ascii_whitespace() => at += 1,
            Some(b'/') => at = skip(source, at),
            Some(b'#') => match attribute(source, at) {
                Some(attribute) => at = attribute.end,
                None => return at,
            },
            Some(_) | None => return at.min(source.len()),
        }
    }
}

fn starts_item(rest: &[u8]) -> bool {
    const KEYWORDS: [&[u8]; 16] = [
        b"async",
        b"const",
        b"enum",
        b"extern",
        b"fn",
        b"impl",
        b"let",
        b"macro_rules",
        b"mod",
        b"static",
        b"struct",
        b"trait",
        b"type",
        b"union",
        b"unsafe",
        b"use",
    ];
    let word_end =
        |rest: &[u8]| rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    let word = &rest[..word_end(rest).unwrap_or(rest.len())];
    if word != b"pub" {
        return KEYWORDS.contains(&word);
    }
    // A field may be public as well: look at the word behind `pub` or `pub(crate)`.
    let rest = rest[3..].trim_ascii_start();
    let rest = match rest.first() {
        Some(b'(') => rest[bracket_end(rest, 0)..].trim_ascii_start(),
        Some(_) | None => rest,
    };
    KEYWORDS.contains(&&rest[..word_end(rest).unwrap_or(rest.len())])
}

/// Code blocks in line doc comments that `cargo test` would run.
#[derive(Default)]
struct Doctests {
    /// The end of the last doc comment; a block continues on the next line only.
    last: usize,
    fence: Option<Fence>,
}

struct Fence {
    start: usize,
    is_run: bool,
}

impl Doctests {
    fn read(&mut self, source: &[u8], comment: Range<usize>, spans: &mut Vec<Range<usize>>) {
        let text = &source[comment.clone()];
        let is_outer = text.starts_with(b"///") && !text.starts_with(b"////");
        if !is_outer && !text.starts_with(b"//!") {
            return;
        }
        if !source[self.last..comment.start].trim_ascii().is_empty() {
            self.fence = None;
        }
        self.last = comment.end;
        let Some(info) = text[3..].trim_ascii().strip_prefix(b"```") else { return };
        self.fence = match self.fence.take() {
            Some(fence) => {
                if fence.is_run {
                    spans.push(fence.start..comment.end);
                }
                None
            }
            None => Some(Fence { start: comment.start, is_run: is_run(info) }),
        };
    }
}

fn is_run(info: &[u8]) -> bool {
    info.split(|byte| *byte == b',' || byte.is_ascii_whitespace()).all(|word| {
        matches!(word, b"" | b"rust" | b"should_panic" | b"no_run" | b"compile_fail")
            || word.starts_with(b"edition")
    })
}
