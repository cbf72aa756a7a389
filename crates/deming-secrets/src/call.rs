//! Secrets handed to a function without a name: `login("user", "…")`,
//! `sign(payload, "…")`. Only literals in quotes count.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::hit::Hit;
use crate::key_name::Role;
use crate::literal::quoted_on_line;
use crate::pair;
use crate::value::{Tie, is_hex, is_secret};

/// Functions that take a user and a password.
const LOGINS: &[&str] = &[
    "login(",
    "log_in(",
    "authenticate(",
    "basicauth(",
    "basic_auth(",
    "httpbasicauth(",
    "networkcredential(",
    "usernamepasswordcredentials(",
    "usernamepasswordauthenticationtoken(",
    "passwordauthentication(",
    "credentials(",
    "plaincredentials(",
    "auth(",
    "auth=(",
    "auth: (",
    "createuser(",
    "create_user(",
    "connect(",
    "setbasicauth(",
];
/// Functions that take a key to sign or encrypt with.
const CIPHERS: &[&str] = &[
    "signedstring(",
    "hmac.new(",
    "createhmac(",
    "jwt.sign(",
    "jwt.encode(",
    "jwt.decode(",
    "jwt.verify(",
    "hmac(",
    "from_secret(",
    "fernet(",
    "hs256(",
    "createcipheriv(",
    "aes.new(",
    "setsecret(",
    "secretkeyspec(",
    "signwith(",
    "setsigningkey(",
    "new_from_slice(",
    "newcipher(",
    "hmac_sha256(",
    "hash_hmac(",
];

static FUNCTIONS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder().ascii_case_insensitive(true).build(LOGINS.iter().chain(CIPHERS)).ok()
});

/// Finds the literals in such calls.
pub(crate) fn find(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    let Some(functions) = FUNCTIONS.as_ref() else { return hits };
    for call in functions.find_overlapping_iter(text) {
        let literals = quoted_on_line(text, call.end());
        if call.pattern().as_usize() < LOGINS.len() {
            login(text, &literals, &mut hits);
        } else {
            cipher(text, &literals, &mut hits);
        }
    }
    hits
}

fn login(text: &str, literals: &[Range<usize>], hits: &mut Vec<Hit>) {
    let [user, password, ..] = literals else { return };
    let between = text[user.end + 1..password.start].trim_end_matches(['"', '\'', '`']);
    let next = between.len() <= 24
        && between.trim_start().starts_with(',')
        && !between.contains([')', ':', '=']);
    if next && pair::is_password_of(&text[user.clone()], &text[password.clone()]) {
        hits.push(Hit::context(password.clone(), "password"));
    }
}

fn cipher(text: &str, literals: &[Range<usize>], hits: &mut Vec<Hit>) {
    for literal in literals {
        let value = &text[literal.clone()];
        let long = 16 <= value.len() && !value.contains(char::is_whitespace);
        if long
            && (is_hex(value) || is_secret(value, Role::Token, Tie::Bare))
            && is_secret(value, Role::Token, Tie::Said)
        {
            hits.push(Hit::context(literal.clone(), "token"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Generator;

    #[track_caller]
    fn check(template: &str, value: &str) {
        let text = template.replace('@', value);
        let mut found: Vec<&str> = find(&text).iter().map(|it| &text[it.range.clone()]).collect();
        found.dedup();
        assert_eq!(found, [value], "{text}");
    }

    #[test]
    fn literals_of_logins_and_ciphers() {
        let mut generator = Generator::new(61);
        check("smtp.login(\"ci\", \"@\")", &generator.alphanumeric(14));
        check("requests.get(url, auth=('ci', '@'))", &generator.alphanumeric(12));
        check("mac := hmac.New(sha256.New, []byte(\"@\"))", &generator.hex(64));
        check("jwt.sign(payload, '@', { algorithm: 'HS256' })", &generator.alphanumeric(40));
    }

    #[test]
    fn names_in_calls_are_left() {
        for text in [
            "client.login(\"user\", \"password\")",
            "connect(\"db1\", \"schema2\")",
            "auth(\"admin\", os.environ[\"PASS1\"])",
            "createHmac('sha256', key).update(body).digest('hex')",
            "assert_eq!(login(\"a\", \"b\"), Err(\"E401_bad_login\"))",
        ] {
            assert_eq!(find(text), [], "{text}");
        }
    }
}
