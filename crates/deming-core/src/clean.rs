//! Makes foreign text safe to show: no terminal escapes, control characters,
//! bidirectional overrides or invisible characters survive.

/// Removes everything that could move a cursor, recolour, reorder or hide text.
///
/// Line feeds and tabs stay; `\r\n` and a lone `\r` become `\n`.
pub fn clean(text: &str) -> String {
    if text.bytes().fold(true, |all, it| all & matches!(it, b'\n' | b'\t' | b' '..=b'~')) {
        return text.to_owned();
    }
    if !text.bytes().any(|it| it < b' ' && it != b'\n' && it != b'\t' || it == 0x7f)
        && !text.chars().any(char::is_control)
    {
        return visible(text);
    }
    let unescaped = anstream::adapter::strip_str(text).to_string();
    visible(&unescaped.replace("\r\n", "\n").replace('\r', "\n"))
}

/// Copies whole runs of visible text, which most text is one of.
fn visible(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for run in text.split(|it| !is_visible(it)) {
        kept.push_str(run);
    }
    kept
}

/// The same for text that must stay on one line.
pub fn clean_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
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
    fn lines_tabs_and_letters_stay() {
        check("a\r\nb\rc\td\u{e9}\u{1f600}", "a\nb\nc\td\u{e9}\u{1f600}");
        assert_eq!(clean_line(" a\n b\tc "), "a b c");
    }
}
