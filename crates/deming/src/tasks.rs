//! The task as the human typed it, written down by our hook when a command of
//! ours was expanded: the agent cannot change it, and no shell ever sees it.

use deming_core::clean::clean;
use deming_store::Folder;

use crate::environment::Environment;
use crate::error::Error;

/// Where the hook writes, one file a Claude Code session.
pub(crate) fn folder(state: &Folder) -> Folder {
    state.folder("tasks")
}

const SIZE_LIMIT: u64 = 1_000_000;

/// The task of this Claude Code session, if the human typed one.
///
/// # Errors
/// When it is there and cannot be read.
pub(crate) fn typed(environment: &Environment) -> Result<Option<String>, Error> {
    let Some(session) = session(environment) else { return Ok(None) };
    let bytes = folder(&environment.state()).read(session, SIZE_LIMIT)?;
    let text = bytes.map(|it| clean(&String::from_utf8_lossy(&it)).trim().to_owned());
    Ok(text.filter(|it| !it.is_empty()))
}

/// Forgets it, once a review has it.
///
/// # Errors
/// When it is there and cannot be removed.
pub(crate) fn forget(environment: &Environment) -> Result<(), Error> {
    match session(environment) {
        Some(session) => Ok(folder(&environment.state()).remove(session)?),
        None => Ok(()),
    }
}

fn session(environment: &Environment) -> Option<&str> {
    let session = environment.variable("CLAUDE_CODE_SESSION_ID")?.to_str()?;
    let is_name = session.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    is_name.then_some(session)
}
