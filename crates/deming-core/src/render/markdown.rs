//! Puts foreign text into Markdown so that it cannot leave its place.
//!
//! Every function cleans its text first ([`crate::clean`]). None of them adds
//! a line feed at the end.

use crate::clean::{clean, clean_line};

/// A fenced code block whose fence is longer than any run of backticks inside.
///
/// `info` is the language word and may be empty.
pub fn fence(text: &str, info: &str) -> String {
    let text = clean(text);
    let body = text.strip_suffix('\n').unwrap_or(&text);
    let info = clean_line(info).replace('`', "");
    let ticks = "`".repeat(longest_run(body, '`').max(2) + 1);
    if body.is_empty() {
        format!("{ticks}{info}\n{ticks}")
    } else {
        format!("{ticks}{info}\n{body}\n{ticks}")
    }
}

/// One line for a table cell.
pub fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    let mut escaped = false;
    for character in inline(text).chars() {
        if character == '|' && !escaped {
            cell.push('\\');
        }
        escaped = character == '\\' && !escaped;
        cell.push(character);
    }
    cell
}

/// A code span on one line: a path, a command, a hash.
pub fn code(text: &str) -> String {
    let text = clean_line(text);
    let ticks = "`".repeat(longest_run(&text, '`') + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    if text.is_empty() { text } else { format!("{ticks}{pad}{text}{pad}{ticks}") }
}

/// One line that opens no block, no HTML and no image.
///
/// Emphasis, links and closed code spans stay as they are.
pub fn inline(text: &str) -> String {
    let line = clean_line(text);
    let escape = opens_block(&line) || opens_list(&line).is_some();
    escape_line(&line, escape)
}

/// Text of several lines: paragraphs, lists and closed code fences stay.
///
/// Headings, rules, tags and hidden definitions become plain text, so that
/// nothing in it looks like a section of the document it stands in.
pub fn block(text: &str) -> String {
    let text = clean(text);
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    let blank = lines.iter().take_while(|it| it.is_empty()).count();
    let lines = &lines[blank..];
    let mut safe: Vec<String> = Vec::with_capacity(lines.len());
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let closed = Fence::opened_by(line)
            .and_then(|fence| lines[at + 1..].iter().position(|it| fence.is_closed_by(it)));
        match closed {
            Some(body) => {
                safe.push(nested_fence(line, &lines[at + 1..=at + body]));
                at += body + 2;
            }
            None => {
                safe.push(safe_line(line));
                at += 1;
            }
        }
    }
    safe.join("\n")
}

/// [`block`] as one item of a list, with every further line inside the item.
pub fn bullet(text: &str) -> String {
    item("- ", text)
}

/// [`block`] behind `marker` (`- `, `1. `), with every further line inside.
pub fn item(marker: &str, text: &str) -> String {
    let indent = " ".repeat(marker.len());
    let mut lines = String::from(marker);
    for (number, line) in block(text).trim_start().split('\n').enumerate() {
        if 0 < number {
            lines.push('\n');
            if !line.is_empty() {
                lines.push_str(&indent);
            }
        }
        lines.push_str(line);
    }
    lines
}

/// For each line of `text`, whether it belongs to a closed code fence.
pub(crate) fn code_lines(text: &str) -> Vec<bool> {
    let lines: Vec<&str> = text.lines().collect();
    let mut is_code = vec![false; lines.len()];
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let closed = Fence::opened_by(line)
            .and_then(|fence| lines[at + 1..].iter().position(|it| fence.is_closed_by(it)));
        let next = at + closed.map_or(1, |body| body + 2);
        is_code[at..next].fill(closed.is_some());
        at = next;
    }
    is_code
}

/// A run of backticks or tildes that opens a code block.
struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    fn opened_by(line: &str) -> Option<Self> {
        let text = line.trim_start_matches(' ');
        let mark = text.chars().next().filter(|it| matches!(it, '`' | '~'))?;
        let length = text.chars().take_while(|&it| it == mark).count();
        let closes_itself = mark == '`' && text[length..].contains('`');
        (3 <= length && !closes_itself).then_some(Self { mark, length })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let text = line.trim();
        self.length <= text.len() && text.chars().all(|it| it == self.mark)
    }
}

/// Keeps the indent of a fence inside a list, if its whole body has it.
fn nested_fence(opening: &str, body: &[&str]) -> String {
    let text = opening.trim_start_matches(' ');
    let indent = &opening[..opening.len() - text.len()];
    let fenced = fence(&body.join("\n"), text.trim_matches(['`', '~', ' ']));
    let is_nested = body.iter().all(|it| it.is_empty() || it.starts_with(indent));
    match fenced.rsplit_once('\n') {
        Some((start, end)) if is_nested => format!("{indent}{start}\n{indent}{end}"),
        Some(_) | None => fenced,
    }
}

fn safe_line(line: &str) -> String {
    let text = line.trim_start();
    let indent = &line[..line.len() - text.len()];
    if let Some(marker) = opens_list(text).filter(|_| !is_rule(text)) {
        let (marker, rest) = text.split_at(marker);
        return format!("{indent}{marker}{}", safe_line(rest));
    }
    format!("{indent}{}", escape_line(text, opens_block(text)))
}

