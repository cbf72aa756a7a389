//! A review step by step, without Claude Code: the helper's commands, and a
//! person's answers as our hook writes them down.

use std::{fs, path::PathBuf};

use chrono::DateTime;
use deming_core::{
    journal::{Record, encode},
    review_loop::{AnswerEvent, OpenQuestion},
};

use super::{
    codex, finished::Finished, plugin, reply::Reply, responses_api::ResponsesApi, run::Deming,
    sandbox::Sandbox,
};

pub(crate) struct Steps {
    pub(crate) sandbox: Sandbox,
    pub(crate) api: ResponsesApi,
    /// Where the commands are typed.
    pub(crate) folder: PathBuf,
    variables: Vec<(String, String)>,
}

impl Steps {
    /// With the real Codex at a reviewer that gives these replies.
    pub(crate) fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        let sandbox = Sandbox::new();
        codex::put_on_path(&sandbox);
        let api = ResponsesApi::script(replies);
        plugin::configure(&sandbox, &api, None);
        let folder = sandbox.work().join("my-api");
        fs::create_dir_all(&folder).unwrap();
        let variables = vec![(plugin::KEY.to_owned(), "loopback".to_owned())];
        Self { sandbox, api, folder, variables }
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|it| it.0 != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn unset(&mut self, name: &str) {
        self.variables.retain(|it| it.0 != name);
    }

    /// `deming refine …`, ready for more.
    pub(crate) fn command(&self, line: &str, input: &str) -> Deming<'_> {
        let words = std::iter::once("refine").chain(line.split_whitespace());
        let deming = Deming::new(&self.sandbox).folder(&self.folder).args(words).stdin(input);
        self.variables.iter().fold(deming, |it, (name, value)| it.env(name, value))
    }

    #[track_caller]
    pub(crate) fn run(&self, line: &str, input: &str) -> Finished {
        self.command(line, input).output()
    }

    /// What it answers; it must succeed and complain of nothing.
    #[track_caller]
    pub(crate) fn say(&self, line: &str, input: &str) -> String {
        let finished = self.run(line, input);
        assert_eq!(finished.stderr, "", "`{line}`: {}", finished.stdout);
        finished.success()
    }

    /// Opens a review, and gives its id.
    #[track_caller]
    pub(crate) fn open(&self, plan: &str) -> String {
        let said = self.say("open --slug jwt-auth", &format!("Add JWT authentication\n\n{plan}"));
        id_in(&said)
    }

    /// Opens a review and agrees to send it.
    #[track_caller]
    pub(crate) fn open_and_agree(&self, plan: &str) -> String {
        let id = self.open(plan);
        self.answer(&id, "Yes, proceed");
        id
    }

    /// Chooses a label of the question that is open, as if in Claude Code.
    #[track_caller]
    pub(crate) fn answer(&self, id: &str, label: &str) {
        let folder = self.review(id);
        let question = fs::read(folder.join(OpenQuestion::FILE)).expect("no question is open");
        let OpenQuestion { nonce, .. } = serde_json::from_slice(&question).unwrap();
        let tool_use_id = "toolu_1".to_owned();
        let events = [
            AnswerEvent::Shown { nonce: nonce.clone(), tool_use_id: tool_use_id.clone() },
            AnswerEvent::Answered { nonce, tool_use_id, label: label.to_owned() },
        ];
        let at = DateTime::parse_from_rfc3339("2030-01-02T03:04:05+00:00").unwrap();
        let lines = events.map(|it| encode(&Record::new(at, it)).unwrap()).concat();
        fs::write(folder.join(AnswerEvent::FILE), lines).unwrap();
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.sandbox.home().join(".claude/deming")
    }

    pub(crate) fn review(&self, id: &str) -> PathBuf {
        self.state().join("reviews").join(id)
    }

    /// The logs on disk, by name.
    pub(crate) fn logs(&self) -> Vec<PathBuf> {
        let folder = self.sandbox.home().join(".claude/plan-reviews/my-api");
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = entries.map(|it| it.unwrap().path()).collect();
        paths.sort();
        paths
    }
}

/// The review's id in an answer of `open`.
#[track_caller]
pub(crate) fn id_in(said: &str) -> String {
    let line = said.lines().find_map(|it| it.strip_prefix("Review "));
    let id = line.and_then(|it| it.split_whitespace().next());
    id.unwrap_or_else(|| panic!("no review was opened: {said}")).to_owned()
}
