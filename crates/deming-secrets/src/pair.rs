//! A user and a password in one value: `user:password`, plain or in base64.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::hit::Hit;
use crate::key_name::Role;
use crate::value::{Tie, is_placeholder, is_secret};

/// Finds the password in `user:password`; says whether there was one.
pub(crate) fn user_and_password(text: &str, range: Range<usize>, hits: &mut Vec<Hit>) -> bool {
    let value = &text[range.clone()];
    let Some(middle) = value.find(':') else { return false };
    let password = value[middle + 1..].trim_start_matches([' ', '"', '\'']);
    let password = password.trim_end_matches(['"', '\'']);
    let user = value[..middle].trim_matches(['"', '\'']);
    let start =
        range.start + value.len() - value[middle + 1..].trim_start_matches([' ', '"', '\'']).len();
    if user.contains(char::is_whitespace) || !is_password_of(user, password) {
        return false;
    }
    hits.push(Hit::context(start..start + password.len(), "password"));
    true
}

/// Whether a password beside its user is real: not the user again, no reference.
pub(crate) fn is_password_of(user: &str, password: &str) -> bool {
    user != password && is_secret(password, Role::Password, Tie::Exact)
}

/// Finds the credential of `Authorization: Basic`; says whether there was one.
pub(crate) fn basic(text: &str, range: Range<usize>, hits: &mut Vec<Hit>) -> bool {
    let value = &text[range.clone()];
    let decoded = STANDARD_NO_PAD.decode(value.trim_end_matches('='));
    let plain = decoded.ok().and_then(|it| String::from_utf8(it).ok());
    let Some((user, password)) = plain.as_deref().and_then(|it| it.split_once(':')) else {
        return false;
    };
    // A token as the user name has an empty or a fixed password.
    let real = is_password_of(user, password)
        || !is_placeholder(user) && is_secret(user, Role::Token, Tie::Exact);
    if real {
        hits.push(Hit::context(range, "basic-auth"));
    }
    real
}
