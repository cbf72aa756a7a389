//! The hooks of the plugin. Claude Code runs this program, and no command of
//! ours leads to it.
//!
//! It always exits with 0. A hook that fails must not stop a person's work, and
//! nothing here is what keeps a plan from being sent: without the answer that
//! this program records, the helper does not send.

mod answer;
mod call;
mod gate;
mod guard;
mod input;
mod origin;
mod question;
mod recorder;
mod reviews;
mod session;
mod sessions;
mod show;
mod task;

use std::io::{Read, Write};
use std::process::ExitCode;

use serde_json::{Value, json};

use input::{HookEvent, HookInput};

/// The most that is read of an event, in bytes; Claude Code sends less.
const INPUT_LIMIT: u64 = 64 * 1024 * 1024;

fn main() -> ExitCode {
    let mut bytes = Vec::new();
    if std::io::stdin().take(INPUT_LIMIT).read_to_end(&mut bytes).is_ok()
        && let Some(output) = HookInput::read(&bytes).and_then(|input| respond(&input))
    {
        // Nobody is left to be told when Claude Code went away.
        let _ = writeln!(std::io::stdout(), "{output}");
    }
    ExitCode::SUCCESS
}

/// What Claude Code is told; nothing, most of the time.
fn respond(input: &HookInput) -> Option<Value> {
    match input.event {
        HookEvent::UserPromptExpansion => task::keep(input),
        HookEvent::PreToolUse => match input.tool_name.as_str() {
            "AskUserQuestion" => question::replace(input),
            "Bash" => gate::judge(input),
            "Write" | "Edit" => guard::judge_file(input),
            _ => None,
        },
        HookEvent::PostToolUse => match input.tool_name.as_str() {
            "AskUserQuestion" => answer::record(input),
            "Bash" => {
                let shown = show::to_human(input);
                message(shown.into_iter().chain(recorder::record(input)))
            }
            "Edit" | "Write" | "MultiEdit" | "NotebookEdit" => message(recorder::record(input)),
            _ => None,
        },
        HookEvent::PostToolUseFailure => message(recorder::record(input)),
        HookEvent::SessionStart => session::remind(input),
        HookEvent::Other => None,
    }
}

/// Shows the person texts, where there are any.
fn message(texts: impl IntoIterator<Item = String>) -> Option<Value> {
    let texts: Vec<String> = texts.into_iter().collect();
    (!texts.is_empty()).then(|| json!({ "systemMessage": texts.join("\n\n") }))
}
