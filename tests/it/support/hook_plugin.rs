//! A throw-away plugin whose hooks note what they are told and answer what a test wants.
//!
//! It shows what Claude Code really does with a hook, and plays the foreign plugin beside ours.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::sandbox::Sandbox;

/// Keeps its input under the name given to it, then prints the answer of that name.
const NOTE: &str = r#"#!/bin/sh
cd "$(dirname "$0")" || exit 0
n=$(ls | grep -c "^$1\..*\.json$")
cat > "$1.$n.json"
cat "$1.answer"
"#;

pub(crate) struct HookPlugin {
    root: PathBuf,
    hooks: Value,
}

impl HookPlugin {
    pub(crate) fn new(sandbox: &Sandbox, name: &str) -> Self {
        let root = sandbox.root().join(name);
        let this = Self { root, hooks: json!({}) };
        this.write(
            ".claude-plugin/plugin.json",
            &json!({
                "name": name, "version": "0.1.0", "description": "Notes what hooks are told",
                "author": { "name": "Author" },
            })
            .to_string(),
        );
        this.write(
            ".claude-plugin/marketplace.json",
            &json!({
                "name": name, "description": "One plugin", "owner": { "name": "Author" },
                "plugins": [{ "name": name, "source": "./", "description": "Notes" }],
            })
            .to_string(),
        );
        this.script("hooks/note", NOTE);
        this
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Adds a hook, `on` an event or the calls of one tool: `Stop`, `PreToolUse:Bash`. `null` answers nothing.
    pub(crate) fn hook(self, on: &str, answer: &Value) -> Self {
        self.hook_if(on, None, answer)
    }

    /// The same, for the calls that fit a permission rule such as `Bash(git commit *)`.
    pub(crate) fn hook_if(mut self, on: &str, condition: Option<&str>, answer: &Value) -> Self {
        let (event, tool) = on.split_once(':').map_or((on, None), |it| (it.0, Some(it.1)));
        let note = format!("\"${{CLAUDE_PLUGIN_ROOT}}\"/hooks/note {on}");
        let mut hook = json!({ "type": "command", "command": note, "timeout": 10 });
        if let Some(it) = condition {
            hook["if"] = json!(it);
        }
        let mut group = json!({ "hooks": [hook] });
        if let Some(it) = tool {
            group["matcher"] = json!(it);
        }
        match self.hooks[event].as_array_mut() {
            Some(groups) => groups.push(group),
            None => self.hooks[event] = json!([group]),
        }
        self.write("hooks/hooks.json", &json!({ "hooks": self.hooks }).to_string());
        let answer = if answer.is_null() { String::new() } else { answer.to_string() };
        self.write(&format!("hooks/{on}.answer"), &answer);
        self
    }

    pub(crate) fn command(self, name: &str, text: &str) -> Self {
        self.write(&format!("commands/{name}.md"), text);
        self
    }

    /// A program of the plugin, by its absolute path.
    pub(crate) fn script(&self, path: &str, text: &str) -> PathBuf {
        let path = self.write(path, text);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// What the hook `on` was told, call by call.
    pub(crate) fn calls(&self, on: &str) -> Vec<Value> {
        (0..)
            .map_while(|n| fs::read(self.root.join(format!("hooks/{on}.{n}.json"))).ok())
            .map(|it| serde_json::from_slice(&it).unwrap())
            .collect()
    }

    fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }
}
