//! Everything that `/refine-plan-codex` needs around it: a project, our plugin,
//! the real Codex at a loopback reviewer, and Claude Code to type into.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::Value;

use super::{
    claude::Claude, codex, messages_api::MessagesApi, normal::normalise, plugin, reply::Reply,
    repo::Repo, responses_api::ResponsesApi, sandbox::Sandbox,
};

pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    /// The project's folder.
    pub(crate) folder: PathBuf,
    /// The plugin's folder.
    pub(crate) root: PathBuf,
    /// The reviewer, shared with a model that looks at it.
    pub(crate) codex: Arc<ResponsesApi>,
}

impl Stage {
    /// With a reviewer that gives these replies, and no consent in advance.
    pub(crate) fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::start(replies, false)
    }

    /// The person agreed in advance to reviews of this project.
    pub(crate) fn with_standing_consent(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::start(replies, true)
    }

    fn start(replies: impl IntoIterator<Item = Reply>, standing: bool) -> Self {
        let sandbox = Sandbox::new();
        let mut repo = Repo::new(&sandbox, "my-api");
        repo.write("main.py", "app = None\n");
        repo.commit("Start");
        repo.git(&["checkout", "-q", "-b", "feature/auth"]);
        let folder = repo.path().to_owned();
        codex::put_on_path(&sandbox);
        let codex = ResponsesApi::script(replies);
        plugin::configure(&sandbox, &codex, standing.then_some(&repo));
        let root = plugin::set_up(&sandbox);
        Self { sandbox, folder, root, codex: Arc::new(codex) }
    }

    /// Claude Code in the project, with our plugin for the session.
    pub(crate) fn claude<'a>(&'a self, api: &MessagesApi) -> Claude<'a> {
        self.claude_without_plugin(api).plugin_dir(&self.root)
    }

    pub(crate) fn claude_without_plugin<'a>(&'a self, api: &MessagesApi) -> Claude<'a> {
        Claude::new(&self.sandbox, api).folder(&self.folder).env(plugin::KEY, "loopback")
    }

    /// Changes the hooks of the plugin.
    pub(crate) fn change_hooks(&self, change: impl FnOnce(&mut Value)) {
        let path = self.root.join("hooks/hooks.json");
        let mut hooks = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        change(&mut hooks);
        fs::write(path, hooks.to_string()).unwrap();
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.sandbox.home().join(".claude/deming")
    }

    pub(crate) fn review(&self, id: &str) -> PathBuf {
        self.state().join("reviews").join(id)
    }

    pub(crate) fn journal(&self, id: &str) -> String {
        fs::read_to_string(self.review(id).join("journal.jsonl")).unwrap()
    }

    /// The ids of all reviews.
    pub(crate) fn reviews(&self) -> Vec<String> {
        names(&self.state().join("reviews"))
    }

    /// The one log of the project, without what differs from run to run.
    #[track_caller]
    pub(crate) fn normal_log(&self) -> String {
        let [log] = &self.logs()[..] else { panic!("not one log") };
        let line = log.lines().find_map(|it| it.strip_prefix("**Review:** "));
        let id = line.expect("the log names its review");
        normalise(&log.replace(&self.codex.url(), "[ADDRESS]").replace(id, "[ID]"))
    }

    /// The texts of all logs of the project.
    pub(crate) fn logs(&self) -> Vec<String> {
        let folder = self.sandbox.home().join(".claude/plan-reviews/my-api");
        let paths = names(&folder).into_iter().map(|it| folder.join(it));
        paths.map(|it| fs::read_to_string(it).unwrap()).collect()
    }
}

/// What a folder holds, in order; nothing where there is none.
fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|it| it.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
