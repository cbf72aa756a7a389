//! What a name says about the value behind it: `DB_PASSWORD`, `apiKey`,
//! `X-Auth-Token`. It looks at the name alone, never at the value.

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

/// The words that make a name interesting, in the spelling that is searched
/// for in text, whatever the case.
pub(crate) const ANCHORS: &[&str] = &[
    "pass",
    "pwd",
    "psw",
    "pw",
    "kennwort",
    "senha",
    "contrase\u{f1}a",
    "contrasena",
    "mot de passe",
    "wachtwoord",
    "l\u{f6}senord",
    "has\u{142}o",
    "heslo",
    "salasana",
    "parola",
    "\u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{44c}",
    "\u{41f}\u{430}\u{440}\u{43e}\u{43b}\u{44c}",
    "\u{30d1}\u{30b9}\u{30ef}\u{30fc}\u{30c9}",
    "\u{5bc6}\u{7801}",
    "\u{5bc6}\u{78bc}",
    "\u{53e3}\u{4ee4}",
    "\u{be44}\u{bc00}\u{bc88}\u{d638}",
    "token",
    "secret",
    "secreto",
    "geheimnis",
    "apikey",
    "key",
    "schl\u{fc}ssel",
    "clave",
    "cl\u{e9}",
    "\u{43a}\u{43b}\u{44e}\u{447}",
    "\u{41a}\u{43b}\u{44e}\u{447}",
    "\u{442}\u{43e}\u{43a}\u{435}\u{43d}",
    "\u{422}\u{43e}\u{43a}\u{435}\u{43d}",
    "\u{5bc6}\u{94a5}",
    "\u{4ee4}\u{724c}",
    "\u{30c8}\u{30fc}\u{30af}\u{30f3}",
    "auth",
    "bearer",
    "cred",
    "cookie",
    "session",
    "sid",
    "jwt",
    "pat",
    "salt",
    "pin",
    "sig",
    "signature",
    "mnemonic",
    "seed phrase",
    "recovery phrase",
    "seed",
    "identified by",
    "login",
    "access",
    "license",
    "licence",
    "hmac",
    "dsn",
    "otp",
    "psk",
    "passcode",
    "sas",
];

/// Reads a name; `None` when nothing in it points to a secret.
pub(crate) fn role(name: &str) -> Option<Role> {
    let words = words(name);
    let found = words.iter().enumerate().filter_map(|(index, word)| {
        let before = index.checked_sub(1).map(|it| words[it].as_str());
        word_role(word, before).map(|role| (index, role))
    });
    let (index, role) = found.max_by_key(|(index, role)| (weight(*role), *index))?;
    let behind = &words[index + 1..];
    let excused = behind.iter().any(|it| ABOUT_A_SECRET.contains(&it.as_str()))
        || words[..index].iter().any(|it| excuses(role, it));
    (!excused).then_some(role)
}

/// Whether a word behind a name turns it into something about a secret.
pub(crate) fn is_about(word: &str) -> bool {
    ABOUT_A_SECRET.contains(&word)
}

fn weight(role: Role) -> u8 {
    match role {
        Role::Vague => 0,
        Role::Token => 1,
        Role::Password => 2,
        Role::Mnemonic => 3,
    }
}

