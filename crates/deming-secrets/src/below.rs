//! Values that stand alone below their name: a heading, a bold line or a list
//! item that is nothing but the name, then a line that is nothing but the value.

use std::ops::Range;

use crate::hit::Hit;
use crate::key_name::{Role, role};
use crate::value::{Tie, is_secret};

/// How many lines may stand between a name and its value: a blank one and a fence.
const MOST_BETWEEN: usize = 3;
/// The longest line that is a name, in bytes.
const LONGEST_NAME: usize = 40;

/// Finds the values below their names.
pub(crate) fn find(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut named: Option<(Role, usize)> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = start..start + line.trim_end().len();
        start += line.len();
        let content = within(text, body, &MARKS);
        let words = &text[content.clone()];
        if words.is_empty() || is_fence(words) {
            named = named.and_then(|(role, left)| Some((role, left.checked_sub(1)?)));
            continue;
        }
        let value = within(text, content, &QUOTES);
        if let Some((role, _)) = named.take()
            && !text[value.clone()].contains(char::is_whitespace)
            && is_secret(&text[value.clone()], role, Tie::Said)
        {
            let kind = if role == Role::Password { "password" } else { "token" };
            hits.push(Hit::context(value, kind));
            continue;
        }
        named = name(words).map(|role| (role, MOST_BETWEEN));
    }
    hits
}

/// Marks of headings, lists, quotes and emphasis around a line.
const MARKS: [char; 8] = ['#', '*', '_', '-', '+', '>', ' ', '\t'];
const QUOTES: [char; 4] = ['`', '"', '\'', ' '];

fn within(text: &str, range: Range<usize>, marks: &[char]) -> Range<usize> {
    let inner = text[range.clone()].trim_matches(marks);
    let start =
        range.start + (text[range.clone()].len() - text[range].trim_start_matches(marks).len());
    start..start + inner.len()
}

fn is_fence(words: &str) -> bool {
    words.starts_with("```") || words.starts_with("~~~")
}

/// The role of a line that is a name and nothing else.
fn name(words: &str) -> Option<Role> {
    let words = words.trim_end_matches([':', '*', '_']).trim();
    let is_short = words.len() <= LONGEST_NAME && words.split_whitespace().count() <= 4;
    let is_plain = words.chars().all(|it| it.is_alphanumeric() || " _-.()".contains(it));
    if is_short && is_plain { role(words) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Generator;

    #[test]
    fn values_below_their_names() {
        let mut generator = Generator::new(91);
        for template in [
            "**API key**\n\n```\n@\n```\n",
            "## API key\n\n@\n",
            "- API key\n  - `@`\n",
            "Password:\n\n    @\n",
            "### Staging token\n`@`\n",
        ] {
            let value = generator.alphanumeric(24);
            let text = template.replace('@', &value);
            let found: Vec<&str> = find(&text).iter().map(|it| &text[it.range.clone()]).collect();
            assert_eq!(found, [value], "{text}");
        }
    }

    #[test]
    fn other_lines_below_a_name_are_none() {
        for text in [
            "## Token\n\nrefresh_token_expiry\n",
            "## API key\n\nRotate it every week.\n",
            "### Password\n\nargon2id\n",
            "- Token\n  - `TOKEN_TTL=3600`\n",
            "## Tokens\n\n- `access_token`\n- `src/auth/session_store.rs`\n",
            "## API key\n\n\n\n\n\nAb3dEf6hIj9lMn2pQr5tUv8x\n",
        ] {
            assert_eq!(find(text), [], "{text}");
        }
    }
}