/// Whether the line would be more than a line of a paragraph.
fn opens_block(line: &str) -> bool {
    let hashes = line.chars().take_while(|&it| it == '#').count();
    let is_heading = 0 < hashes && line[hashes..].chars().next().is_none_or(char::is_whitespace);
    let is_definition = line.starts_with('[') && line.contains("]:");
    is_heading || is_definition || is_rule(line) || line.starts_with(['>', '|', '~'])
}

/// A thematic break, or the underline of a heading.
fn is_rule(line: &str) -> bool {
    ['-', '=', '*', '_'].iter().any(|&mark| {
        line.starts_with(mark) && line.chars().all(|it| it == mark || it.is_whitespace())
    })
}

/// The length of a list marker with the blanks behind it.
fn opens_list(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let marker = match line.as_bytes().get(digits) {
        Some(b'-' | b'*' | b'+') if digits == 0 => 1,
        Some(b'.' | b')') if (1..=9).contains(&digits) => digits + 1,
        Some(_) | None => return None,
    };
    let rest = &line[marker..];
    let blanks = rest.len() - rest.trim_start().len();
    (0 < blanks || rest.is_empty()).then_some(marker + blanks)
}

/// Escapes what is active in a line; `leading` also escapes its first mark.
fn escape_line(line: &str, leading: bool) -> String {
    let mut safe = String::with_capacity(line.len() + 8);
    let mut rest = line;
    if leading {
        // A numbered marker is active in the mark behind its digits.
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        safe.push_str(&rest[..digits]);
        safe.push('\\');
        rest = &rest[digits..];
        safe.extend(rest.chars().next());
        rest = rest.get(1..).unwrap_or_default();
    }
    while let Some(character) = rest.chars().next() {
        let mut taken = character.len_utf8();
        let next = rest[taken..].chars().next();
        match (character, next) {
            ('\\', Some(next)) if next.is_ascii_punctuation() => {
                taken += 1;
                safe.push_str(&rest[..taken]);
            }
            ('\\', None) => safe.push_str("\\\\"),
            ('`', _) => {
                let run = rest.len() - rest.trim_start_matches('`').len();
                match closing_run(&rest[run..], run) {
                    Some(end) => {
                        taken = run + end;
                        safe.push_str(&rest[..taken]);
                    }
                    None => {
                        taken = run;
                        safe.push_str(&"\\`".repeat(run));
                    }
                }
            }
            ('<', Some(next)) if next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?') => {
                safe.push_str("\\<");
            }
            ('!', Some('[')) => safe.push_str("\\!"),
            (other, _) => safe.push(other),
        }
        rest = &rest[taken..];
    }
    safe
}

/// Where a run of exactly `length` backticks ends in `text`.
fn closing_run(text: &str, length: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(start) = text[at..].find('`') {
        let start = at + start;
        let run = text[start..].len() - text[start..].trim_start_matches('`').len();
        at = start + run;
        if run == length {
            return Some(at);
        }
    }
    None
}