fn word_role(word: &str, before: Option<&str>) -> Option<Role> {
    if PASSWORDS.contains(&word) || ends_as(word, PASSWORD_ENDS) && !NO_PASSWORDS.contains(&word) {
        return Some(Role::Password);
    }
    if matches!(word, "mnemonic")
        || word == "phrase" && matches!(before, Some("seed" | "recovery" | "backup"))
    {
        return Some(Role::Mnemonic);
    }
    if word == "key" || word == "keys" {
        return Some(match before {
            Some(before) if KEY_QUALIFIERS.contains(&before) => Role::Token,
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
    if TOKENS.contains(&word) || ends_as(word, TOKEN_ENDS) && !NO_TOKENS.contains(&word) {
        return Some(Role::Token);
    }
    (VAGUE.contains(&word) || ends_as(word, &["key"]) && !NO_KEYS.contains(&word))
        .then_some(Role::Vague)
}

fn ends_as(word: &str, ends: &[&str]) -> bool {
    ends.iter().any(|end| word.len() > end.len() && word.ends_with(end))
}

fn excuses(role: Role, word: &str) -> bool {
    match role {
        Role::Password | Role::Mnemonic => {
            matches!(word, "hashed" | "encrypted" | "forgot" | "reset" | "min" | "max")
        }
        Role::Token => OTHER_TOKENS.contains(&word),
        Role::Vague => OTHER_TOKENS.contains(&word) || OTHER_KEYS.contains(&word),
    }
}

const PASSWORDS: &[&str] = &[
    "password",
    "passwords",
    "passwd",
    "passwort",
    "passphrase",
    "pass",
    "pwd",
    "psw",
    "pw",
    "passw",
    "passcode",
    "kennwort",
    "senha",
    "contrase\u{f1}a",
    "contrasena",
    "passe",
    "wachtwoord",
    "l\u{f6}senord",
    "has\u{142}o",
    "heslo",
    "salasana",
    "parola",
    "\u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{44c}",
    "\u{30d1}\u{30b9}\u{30ef}\u{30fc}\u{30c9}",
    "\u{5bc6}\u{7801}",
    "\u{5bc6}\u{78bc}",
    "\u{53e3}\u{4ee4}",
    "\u{be44}\u{bc00}\u{bc88}\u{d638}",
];
const PASSWORD_ENDS: &[&str] =
    &["password", "passwd", "passwort", "passphrase", "pwd", "pass", "kennwort"];
const NO_PASSWORDS: &[&str] = &[
    "compass",
    "bypass",
    "trespass",
    "surpass",
    "overpass",
    "underpass",
    "encompass",
    "multipass",
];

const TOKENS: &[&str] = &[
    "token",
    "tokens",
    "secret",
    "secrets",
    "secreto",
    "geheimnis",
    "apikey",
    "apikeys",
    "jwt",
    "bearer",
    "accesskey",
    "secretkey",
    "privatekey",
    "authkey",
    "psk",
    "presharedkey",
    "credential",
    "credentials",
    "accountkey",
    "sharedaccesskey",
    "instrumentationkey",
    "\u{442}\u{43e}\u{43a}\u{435}\u{43d}",
    "\u{4ee4}\u{724c}",
    "\u{30c8}\u{30fc}\u{30af}\u{30f3}",
    "\u{5bc6}\u{94a5}",
    "schl\u{fc}ssel",
    "clave",
    "\u{43a}\u{43b}\u{44e}\u{447}",
];
const TOKEN_ENDS: &[&str] = &[
    "token",
    "secret",
    "apikey",
    "secretkey",
    "accesskey",
    "privatekey",
    "sharedkey",
    "sharedaccesskey",
    "schl\u{fc}ssel",
];
const NO_TOKENS: &[&str] = &["nontoken", "detoken"];

const VAGUE: &[&str] = &[
    "auth",
    "authorization",
    "cookie",
    "session",
    "sessionid",
    "salt",
    "seed",
    "pat",
    "cred",
    "creds",
    "license",
    "licence",
    "hmac",
    "dsn",
    "otp",
    "sas",
    "sig",
    "access",
    "login",
    "cl\u{e9}",
];
const NO_KEYS: &[&str] = &[
    "turkey",
    "monkey",
    "hockey",
    "donkey",
    "jockey",
    "whiskey",
    "hotkey",
    "pubkey",
    "publickey",
    "passkey",
    "hokey",
    "unkey",
];

const KEY_QUALIFIERS: &[&str] = &[
    "api",
    "access",
    "secret",
    "private",
    "signing",
    "sign",
    "encryption",
    "encrypt",
    "master",
    "account",
    "shared",
    "auth",
    "service",
    "client",
    "license",
    "licence",
    "app",
    "application",
    "admin",
    "root",
    "deploy",
    "session",
    "cookie",
    "jwt",
    "hmac",
    "aes",
    "crypto",
    "webhook",
    "integration",
    "subscription",
    "ingest",
    "ingestion",
    "write",
    "server",
    "storage",
    "rest",
    "live",
    "preshared",
    "data",
    "kms",
    "fernet",
    "refresh",
    "bot",
    "functions",
    "function",
    "host",
    "priv",
    "rsa",
    "ec",
    "ssh",
    "pgp",
    "gpg",
    "cipher",
];

/// Words behind the secret one that turn it into something about a secret.
const ABOUT_A_SECRET: &[&str] = &[
    "hash",
    "hashes",
    "hasher",
    "hashing",
    "id",
    "ids",
    "uuid",
    "name",
    "names",
    "file",
    "filename",
    "path",
    "paths",
    "url",
    "uri",
    "urls",
    "arn",
    "ref",
    "refs",
    "reference",
    "type",
    "types",
    "length",
    "len",
    "policy",
    "prompt",
    "field",
    "fields",
    "label",
    "hint",
    "regex",
    "pattern",
    "format",
    "min",
    "max",
    "count",
    "counter",
    "limit",
    "expiry",
    "expires",
    "expiration",
    "expired",
    "ttl",
    "age",
    "rotation",
    "algorithm",
    "alg",
    "version",
    "column",
    "placeholder",
    "manager",
    "provider",
    "store",
    "service",
    "endpoint",
    "enabled",
    "required",
    "valid",
    "validator",
    "validation",
    "encoder",
    "index",
    "size",
    "issuer",
    "kind",
    "class",
    "usage",
    "strength",
    "scope",
    "scopes",
    "budget",
    "bucket",
    "form",
    "input",
    "error",
    "errors",
    "message",
    "title",
    "text",
    "page",
    "link",
    "mount",
    "dir",
    "folder",
    "fingerprint",
    "checksum",
    "digest",
    "sha",
    "created",
    "updated",
    "identifier",
    "alias",
    "lookup",
    "mode",
    "schema",
    "list",
    "map",
    "cost",
    "rounds",
    "iterations",
    "stdin",
    "info",
    "metadata",
    "host",
    "port",
    "user",
    "username",
    "owner",
    "env",
    "var",
    "variable",
    "parser",
];

const OTHER_TOKENS: &[&str] = &[
    "page",
    "next",
    "continuation",
    "pagination",
    "cursor",
    "sync",
    "csrf",
    "xsrf",
    "lexer",
    "parse",
    "parser",
    "eos",
    "bos",
    "pad",
    "unk",
    "mask",
    "sep",
    "cls",
    "max",
    "num",
    "total",
    "completion",
    "count",
    "start",
    "end",
    "expected",
    "cancellation",
    "cancel",
    "idempotency",
    "public",
    "pub",
    "publishable",
    "hashed",
    "design",
    "block",
    "fencing",
];

const OTHER_KEYS: &[&str] = &[
    "cache",
    "primary",
    "foreign",
    "sort",
    "partition",
    "lookup",
    "routing",
    "group",
    "map",
    "dict",
    "translation",
    "i18n",
    "message",
    "object",
    "s3",
    "column",
    "row",
    "hot",
    "short",
    "arrow",
    "registry",
    "config",
    "composite",
    "unique",
    "candidate",
    "natural",
    "surrogate",
    "index",
    "shard",
    "dedup",
    "dedupe",
    "etag",
    "hash",
    "range",
    "query",
    "metric",
    "label",
    "tag",
    "color",
    "feature",
    "flag",
    "event",
    "ordering",
    "order",
    "correlation",
    "trace",
    "json",
    "yaml",
    "header",
    "attribute",
    "property",
    "metadata",
    "issue",
    "ticket",
    "project",
    "storybook",
    "react",
    "list",
    "known",
    "image",
];

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
