//! What a value looks like: a number, a path, a hash, a password that somebody
//! typed. Each question is about the characters alone.

use crate::randomness::score;
use crate::words::Words;

/// How stored hashes of passwords and of files begin.
const HASHES: [&str; 16] = [
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
];

/// Which kinds of characters a value holds.
pub(crate) struct Mix {
    pub(crate) letters: bool,
    pub(crate) capitals: bool,
    pub(crate) digits: bool,
    pub(crate) signs: bool,
    pub(crate) small: bool,
}

impl Mix {
    pub(crate) fn of(value: &str) -> Self {
        Self {
            letters: value.chars().any(char::is_alphabetic),
            capitals: value.chars().any(char::is_uppercase),
            small: value.chars().any(char::is_lowercase),
            digits: value.bytes().any(|it| it.is_ascii_digit()),
            signs: value.bytes().any(|it| b"!@#$%^&*?+~=|;,<>(){}[]".contains(&it)),
        }
    }

    pub(crate) fn kinds(&self) -> usize {
        [self.capitals, self.small, self.digits, self.signs].into_iter().filter(|it| *it).count()
    }

    /// What password rules ask people to type: three of the four kinds.
    pub(crate) fn is_typed(&self) -> bool {
        self.letters && self.digits && self.signs
    }
}

/// Capitals where neither a word nor an acronym has them: `kTUcRMDx`.
pub(crate) fn is_irregular(value: &str) -> bool {
    let bytes = value.as_bytes();
    let parts = 1 + bytes
        .windows(2)
        .enumerate()
        .filter(|(index, pair)| {
            let rises = pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
            let falls = pair[0].is_ascii_uppercase()
                && pair[1].is_ascii_lowercase()
                && 0 < *index
                && bytes[index - 1].is_ascii_uppercase();
            rises || falls
        })
        .count();
    value.len() * 3 <= parts * 10 && bytes.iter().all(u8::is_ascii_alphanumeric)
}

/// A part between signs in which letters follow digits: `maple-z16rwr`.
pub(crate) fn has_odd_part(value: &str) -> bool {
    value.split(|it: char| !it.is_ascii_alphanumeric()).any(|part| {
        let digit = part.find(|it: char| it.is_ascii_digit());
        let letters_behind =
            digit.is_some_and(|it| part[it..].bytes().filter(u8::is_ascii_alphabetic).count() >= 2);
        (5..=12).contains(&part.len()) && letters_behind && 0.15 < score(part)
    })
}

/// A part between hyphens that nobody could pronounce: `quartz-falcon-xjkwlv`.
pub(crate) fn has_unspeakable_part(value: &str) -> bool {
    value.contains('-')
        && value.split('-').any(|it| {
            6 <= it.len() && it.bytes().all(|it| it.is_ascii_lowercase()) && 0.5 <= score(it)
        })
}

/// An option of a command: `-march=x86-64`, `--with-v2`.
pub(crate) fn is_flag(value: &str) -> bool {
    value.starts_with('-')
        && value.as_bytes().get(1).is_some_and(|it| it.is_ascii_alphabetic() || *it == b'-')
        && score(value) < 0.3
}

pub(crate) fn longest_run(value: &str) -> usize {
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

pub(crate) fn is_date(value: &str) -> bool {
    value.bytes().filter(u8::is_ascii_digit).count() >= 4
        && value.bytes().all(|it| it.is_ascii_digit() || b"-:./TZ+, ".contains(&it))
}

/// A number of a program: `1048576u32`, `0x8004170B_u32`.
pub(crate) fn is_number(value: &str) -> bool {
    let stem = value.trim_end_matches(|it: char| it.is_ascii_digit());
    let stem = stem.trim_end_matches(|it: char| "iuf_size".contains(it));
    let plain =
        !stem.is_empty() && stem.bytes().all(|it| it.is_ascii_digit() || it == b'_' || it == b'.');
    plain && value.len() < 24
        || value.starts_with("0x") && value.contains('_')
        || value.starts_with("0x") && value.len() < 32
}

/// A name with a version: `jjwt-jackson-0.11.2`, `actions/checkout@v4.1`.
pub(crate) fn is_release(value: &str) -> bool {
    let name = value.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.');
    let version = &value[name.len()..];
    version.contains('.')
        && name.ends_with(['-', '@', '_', 'v', '^', '~', '='])
        && score(name) < 0.35
}

/// The name of an object in a cluster: `db-creds-7f9c4d2b1a`, `web-7d9f8c6b5d-x2k4q`.
pub(crate) fn is_resource(value: &str) -> bool {
    let parts: Vec<&str> = value.split('-').collect();
    2 <= parts.len()
        && parts[0].len() <= 16
        && parts[0].bytes().all(|it| it.is_ascii_lowercase())
        && score(parts[0]) < 0.3
        && parts[1..].iter().all(|it| {
            let plain = it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
            plain && (it.len() <= 10 || score(it) < 0.3)
        })
}

pub(crate) fn is_path(value: &str) -> bool {
    let starts = ["/", "./", "../", "~/", "file:", "arn:", "projects/"]
        .iter()
        .any(|it| value.starts_with(it));
    starts && score(value) < 0.4 || value.contains("://")
}

/// Beginnings of the names of schemes, as in `RSASSA-PKCS1-v1_5`.
const SCHEMES: [&str; 8] =
    ["rsassa-", "rsaes-", "rsa-oaep", "rsa-pss", "ecdsa-", "ecdh-es", "aes-", "pbes2-"];

/// Names of algorithms, types and formats, which mix letters and digits too.
pub(crate) fn is_technical(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let stem = lower.trim_end_matches(|it: char| it.is_ascii_digit() || "()-_.,:".contains(it));
    let stem = stem.trim_start_matches(['$', '(']);
    let is_scheme = SCHEMES.iter().any(|it| lower.starts_with(it));
    Words::Technical.has(stem) || is_scheme || HASHES.iter().any(|it| lower.starts_with(it))
}
