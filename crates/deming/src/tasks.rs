//! The task as the human typed it, written down by our hook when a command of
//! ours was expanded: the agent cannot change it, and no shell ever sees it.

use deming_store::Folder;

use crate::environment::Environment;
use crate::error::Error;

/// Where the hook writes, one file a Claude Code session.
pub fn folder(state: &Folder) -> Folder {
    state.folder("tasks")
}

const SIZE_LIMIT: u64 = 1_000_000;

/// Takes the task of this Claude Code session; it is used once.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn take(environment: &Environment) -> Result<Option<String>, Error> {
    let Some(session) = environment.variable("CLAUDE_CODE_SESSION_ID").and_then(|it| it.to_str())
    else {
        return Ok(None);
    };
    let is_name =
        !session.is_empty() && session.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    if !is_name {
        return Ok(None);
    }
    let folder = folder(&environment.state());
    let Some(bytes) = folder.read(session, SIZE_LIMIT)? else { return Ok(None) };
    folder.remove(session)?;
    let task = deming_core::clean::clean(&String::from_utf8_lossy(&bytes)).trim().to_owned();
    Ok((!task.is_empty()).then_some(task))
}
