//! Claude Code: its version, and whether its hooks run.

use deming_core::doctor::Check;

use super::programs::PATIENCE;
use crate::environment::Environment;
use crate::process::{self, End, Program};
use crate::project::Project;

const SETTINGS_LIMIT: u64 = 4 * 1024 * 1024;

/// What `claude --version` says; without it nothing is lost but the plugin.
pub(super) async fn version(environment: &Environment, project: &Project) -> Check {
    let check = |found: String| Check::ok("claude_code", "Claude Code", found);
    let path = environment.variable("PATH").unwrap_or_default();
    let Some(claude) = process::find("claude", path, &project.root) else {
        return match environment.is_inside_claude() {
            true => check("runs this, and is not on PATH".to_owned()),
            false => check("not found on PATH".to_owned()).note().advice(
                "for /refine-plan-codex run `npm install -g @anthropic-ai/claude-code`; \
                     `deming review` does without",
            ),
        };
    };
    let place = environment.display(&claude);
    let program = Program {
        path: claude,
        arguments: vec!["--version".into()],
        variables: environment.for_child(&[]),
        folder: std::env::temp_dir(),
        stdin: Vec::new(),
    };
    let asked = process::capture(&program, PATIENCE).await;
    let answered = asked.ok().filter(|(finished, _)| finished.end == End::Exited(0));
    let version = answered.and_then(|(_, output)| {
        let text = String::from_utf8_lossy(&output).into_owned();
        text.split_whitespace().next().map(deming_core::clean::clean_line)
    });
    match version {
        Some(version) => check(format!("{version} at {place}")),
        None => check(format!("{place} does not say its version"))
            .note()
            .advice(format!("run `{place} --version` to see why")),
    }
}

/// A note for every settings file that switches all hooks off: without them
/// nobody can agree in Claude Code, so nothing is sent from there.
pub(super) fn hooks(environment: &Environment, project: &Project) -> Vec<Check> {
    let folders = [environment.homes.claude.clone(), project.root.join(".claude")];
    let files =
        folders.iter().flat_map(|it| [it.join("settings.json"), it.join("settings.local.json")]);
    files
        .filter(|path| {
            let bytes = deming_store::read_bounded(path, SETTINGS_LIMIT).unwrap_or_default();
            let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
            value.get("disableAllHooks").and_then(serde_json::Value::as_bool) == Some(true)
        })
        .map(|path| {
            let place = environment.display(&path);
            let found = format!("{place} switches all hooks off, so nobody can agree to send");
            Check::ok("hooks", "Hooks", found)
                .note()
                .advice(format!("remove `disableAllHooks` from {place}"))
        })
        .collect()
}
