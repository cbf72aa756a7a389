//! Secrets in addresses: passwords and tokens before the host, and addresses
//! whose path alone lets anybody in. The host stays readable.

use std::ops::Range;

use crate::form::is_uuid;
use crate::hit::Hit;
use crate::key_name::Role;
use crate::literal::last_word;
use crate::placeholder::is_placeholder;
use crate::randomness::score;
use crate::value::{Tie, is_secret};

/// Finds the secret parts of all addresses of a text.
pub(crate) fn find(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (scheme_end, _) in text.match_indices("://") {
        let start = scheme_end + 3;
        let rest = &text[start..];
        let length =
            rest.find(|it: char| it.is_whitespace() || "\"'<>`".contains(it)).unwrap_or(rest.len());
        let length = rest[..length].find("](").unwrap_or(length);
        userinfo(text, start..start + length, &mut hits);
        parameters(text, start..start + length, &mut hits);
        open_path(text, scheme_end, start..start + length, &mut hits);
    }
    for (at, _) in text.match_indices('@') {
        let before = &text[..at];
        if before[last_word(before, char::is_whitespace)..].contains("://") {
            continue;
        }
        bare_userinfo(text, at, &mut hits);
    }
    hits
}

/// `user:password@host` behind `//`.
fn userinfo(text: &str, address: Range<usize>, hits: &mut Vec<Hit>) {
    let whole = &text[address.clone()];
    // A password may hold the signs that end an authority, a host may not hold
    // an `@`: the last `@` before the path counts, else the first of all.
    let authority = whole.find(['/', '?', '#']).unwrap_or(whole.len());
    let Some(at) = whole[..authority].rfind('@').or_else(|| relaxed_at(whole)) else { return };
    let user_and_password = &whole[..at];
    match user_and_password.split_once(':') {
        Some((user, password)) if !password.is_empty() => {
            let start = address.start + user.len() + 1;
            if user != password && is_password(password) {
                hits.push(Hit::context(start..start + password.len(), "url-password"));
            }
            token(text, address.start..address.start + user.len(), hits);
        }
        Some((user, _)) => token(text, address.start..address.start + user.len(), hits),
        None => token(text, address.start..address.start + at, hits),
    }
}

fn relaxed_at(whole: &str) -> Option<usize> {
    let at = whole.find('@')?;
    let (user, password) = whole[..at].split_once(':')?;
    let plain = user.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-.".contains(&it));
    let port = password.bytes().take_while(u8::is_ascii_digit).count();
    let is_port = 0 < port && password[port..].starts_with(['/', '?', '#']);
    (plain && !is_port && !user.contains('.')).then_some(at)
}

fn is_password(password: &str) -> bool {
    if password.len() < 4
        || is_placeholder(password)
        || password.starts_with(['$', '<', '{', '[', '%']) && is_named(password)
    {
        return false;
    }
    let digits = password.bytes().any(|it| it.is_ascii_digit());
    let letters = password.bytes().any(|it| it.is_ascii_alphabetic());
    let signs = password.bytes().any(|it| it.is_ascii_punctuation() && !b"-_".contains(&it));
    let long_digits = digits && !letters && 8 <= password.len();
    letters && (digits || signs) || 0.2 < score(password) || long_digits
}

fn is_named(text: &str) -> bool {
    score(text) < 0.3
}

/// A token where a user's name would stand, as in `https://token@host`.
fn token(text: &str, range: Range<usize>, hits: &mut Vec<Hit>) {
    let value = &text[range.clone()];
    let address = &text[range.end..];
    let host = address.split(['/', ' ', '\n', '"', '\'', '`']).next().unwrap_or_default();
    // The public half of an error collector's address is meant to be public.
    if host.contains("sentry") || host.contains("ingest") || is_uuid(value) {
        return;
    }
    if 20 <= value.len() && is_secret(value, Role::Token, Tie::Said) {
        hits.push(Hit::context(range, "token"));
    }
}

/// `user:password@tcp(host)` and `user:password@host:port`, without a scheme.
fn bare_userinfo(text: &str, at: usize, hits: &mut Vec<Hit>) {
    let before = &text[..at];
    let start = last_word(before, |it| it.is_whitespace() || "\"'`<>(),=/".contains(it));
    let Some((user, password)) = before[start..].split_once(':') else { return };
    let plain = !user.is_empty()
        && user.len() <= 40
        && user.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-.%".contains(&it));
    let host = &text[at + 1..];
    let host = &host[..host
        .find(|it: char| !(it.is_ascii_alphanumeric() || ".-_([:".contains(it)))
        .unwrap_or(host.len())];
    let is_host = host.starts_with("tcp(")
        || host.starts_with("unix(")
        || host.contains(':')
        || host.contains('.')
        || host.starts_with("localhost");
    if plain
        && is_host
        && 6 <= password.len()
        && is_secret(password, Role::Password, Tie::Bare)
        && !password.contains(['/', '('])
    {
        let start = start + user.len() + 1;
        hits.push(Hit::context(start..start + password.len(), "url-password"));
    }
}

