//! Writes down what a person answered. The helper believes nothing else.

use deming_core::review_loop::{AnswerEvent, Subject};
use serde_json::{Value, json};

use crate::input::{HookInput, is_name};
use crate::{origin, reviews};

/// The answer to PostToolUse of AskUserQuestion.
pub(crate) fn record(input: &HookInput) -> Option<Value> {
    if !is_name(&input.tool_use_id) {
        return None;
    }
    let asked = reviews::state()?.folder("asked");
    let id = String::from_utf8(asked.read(&input.tool_use_id, 64).ok()??).ok()?;
    if !origin::is_claude_code() {
        return None;
    }
    // An answer counts once.
    asked.remove(&input.tool_use_id).ok()?;
    let folder = reviews::folder(&id)?;
    let open = reviews::open_question(&folder)?;
    let label = chosen_label(&input.tool_input, &open.question.text)?;
    let is_offered = open.question.choices.iter().any(|it| it.label == label);
    let next = &open.next;
    if !is_offered {
        let context = format!(
            "The human answered in their own words, which agrees to nothing: take them to heart, \
             and ask again when it is settled.\nNext: {next}"
        );
        return Some(context_for_agent(&context));
    }
    let answered = AnswerEvent::Answered {
        nonce: open.nonce.clone(),
        tool_use_id: input.tool_use_id.clone(),
        label,
    };
    if reviews::append(&folder, answered).is_none() {
        return Some(json!({
            "systemMessage": "Deming could not write your answer down, so it does not count."
        }));
    }
    let about = match open.subject {
        Subject::Consent => "Deming recorded the human's answer about sending.",
        Subject::Decision => "Deming recorded the human's decision.",
    };
    Some(context_for_agent(&format!("{about}\nNext: {next}")))
}

/// The label for exactly our question, when nothing else was asked with it.
fn chosen_label(tool_input: &Value, question: &str) -> Option<String> {
    let questions = tool_input.get("questions")?.as_array()?;
    let [only] = questions.as_slice() else { return None };
    if only.get("question")?.as_str()? != question {
        return None;
    }
    Some(tool_input.get("answers")?.get(question)?.as_str()?.to_owned())
}

fn context_for_agent(text: &str) -> Value {
    json!({
        "hookSpecificOutput": { "hookEventName": "PostToolUse", "additionalContext": text }
    })
}
