//! Finds short brackets in a line, of any script. Knows nothing of what they hold.

use std::ops::Range;

use crate::bytes::{is_one_of, position};

/// The first bytes of all that [`closer_of`] knows.
pub(super) fn opens(byte: u8) -> bool {
    is_one_of(byte, [b'[', b'(', b'{', b'<', 0xe3, 0xef])
}

/// Where the next bracket opens, at `from` or later.
pub(super) fn next_open(line: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += position(&line.as_bytes()[at..], opens)?;
        if line[at..].chars().next().and_then(closer_of).is_some() {
            return Some(at);
        }
        at += 3;
    }
}

pub(super) struct Bracket {
    pub(super) content: Range<usize>,
    pub(super) end: usize,
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
    let opener = text[at..].chars().next()?;
    let closer = closer_of(opener)?;
    let start = at + opener.len_utf8();
    let rest = &text[start..];
    let offset = match (u8::try_from(opener), u8::try_from(closer)) {
        (Ok(opener), Ok(closer)) => closing_byte(rest.as_bytes(), opener, closer)?,
        (Ok(_) | Err(_), _) => {
            let mut near = rest.char_indices().take(LONGEST);
            near.find(|(_, it)| *it == closer || *it == opener || *it == '\n')
                .filter(|(_, it)| *it == closer)?
                .0
        }
    };
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
