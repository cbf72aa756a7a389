//! The view in which hiding places are gone: invisible characters, commands of
//! a terminal, look-alike punctuation, Markdown and HTML markup, escapes, quote
//! and diff prefixes and continued lines. It never drops a letter or a digit that a reader would see.

use crate::view::{Builder, View};

/// Rewrites `text`, or returns `None` when there is nothing to rewrite.
pub(crate) fn normalise(text: &str) -> Option<View> {
    let mut builder = Builder::new(text);
    let diff = is_diff(text);
    while !builder.rest().is_empty() {
        skip_prefix(&mut builder, diff);
        let line = builder.rest().split_inclusive('\n').next().unwrap_or_default();
        let end = builder.position() + line.len();
        let mut markers = emphasis(line, builder.position()).into_iter().peekable();
        while builder.position() < end {
            while markers.next_if(|marker| marker.0 < builder.position()).is_some() {}
            match markers.next_if(|marker| marker.0 == builder.position()) {
                Some((_, length)) => builder.skip(length),
                None => rewrite_next(&mut builder, diff),
            }
        }
    }
    builder.differs().then(|| builder.finish())
}

fn is_diff(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start_matches(['>', ' ']);
        ["@@ -", "diff --git ", "+++ ", "```diff"].iter().any(|it| line.starts_with(it))
    })
}

/// Skips `> ` of quotes and, in a diff, the sign of an added or removed line.
fn skip_prefix(builder: &mut Builder<'_>, diff: bool) {
    let rest = builder.rest();
    let unquoted = rest.trim_start_matches([' ', '\t']);
    if unquoted.starts_with('>') {
        let body = unquoted.trim_start_matches(['>', ' ', '\t']);
        builder.skip(rest.len() - body.len());
    }
    let rest = builder.rest();
    if diff && rest.starts_with(['+', '-']) && !rest.starts_with("---") && !rest.starts_with("+++")
    {
        builder.skip(1);
    }
}

fn rewrite_next(builder: &mut Builder<'_>, diff: bool) {
    let rest = builder.rest();
    let Some(first) = rest.chars().next() else { return };
    let length = first.len_utf8();
    match first {
        '\\' => rewrite_escape(builder, diff),
        '%' => match percent(rest) {
            Some(decoded) => builder.replace(3, decoded.encode_utf8(&mut [0; 4])),
            None => builder.copy(length),
        },
        '&' => match ENTITIES.iter().find(|(name, _)| rest.starts_with(name)) {
            Some((name, decoded)) => builder.replace(name.len(), decoded),
            None => builder.copy(length),
        },
        '<' if rest.starts_with("<!--") => match comment(rest) {
            Some(length) => builder.skip(length),
            None => builder.copy(length),
        },
        '<' => match inline_tag(rest) {
            Some((length, replacement)) => builder.replace(length, replacement),
            None => builder.copy(length),
        },
        ' '..='~' | '\n' | '\t' => {
            let plain = rest
                .bytes()
                .take_while(|it| matches!(it, b' '..=b'~') && !b"\\%&<*_~=".contains(it))
                .count();
            builder.copy(plain.max(1));
        }
        '\u{1b}' | '\u{9b}' | '\u{9d}' => builder.skip(terminal_command(rest)),
        other => match fold(other) {
            Some(folded) => builder.replace(length, folded.encode_utf8(&mut [0; 4])),
            None if is_invisible(other) => builder.skip(length),
            None => builder.copy(length),
        },
    }
}

