//! Values that stand for something else: placeholders, masks, references and
//! the passwords that every example uses. Looks at the value alone.

use crate::encoded::decode;
use crate::randomness::{is_sequence, score};
use crate::words::Words;

/// The token that every introduction to signed tokens shows.
pub(crate) fn is_sample_token(value: &str) -> bool {
    let claims = value.strip_prefix("eyJ").and_then(|it| it.split('.').nth(1)).and_then(decode);
    claims.is_some_and(|it| it.contains("\"John Doe\""))
}

/// Whether a value stands for something that is filled in elsewhere.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let lower = value.to_ascii_lowercase();
    if lower.len() < 3
        || Words::Trivial.has(&lower)
        || is_reference(&lower)
        || has_mask(&lower)
        || is_sequence(&lower)
        || is_repetition(&lower)
        || is_sample_token(value)
    {
        return true;
    }
    let words: Vec<&str> =
        lower.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty()).collect();
    let random = words.iter().any(|it| 12 <= it.len() && 0.4 < score(it) && !is_sequence(it));
    if random {
        return lower.contains("example") && value.contains("EXAMPLE");
    }
    let named = words.iter().any(|word| {
        let stem = word.trim_end_matches(|it: char| it.is_ascii_digit());
        Words::Placeholders.has(word) || Words::Placeholders.has(stem)
    });
    let spelled = [
        "changeme",
        "change-me",
        "change_me",
        "replaceme",
        "replace_me",
        "replace-me",
        "placeholder",
        "redacted",
        "example",
        "insertyour",
        "insert-your",
    ]
    .iter()
    .any(|it| lower.contains(it))
        || (lower.starts_with("your") || lower.starts_with("my")) && score(&lower) < 0.2
        || lower.ends_with("here") && score(&lower) < 0.2;
    named || spelled || is_worn(&lower)
}

/// The same few letters again and again: `keykeykeykey`.
fn is_repetition(value: &str) -> bool {
    let bytes = value.as_bytes();
    (1..=6)
        .any(|unit| 3 * unit <= bytes.len() && bytes.windows(unit + 1).all(|it| it[0] == it[unit]))
}

/// A word that everybody uses, with the usual digits: `p@ssw0rd123`, `admin1!`.
fn is_worn(lower: &str) -> bool {
    let stem = lower.trim_end_matches(|it: char| it.is_ascii_digit() || "!.?-_#".contains(it));
    let plain: String = stem
        .chars()
        .map(|it| match it {
            '@' | '4' => 'a',
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '$' | '5' => 's',
            other => other,
        })
        .collect();
    lower.len() - stem.len() <= 4
        && (Words::Worn.has(&plain)
            || plain.split(['-', '_', ' ', ':']).all(|it| Words::Worn.has(it)))
}

/// `$VAR`, `${…}`, `{{…}}`, `<…>`, `%s`, `op://…` and other ways to say "from
/// somewhere else".
fn is_reference(lower: &str) -> bool {
    let bytes = lower.as_bytes();
    let name_behind = |start: usize| {
        let name = lower[start..].trim_end_matches(['"', '\'', ')', '}', ';', ',']);
        !name.is_empty()
            && name.bytes().all(|it| it.is_ascii_alphanumeric() || b"_:.-".contains(&it))
            && score(name) < 0.3
    };
    matches!(bytes[0], b'<') && lower.contains('>')
        || lower.contains("${")
        || lower.contains("$(")
        || lower.contains("{{")
        || lower.contains("<%")
        || lower.contains("#{")
        || lower.contains("%(")
        || bytes[0] == b'<'
            && bytes[bytes.len() - 1] != b'>'
            && bytes[1].is_ascii_alphabetic()
            && score(lower) < 0.2
        || bytes[0] == b'{' && bytes[bytes.len() - 1] == b'}'
        || bytes[0] == b'[' && bytes[bytes.len() - 1] == b']' && score(lower) < 0.3
        || bytes[0] == b'$' && name_behind(1)
        || bytes[0] == b'%' && (bytes[bytes.len() - 1] == b'%' || lower.len() <= 3)
        || bytes[0] == b'@' && name_behind(1)
        || [
            "op://",
            "vault:",
            "ssm:",
            "arn:",
            "ref+",
            "file:",
            "env:",
            "env.",
            "secrets.",
            "secret://",
            "keyring:",
            "process.env",
            "os.environ",
            "enc[",
            "!vault",
            "sm://",
            "gcp-sm",
            "aws-sm",
            "var.",
            "vars.",
            "local.",
            "data.",
            "module.",
            "steps.",
            "needs.",
            "github.",
            "inputs.",
            "self.",
            "this.",
            "config.",
            "settings.",
            "options.",
            "req.",
            "request.",
            "ctx.",
            "args.",
            "env!",
            "std::",
            "import.meta",
        ]
        .iter()
        .any(|it| lower.starts_with(it))
}

/// Runs that stand for the rest: `...`, `xxxx`, `****`, `0000`.
fn has_mask(lower: &str) -> bool {
    lower.contains("...")
        || lower.contains('\u{2026}')
        || lower.contains('\u{2022}')
        || [
            ("x", 5),
            ("*", 3),
            ("0", 8),
            (".", 3),
            ("-", 4),
            ("_", 4),
            ("#", 4),
            ("?", 3),
            ("a", 6),
            ("1", 7),
        ]
        .iter()
        .any(|(character, length)| lower.contains(&character.repeat(*length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_no_secrets() {
        for value in [
            "your-api-key-here",
            "${DB_PASSWORD}",
            "$TOKEN",
            "{{ token }}",
            "<password>",
            "sk-...",
            "xxxxxxxxxxxx",
            "****************",
            "changeme",
            "fake-token-for-tests",
            "test-token-123",
            "password123",
            "P@ssw0rd!",
            "hunter2",
            "op://vault/item/field",
            "postgres",
            "[REDACTED]",
            "0000000000000000",
            "keykeykeykeykeykey",
            "EMPTY",
            "cm_pro_bogus",
            "YOUR_API_KEY",
            "$(openssl rand -hex 32)",
            "<%= ENV['KEY'] %>",
            "0123456789abcdef",
            "process.env.TOKEN",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
    }
}
