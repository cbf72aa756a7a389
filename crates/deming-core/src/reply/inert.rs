//! Takes marks out of Markdown that change how text looks and not which blocks
//! there are, because the parser keeps a piece of its own for each.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memrchr};

use crate::bytes::{is_one_of, position};

/// The same text for a parser of blocks alone, with every byte at its place.
///
/// Emphasis, code in a line and brackets that nothing closes become commas: also
/// punctuation of one byte, but no block and no piece of one begins with a comma.
pub(super) fn without_marks(text: &str) -> Cow<'_, str> {
    let text = without_open_brackets(text);
    let mut plain = Vec::new();
    for run in inert_runs(text.as_bytes()) {
        if plain.is_empty() {
            plain = text.as_bytes().to_vec();
        }
        plain[run].fill(b',');
    }
    match String::from_utf8(plain) {
        Ok(plain) if !plain.is_empty() => plain.into(),
        Ok(_) | Err(_) => text,
    }
}

/// A `[` after the last `]` opens no link and no definition; `<![CDATA[` opens a
/// block all the same.
fn without_open_brackets(text: &str) -> Cow<'_, str> {
    let closed = memrchr(b']', text.as_bytes()).unwrap_or_default();
    let (before, rest) = text.split_at(closed);
    if memchr(b'[', rest.as_bytes()).is_none() || rest.contains("<![") {
        return text.into();
    }
    (before.to_owned() + &rest.replace('[', ",")).into()
}

/// Stars, low lines and backticks, as many of one kind as stand together, that begin
/// no block and are no part of what decides about one.
fn inert_runs(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut decisive = Decisive::of(bytes);
    let mut end = 0;
    let runs = std::iter::from_fn(move || {
        let start = end + position(&bytes[end..], |it| is_one_of(it, [b'*', b'_', b'`']))?;
        let mark = bytes[start];
        end = start + bytes[start..].iter().take_while(|it| **it == mark).count();
        Some(start..end)
    });
    runs.filter(move |run| match bytes[run.start] {
        b'`' => !decisive.holds(run),
        b'_' => !decisive.holds(run) && touches_words(bytes, run),
        _ => touches_words(bytes, run),
    })
}

/// Marks that decide about a block: backticks of a fence, which has none behind it in
/// its line, and what stands behind a `<`, since no tag of HTML has a backtick in an
/// unquoted value, while the name of one may begin with a low line.
struct Decisive<'a> {
    bytes: &'a [u8],
    has_tags: bool,
    /// A fence or a `<` stands in this line, as far as it was looked through.
    in_line: bool,
    seen: usize,
}

impl<'a> Decisive<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, has_tags: memchr(b'<', bytes).is_some(), in_line: false, seen: 0 }
    }

    /// Whether a run is one of them; runs are asked for in their order.
    fn holds(&mut self, run: &Range<usize>) -> bool {
        if self.has_tags || self.in_line {
            let between = &self.bytes[self.seen..run.start];
            let line = memrchr(b'\n', between);
            if line.is_some() {
                self.in_line = false;
            }
            if self.has_tags && memchr(b'<', &between[line.unwrap_or_default()..]).is_some() {
                self.in_line = true;
            }
        }
        self.seen = run.end;
        if 3 <= run.len() && self.bytes[run.start] == b'`' {
            self.in_line = true;
        }
        self.in_line
    }
}

/// Whether marks stand at a word, so that they are no bullet and no rule. A bullet
/// has a blank after it, and only blanks or `>` before it in a line of its own.
fn touches_words(bytes: &[u8], run: &Range<usize>) -> bool {
    let before = run.start.checked_sub(1).map(|it| bytes[it]);
    let after = bytes.get(run.end);
    before.is_some_and(|it| !it.is_ascii_whitespace() && it != b'>')
        || after.is_some_and(|it| !it.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(without_marks(text), want);
    }

    #[test]
    fn emphasis_becomes_commas() {
        check("- **Low** - a *b*\n", "- ,,Low,, - a ,b,\n");
        check("***a** b*", ",,,a,, b,");
        check(&("*".repeat(17) + "a"), &(",".repeat(17) + "a"));
        check("__a__ b_c", ",,a,, b,c");
    }

    #[test]
    fn code_in_a_line_becomes_commas() {
        check("see `a.rs` and ``b``\n", "see ,a.rs, and ,,b,,\n");
    }

    #[test]
    fn fences_and_the_values_of_tags_stay() {
        check("```a`b\n`c`\n```\n", "```a`b\n,c,\n```\n");
        check("<a b=`c`>\n", "<a b=`c`>\n");
        check("<a b=*c* d=`e`>\n", "<a b=,c, d=`e`>\n");
        check("<a _b> _c_\n_d_\n", "<a _b> _c_\n,d,\n");
        check("`a` ``` `b`\n`c`\n", ",a, ``` `b`\n,c,\n");
    }

    #[test]
    fn bullets_and_rules_stay() {
        check("* a\n  * b\n> * c\n>* d\n*", "* a\n  * b\n> * c\n>* d\n*");
        check("***\n* * *\n ** * **\n", "***\n* * *\n ** * **\n");
        check("___\n_ _ _\n", "___\n_ _ _\n");
    }

    #[test]
    fn only_brackets_that_stay_open_become_commas() {
        check("[a]: /b\n[{ [c", "[a]: /b\n,{ ,c");
        check("[a\n\n<![CDATA[ b", "[a\n\n<![CDATA[ b");
    }
}