/// Long random values of parameters that grant access without saying so.
fn parameters(text: &str, address: Range<usize>, hits: &mut Vec<Hit>) {
    let Some(query) = text[address.clone()].find('?') else { return };
    let mut start = address.start + query + 1;
    for parameter in text[start..address.end].split('&') {
        let end = start + parameter.len();
        let (name, value) = parameter.split_once('=').unwrap_or_default();
        let value = value.trim_end_matches(['.', ',', ')', ';']);
        let lower = name.to_ascii_lowercase();
        let grants = [
            "code",
            "sig",
            "signature",
            "x-amz-signature",
            "x-goog-signature",
            "key",
            "k",
            "auth",
            "t",
            "s",
        ]
        .contains(&lower.as_str());
        if grants
            && 32 <= value.len()
            && 0.35 < score(value)
            && !is_uuid(value)
            && !is_placeholder(value)
        {
            let from = start + name.len() + 1;
            hits.push(Hit::context(from..from + value.len(), "token"));
        }
        start = end + 1;
    }
}

/// An address of which the path is the key: web hooks of chats and services.
fn open_path(text: &str, scheme_end: usize, address: Range<usize>, hits: &mut Vec<Hit>) {
    let whole = text[address.clone()].trim_end_matches(['.', ',', ';', ')', ']', '*', '|', '}']);
    let lower = whole.to_ascii_lowercase();
    let (host, path) = lower.split_once('/').unwrap_or((&lower, ""));
    let hook = ["hooks.", "webhook", "hook."].iter().any(|it| host.contains(it))
        || [
            "webhook",
            "/hooks/",
            "hooks/",
            "incoming",
            "/services/t",
            "trigger/",
            "with/key/",
            "workflows/",
        ]
        .iter()
        .any(|it| path.contains(it) || path.starts_with(it.trim_start_matches('/')));
    let bot = host.ends_with("api.telegram.org") && path.starts_with("bot");
    if !hook && !bot {
        return;
    }
    let path = whole.split_once('/').map_or("", |it| it.1);
    let path_only = path.split('?').next().unwrap_or_default();
    let secret = path_only.split('/').any(|segment| {
        let segment = segment.strip_prefix("bot").unwrap_or(segment);
        16 <= segment.len()
            && 0.3 < score(segment)
            && segment.bytes().any(|it| it.is_ascii_digit())
            && !is_uuid(segment)
            && !is_placeholder(segment)
    });
    if secret && !is_placeholder_path(path) {
        let scheme = last_word(&text[..scheme_end], |it| !it.is_ascii_alphanumeric());
        hits.push(Hit::context(scheme..address.start + whole.len(), "webhook-url"));
    }
}

fn is_placeholder_path(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.contains("xxxx")
        || lower.contains("...")
        || lower.contains("00000000")
        || lower.contains('<')
        || lower.contains("${")
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
    fn the_password_alone_is_found() {
        let mut generator = Generator::new(21);
        for template in [
            "postgres://app:@P@10.0.0.4:5432/app",
            "[link](https://ci:@P@ci.example.com/job/1)",
            "redis://:@P@redis:6379/0",
            "app:@P@tcp(db:3306)/shop",
            "amqps://svc:@P@mq.example.com/%2F",
        ] {
            let password = generator.alphanumeric(14);
            check(&template.replace("@P", &password), &[&password]);
        }
    }

    #[test]
    fn placeholders_and_public_addresses_are_not() {
        check("https://user:pass@example.com/path", &[]);
        check("redis://:${REDIS_PASSWORD}@redis:6379/0 postgres://postgres:postgres@db/x", &[]);
        check("git@github.com:org/repo.git, http://localhost:8080/a@b, mailto:a@b.example", &[]);
        check("https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX", &[]);
    }

    #[test]
    fn web_hooks_are_secret_as_a_whole() {
        let key = Generator::new(4).alphanumeric(40);
        let hook = format!("https://discord.com/api/webhooks/119283746501928374/{key}");
        check(&format!("Post to {hook}."), &[&hook]);
    }
}
