//! Reminds a fresh context of the review that is open in this project, in two
//! lines; says nothing where none is.

use std::path::Path;

use deming_core::clean::clean_line;
use deming_core::review_loop::Review;
use serde_json::Value;

use crate::input::HookInput;
use crate::reviews;

/// The answer to SessionStart.
pub(crate) fn remind(input: &HookInput) -> Option<Value> {
    let folder = Path::new(&input.cwd).canonicalize().ok()?;
    let open = reviews::state()?.folder("open");
    let ids = open.names().ok()?;
    let here: Vec<Review> = ids
        .iter()
        .filter(|id| {
            // The file holds the project's folder, so that no journal of
            // another project has to be read.
            let root = open.read(id, 64 * 1024).ok().flatten().unwrap_or_default();
            let root = String::from_utf8_lossy(&root).into_owned();
            !root.is_empty() && folder.starts_with(root)
        })
        .filter_map(|id| reviews::load(&reviews::folder(id)?))
        .filter(|it| !it.is_over())
        .collect();
    let newest = here.iter().max_by_key(|it| it.updated)?;
    let id = &newest.opening.id;
    let root = std::env::var("CLAUDE_PLUGIN_ROOT").unwrap_or_default();
    let launcher = crate::call::normal(&root).join("bin/deming");
    let text = format!(
        "A plan review is open in this project: \"{}\" ({id}, {}). When the human wants to go on \
         with it, do not start another.\nNext: \"{}\" refine resume {id}",
        clean_line(&newest.opening.title),
        newest.phase().word(),
        launcher.display()
    );
    Some(serde_json::json!({
        "hookSpecificOutput": { "hookEventName": "SessionStart", "additionalContext": text }
    }))
}