fn rewrite_escape(builder: &mut Builder<'_>, diff: bool) {
    let rest = builder.rest();
    let bytes = rest.as_bytes();
    match bytes.get(1) {
        Some(b'\n') => {
            builder.skip(2);
            skip_prefix(builder, diff);
        }
        Some(b'\r') if bytes.get(2) == Some(&b'\n') => {
            builder.skip(3);
            skip_prefix(builder, diff);
        }
        Some(b'n' | b'r') => builder.replace(2, "\n"),
        Some(b't') => builder.replace(2, " "),
        Some(b'u') => match ESCAPES
            .iter()
            .find(|(code, _)| rest.get(2..6).is_some_and(|it| it.eq_ignore_ascii_case(code)))
        {
            Some((_, decoded)) => builder.replace(6, decoded),
            None => builder.copy(1),
        },
        Some(punctuation) if punctuation.is_ascii_punctuation() => {
            builder.skip(1);
            if *punctuation != b'\\' {
                builder.copy(1);
            }
        }
        Some(_) | None => builder.copy(1),
    }
}

const ESCAPES: [(&str, &str); 6] =
    [("0022", "\""), ("0026", "&"), ("0027", "'"), ("003c", "<"), ("003d", "="), ("003e", ">")];

const ENTITIES: [(&str, &str); 10] = [
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&#39;", "'"),
    ("&apos;", "'"),
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&nbsp;", " "),
    ("&#61;", "="),
    ("&#x3D;", "="),
];

/// Decodes `%3D` and its like, printable ASCII alone.
fn percent(rest: &str) -> Option<char> {
    let code = u8::from_str_radix(rest.get(1..3)?, 16).ok()?;
    (matches!(code, b' '..=b'~') && rest.as_bytes()[1] != b'+').then(|| char::from(code))
}

/// Markup that stands inside a sentence or a cell: `<code>`, `</td>`.
fn inline_tag(rest: &str) -> Option<(usize, &'static str)> {
    let end = rest.bytes().take(64).position(|it| it == b'>' || it == b'\n')?;
    if rest.as_bytes()[end] != b'>' {
        return None;
    }
    let name = rest[1..end].trim_start_matches('/');
    let name = name.split([' ', '/']).next().unwrap_or_default().to_ascii_lowercase();
    let replacement = match name.as_str() {
        "b" | "i" | "em" | "strong" | "code" | "kbd" | "tt" | "samp" | "span" | "del" | "s"
        | "mark" | "u" => "",
        "br" | "p" | "li" | "tr" | "div" | "pre" => "\n",
        "td" | "th" => "|",
        _ => return None,
    };
    Some((end + 1, replacement))
}

fn fold(character: char) -> Option<char> {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0),
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            Some(' ')
        }
        '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{300c}' | '\u{300d}' => Some('"'),
        '\u{2018}'..='\u{201b}' => Some('\''),
        '\u{2010}'..='\u{2012}' => Some('-'),
        _ => None,
    }
}

/// The length of a command for a terminal, as in ECMA-48: `ESC [ … letter`,
/// `ESC ] … BEL`, or ESC with one character.
fn terminal_command(rest: &str) -> usize {
    let mut characters = rest.char_indices();
    let first = characters.next().map(|it| it.1);
    let second = match first {
        Some('\u{1b}') => characters.next().map(|it| it.1),
        Some('\u{9b}') => Some('['),
        Some(_) | None => Some(']'),
    };
    let end_at = |it: (usize, char)| it.0 + it.1.len_utf8();
    match second {
        Some('[') => {
            let is_parameter = |it: char| matches!(it, ' '..='?');
            let last = characters.find(|it| !is_parameter(it.1));
            last.filter(|it| it.1 != '\n').map_or(1, end_at)
        }
        Some(']' | 'P' | '_' | '^' | 'X') => {
            let is_end = |it: &(usize, char)| matches!(it.1, '\u{7}' | '\u{9c}' | '\n');
            match characters.find(|it| is_end(it) || it.1 == '\u{1b}') {
                Some((at, '\u{1b}')) if rest[at + 1..].starts_with('\\') => at + 2,
                Some((at, '\n' | '\u{1b}')) => at,
                Some(last) => end_at(last),
                None => 1,
            }
        }
        Some('\n') | None => 1,
        Some(other) => 1 + other.len_utf8(),
    }
}

/// The longest comment that is looked through, in bytes.
const LONGEST_COMMENT: usize = 256;

