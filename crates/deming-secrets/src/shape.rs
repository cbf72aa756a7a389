//! Tokens that say of themselves what they are, whoever gave them out: a short
//! prefix with a telling word (`acme_live_…`, `sk-…`) and a long random rest,
//! and a few well-known shapes that the vendors' rules miss or tie to a name.

use std::ops::Range;

use crate::form::{is_hex, is_uuid};
use crate::hit::Hit;
use crate::placeholder::is_placeholder;
use crate::randomness::score;

const TELLING: &[&str] = &[
    "sk", "rk", "pat", "secret", "sec", "token", "tok", "key", "apikey", "live", "prod", "priv",
    "private", "ak", "rt", "admin", "oauth", "refresh", "api", "access", "auth", "svc", "sa",
    "bot", "pw", "ghs", "ghu", "shp", "whsec", "ssh", "deploy",
];

/// Prefixes, the lengths with the prefix, and the kinds of tokens.
const SHAPES: &[(&str, std::ops::RangeInclusive<usize>, &str)] = &[
    ("ya29.", 30..=400, "google-oauth-token"),
    ("1//0", 40..=200, "google-refresh-token"),
    ("AKIA", 20..=20, "aws-access-key-id"),
    ("ASIA", 20..=20, "aws-access-key-id"),
    ("sq0csp-", 40..=60, "square-secret"),
    ("sq0atp-", 29..=60, "square-access-token"),
    ("EAAA", 60..=70, "square-access-token"),
    ("oy2", 46..=46, "nuget-api-key"),
    ("cio", 35..=35, "crates-io-api-key"),
    ("AKCp", 64..=90, "artifactory-api-key"),
    ("EAACEdEose0cBA", 40..=400, "facebook-access-token"),
    ("GOCSPX-", 30..=40, "google-client-secret"),
    ("secret_", 40..=60, "notion-api-token"),
    ("age-secret-key-1", 60..=90, "age-secret-key"),
    ("AGE-SECRET-KEY-1", 60..=90, "age-secret-key"),
];

/// Finds the tokens that their own shape gives away.
pub(crate) fn find(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    let bytes = text.as_bytes();
    let mut position = 0;
    while let Some(next) = bytes[position..].iter().position(u8::is_ascii_alphanumeric) {
        let start = position + next;
        let length = bytes[start..].iter().take_while(|it| belongs(**it)).count();
        position = start + length;
        if (20..=512).contains(&length) {
            let word = text[start..position].trim_end_matches(['.', ':', '-', '_', '/', '=', '+']);
            let before = start.checked_sub(1).map_or(b' ', |it| bytes[it]);
            if !matches!(before, b'/' | b'.' | b'%' | b'#') {
                hits.extend(token_in(word, start));
            }
        }
    }
    hits
}

fn token_in(word: &str, start: usize) -> Option<Hit> {
    // `key=value` and `a:b` hold the token in their last part.
    let part = word.rfind(['=', '/']).filter(|it| it + 24 <= word.len()).map_or(0, |it| it + 1);
    let value = &word[part..];
    let start = start + part;
    let hit = |range: Range<usize>, kind: &str| Some(Hit::context(range, kind));
    if is_discord(value) {
        return hit(start..start + value.len(), "discord-bot-token");
    }
    if is_telegram(value) {
        return hit(start..start + value.len(), "telegram-bot-token");
    }
    if let Some((_, _, kind)) = SHAPES.iter().find(|(prefix, lengths, _)| {
        value.starts_with(prefix)
            && lengths.contains(&value.len())
            && 0.1 < score(&value[prefix.len()..])
    }) {
        let masked = is_placeholder(&value[4..]) || value.contains("EXAMPLE");
        return if masked { None } else { hit(start..start + value.len(), kind) };
    }
    if is_azure(value) {
        return hit(start..start + value.len(), "azure-ad-client-secret");
    }
    if is_prefixed(value) {
        return hit(start..start + value.len(), "token");
    }
    None
}

