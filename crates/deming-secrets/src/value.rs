//! Whether a value is worth hiding: not a placeholder, not an expression, and
//! random enough for what its name and its position promise.

use crate::key_name::Role;
use crate::randomness::{is_sequence, score};

/// How a value is tied to the name before it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Tie {
    /// Somewhere behind the name in the same sentence.
    Near,
    /// In the cell of a column or row so named, or "the token is …".
    Said,
    /// A bare word behind `=` or `:`, which may be an expression of code.
    Bare,
    /// In quotes, a field, a flag, an environment file: it is the value.
    Exact,
}

/// Whether `value` is a secret when it is tied to a name of this role.
pub(crate) fn is_secret(value: &str, role: Role, tie: Tie) -> bool {
    if value.is_empty() || 4096 < value.len() || is_placeholder(value) || is_expression(value, tie)
    {
        return false;
    }
    match role {
        Role::Mnemonic => is_mnemonic(value),
        Role::Password => is_password(value, tie),
        Role::Token => is_token(value, tie, false),
        Role::Vague => is_token(value, tie, true),
    }
}

fn is_password(value: &str, tie: Tie) -> bool {
    let length = value.chars().count();
    let mix = Mix::of(value);
    let randomness = score(value);
    if value.contains(char::is_whitespace) {
        return tie == Tie::Exact
            && (8..=80).contains(&length)
            && (0.28 < randomness || mix.is_typed() && 0.15 < randomness);
    }
    if length < 6 || 200 < length || is_technical(value) || is_uuid(value) && tie < Tie::Bare {
        return false;
    }
    let drawn = 8 <= length && 0.22 < randomness && mix.kinds() >= 2;
    let typed = 8 <= length && mix.is_typed();
    match tie {
        Tie::Near => {
            8 <= length
                && mix.letters
                && mix.digits
                && (0.3 < randomness || mix.is_typed() && 0.1 < randomness)
        }
        Tie::Said => drawn || typed,
        Tie::Bare => drawn || typed || 0.3 < randomness && mix.letters && mix.digits,
        Tie::Exact => {
            drawn
                || typed
                || mix.letters && mix.digits && (8 <= length || 0.3 < randomness)
                || 8 <= length && mix.letters && mix.signs && 0.1 < randomness
                || 10 <= length && 0.35 < randomness
                || is_word_chain(value)
        }
    }
}

fn is_token(value: &str, tie: Tie, vague: bool) -> bool {
    let length = value.len();
    let mix = Mix::of(value);
    if value.contains(char::is_whitespace)
        || is_date(value)
        || is_technical(value)
        || is_path(value)
    {
        return false;
    }
    if is_uuid(value) {
        return !vague && Tie::Bare <= tie;
    }
    if is_hex(value) {
        let long_enough = if vague { 20 } else { 16 };
        return Tie::Said <= tie && long_enough <= length && mix.digits && mix.letters;
    }
    let (shortest, least) = match (tie, vague) {
        (Tie::Exact, false) => (10, 0.18),
        (Tie::Bare, false) => (12, 0.25),
        (Tie::Said, false) => (12, 0.28),
        (Tie::Exact | Tie::Bare, true) => (15, 0.3),
        (Tie::Near | Tie::Said, true) => (20, 0.35),
        (Tie::Near, false) => (16, 0.35),
    };
    if length < shortest || !mix.letters || longest_run(value) < 6 {
        return false;
    }
    // A sign in a long key is as good as a digit: `k&1x…` of web frameworks.
    let randomness = score(value);
    match mix.digits || mix.signs && mix.capitals {
        true => least < randomness,
        false => 16 <= length && least.max(0.3) < randomness,
    }
}

/// Which kinds of characters a value holds.
struct Mix {
    letters: bool,
    capitals: bool,
    digits: bool,
    signs: bool,
    small: bool,
}

impl Mix {
    fn of(value: &str) -> Self {
        Self {
            letters: value.chars().any(char::is_alphabetic),
            capitals: value.chars().any(char::is_uppercase),
            small: value.chars().any(char::is_lowercase),
            digits: value.bytes().any(|it| it.is_ascii_digit()),
            signs: value.bytes().any(|it| b"!@#$%^&*?+~=|;,<>(){}[]".contains(&it)),
        }
    }

    fn kinds(&self) -> usize {
        [self.capitals, self.small, self.digits, self.signs].into_iter().filter(|it| *it).count()
    }

    /// What password rules ask people to type: three of the four kinds.
    fn is_typed(&self) -> bool {
        self.letters && self.digits && self.signs
    }
}

/// Words joined by signs, too many to be a name: `correct-horse-battery-staple`.
fn is_word_chain(value: &str) -> bool {
    let words: Vec<&str> = value.split(['-', '.', '_']).collect();
    4 <= words.len()
        && words.len() <= 10
        && value.contains('-')
        && words
            .iter()
            .all(|it| (3..=9).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_lowercase()))
        && !words.iter().any(|it| PLACEHOLDER_WORDS.contains(it) || FILLER.contains(it))
}

