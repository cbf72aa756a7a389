//! Judges calls of the shell tool that have to do with our helper.
//!
//! Denies a send that nobody agreed to, and what could forge an agreement;
//! allows plain calls, so that a loop goes on without permission prompts after
//! a message or a notification. Says nothing about any other command.

use deming_core::review_loop::{NOBODY_TO_ASK, OpenQuestion, Phase};
use serde_json::{Value, json};

use crate::call::{Call, NotACall, normal, read};
use crate::guard::{deny, judge_line};
use crate::input::HookInput;
use crate::reviews;

/// How long a send or wait may keep the shell tool busy: its own limit, and a
/// little less for the helper, so that it can say what is going on.
const TOOL_TIMEOUT_MS: u32 = 600_000;
const HELPER_WAIT_S: u32 = 560;

/// Steps that send nothing and run nothing of the project.
const PLAIN_STEPS: [(&str, &[&str]); 6] = [
    ("refine", &["open", "wait", "revise", "accept", "cancel", "resume", "status", "list", "show"]),
    ("pdca", &[]),
    ("recall", &[]),
    ("prompts", &["list", "apply", "revert"]),
    ("doctor", &[]),
    ("metrics", &[]),
];

/// The answer to PreToolUse of Bash.
pub(crate) fn judge(input: &HookInput) -> Option<Value> {
    let line = input.command();
    if !line.contains("deming") {
        return None;
    }
    match read(line) {
        Ok(call) if is_ours(&call) => judge_call(input, &call),
        Err(NotACall::EndedEarly) => Some(deny(
            "The heredoc ends early: its delimiter also stands alone on a line of the text. \
             Choose another delimiter.",
        )),
        Ok(_) | Err(NotACall::Other) => judge_other(line),
    }
}

fn judge_call(input: &HookInput, call: &Call) -> Option<Value> {
    let words: Vec<&str> = call.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["refine", "send", id, ..] => match why_not(id) {
            Some(reason) => Some(deny(&reason)),
            None => Some(allow_long(input)),
        },
        ["refine", "wait", ..] => Some(allow_long(input)),
        ["refine", "worker", ..] => Some(deny("The helper starts its own process for a round.")),
        [command, rest @ ..] => {
            let steps = PLAIN_STEPS.iter().find(|(name, _)| name == command)?.1;
            let is_plain =
                steps.is_empty() || rest.first().is_some_and(|step| steps.contains(step));
            is_plain.then(|| allow(None))
        }
        [] => None,
    }
}

/// Other ways to run us. The helper would refuse a send as well; saying it here
/// keeps the agent from trying ten more.
fn judge_other(line: &str) -> Option<Value> {
    if line.contains("deming-hook") && runs_something(line) {
        return Some(deny("Only Claude Code runs Deming's hooks."));
    }
    if let Some(denied) = judge_line(line) {
        return Some(denied);
    }
    let words: Vec<&str> = line.split(|it: char| !(it.is_alphanumeric() || it == '_')).collect();
    let sends = words.contains(&"refine") && (words.contains(&"send") || words.contains(&"worker"));
    sends.then(|| deny("Run the command exactly as `Next:` gives it: one plain call, no wrapper."))
}

fn is_ours(call: &Call) -> bool {
    let root = std::env::var("CLAUDE_PLUGIN_ROOT").unwrap_or_default();
    !root.is_empty() && call.program == normal(&root).join("bin/deming")
}

/// Whether the hook program is called and not only spoken of, as in `cargo test
/// -p deming-hook`: it stands in a folder of programs or gets an input.
fn runs_something(line: &str) -> bool {
    line.contains("/deming-hook") || line.contains("<<") || line.contains('|')
}

/// Why this review may not be sent now; `None` when it may, or when the helper
/// itself has something better to say.
fn why_not(id: &str) -> Option<String> {
    let folder = reviews::folder(id)?;
    let review = reviews::load(&folder)?;
    if !matches!(review.phase(), Phase::Drafted) {
        return None;
    }
    // Without a question there is nothing to answer: the helper says why.
    let open = reviews::open_question(&folder)?;
    if reviews::is_answered(&folder, &open) {
        return None;
    }
    if crate::input::is_headless() {
        return Some(NOBODY_TO_ASK.to_owned());
    }
    Some(format!(
        "Nobody agreed to send this plan. Ask the human first: call AskUserQuestion with the \
             one question \"{}\" and the options \"Yes\" and \"No\"; Deming puts its own text \
             there. Then run the same command again.",
        OpenQuestion::mark(id)
    ))
}

fn allow_long(input: &HookInput) -> Value {
    let mut changed = input.tool_input.clone();
    let line = input.command().trim_end();
    if !line.contains("--wait") {
        changed["command"] = json!(format!("{line} --wait {HELPER_WAIT_S}"));
        changed["timeout"] = json!(TOOL_TIMEOUT_MS);
    }
    allow(Some(changed))
}

fn allow(updated: Option<Value>) -> Value {
    let mut output = json!({
        "hookEventName": "PreToolUse",
        "permissionDecision": "allow",
        "permissionDecisionReason": "a plain call of Deming's helper",
    });
    if let Some(updated) = updated {
        output["updatedInput"] = updated;
    }
    json!({ "hookSpecificOutput": output })
}
