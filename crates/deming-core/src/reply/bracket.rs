//! Finds short brackets in a line, of any script. Knows nothing of what they hold.

use std::ops::Range;

use crate::bytes::position;

/// The first bytes of all that [`closer_of`] knows.
pub(super) fn opens(byte: u8) -> bool {
    matches!(byte, b'[' | b'(' | b'{' | b'<' | 0xe3 | 0xef)
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

/// The bracket that opens at `at`, if it closes soon and on the same line.
pub(super) fn bracket_at(text: &str, at: usize) -> Option<Bracket> {
    let opener = text[at..].chars().next()?;
    let closer = closer_of(opener)?;
    let start = at + opener.len_utf8();
    for (offset, character) in text[start..].char_indices().take(40) {
        if character == closer {
            let end = start + offset;
            return Some(Bracket { content: start..end, end: end + closer.len_utf8() });
        }
        if character == '\n' || character == opener {
            return None;
        }
    }
    None
}