const FILLER: &[&str] = &[
    "and", "the", "for", "with", "from", "api", "auth", "user", "login", "reset", "key", "must",
    "not", "set",
];

fn is_mnemonic(value: &str) -> bool {
    let words: Vec<&str> = value.split_whitespace().collect();
    matches!(words.len(), 12 | 15 | 18 | 21 | 24)
        && words
            .iter()
            .all(|it| (3..=8).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_lowercase()))
        && words
            .iter()
            .filter(|it| matches!(**it, "the" | "and" | "for" | "with" | "must" | "this"))
            .count()
            == 0
}

fn longest_run(value: &str) -> usize {
    value.split(|it: char| !it.is_ascii_alphanumeric()).map(str::len).max().unwrap_or_default()
}

pub(crate) fn is_hex(value: &str) -> bool {
    let digits = value.strip_prefix("0x").unwrap_or(value);
    !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_hexdigit())
}

pub(crate) fn is_uuid(value: &str) -> bool {
    let groups: Vec<&str> = value.split('-').collect();
    groups.len() == 5
        && groups.iter().zip([8, 4, 4, 4, 12]).all(|(it, length)| it.len() == length && is_hex(it))
}

fn is_date(value: &str) -> bool {
    value.bytes().filter(u8::is_ascii_digit).count() >= 4
        && value.bytes().all(|it| it.is_ascii_digit() || b"-:./TZ+, ".contains(&it))
}

fn is_path(value: &str) -> bool {
    let starts = ["/", "./", "../", "~/", "file:", "arn:", "projects/"]
        .iter()
        .any(|it| value.starts_with(it));
    starts && score(value) < 0.4 || value.contains("://")
}

/// Names of algorithms, types and formats, which mix letters and digits too.
fn is_technical(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let stem = lower.trim_end_matches(|it: char| it.is_ascii_digit() || "()-_.,:".contains(it));
    let stem = stem.trim_start_matches(['$', '(']);
    TECHNICAL.contains(&stem)
        || [
            "$2a$",
            "$2b$",
            "$2y$",
            "$argon2",
            "$pbkdf2",
            "$scrypt",
            "$5$",
            "$6$",
            "$apr1$",
            "{ssha",
            "scram-sha",
            "pbkdf2_sha",
            "sha256:",
            "sha512-",
            "sha256-",
            "sha384-",
        ]
        .iter()
        .any(|it| lower.starts_with(it))
}

const TECHNICAL: &[&str] = &[
    "argon",
    "argon2i",
    "argon2id",
    "bcrypt",
    "scrypt",
    "sha",
    "sha3",
    "pbkdf",
    "oauth",
    "base",
    "utf",
    "md",
    "varchar",
    "nvarchar",
    "char",
    "int",
    "uint",
    "string",
    "text",
    "i18n",
    "http",
    "s3",
    "ec2",
    "x",
    "pkcs",
    "k8s",
    "ed",
    "curve",
    "rsa",
    "aes",
    "hs",
    "rs",
    "es",
    "ps",
    "mfa",
    "fido",
    "2fa",
    "blake",
    "blake2b",
    "blake2s",
    "crc",
    "hmac",
    "hmac-sha",
    "hmac_sha",
    "aes-256-gcm",
    "aes-128-gcm",
    "secp256k",
    "secp256r",
    "ecdsa",
    "eddsa",
    "version",
    "v",
    "step",
    "phase",
    "part",
    "option",
    "level",
    "min",
    "max",
    "user",
    "node",
    "host",
    "server",
    "db",
    "api",
    "test",
    "case",
];

/// Whether a value stands for something that is filled in elsewhere.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let lower = value.to_ascii_lowercase();
    if lower.len() < 3
        || TRIVIAL.contains(&lower.as_str())
        || is_reference(&lower)
        || has_mask(&lower)
        || is_sequence(&lower)
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
        PLACEHOLDER_WORDS.contains(word) || PLACEHOLDER_WORDS.contains(&stem)
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
        && (WORN.contains(&plain.as_str())
            || plain.split(['-', '_', ' ', ':']).all(|it| WORN.contains(&it)))
}

