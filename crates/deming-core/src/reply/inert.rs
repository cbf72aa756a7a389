//! Takes marks out of Markdown that change how text looks and not which blocks
//! there are, because the parser keeps a piece of its own for each.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

/// The same text for a parser of blocks alone, with every byte at its place.
///
/// Emphasis, and brackets that nothing closes, become commas: also punctuation of
/// one byte, but no block and no piece of one begins with a comma.
pub(super) fn without_marks(text: &str) -> Cow<'_, str> {
    let text = without_open_brackets(text);
    let runs = star_runs(text.as_bytes());
    let mut runs = runs.filter(|it| touches_words(text.as_bytes(), it)).peekable();
    if runs.peek().is_none() {
        drop(runs);
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    for run in runs {
        plain.push_str(&text[at..run.start]);
        plain.extend(std::iter::repeat_n(',', run.len()));
        at = run.end;
    }
    plain.push_str(&text[at..]);
    plain.into()
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

fn star_runs(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut end = 0;
    memchr_iter(b'*', bytes).filter_map(move |start| {
        if start < end {
            return None;
        }
        end = start + bytes[start..].iter().take_while(|it| **it == b'*').count();
        Some(start..end)
    })
}

/// Whether stars stand at a word, so that they are no bullet and no rule. A bullet
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
    }

    #[test]
    fn bullets_and_rules_stay() {
        check("* a\n  * b\n> * c\n>* d\n*", "* a\n  * b\n> * c\n>* d\n*");
        check("***\n* * *\n ** * **\n", "***\n* * *\n ** * **\n");
    }

    #[test]
    fn only_brackets_that_stay_open_become_commas() {
        check("[a]: /b\n[{ [c", "[a]: /b\n,{ ,c");
        check("[a\n\n<![CDATA[ b", "[a\n\n<![CDATA[ b");
    }
}
