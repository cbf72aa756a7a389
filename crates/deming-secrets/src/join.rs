//! The view in which a value that was cut in pieces is whole again: strings
//! that are concatenated and tokens that were wrapped at the end of a line.

use crate::randomness;
use crate::view::{Builder, View};

/// Joins the pieces and says where, or returns `None` when there are none.
pub(crate) fn join(text: &str) -> Option<(View, Vec<usize>)> {
    let mut builder = Builder::new(text);
    let bytes = text.as_bytes();
    let mut seams = Vec::new();
    let mut position = 0;
    while let Some(next) = bytes[position..].iter().position(|it| b"\"'`\n".contains(it)) {
        let start = position + next;
        let glue = match bytes[start] {
            b'\n' => wrap(text, start),
            quote => concatenation(bytes, start, quote),
        };
        match glue {
            Some(length) => {
                builder.copy(start - builder.position());
                builder.skip(length);
                seams.push(builder.written().len());
                position = start + length;
            }
            None => position = start + 1,
        }
    }
    builder.differs().then(|| (builder.finish(), seams))
}

/// The length of `" + "`, `"\n    "` or the like at `start`.
fn concatenation(bytes: &[u8], start: usize, quote: u8) -> Option<usize> {
    if !is_token(*bytes.get(start.checked_sub(1)?)?) {
        return None;
    }
    let mut position = start + 1;
    let mut operators = 0;
    while let Some(byte) = bytes.get(position) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b'\\' => {}
            b'+' | b'.' | b'&' if operators < 2 => operators += 1,
            b'f' | b'r' | b'b' | b'u' | b'@' | b'$' if bytes.get(position + 1) == Some(&quote) => {}
            byte if *byte == quote && start + 1 < position => {
                let next = bytes.get(position + 1)?;
                return is_token(*next).then_some(position + 1 - start);
            }
            _ => return None,
        }
        position += 1;
        if start + 120 < position {
            return None;
        }
    }
    None
}

/// The length of the line break at `start` and the indent behind it, when the
/// line before ends within a token and the line behind is the rest of it.
fn wrap(text: &str, start: usize) -> Option<usize> {
    let before = text[..start].trim_end_matches('\r');
    let head = before.rsplit(|it: char| !is_token_character(it)).next().unwrap_or_default();
    let rest = &text[start + 1..];
    let tail_start = rest.trim_start_matches([' ', '\t']);
    let tail_length = tail_start.find(|it| !is_token_character(it)).unwrap_or(tail_start.len());
    let tail = &tail_start[..tail_length];
    let behind = tail_start[tail_length..].split('\n').next().unwrap_or_default();
    let alone = behind.trim_end().len() <= 3
        && behind.bytes().all(|it| it.is_ascii_punctuation() || it == b'\r');
    let halves = is_half(head, 6) && is_half(tail, 4);
    (alone && halves).then_some(before.len().abs_diff(start) + 1 + rest.len() - tail_start.len())
}

fn is_half(text: &str, shortest: usize) -> bool {
    // A prefix such as `sk_live_` reads like words; what is behind it decides.
    let text = text.rsplit('_').next().filter(|it| shortest <= it.len()).unwrap_or(text);
    shortest <= text.len()
        && match text.bytes().any(|it| it.is_ascii_digit()) {
            true => text.len() < 8 || 0.2 < randomness::score(text),
            false => 8 <= text.len() && 0.35 < randomness::score(text),
        }
}

fn is_token_character(character: char) -> bool {
    u8::try_from(character).is_ok_and(is_token)
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-+/=.~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        let view = join(text);
        assert_eq!(view.as_ref().map_or(text, |it| it.0.text()), want);
    }

    #[test]
    fn concatenated_strings_become_one() {
        check(r#"a = "one" + "two""#, r#"a = "onetwo""#);
        check("a = 'one' \\\n    f'two'", "a = 'onetwo'");
        check("a = \"one\" .\n  \"two\"", "a = \"onetwo\"");
    }

    #[test]
    fn lists_and_pairs_stay_apart() {
        check(r#"["one", "two"] {"a": "b"} """#, r#"["one", "two"] {"a": "b"} """#);
    }

    #[test]
    fn a_wrapped_token_becomes_one() {
        check("x = q7Zt0Kf2Lw\n    9vBn4Xc8\nnext", "x = q7Zt0Kf2Lw9vBn4Xc8\nnext");
        check("the plan of 2026\nword", "the plan of 2026\nword");
    }
}
