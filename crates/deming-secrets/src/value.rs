//! Whether a value is worth hiding: not a placeholder, not an expression, and
//! random enough for what its name and its position promise.

use crate::form::{
    Mix, has_odd_part, has_unspeakable_part, is_date, is_flag, is_hex, is_irregular, is_number,
    is_path, is_release, is_resource, is_technical, is_uuid, longest_run,
};
use crate::key_name::Role;
use crate::placeholder::is_placeholder;
use crate::randomness::score;
use crate::words::Words;

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
    if value.len() < 6 || 4096 < value.len() || value.starts_with([':', '{']) {
        return false;
    }
    let strong = match role {
        Role::Mnemonic => is_mnemonic(value),
        Role::Password => is_password(value, tie),
        Role::Token => is_token(value, tie, false),
        Role::Vague => is_token(value, tie, true),
    };
    strong && !is_expression(value, tie) && !is_placeholder(value)
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
    if !(6..=200).contains(&length)
        || is_number(value)
        || is_date(value)
        || is_release(value)
        || is_technical(value)
        || is_path(value)
        || is_flag(value)
        || is_uuid(value) && tie < Tie::Bare
    {
        return false;
    }
    let drawn = 8 <= length
        && mix.kinds() >= 2
        && (0.22 < randomness || 10 <= length && is_irregular(value));
    let typed = 8 <= length
        && (mix.is_typed() || mix.capitals && mix.small && mix.signs && 0.15 < randomness);
    let odd = 10 <= length && has_odd_part(value);
    match tie {
        Tie::Near => {
            8 <= length
                && mix.letters
                && mix.digits
                && (0.3 < randomness || mix.is_typed() && 0.1 <= randomness)
        }
        Tie::Said => drawn || typed || odd,
        Tie::Bare => drawn || typed || odd || 0.3 < randomness && mix.letters && mix.digits,
        Tie::Exact => {
            drawn
                || typed
                || odd
                || 12 <= length && has_unspeakable_part(value)
                || mix.letters && mix.digits && (8 <= length || 0.3 < randomness)
                || 8 <= length && mix.letters && mix.signs && 0.1 < randomness
                || 10 <= length && 0.35 < randomness
                || is_word_chain(value)
        }
    }
}

fn is_token(value: &str, tie: Tie, vague: bool) -> bool {
    let length = value.len();
    if length < 12 {
        return false;
    }
    let mix = Mix::of(value);
    if value.contains(char::is_whitespace)
        || is_date(value)
        || is_number(value)
        || is_release(value)
        || is_technical(value)
        || is_path(value)
        || is_resource(value) && tie < Tie::Exact
    {
        return false;
    }
    if is_uuid(value) {
        return !vague && Tie::Bare <= tie;
    }
    if is_hex(value) {
        let long_enough = if value.starts_with("0x") {
            40
        } else if vague {
            20
        } else {
            16
        };
        return Tie::Said <= tie && long_enough <= length && mix.digits && mix.letters;
    }
    let (shortest, least) = match (tie, vague) {
        (Tie::Exact, false) => (12, 0.18),
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
        false => {
            16 <= length
                && (least.max(0.3) < randomness || tie == Tie::Exact && is_irregular(value))
        }
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
        && !words.iter().any(|it| Words::Placeholders.has(it) || Words::Filler.has(it))
}

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

/// Whether a value is code that yields the secret rather than the secret.
fn is_expression(value: &str, tie: Tie) -> bool {
    let call = value.find('(').is_some_and(|start| {
        0 < start
            && value[..start]
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"_.:>-$".contains(&it))
    });
    let steps = [".", "::", "->", "[", "?."].iter().any(|it| value.contains(it));
    let path = steps
        && score(value) < 0.3
        && value.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.:$[]'\"?->()".contains(&it));
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
            ("RSASSA-PKCS1-v1_5", Role::Token),
            ("2017-10-02T21:29:45.922Z", Role::Password),
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