/// Up to four short words of letters, one of them telling, and a random rest.
fn is_prefixed(value: &str) -> bool {
    let mut rest = value;
    let mut telling = false;
    for _ in 0..4 {
        let Some(end) = rest.find(['_', '-']).filter(|it| (1..=10).contains(it)) else { break };
        let word = &rest[..end];
        if !word.bytes().all(|it| it.is_ascii_alphanumeric()) || 6 < word.len() && 0.4 < score(word)
        {
            break;
        }
        telling |= TELLING.contains(
            &word.trim_end_matches(|it: char| it.is_ascii_digit()).to_ascii_lowercase().as_str(),
        );
        rest = &rest[end + 1..];
        // Identifiers of records have prefixes too, but stay shorter.
        let longer = 40 <= rest.len()
            && 2 <= word.len()
            && value.as_bytes()[value.len() - rest.len() - 1] == b'_'
            && value[..value.len() - rest.len()]
                .bytes()
                .all(|it| it.is_ascii_lowercase() || it == b'_')
            && rest.bytes().all(|it| it.is_ascii_alphanumeric())
            && !DIGESTS.iter().any(|it| value.starts_with(it));
        if (telling || longer) && is_random(rest) {
            return true;
        }
    }
    false
}

/// Prefixes of what is long, random and public.
const DIGESTS: [&str; 5] = ["sha", "md", "blake", "page", "cursor"];

fn is_random(rest: &str) -> bool {
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    let letters = rest.bytes().filter(u8::is_ascii_alphabetic).count();
    let longest = rest.split(['_', '-', '.']).map(str::len).max().unwrap_or_default();
    20 <= rest.len()
        && 16 <= longest
        && 2 <= digits
        && 4 <= letters
        && 0.4 < score(rest)
        && !is_uuid(rest)
        && !(is_hex(rest) && matches!(rest.len(), 40 | 64))
        && !is_placeholder(rest)
}

/// Three parts: an account number in base64, a time, a signature.
fn is_discord(value: &str) -> bool {
    let parts: Vec<&str> = value.split('.').collect();
    let [account, time, signature] = parts.as_slice() else { return false };
    value.starts_with(['M', 'N', 'O'])
        && (23..=28).contains(&account.len())
        && (6..=7).contains(&time.len())
        && (27..=38).contains(&signature.len())
        && 0.3 < score(value)
}

/// The number of a bot and its key: eight to ten digits, a colon, 35 signs.
fn is_telegram(value: &str) -> bool {
    value.split_once(':').is_some_and(|(number, key)| {
        (8..=10).contains(&number.len())
            && number.bytes().all(|it| it.is_ascii_digit())
            && (34..=36).contains(&key.len())
            && 0.3 < score(key)
            && !is_hex(key)
    })
}

/// Three signs, a digit, `Q~`, and a long rest.
fn is_azure(value: &str) -> bool {
    value.get(4..6) == Some("Q~")
        && value.as_bytes()[3].is_ascii_digit()
        && (37..=44).contains(&value.len())
        && 0.3 < score(value)
}

fn belongs(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'-' | b'.' | b':' | b'+' | b'=' | b'/' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Generator;

    #[track_caller]
    fn check(text: &str, want: &[&str]) {
        let found: Vec<&str> = find(text).iter().map(|it| &text[it.range.clone()]).collect();
        assert_eq!(found, want, "{text}");
    }

    #[test]
    fn prefixed_tokens_of_any_vendor() {
        let mut generator = Generator::new(81);
        for prefix in ["acme_live_", "sk-", "xy_pat_v2_", "mdb_sa_sk_"] {
            let token = format!("{prefix}{}", generator.alphanumeric(32));
            check(&format!("we use {token}."), &[&token]);
            check(&format!("curl 'https://x.example/?t={token}'"), &[&token]);
        }
    }

    #[test]
    fn identifiers_with_prefixes_are_left() {
        let mut generator = Generator::new(82);
        for prefix in ["chatcmpl-", "toolu_01", "req_", "msg_", "notify-", "run_", "sha256-"] {
            check(&format!("see {prefix}{}", generator.alphanumeric(28)), &[]);
        }
        check(&format!("cache-key-{}", generator.hex(40)), &[]);
        check(
            "access-token-refresh-interval-in-seconds-2026 api_key_rotation_policy_document_v2",
            &[],
        );
    }
}
