//! Secrets handed to a function without a name: `login("user", "…")`,
//! `sign(payload, "…")`. Only literals in quotes count.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::form::is_hex;
use crate::hit::Hit;
use crate::key_name::Role;
use crate::literal::quoted_on_line;
use crate::pair;
use crate::randomness::score;
use crate::search;
use crate::value::{Tie, is_secret};
use crate::words::Words;

/// What a function does with its literals.
#[derive(Clone, Copy)]
enum Purpose {
    Login,
    Cipher,
    Client,
    Secure,
}

impl Purpose {
    const ALL: [Self; 4] = [Self::Login, Self::Cipher, Self::Client, Self::Secure];

    fn functions(self) -> Words {
        match self {
            Self::Login => Words::Logins,
            Self::Cipher => Words::Ciphers,
            Self::Client => Words::Clients,
            Self::Secure => Words::Secures,
        }
    }
}

/// The search for the names, and the purpose of each.
static FUNCTIONS: LazyLock<Option<(AhoCorasick, Vec<Purpose>)>> = LazyLock::new(|| {
    let names: Vec<(&str, Purpose)> = Purpose::ALL
        .into_iter()
        .flat_map(|purpose| purpose.functions().all().map(move |name| (name, purpose)))
        .collect();
    let search = search::builder().ascii_case_insensitive(true).build(names.iter().map(|it| it.0));
    Some((search.ok()?, names.into_iter().map(|it| it.1).collect()))
});

/// Finds the literals in such calls.
pub(crate) fn find(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    let Some((search, purposes)) = FUNCTIONS.as_ref() else { return hits };
    for call in search.find_overlapping_iter(text) {
        let literals = quoted_on_line(text, call.end());
        match purposes[call.pattern().as_usize()] {
            Purpose::Login => login(text, &literals, &mut hits),
            Purpose::Cipher => cipher(text, &literals, &mut hits),
            Purpose::Client => client(text, &literals, &mut hits),
            Purpose::Secure => secure(text, &literals, &mut hits),
        }
    }
    hits
}

/// A key among the first literals: long and drawn, or 32 digits of it.
fn client(text: &str, literals: &[Range<usize>], hits: &mut Vec<Hit>) {
    for literal in literals.iter().take(3) {
        let value = &text[literal.clone()];
        let drawn = 24 <= value.len() && 0.4 < score(value) && !value.contains([':', '/', ' ']);
        let public = value.starts_with("AC") && value.len() == 34 && is_hex(&value[2..]);
        let digest = is_hex(value) && value.len() != 32;
        if drawn && !public && !digest && is_secret(value, Role::Token, Tie::Said) {
            hits.push(Hit::context(literal.clone(), "token"));
        }
    }
}

fn secure(text: &str, literals: &[Range<usize>], hits: &mut Vec<Hit>) {
    if let Some(literal) =
        literals.first().filter(|it| is_secret(&text[(*it).clone()], Role::Password, Tie::Exact))
    {
        hits.push(Hit::context(literal.clone(), "password"));
    }
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