const WORN: &[&str] = &[
    "password",
    "passwort",
    "pass",
    "passwd",
    "pwd",
    "pw",
    "secret",
    "admin",
    "administrator",
    "test",
    "tester",
    "user",
    "username",
    "root",
    "guest",
    "hunter",
    "letmein",
    "qwerty",
    "welcome",
    "foo",
    "bar",
    "baz",
    "example",
    "demo",
    "dev",
    "develop",
    "development",
    "local",
    "localhost",
    "postgres",
    "mysql",
    "mariadb",
    "redis",
    "rabbit",
    "rabbitmq",
    "minio",
    "minioadmin",
    "mongo",
    "docker",
    "sample",
    "dummy",
    "fake",
    "mock",
    "temp",
    "tmp",
    "default",
    "abc",
    "token",
    "key",
    "apikey",
    "db",
    "app",
    "value",
    "hello",
    "changeit",
    "super",
    "supersecret",
    "mysecret",
    "mypassword",
    "mytoken",
    "mykey",
    "my",
    "some",
    "valid",
    "invalid",
    "wrong",
    "correct",
    "new",
    "old",
    "strong",
    "weak",
    "sonar",
    "grafana",
    "elastic",
    "kibana",
    "neo4j",
    "neoaj",
    "sa",
    "oracle",
    "tiger",
    "scott",
    "s",
    "the",
    "a",
    "api",
    "auth",
    "access",
    "client",
    "server",
    "service",
    "bot",
    "id",
    "none",
    "null",
    "iamgroot",
    "passord",
    "pa",
];

const PLACEHOLDER_WORDS: &[&str] = &[
    "your",
    "example",
    "examples",
    "dummy",
    "redacted",
    "placeholder",
    "changeme",
    "changeit",
    "fake",
    "mock",
    "mocked",
    "bogus",
    "sample",
    "todo",
    "tbd",
    "fixme",
    "xxx",
    "xxxx",
    "foo",
    "foobar",
    "bar",
    "baz",
    "test",
    "tests",
    "testing",
    "demo",
    "insert",
    "replace",
    "here",
    "invalid",
    "masked",
    "hidden",
    "removed",
    "omitted",
    "snip",
    "truncated",
    "stub",
    "lorem",
    "ipsum",
    "john",
    "jane",
    "acme",
    "whatever",
    "something",
    "notreal",
    "unused",
];

const TRIVIAL: &[&str] = &[
    "none",
    "null",
    "nil",
    "true",
    "false",
    "undefined",
    "required",
    "optional",
    "string",
    "str",
    "empty",
    "lm-studio",
    "ollama",
    "n/a",
    "not-needed",
    "no-key-required",
    "sk-no-key-required",
    "number",
    "boolean",
    "bool",
    "object",
    "any",
    "unknown",
    "default",
    "yes",
    "no",
    "on",
    "off",
    "dxnlcjpwyxnz",
    "dxnlcjpwyxnzd29yza==",
    "dxnlcm5hbwu6cgfzc3dvcmq=",
    "ywxhzgrpbjpvcgvuihnlc2ftzq==",
    "user:pass",
    "user:password",
    "username:password",
    "admin:admin",
    "minioadmin",
    "sk-...",
    "aladdin:opensesame",
    "bearer",
    "basic",
];

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

/// Whether a value is code that yields the secret rather than the secret.
fn is_expression(value: &str, tie: Tie) -> bool {
    let call = value.find('(').is_some_and(|start| {
        0 < start
            && value[..start]
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"_.:>-$".contains(&it))
    });
    let path =
        value.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.:$[]'\"?!->()&*".contains(&it))
            && (value.contains('.')
                || value.contains("::")
                || value.contains("->")
                || value.contains('[')
                || value.contains("?"))
            && score(value) < 0.3;
    let constant = value.contains('_')
        && value.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
        && score(value) < 0.35;
    match tie {
        Tie::Exact => constant || path && !value.bytes().any(|it| it.is_ascii_digit()),
        Tie::Near | Tie::Said | Tie::Bare => call || path || constant,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Generator;

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

    #[test]
    fn generated_values_are_secrets_in_their_place() {
        let mut generator = Generator::new(11);
        for _ in 0..500 {
            let password = generator.password();
            assert!(is_secret(&password, Role::Password, Tie::Bare), "{password}");
            let token = generator.alphanumeric(32);
            assert!(is_secret(&token, Role::Token, Tie::Bare), "{token}");
            let key = generator.hex(32);
            assert!(is_secret(&key, Role::Token, Tie::Said), "{key}");
        }
    }

    #[test]
    fn words_of_plans_are_no_secrets() {
        for (value, role) in [
            ("required", Role::Password),
            ("varchar(255)", Role::Password),
            ("argon2id", Role::Password),
            ("bcrypt12", Role::Password),
            ("string", Role::Token),
            ("settings.get_access_token()", Role::Token),
            ("signing_key_reference_identifier", Role::Token),
            ("e.apiKey", Role::Token),
            ("^1.6.16", Role::Token),
            ("tokens[index1]", Role::Token),
            ("user1Password", Role::Password),
            ("/run/secrets/token", Role::Token),
        ] {
            assert!(!is_secret(value, role, Tie::Bare), "{value}");
        }
    }

    #[test]
    fn identifiers_of_records_are_secrets_only_when_assigned() {
        let uuid = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
        assert!(is_secret(uuid, Role::Token, Tie::Bare));
        assert!(!is_secret(uuid, Role::Token, Tie::Said));
        assert!(!is_secret(uuid, Role::Vague, Tie::Exact));
    }
}
