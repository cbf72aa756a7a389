//! What a call tells the agent and the human, as text and as JSON.

use deming_core::session::next_action::NextAction;
use deming_core::session::state::State;
use serde_json::{Value, json};

use crate::error::Error;

#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    /// What happened, for both to read.
    pub(super) text: String,
    /// The prompt of the phase that is due, where it is new.
    pub(super) prompt: Option<String>,
    /// What the agent has to do before it runs `next`.
    pub(super) instruction: Option<String>,
    /// The one command to run next.
    pub(super) next: Option<String>,
    /// The session in JSON, if the answer is about one.
    pub(super) session: Option<Value>,
}

impl Answer {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// The same, behind the reason why what was handed over was not taken.
    pub(super) fn after_refusal(self, error: &Error) -> Self {
        let todo: String = error.hints.iter().map(|it| format!("What to do: {it}.\n")).collect();
        let text = format!(
            "Not taken, and nothing was changed: {}.\n{todo}\n{}",
            error.message, self.text
        );
        Self { text, prompt: None, ..self }
    }

    pub(super) fn render(&self) -> String {
        let mut text = self.text.trim_end().to_owned();
        text.push('\n');
        if let Some(prompt) = &self.prompt {
            text.push_str(&format!("\n{}\n", prompt.trim_end()));
        }
        if let Some(instruction) = &self.instruction {
            text.push_str(&format!("\nTo do: {instruction}\n"));
        }
        if let Some(next) = &self.next {
            text.push_str(&format!("\nNext: {next}\n"));
        }
        text
    }

    /// The same value for programs, on one line.
    pub(super) fn json(&self) -> String {
        let value = json!({
            "version": 1,
            "session": self.session,
            "text": self.text.trim_end(),
            "prompt": self.prompt,
            "to_do": self.instruction,
            "next": self.next,
        });
        format!("{value}\n")
    }
}

/// What programs want to know of a session.
pub(super) fn session_json(id: &str, state: &State, due: &NextAction, log: Option<&str>) -> Value {
    let opening = &state.opening;
    json!({
        "id": id,
        "feature": opening.feature,
        "project": opening.project,
        "root": opening.root,
        "mode": state.mode().word(),
        "phase": state.phase.word(),
        "closed": state.is_closed(),
        "opened_at": state.opened_at.to_rfc3339(),
        "branch": opening.branch,
        "base": opening.base,
        "estimate_minutes": state.estimate_minutes(),
        "active_minutes": state.active_minutes(),
        "wall_minutes": state.wall_minutes(),
        "steps": state.step_count(),
        "commits": state.present_commits().count(),
        "deviations": state.deviations.len(),
        "interventions": state.interventions.len(),
        "due": due.to_string(),
        "asks_human": due.is_question(),
        "log": log,
    })
}
