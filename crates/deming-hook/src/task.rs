//! Keeps the task as the person typed it: the agent's copy of it may differ,
//! and no shell has to carry it.

use serde_json::Value;

use crate::input::{HookInput, is_name};
use crate::{origin, reviews};

/// The answer to UserPromptExpansion.
pub(crate) fn keep(input: &HookInput) -> Option<Value> {
    let command = input.command_name.rsplit(':').next().unwrap_or_default();
    let task = input.command_args.trim();
    let is_ours = command == "refine-plan-codex" && is_name(&input.session_id);
    if is_ours && origin::is_claude_code() {
        let tasks = reviews::state()?.folder("tasks");
        // Only a saving: without it the agent passes the task along.
        let _ = match task {
            "" => tasks.remove(&input.session_id),
            task => tasks.replace(&input.session_id, task.as_bytes()),
        };
    }
    None
}
