//! Makes foreign text safe to show: no terminal escapes, control characters,
//! bidirectional overrides or invisible characters survive.

use std::borrow::Cow;

use crate::bytes::{holds, position};

/// Removes everything that could move a cursor, recolour, reorder or hide text.
///
/// Line feeds and tabs stay; `\r\n` and a lone `\r` become `\n`.
pub fn clean(text: &str) -> String {
    cleaned(text).into_owned()
}

/// The same, without a copy of text that needs no cleaning.
pub(crate) fn cleaned(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return text.into();
    }
    if !has_controls(text) {
        return visible(text);
    }
    let unescaped = anstream::adapter::strip_str(text).to_string();
    visible(&unescaped.replace("\r\n", "\n").replace('\r', "\n")).into_owned().into()
}

/// The same for text that must stay on one line.
pub fn clean_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Shows what [`clean`] would remove instead: `^[` for escape, `\u{202e}` for an
/// override.
pub fn marked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\0'..='\u{1f}' if !is_visible(character) => {
                shown.push('^');
                shown.push(char::from(character as u8 ^ 0x40));
            }
            '\u{7f}' => shown.push_str("^?"),
            _ if is_visible(character) => shown.push(character),
            _ => shown.extend(character.escape_unicode()),
        }
    }
    shown
}

/// Whether the text is ASCII without controls but line feeds and tabs.
pub(crate) fn is_plain(text: &str) -> bool {
    !holds(text.as_bytes(), |it| !matches!(it, b'\n' | b'\t' | b' '..=b'~'))
}

/// Whether there are controls other than line feeds and tabs, C1 included.
fn has_controls(text: &str) -> bool {
    let bytes = text.as_bytes();
    holds(bytes, |it| it.is_ascii_control() && !matches!(it, b'\n' | b'\t'))
        || memchr::memchr_iter(0xc2, bytes).any(|it| matches!(bytes.get(it + 1), Some(..=0x9f)))
}

/// Copies whole runs of visible text, which most text is one of.
fn visible(text: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(step) = position(&text.as_bytes()[at..], |it| !it.is_ascii()) {
        at += step;
        let Some(character) = text[at..].chars().next() else { break };
        let end = at + character.len_utf8();
        if !is_visible(character) {
            kept.push_str(&text[from..at]);
            from = end;
        }
        at = end;
    }
    if from == 0 {
        return text.into();
    }
    kept.push_str(&text[from..]);
    kept.into()
}

/// Ranges of Unicode 16 that are invisible or change the direction of text:
/// C0 and C1 controls, soft hyphen, zero-width characters, bidirectional
/// marks, embeddings, overrides and isolates, invisible operators, the
/// byte order mark, interlinear annotations and tag characters.
fn is_visible(character: char) -> bool {
    match character {
        '\n' | '\t' => true,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' => false,
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => false,
        other => !other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(clean(text), want);
    }

    #[test]
    fn escapes_and_controls_are_removed() {
        check("\u{1b}[31mred\u{1b}[0m", "red");
        check("\u{1b}]0;title\u{7}text", "text");
        check("a\u{8}b\u{0}c", "abc");
        check("\u{9b}31mx", "31mx");
    }

    #[test]
    fn overrides_and_zero_width_are_removed() {
        check("[\u{202e}HIGH\u{202c}]", "[HIGH]");
        check("HI\u{200b}GH", "HIGH");
    }

    #[test]
    fn what_would_be_removed_can_be_shown() {
        let text = "\u{1b}[31m a\r\n\tb\u{7f}\u{9b}\u{202e}\u{e9}\u{200b}";
        assert_eq!(marked(text), "^[[31m a^M\n\tb^?\\u{9b}\\u{202e}\u{e9}\\u{200b}");
    }

    #[test]
    fn lines_tabs_and_letters_stay() {
        check("a\r\nb\rc\td\u{e9}\u{1f600}", "a\nb\nc\td\u{e9}\u{1f600}");
        assert_eq!(clean_line(" a\n b\tc "), "a b c");
    }
}
