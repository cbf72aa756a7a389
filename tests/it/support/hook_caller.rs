//! Calls our hook as Claude Code does: by its line of `hooks.json`, in a shell,
//! with the event on a socket. A script in a folder `claude-code` that `node`
//! runs passes for Claude Code, which the hook looks for above itself.

use std::{path::Path, process::Command, time::Duration};

use serde_json::{Value, json};

use super::{finished::finish, plugin, sandbox::Sandbox};

const NODE: &str = "node";
const DEADLINE: Duration = Duration::from_secs(30);

const SCRIPT: &str = r#"
const { spawn } = require("node:child_process");
const call = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const hook = spawn("/bin/sh", ["-c", call.line], { stdio: ["pipe", "pipe", "inherit"] });
hook.stdout.pipe(process.stdout);
hook.stdin.end(JSON.stringify(call.event));
"#;

pub(crate) struct HookCaller<'a> {
    sandbox: &'a Sandbox,
    script: std::path::PathBuf,
    plugin: std::path::PathBuf,
}

impl<'a> HookCaller<'a> {
    pub(crate) fn new(sandbox: &'a Sandbox) -> Self {
        let plugin = plugin::set_up(sandbox);
        let script = sandbox.write("claude-code/call.js", SCRIPT);
        Self { sandbox, script, plugin }
    }

    /// The folder of the plugin.
    pub(crate) fn plugin(&self) -> &Path {
        &self.plugin
    }

    /// What the hook answers; `null` when it says nothing.
    #[track_caller]
    pub(crate) fn call(&self, event: &Value) -> Value {
        let call = json!({ "line": "\"${CLAUDE_PLUGIN_ROOT}/bin/deming-hook\"", "event": event });
        let mut command = self.sandbox.command(NODE);
        command.arg(&self.script);
        self.answer(&mut command, &call)
    }

    /// The same by somebody who is not Claude Code.
    #[track_caller]
    pub(crate) fn forge(&self, event: &Value) -> Value {
        let mut command = self.sandbox.command(self.plugin.join("bin/deming-hook"));
        self.answer(&mut command, event)
    }

    #[track_caller]
    fn answer(&self, command: &mut Command, input: &Value) -> Value {
        command.env("CLAUDE_PLUGIN_ROOT", &self.plugin);
        let said = finish(command, input.to_string().as_bytes(), DEADLINE).success();
        if said.is_empty() { Value::Null } else { serde_json::from_str(&said).unwrap() }
    }
}
