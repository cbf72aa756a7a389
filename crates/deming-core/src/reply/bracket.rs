//! Finds short brackets in a line, of any script. Knows nothing of what they hold.

use std::ops::Range;

use crate::bytes::{is_one_of, last_position, position};

/// The first bytes of all that [`closer_of`] knows.
pub(super) fn opens(byte: u8) -> bool {
    is_one_of(byte, [b'[', b'(', b'{', b'<', 0xe3, 0xef])
}

/// The first bytes of all that closes one of them.
fn closes(byte: u8) -> bool {
    is_one_of(byte, [b']', b')', b'}', b'>', 0xe3, 0xef])
}

pub(super) struct Bracket {
    pub(super) content: Range<usize>,
    pub(super) end: usize,
}

/// Every short bracket of a line and where it opens, those inside others too.
pub(super) fn brackets(line: &str) -> impl Iterator<Item = (usize, Bracket)> {
    let bytes = line.as_bytes();
    let first = position(bytes, opens);
    // What opens behind the last that closes stays open.
    let last = first.and_then(|it| last_position(&bytes[it..], closes).map(|last| it + last));
    let mut from = first.unwrap_or_default();
    let until = last.unwrap_or_default();
    std::iter::from_fn(move || {
        while from < until {
            let open = from + position(&bytes[from..until], opens)?;
            from = open + if bytes[open].is_ascii() { 1 } else { 3 };
            if let Some(bracket) = bracket_at(line, open) {
                return Some((open, bracket));
            }
        }
        None
    })
}

pub(super) fn closer_of(opener: char) -> Option<char> {
    match opener {
        '[' => Some(']'),
        '(' => Some(')'),
        '{' => Some('}'),
        '<' => Some('>'),
        '\u{3010}' => Some('\u{3011}'),
        '\u{ff08}' => Some('\u{ff09}'),
        '\u{ff3b}' => Some('\u{ff3d}'),
        '\u{300c}' => Some('\u{300d}'),
        '\u{300e}' => Some('\u{300f}'),
        '\u{3014}' => Some('\u{3015}'),
        '\u{300a}' => Some('\u{300b}'),
        '\u{ff1c}' => Some('\u{ff1e}'),
        '\u{ff5b}' => Some('\u{ff5d}'),
        _ => None,
    }
}

/// Characters that a short bracket holds at most, with the one that closes it.
const LONGEST: usize = 40;

/// The bracket that opens at `at`, if it closes soon and on the same line.
pub(super) fn bracket_at(text: &str, at: usize) -> Option<Bracket> {
    let opener = *text.as_bytes().get(at)?;
    if !opener.is_ascii() {
        return wide_bracket_at(text, at);
    }
    let closer = u8::try_from(closer_of(char::from(opener))?).ok()?;
    let start = at + 1;
    let end = start + closing_byte(&text.as_bytes()[start..], opener, closer)?;
    Some(Bracket { content: start..end, end: end + 1 })
}

fn wide_bracket_at(text: &str, at: usize) -> Option<Bracket> {
    let opener = text[at..].chars().next()?;
    let closer = closer_of(opener)?;
    let start = at + opener.len_utf8();
    let mut near = text[start..].char_indices().take(LONGEST);
    let (offset, _) = near
        .find(|(_, it)| *it == closer || *it == opener || *it == '\n')
        .filter(|(_, it)| *it == closer)?;
    let end = start + offset;
    Some(Bracket { content: start..end, end: end + closer.len_utf8() })
}

/// The same where both are ASCII, which no part of another character is.
fn closing_byte(bytes: &[u8], opener: u8, closer: u8) -> Option<usize> {
    let mut characters = 0;
    for (offset, byte) in bytes.iter().enumerate() {
        let continues = matches!(byte, 0x80..=0xbf);
        characters += usize::from(!continues);
        if LONGEST < characters || *byte == opener || *byte == b'\n' {
            return None;
        }
        if *byte == closer {
            return Some(offset);
        }
    }
    None
}
