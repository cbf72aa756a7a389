//! The real Claude Code, headless or on a screen, against a scripted model.
//!
//! It runs in the sandbox's home with a key that is made up on the spot.

use std::{fs, path::PathBuf, time::Duration};

use serde_json::{Value, json};

use super::{
    finished::{Finished, finish},
    messages_api::MessagesApi,
    need,
    sandbox::Sandbox,
    screen::Screen,
};

const DEADLINE: Duration = Duration::from_secs(120);
const START: Duration = Duration::from_secs(40);

#[must_use]
pub(crate) struct Claude<'a> {
    sandbox: &'a Sandbox,
    folder: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
}

impl<'a> Claude<'a> {
    pub(crate) fn new(sandbox: &'a Sandbox, api: &MessagesApi) -> Self {
        let key = fake_key();
        let mut environment = sandbox.environment();
        let own = [
            ("ANTHROPIC_BASE_URL", api.url()),
            ("ANTHROPIC_API_KEY", key),
            ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1".to_owned()),
            ("DISABLE_TELEMETRY", "1".to_owned()),
            ("DISABLE_AUTOUPDATER", "1".to_owned()),
            // Bypass mode is refused to root outside of a container.
            ("IS_SANDBOX", "1".to_owned()),
        ];
        environment.extend(own.map(|(name, value)| (name.to_owned(), value)));
        Self { sandbox, folder: sandbox.work(), arguments: Vec::new(), environment }
    }

    pub(crate) fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    pub(crate) fn arg(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.retain(|it| it.0 != name);
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// `default`, `acceptEdits`, `plan`, `dontAsk` or `bypassPermissions`.
    pub(crate) fn mode(self, mode: &str) -> Self {
        self.arg("--permission-mode").arg(mode)
    }

    /// The plugin in this folder, for this session alone.
    pub(crate) fn plugin_dir(self, folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into().display().to_string();
        self.arg("--plugin-dir").arg(folder)
    }

    /// `claude -p PROMPT` to its end.
    #[track_caller]
    pub(crate) fn headless(&self, prompt: &str) -> Finished {
        self.run(&["-p", prompt])
    }

    /// A subcommand, `["plugin", "install", ..]` for example.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        let mut command = self.sandbox.command(need::claude());
        command.env_clear().envs(self.environment.iter().cloned()).current_dir(&self.folder);
        command.args(&self.arguments).args(arguments);
        finish(&mut command, b"", DEADLINE)
    }

    /// Installs `plugin@marketplace` from a marketplace in a local folder.
    #[track_caller]
    pub(crate) fn install(&self, marketplace: &str, plugin: &str) {
        self.run(&["plugin", "marketplace", "add", marketplace]).success();
        self.run(&["plugin", "install", plugin]).success();
    }

    /// The interactive screen, past onboarding and trust, ready to be typed into.
    #[track_caller]
    pub(crate) fn interactive(&self) -> Screen {
        self.accept_onboarding();
        let mut program = vec![need::claude().display().to_string()];
        program.extend(self.arguments.iter().cloned());
        let screen = Screen::start(self.sandbox, &self.folder, &program, &self.environment);
        screen.wait_for("❯", START);
        screen
    }

    fn accept_onboarding(&self) {
        let path = self.sandbox.home().join(".claude.json");
        let mut state: Value = fs::read(&path)
            .ok()
            .and_then(|it| serde_json::from_slice(&it).ok())
            .unwrap_or_else(|| json!({}));
        let key = &self.environment.iter().find(|it| it.0 == "ANTHROPIC_API_KEY").unwrap().1;
        state["hasCompletedOnboarding"] = json!(true);
        state["theme"] = json!("dark");
        state["bypassPermissionsModeAccepted"] = json!(true);
        state["customApiKeyResponses"] =
            json!({ "approved": [&key[key.len() - 20..]], "rejected": [] });
        state["projects"][self.folder.display().to_string()]["hasTrustDialogAccepted"] =
            json!(true);
        fs::write(path, state.to_string()).unwrap();
    }
}

/// Shaped like a key, valid nowhere.
fn fake_key() -> String {
    format!("sk-ant-{}", "loopback-".repeat(4))
}
