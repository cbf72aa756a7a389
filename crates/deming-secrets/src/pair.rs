//! A user and a password in one value: `user:password`, plain or in base64.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::hit::Hit;
use crate::key_name::Role;
use crate::placeholder::is_placeholder;
use crate::value::{Tie, is_secret};

/// Finds the password in `user:password`; says whether there was one.
pub(crate) fn user_and_password(text: &str, range: Range<usize>, hits: &mut Vec<Hit>) -> bool {
    let value = &text[range.clone()];
    let Some(middle) = value.find(':') else { return false };
    let password = value[middle + 1..].trim_start_matches([' ', '"', '\'']);
    let password = password.trim_end_matches(['"', '\'']);
    let user = value[..middle].trim_matches(['"', '\'']);
    let start =
        range.start + value.len() - value[middle + 1..].trim_start_matches([' ', '"', '\'']).len();
    if value.contains("://")
        || user.contains(char::is_whitespace)
        || !is_password_of(user, password)
    {
        return false;
    }
    hits.push(Hit::context(start..start + password.len(), "password"));
    true
}

/// Finds the password in `user / password` and the like on one line.
pub(crate) fn beside(text: &str, start: usize, hits: &mut Vec<Hit>) -> bool {
    let line = text[start..].split('\n').next().unwrap_or_default();
    let quotes = ['`', '"', '\'', '(', ')'];
    let Some(middle) = [" / ", "/", " : ", " | ", " and ", " und ", " with "]
        .iter()
        .find_map(|it| line.find(it).map(|at| at..at + it.len()))
    else {
        return false;
    };
    let user = line[..middle.start].trim().trim_matches(quotes);
    let rest = &line[middle.end..];
    let word = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
    let word = word.trim_end_matches(['.', ',', ';']);
    let password = word.trim_matches(quotes);
    let offset = start + middle.end + word.find(password).unwrap_or_default();
    let real = !user.is_empty()
        && user.len() <= 40
        && !user.contains(char::is_whitespace)
        && user != password
        && is_secret(password, Role::Password, Tie::Said);
    if real {
        hits.push(Hit::context(offset..offset + password.len(), "password"));
    }
    real
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
