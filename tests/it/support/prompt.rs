//! What Claude Code sends to its model: the conversation, tools and reminders of one request.
//!
//! It reads and never judges; a scripted model and a test look at the same thing.

use serde_json::Value;

/// How Claude Code begins the prompt of `/compact`.
const COMPACTION: &str = "CRITICAL: Respond with TEXT ONLY";

/// One request, as the model would read it.
#[derive(Debug)]
pub(crate) struct Prompt {
    body: Value,
}

impl Prompt {
    pub(crate) fn new(body: Value) -> Self {
        Self { body }
    }

    pub(crate) fn body(&self) -> &Value {
        &self.body
    }

    /// Side calls have no tools; a compaction has them and says that none may be used.
    pub(crate) fn is_agent_loop(&self) -> bool {
        !self.tool_names().is_empty()
            // A reminder can stand behind it.
            && !self.user_texts().iter().rev().take(3).any(|it| it.starts_with(COMPACTION))
    }

    /// The last tool result since the model spoke.
    pub(crate) fn tool_result(&self) -> Option<String> {
        self.tool_results().pop()
    }

    /// All tool results since the model spoke.
    pub(crate) fn tool_results(&self) -> Vec<String> {
        self.results().iter().map(|it| texts(&it["content"]).join("\n")).collect()
    }

    /// The last tool result since the model spoke is an error.
    pub(crate) fn tool_failed(&self) -> bool {
        self.results().last().is_some_and(|it| it["is_error"] == true)
    }

    /// Every text that a person or Claude Code itself put into the conversation.
    pub(crate) fn user_texts(&self) -> Vec<String> {
        blocks(&self.body["messages"])
            .iter()
            .filter(|it| it["role"] != "assistant")
            .flat_map(|it| texts(&it["content"]))
            .collect()
    }

    /// Those of them that came since the model spoke.
    pub(crate) fn new_texts(&self) -> Vec<String> {
        self.since_spoken()
            .iter()
            .filter(|it| it["role"] != "assistant")
            .flat_map(|it| texts(&it["content"]))
            .collect()
    }

    /// What stands between the `<system-reminder>` tags of the conversation.
    pub(crate) fn system_reminders(&self) -> Vec<String> {
        self.user_texts()
            .iter()
            .flat_map(|it| it.split("<system-reminder>").skip(1))
            .filter_map(|it| it.split_once("</system-reminder>"))
            .map(|it| it.0.trim().to_owned())
            .collect()
    }

    pub(crate) fn tool_names(&self) -> Vec<&str> {
        blocks(&self.body["tools"]).iter().filter_map(|it| it["name"].as_str()).collect()
    }

    fn since_spoken(&self) -> &[Value] {
        let messages = blocks(&self.body["messages"]);
        let spoken = messages.iter().rposition(|it| it["role"] == "assistant");
        &messages[spoken.unwrap_or(0)..]
    }

    fn results(&self) -> Vec<&Value> {
        self.since_spoken()
            .iter()
            .flat_map(|it| blocks(&it["content"]))
            .filter(|it| it["type"] == "tool_result")
            .collect()
    }
}

/// The elements of a list, none of anything else.
pub(crate) fn blocks(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Content is one text, or blocks of which some are text.
fn texts(content: &Value) -> Vec<String> {
    content.as_str().map_or_else(
        || blocks(content).iter().filter_map(|it| it["text"].as_str()).map(str::to_owned).collect(),
        |it| vec![it.to_owned()],
    )
}