/// The length of a comment that ends in its line.
fn comment(rest: &str) -> Option<usize> {
    let line = rest.split('\n').next().unwrap_or_default();
    let end = line.find("-->")? + "-->".len();
    (end <= LONGEST_COMMENT).then_some(end)
}

fn is_invisible(character: char) -> bool {
    matches!(character,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e007f}')
}

/// Where the markers of emphasis stand in a line: offset and length of each.
fn emphasis(line: &str, offset: usize) -> Vec<(usize, usize)> {
    let bytes = line.as_bytes();
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut markers = Vec::new();
    let mut position = 0;
    while let Some(next) = bytes[position..].iter().position(|it| b"*_~=".contains(it)) {
        let start = position + next;
        let length = bytes[start..].iter().take_while(|it| **it == bytes[start]).count();
        position = start + length;
        if matches!(bytes[start], b'=' | b'~') && length != 2 {
            continue;
        }
        let before = start.checked_sub(1).map_or(b' ', |it| bytes[it]);
        let after = bytes.get(position).copied().unwrap_or(b' ');
        let matching = open.iter().rposition(|it| bytes[it.0] == bytes[start] && it.1 == length);
        match matching {
            Some(index) if !is_word(after) && !before.is_ascii_whitespace() => {
                markers.extend([(offset + open[index].0, length), (offset + start, length)]);
                open.truncate(index);
            }
            Some(_) | None if !is_word(before) && !after.is_ascii_whitespace() => {
                open.push((start, length));
            }
            Some(_) | None => {}
        }
    }
    markers.sort_unstable();
    markers
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || 0x80 <= byte
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        let view = normalise(text);
        assert_eq!(view.as_ref().map_or(text, View::text), want);
    }

    #[test]
    fn plain_text_needs_no_view() {
        assert!(normalise("a plain line\nwith_snake_case = \"value\" and 2 * 3\n").is_none());
    }

    #[test]
    fn invisible_and_wide_characters_are_folded() {
        check("to\u{200b}ken\u{ff1a} a\u{ad}b\u{a0}c", "token: ab c");
        check("\u{201c}quoted\u{201d}", "\"quoted\"");
    }

    #[test]
    fn commands_of_a_terminal_are_dropped() {
        check("to\u{1b}[01;31mken\u{1b}[0m: a\u{8}b\0c", "token: abc");
        check("a\u{1b}]0;title\u{7}b\u{1b}]8;;x\u{1b}\\c\u{9b}2Kd\u{1b}7e", "abcde");
        // One that does not end hides nothing of what follows.
        check("a\u{1b}[12\nb \u{1b}]c\nd", "a[12\nb \nd");
        check("\u{1b}", "");
    }

    #[test]
    fn comments_within_a_line_are_dropped() {
        check("ab<!-- x -->cd <!-- open\n-->", "abcd <!-- open\n-->");
    }

    #[test]
    fn emphasis_is_dropped_and_stars_in_words_stay() {
        check("**key:** ~~abc~~ *d* __e__", "key: abc d e");
        check("Cobalt*Mah and a * b", "Cobalt*Mah and a * b");
        check("a_b_c = __init__", "a_b_c = init");
    }

    #[test]
    fn quotes_and_diff_signs_are_dropped() {
        check("> > line\n>next", "line\nnext");
        check("@@ -1 +1 @@\n-old\n+new", "@@ -1 +1 @@\nold\nnew");
        check("- item\n+ item", "- item\n+ item");
    }

    #[test]
    fn escapes_and_continued_lines_are_resolved() {
        check(r#"{\"a\":\"b\\n\"}"#, "{\"a\":\"b\n\"}");
        check("abc\\\ndef", "abcdef");
        check(r"snake\_case \u003d", "snake_case =");
        check("token%3Dabc &amp; 100% sure", "token=abc & 100% sure");
    }

    #[test]
    fn inline_markup_is_dropped_and_cells_become_a_table() {
        check("<td><code>abc</code></td>", "|abc|");
        check("<password>abc</password>", "<password>abc</password>");
    }
}
