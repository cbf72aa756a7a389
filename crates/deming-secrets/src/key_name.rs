//! What a name says about the value behind it: `DB_PASSWORD`, `apiKey`,
//! `X-Auth-Token`. It looks at the name alone, never at the value.

use crate::words::Words;

/// How much a name promises that its value is a secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Role {
    /// A password that a person chose; may be short and hold words.
    Password,
    /// A token or key that a machine drew.
    Token,
    /// Could be a key of another kind: `key`, `auth`, `session`.
    Vague,
    /// Words of a wallet's recovery phrase.
    Mnemonic,
}

/// Reads a name; `None` when nothing in it points to a secret.
pub(crate) fn role(name: &str) -> Option<Role> {
    let words = words(name);
    let found = words.iter().enumerate().filter_map(|(index, word)| {
        let before = index.checked_sub(1).map(|it| words[it].as_str());
        let behind = words.get(index + 1).map(String::as_str);
        word_role(word, before, behind).map(|role| (index, role))
    });
    let (index, role) = found.max_by_key(|(index, role)| (weight(*role), *index))?;
    let behind = &words[index + 1..];
    let excused =
        behind.iter().any(|it| is_about(it)) || words[..index].iter().any(|it| excuses(role, it));
    (!excused).then_some(role)
}

/// Whether a word behind a name turns it into something about a secret.
pub(crate) fn is_about(word: &str) -> bool {
    Words::About.has(word)
}

fn weight(role: Role) -> u8 {
    match role {
        Role::Vague => 0,
        Role::Token => 1,
        Role::Password => 2,
        Role::Mnemonic => 3,
    }
}

fn word_role(word: &str, before: Option<&str>, behind: Option<&str>) -> Option<Role> {
    // `PassThrough`, `pass_count`: a pass of another kind.
    if matches!(word, "pass" | "pw") && behind.is_some_and(|it| !Words::Decorations.has(it)) {
        return None;
    }
    if Words::Passwords.has(word) || Words::PasswordEnds.end(word) && !Words::NoPasswords.has(word)
    {
        return Some(Role::Password);
    }
    if matches!(word, "mnemonic")
        || word == "phrase" && matches!(before, Some("seed" | "recovery" | "backup"))
    {
        return Some(Role::Mnemonic);
    }
    if word == "key" || word == "keys" {
        return Some(match before {
            Some("wpa" | "wpa2" | "wifi" | "wlan") => Role::Password,
            Some(before) if Words::KeyQualifiers.has(before) => Role::Token,
            Some(_) | None => Role::Vague,
        });
    }
    // `account sid` names an account; a session's is a secret.
    if word == "sid" {
        return matches!(before, None | Some("connect" | "session" | "php" | "cookie"))
            .then_some(Role::Vague);
    }
    if word == "by" && before == Some("identified") {
        return Some(Role::Password);
    }
    if Words::Tokens.has(word) || Words::TokenEnds.end(word) && !Words::NoTokens.has(word) {
        return Some(Role::Token);
    }
    let key = word.ends_with("key") && !Words::NoKeys.has(word);
    (Words::Vague.has(word) || key).then_some(Role::Vague)
}

fn excuses(role: Role, word: &str) -> bool {
    match role {
        Role::Password | Role::Mnemonic => {
            matches!(word, "hashed" | "encrypted" | "forgot" | "reset" | "min" | "max")
        }
        Role::Token => Words::OtherTokens.has(word),
        Role::Vague => Words::OtherTokens.has(word) || Words::OtherKeys.has(word),
    }
}

/// The words of a name in lower case, however they are joined.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = ' ';
    let characters: Vec<char> = name.chars().collect();
    for (index, &character) in characters.iter().enumerate() {
        if character.is_alphabetic() {
            let next_is_small = characters.get(index + 1).is_some_and(|it| it.is_lowercase());
            let starts = !previous.is_alphabetic()
                || previous.is_lowercase() && character.is_uppercase()
                || previous.is_uppercase()
                    && character.is_uppercase()
                    && next_is_small
                    && !ends_plural(&characters[index..]);
            match words.last_mut() {
                Some(word) if !starts => word.extend(character.to_lowercase()),
                Some(_) | None => words.push(character.to_lowercase().collect()),
            }
        }
        previous = character;
    }
    words
}

/// Whether a capital is the last of its run and a plural follows: `APIs`.
fn ends_plural(rest: &[char]) -> bool {
    matches!(rest, [_, 's'] | [_, 's', '_' | '-' | '.', ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, want: Option<Role>) {
        assert_eq!(role(name), want, "{name}: {:?}", words(name));
    }

    #[test]
    fn passwords_in_every_spelling() {
        for name in [
            "DB_PASSWORD",
            "spring.datasource.password",
            "pgPass",
            "PGPASSWORD",
            "Kennwort",
            "mot de passe",
            "smtp-pwd",
            "IDENTIFIED BY",
            "password_prod",
            "sshpass",
        ] {
            check(name, Some(Role::Password));
        }
    }

    #[test]
    fn tokens_and_keys_that_machines_draw() {
        for name in [
            "apiKey",
            "API key",
            "SECRET_KEY_BASE",
            "x-auth-token",
            "client_secret",
            "boxsecret",
            "geckoboardSECRET",
            "_authToken",
            "AccountKey",
            "HMAC_SIGNING_KEY",
            "aws_secret_access_key",
            "bot_token_eu",
        ] {
            check(name, Some(Role::Token));
        }
    }

    #[test]
    fn vague_names() {
        for name in ["virustotal_key", "key", "auth", "Cookie", "sid"] {
            check(name, Some(Role::Vague));
        }
    }

    #[test]
    fn what_is_about_a_secret_is_none() {
        for name in [
            "password_hash",
            "secret_name",
            "api_key_id",
            "token_url",
            "passphrase_prompt",
            "cache key",
            "idempotency_key",
            "next_page_token",
            "public_key",
            "max_tokens",
            "bypass",
            "monkey",
            "encrypted_password",
            "csrf_token",
            "key_id",
            "PasswordResetForm",
            "token_type",
        ] {
            check(name, None);
        }
    }

    #[test]
    fn phrases_of_wallets() {
        check("seed phrase", Some(Role::Mnemonic));
        check("MNEMONIC", Some(Role::Mnemonic));
    }
}
