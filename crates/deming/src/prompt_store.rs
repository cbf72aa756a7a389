//! The changes that a person let into the phase prompts. Ours stay as they
//! are; a change can be taken out again.

use deming_core::session::prompts::PromptChange;
use deming_store::Folder;
use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::error::Error;
use crate::review_store::bug;

const FILE: &str = "changes.json";
const LOCK: &str = "changes.lock";
const SIZE_LIMIT: u64 = 1024 * 1024;
const VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
struct PromptFile {
    version: u32,
    changes: Vec<PromptChange>,
}

/// All changes, in the order in which they were let in.
///
/// # Errors
/// When the file was changed by hand or cannot be read.
pub(crate) fn read(environment: &Environment) -> Result<Vec<PromptChange>, Error> {
    let folder = folder(environment);
    let Some(bytes) = folder.read(FILE, SIZE_LIMIT)? else { return Ok(vec![]) };
    let file: PromptFile = serde_json::from_slice(&bytes).map_err(|error| {
        let path = folder.path().join(FILE);
        Error::environment(format!("`{}` cannot be read: {error}", path.display()))
            .hint("update Deming, or move the file away: the prompts are then ours again")
    })?;
    Ok(file.changes)
}

/// The changes that hold in a project.
///
/// # Errors
/// As [`read`].
pub(crate) fn of_project(
    environment: &Environment,
    project: &str,
) -> Result<Vec<PromptChange>, Error> {
    let mut changes = read(environment)?;
    changes.retain(|it| it.project.as_deref().is_none_or(|it| it == project));
    Ok(changes)
}

/// Lets a change in, in the place of one with the same id.
///
/// # Errors
/// When the disk says no.
pub(crate) fn apply(environment: &Environment, change: PromptChange) -> Result<(), Error> {
    rewrite(environment, |changes| {
        changes.retain(|it| it.id != change.id);
        changes.push(change);
    })
}

/// Takes a change out; says whether there was one.
///
/// # Errors
/// When the disk says no.
pub(crate) fn revert(environment: &Environment, id: &str) -> Result<bool, Error> {
    let mut found = false;
    rewrite(environment, |changes| {
        found = changes.iter().any(|it| it.id == id);
        changes.retain(|it| it.id != id);
    })?;
    Ok(found)
}

fn rewrite(
    environment: &Environment,
    change: impl FnOnce(&mut Vec<PromptChange>),
) -> Result<(), Error> {
    let folder = folder(environment);
    let _lock = folder.lock(LOCK)?;
    let mut changes = read(environment)?;
    change(&mut changes);
    let file = PromptFile { version: VERSION, changes };
    let bytes = serde_json::to_vec(&file).map_err(bug)?;
    Ok(folder.replace(FILE, &bytes)?)
}

fn folder(environment: &Environment) -> Folder {
    environment.state().folder("prompts")
}
