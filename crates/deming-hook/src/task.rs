//! Keeps the task as the person typed it: the agent's copy of it may differ,
//! and no shell has to carry it. One with a secret in it is not kept.

use std::io::Write as _;
use std::process::{Command, Stdio};

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
            // The agent passes it along, and the helper asks about the secret.
            task if !is_clean(task) => tasks.remove(&input.session_id),
            task => tasks.replace(&input.session_id, task.as_bytes()),
        };
    }
    None
}

/// Whether the helper beside us finds no secret in the text. Without an answer
/// nothing is kept.
fn is_clean(text: &str) -> bool {
    scan(text).is_ok_and(|it| it.success())
}

fn scan(text: &str) -> std::io::Result<std::process::ExitStatus> {
    let helper = std::env::current_exe()?.with_file_name("deming");
    #[expect(clippy::disallowed_methods, reason = "the rules would make every hook slower")]
    let mut command = Command::new(helper);
    let own = ["HOME", "CLAUDE_CONFIG_DIR", "DEMING_HOME"];
    let mut child = command
        .args(["scan", "-"])
        .env_clear()
        .envs(own.into_iter().filter_map(|it| Some((it, std::env::var_os(it)?))))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes())?;
    }
    child.wait()
}
