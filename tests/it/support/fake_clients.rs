//! Stand-ins for programs that `deming` only asks for a version or one reply.
//!
//! The real clients are what counts; these make an answer the same on every machine.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use serde_json::{Value, json};

use super::sandbox::Sandbox;

/// An executable of the sandbox, first on its PATH.
pub(crate) fn program(sandbox: &Sandbox, name: &str, script: &str) -> PathBuf {
    let path = sandbox.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// A git that knows its version and nothing else.
pub(crate) fn git(sandbox: &Sandbox) {
    program(
        sandbox,
        "git",
        "for it; do :; done\n[ \"$it\" = --version ] && echo 'git version 2.47.3'",
    );
}

pub(crate) fn claude(sandbox: &Sandbox) {
    program(sandbox, "claude", "echo '2.1.197 (Claude Code)'");
}

/// A Codex that is not logged in by itself and gives this reply to every prompt.
pub(crate) fn codex(sandbox: &Sandbox, reply: &Value) {
    let events = [
        json!({ "type": "thread.started", "thread_id": "t" }),
        json!({ "type": "item.completed", "item": {
            "id": "item_0", "type": "agent_message", "text": reply.to_string(),
        } }),
        json!({ "type": "turn.completed", "usage": {
            "input_tokens": 10, "cached_input_tokens": 0, "output_tokens": 1,
        } }),
    ];
    let events: String = events.iter().map(|it| format!("{it}\n")).collect();
    let script = format!(
        "case $1 in\n--version) echo 'codex-cli 0.169.0' ;;\nlogin) exit 1 ;;\n\
         *) cat >/dev/null; cat <<'EVENTS'\n{events}EVENTS\n;;\nesac"
    );
    program(sandbox, "codex", &script);
}
