//! What Claude Code tells a hook, as far as it matters here.
//!
//! Format: one JSON object on standard input, as seen with Claude Code 2.1.197.

use serde::Deserialize;
use serde_json::Value;

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize)]
pub(crate) enum HookEvent {
    UserPromptExpansion,
    PreToolUse,
    PostToolUse,
    /// A command that exited with anything but 0 comes as this.
    PostToolUseFailure,
    SessionStart,
    #[default]
    #[serde(other)]
    Other,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct HookInput {
    #[serde(rename = "hook_event_name")]
    pub(crate) event: HookEvent,
    pub(crate) session_id: String,
    pub(crate) cwd: String,
    pub(crate) source: String,
    pub(crate) command_name: String,
    pub(crate) command_args: String,
    pub(crate) tool_name: String,
    pub(crate) tool_use_id: String,
    pub(crate) tool_input: Value,
    pub(crate) tool_response: Value,
    /// What a failed call is told as.
    pub(crate) error: String,
    pub(crate) is_interrupt: bool,
}

impl HookInput {
    /// `None` for what is not an event of Claude Code.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// The command line of a call of the shell tool.
    pub(crate) fn command(&self) -> &str {
        self.tool_input.get("command").and_then(Value::as_str).unwrap_or_default()
    }
}

/// Whether Claude Code runs without a screen, so that no question can be shown.
pub(crate) fn is_headless() -> bool {
    std::env::var("CLAUDE_CODE_ENTRYPOINT").is_ok_and(|it| it == deming_core::review_loop::HEADLESS)
}

/// Whether the text is safe as a file name of ours.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_')
}
