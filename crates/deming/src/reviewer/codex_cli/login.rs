//! Which credentials a run of Codex will use. Looks for them, never at them.
//!
//! Codex sends the prompt even without a login and lets the server refuse it,
//! so a missing login has to be found out before.

use std::time::Duration;

use serde_json::Value;

use super::locate::Installation;
use crate::environment::Environment;
use crate::error::Error;
use crate::process::{self, End, Program};

/// Where the credentials of a run come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Login {
    /// `CODEX_API_KEY` in the environment.
    CodexKey,
    /// A ChatGPT account, by `codex login`.
    Chatgpt,
    /// An API key stored by `codex login`.
    StoredKey,
    /// Something that `codex login status` accepts, in the keychain say.
    Other,
    /// `OPENAI_API_KEY` in the environment, which Codex needs to be told of.
    OpenaiKey,
}

impl Login {
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::CodexKey => "API key from CODEX_API_KEY",
            Self::Chatgpt => "ChatGPT login",
            Self::StoredKey => "API key stored by Codex",
            Self::Other => "login of the Codex CLI",
            Self::OpenaiKey => "API key from OPENAI_API_KEY",
        }
    }

    /// The variable that the child must see.
    pub(super) fn credential(self) -> Option<&'static str> {
        match self {
            Self::CodexKey => Some("CODEX_API_KEY"),
            Self::OpenaiKey => Some("OPENAI_API_KEY"),
            Self::Chatgpt | Self::StoredKey | Self::Other => None,
        }
    }
}

const AUTH_LIMIT: u64 = 1024 * 1024;

/// Finds the login, in the order in which Codex would use it.
///
/// # Errors
/// When there is none.
pub(super) async fn find_login(
    environment: &Environment,
    installation: &Installation,
) -> Result<Login, Error> {
    if environment.variable("CODEX_API_KEY").is_some() {
        return Ok(Login::CodexKey);
    }
    let stored = deming_store::read_bounded(&environment.homes.codex.join("auth.json"), AUTH_LIMIT);
    match stored.map(|bytes| stored_login(&bytes)) {
        Ok(Some(login)) => return Ok(login),
        // Incomplete or broken: `login status` is known to call that logged in.
        Ok(None) => {}
        Err(_) if is_logged_in(environment, installation).await => return Ok(Login::Other),
        Err(_) => {}
    }
    if environment.variable("OPENAI_API_KEY").is_some() {
        return Ok(Login::OpenaiKey);
    }
    Err(Error::environment("Codex is not logged in")
        .hint("run `codex login`, or set CODEX_API_KEY")
        .hint("or review without an account: --reviewer offline"))
}

/// What `auth.json` holds: an API key, the tokens of an account, or nothing.
fn stored_login(bytes: &[u8]) -> Option<Login> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let filled = |pointer: &str| {
        value.pointer(pointer).and_then(Value::as_str).is_some_and(|it| !it.trim().is_empty())
    };
    if filled("/tokens/access_token") || filled("/tokens/refresh_token") {
        Some(Login::Chatgpt)
    } else if filled("/OPENAI_API_KEY") {
        Some(Login::StoredKey)
    } else {
        None
    }
}

async fn is_logged_in(environment: &Environment, installation: &Installation) -> bool {
    let program = Program {
        path: installation.program.clone(),
        arguments: vec!["login".into(), "status".into()],
        variables: environment.for_child(&[]),
        folder: std::env::temp_dir(),
        stdin: Vec::new(),
    };
    let asked = process::capture(&program, Duration::from_secs(20)).await;
    asked.is_ok_and(|(finished, _)| finished.end == End::Exited(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incomplete_logins_are_none() {
        assert_eq!(stored_login(b"{}"), None);
        assert_eq!(stored_login(b"{\"OPENAI_API_KEY\":null}"), None);
        assert_eq!(stored_login(b"{\"OPENAI_API_KEY\":\" \",\"tokens\":{}}"), None);
        assert_eq!(stored_login(b"not json"), None);
    }

    #[test]
    fn accounts_come_before_keys() {
        assert_eq!(stored_login(b"{\"OPENAI_API_KEY\":\"k\"}"), Some(Login::StoredKey));
        let both = b"{\"OPENAI_API_KEY\":\"k\",\"tokens\":{\"access_token\":\"t\"}}";
        assert_eq!(stored_login(both), Some(Login::Chatgpt));
    }
}
