//! Reads one value at a place in a text: quoted, or bare up to where such a
//! value ends. It does not judge the value.

use std::ops::Range;

const QUOTES: [u8; 3] = [b'"', b'\'', b'`'];

/// The inside of the quotes that open at `start`, without the blanks at its
/// ends.
pub(crate) fn quoted(text: &str, start: usize) -> Option<Range<usize>> {
    inside_quotes(text, start).map(|it| trim(text, it))
}

/// The inside of the quotes that open at `start`, on one line.
fn inside_quotes(text: &str, start: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let quote = *bytes.get(start)?;
    if !QUOTES.contains(&quote) {
        return None;
    }
    // Three of them open a block string; its text begins behind all of them.
    let run = bytes[start..].iter().take_while(|it| **it == quote).count();
    if run == 2 {
        return None;
    }
    let open = start + run;
    let mut position = open;
    while let Some(byte) = bytes.get(position) {
        match byte {
            b'\n' if run < 3 => return None,
            b'\\' => position += 1,
            byte if *byte == quote && bytes[position..].iter().take(run).all(|it| *it == quote) => {
                return Some(open..position);
            }
            _ => {}
        }
        position += 1;
        if open + 4200 < position {
            return None;
        }
    }
    None
}

/// The bare word at `start`. A sign that may belong to a password ends it only
/// where a list, a sentence or a further field follows.
pub(crate) fn bare(text: &str, start: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let mut end = start;
    while let Some(byte) = bytes.get(end) {
        let ends = match byte {
            b'"' | b'`' | b'<' | b'>' => true,
            b'\'' => ends_word(bytes.get(end + 1)) || bytes[end + 1] == b'.',
            byte if byte.is_ascii_whitespace() => true,
            b'&' => bytes.get(end + 1) == Some(&b'&') || begins_field(&text[end + 1..]),
            b',' | b';' | b'|' | b')' | b']' | b'}' | b'\\' => {
                ends_word(bytes.get(end + 1)) || begins_field(&text[end + 1..])
            }
            _ => false,
        };
        if ends || start + 4200 < end {
            break;
        }
        end += 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let word = &text[start..end];
    start..start + word.trim_end_matches(['.', ':', ',', ';', '\'']).len()
}

fn ends_word(next: Option<&u8>) -> bool {
    next.is_none_or(|it| it.is_ascii_whitespace() || b"\"'`,;)]}<>|".contains(it))
}

/// Whether `name=` or `name:` begins here, as in a connection string.
fn begins_field(rest: &str) -> bool {
    let rest = rest.trim_start_matches(' ');
    let name = rest
        .bytes()
        .take(32)
        .take_while(|it| it.is_ascii_alphanumeric() || b"_-. ".contains(it))
        .count();
    0 < name && rest.as_bytes()[0].is_ascii_alphabetic() && rest.as_bytes().get(name) == Some(&b'=')
}

/// All quoted strings from `start` to the end of its line.
pub(crate) fn quoted_on_line(text: &str, start: usize) -> Vec<Range<usize>> {
    let line = text[start..].split('\n').next().unwrap_or_default();
    let end = start + line.len().min(600);
    let mut found = Vec::new();
    let mut position = start;
    while let Some(next) = text.as_bytes()[position..end].iter().position(|it| QUOTES.contains(it))
    {
        let open = position + next;
        match inside_quotes(text, open) {
            Some(range) if range.end < end => {
                position = range.end + 1;
                found.push(trim(text, range));
            }
            Some(_) | None => position = open + 1,
        }
    }
    found
}

pub(crate) fn is_quote(byte: u8) -> bool {
    QUOTES.contains(&byte)
}

/// Where the last run of characters that `breaks` does not split begins.
pub(crate) fn last_word(text: &str, breaks: impl Fn(char) -> bool) -> usize {
    text.char_indices().rev().find(|it| breaks(it.1)).map_or(0, |it| it.0 + it.1.len_utf8())
}

/// `range` without the white space at its ends.
pub(crate) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let inside = &text[range.clone()];
    let start = range.start + inside.len() - inside.trim_start().len();
    start..(start + inside.trim().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(&text[bare(text, 0)], want);
    }

    #[test]
    fn bare_words_end_where_the_value_ends() {
        check("ab#c&d;e next", "ab#c&d;e");
        check("abc;Encrypt=true", "abc");
        check("abc&retry=1", "abc");
        check("abc, def", "abc");
        check("abc) def", "abc");
        check("abc.", "abc");
        check("it's\u{e9} x", "it's\u{e9}");
    }

    #[test]
    fn quotes_hold_the_value_without_its_margin() {
        let text = "\" ab\\\"c \" 'x' \"\"\"y\"\"\"";
        let found: Vec<&str> = quoted_on_line(text, 0).into_iter().map(|it| &text[it]).collect();
        assert_eq!(found, ["ab\\\"c", "x", "y"]);
    }
}