fn longest_run(text: &str, mark: char) -> usize {
    let runs = text.split(|it| it != mark).map(str::len);
    runs.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;

    #[track_caller]
    fn check(function: fn(&str) -> String, text: &str, want: &str) {
        assert_eq!(function(text), want);
    }

    #[test]
    fn fence_is_longer_than_what_it_holds() {
        assert_eq!(fence("a", "rust"), "```rust\na\n```");
        assert_eq!(fence("```\na\n````\n", ""), "`````\n```\na\n````\n`````");
        assert_eq!(fence("", "a`b\nc"), "```ab c\n```");
        assert_eq!(fence("\u{1b}[1ma\u{202e}", ""), "```\na\n```");
    }

    #[test]
    fn cell_keeps_its_columns() {
        check(cell, "a | b\nc", "a \\| b c");
        check(cell, "`a|b` \\| \\\\|", "`a\\|b` \\| \\\\\\|");
        check(cell, "end\\", "end\\\\");
    }

    #[test]
    fn code_is_longer_than_what_it_holds() {
        check(code, "src/__init__.py", "`src/__init__.py`");
        check(code, "a ``b` c", "```a ``b` c```");
        check(code, "`a`", "`` `a` ``");
        check(code, "\n", "");
    }

    #[test]
    fn inline_opens_nothing() {
        check(inline, "# Title", "\\# Title");
        check(inline, "#12 stays", "#12 stays");
        check(inline, "- a\n- b", "\\- a - b");
        check(inline, "12. a", "12\\. a");
        check(inline, "---", "\\---");
        check(inline, "[a]: http://b", "\\[a]: http://b");
        check(inline, "see <!-- and <b>", "see \\<!-- and \\<b>");
        check(inline, "1 < 2 \\<b>", "1 < 2 \\<b>");
        check(inline, "![x](y) \\\\<b>", "\\![x](y) \\\\\\<b>");
    }

    #[test]
    fn inline_keeps_code_and_emphasis() {
        check(inline, "**a** `<b>` ``c`d``", "**a** `<b>` ``c`d``");
        check(inline, "open ` tick ``", "open \\` tick \\`\\`");
    }

    #[test]
    fn block_keeps_lists_and_closed_fences() {
        check(block, "a\n\n- b\n  1. c\n", "a\n\n- b\n  1. c");
        check(block, "```rs\n# b <c>\n```\nd", "```rs\n# b <c>\n```\nd");
        check(block, "~~~\n```\n~~~", "````\n```\n````");
        check(block, "- a\n  ```\n  b\n  ```", "- a\n  ```\n  b\n  ```");
        check(block, "    ```\n## b\n    ```", "```\n## b\n```");
    }

    #[test]
    fn block_opens_no_section() {
        check(block, "a\n===\n## B\n---", "a\n\\===\n\\## B\n\\---");
        check(block, "```\n## B", "\\`\\`\\`\n\\## B");
        check(block, "- ## B\n<!-- c", "- \\## B\n\\<!-- c");
        check(block, "- - -\n> q", "\\- - -\n\\> q");
    }

    #[test]
    fn bullet_holds_all_its_lines() {
        check(bullet, "a\nb\n\n## c", "- a\n  b\n\n  \\## c");
        assert_eq!(item("10. ", "a\nb"), "10. a\n    b");
    }

    /// Pieces that open or close something in Markdown, put together at random.
    fn any_text(seed: u64) -> String {
        const PIECES: [&str; 40] = [
            "a",
            "word",
            " ",
            " ",
            "\n",
            "\n",
            "\n\n",
            "#",
            "## ",
            "- ",
            "* ",
            "+ ",
            "1. ",
            "9) ",
            "> ",
            "```",
            "~~~",
            "`",
            "``",
            "---",
            "===",
            "***",
            "_",
            "<!-- ",
            "-->",
            "<b>",
            "</b>",
            "<?x",
            "![",
            "](u)",
            "[a]: b",
            "|",
            "\\",
            "    ",
            "  ",
            "\t",
            "&lt;",
            "<http://a>",
            "\r",
            "\u{202e}",
        ];
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut next = |sides: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from((state >> 33) % sides).unwrap()
        };
        let length = next(24);
        (0..length).map(|_| PIECES[next(40)]).collect()
    }

    /// Blocks at the top, and every tag and raw HTML inside them.
    fn parse(markdown: &str) -> (Vec<Tag<'_>>, Vec<Tag<'_>>, usize) {
        let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES);
        let hidden = parser.reference_definitions().iter().count();
        let (mut top, mut all, mut depth, mut html) = (vec![], vec![], 0, hidden);
        for event in parser {
            match event {
                Event::Start(tag) => {
                    if depth == 0 {
                        top.push(tag.clone());
                    }
                    all.push(tag);
                    depth += 1;
                }
                Event::End(_) => depth -= 1,
                Event::Html(_) | Event::InlineHtml(_) | Event::Rule => html += 1,
                Event::Text(_)
                | Event::Code(_)
                | Event::InlineMath(_)
                | Event::DisplayMath(_)
                | Event::FootnoteReference(_)
                | Event::SoftBreak
                | Event::HardBreak
                | Event::TaskListMarker(_) => {}
            }
        }
        (top, all, html)
    }

    fn is_active(tag: &Tag<'_>) -> bool {
        matches!(tag, Tag::Heading { .. } | Tag::HtmlBlock | Tag::Image { .. } | Tag::BlockQuote(_))
    }

    #[test]
    fn a_markdown_parser_sees_no_way_out() {
        for seed in 0..3_000 {
            let text = any_text(seed);

            let line = inline(&text);
            let (top, all, html) = parse(&line);
            assert!(
                top.len() <= 1 && top.iter().all(|it| *it == Tag::Paragraph),
                "{text:?} {line:?} {top:?}"
            );
            assert!(html == 0 && !all.iter().any(is_active), "{text:?} {line:?}");

            let row = format!("|a|b|c|\n|-|-|-|\n|x|{}|z|", cell(&text));
            let cells = parse(&row).1.iter().filter(|it| **it == Tag::TableCell).count();
            assert_eq!(cells, 6, "{text:?} {row:?}");

            let fenced = fence(&text, "");
            let (top, all, _) = parse(&fenced);
            assert!(top.len() == 1 && all.len() == 1, "{text:?} {fenced:?}");

            let blocks = block(&text);
            let (_, all, html) = parse(&blocks);
            assert!(html == 0 && !all.iter().any(is_active), "{text:?} {blocks:?} {all:?}");

            let list = format!("{}\n\nEND", bullet(&text));
            let (top, all, html) = parse(&list);
            assert_eq!(top, [Tag::List(None), Tag::Paragraph], "{text:?} {list:?}");
            assert!(html == 0 && !all.iter().any(is_active), "{text:?} {list:?}");
        }
    }
}
