//! One edit of a file, by what Claude Code tells of the call.

use std::path::{Path, PathBuf};

use deming_core::session::edit::{Edit, EditedLines, classes};
use deming_core::session::event::What;
use serde::Deserialize;
use serde_json::Value;

use super::{is_claude_code, settings};
use crate::input::HookInput;
use crate::sessions::{OpenSession, Trouble};

/// Larger files are not looked into.
const FILE_LIMIT: u64 = 4 * 1024 * 1024;

/// A hunk as Claude Code tells it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Patch<'a> {
    old_start: u64,
    new_start: u64,
    #[serde(borrow)]
    lines: Vec<std::borrow::Cow<'a, str>>,
}

/// The file that was edited, with no link left in its path.
pub(super) fn file(input: &HookInput) -> Option<PathBuf> {
    let path = |name: &str| input.tool_input.get(name).and_then(Value::as_str);
    Path::new(path("file_path").or(path("notebook_path"))?).canonicalize().ok()
}

pub(super) fn record(session: &OpenSession, input: &HookInput, file: &Path) -> Result<(), Trouble> {
    let Ok(path) = file.strip_prefix(&session.root) else { return Ok(()) };
    if path.starts_with(".git") {
        return Ok(());
    }
    is_claude_code()?;
    let path = path.to_string_lossy();
    let told = |name: &str| input.tool_response.get(name);
    let patches: Vec<Patch<'_>> =
        told("structuredPatch").and_then(|it| Vec::deserialize(it).ok()).unwrap_or_default();
    let lines: Vec<Vec<&str>> =
        patches.iter().map(|it| it.lines.iter().map(AsRef::as_ref).collect()).collect();
    let hunks: Vec<EditedLines<'_>> = patches
        .iter()
        .zip(&lines)
        .map(|(it, lines)| EditedLines { old_start: it.old_start, new_start: it.new_start, lines })
        .collect();
    let new = deming_store::read_bounded(file, FILE_LIMIT).ok();
    let new = new.and_then(|it| String::from_utf8(it).ok());
    let old = told("originalFile").and_then(Value::as_str);
    // Without the text before, a part cannot be placed in it.
    let is_placed = hunks.is_empty() || old.is_some();
    let edit = Edit { path: &path, hunks: &hunks, old, new: new.as_deref().filter(|_| is_placed) };
    let classes = classes(edit, &settings::classifier(&session.root));
    let facts = classes.into_iter().map(|class| What::FileEdited { path: path.to_string(), class });
    let lock = session.lock()?;
    session.append(facts.collect(), &lock)
}
