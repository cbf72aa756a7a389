//! Puts the helper's question in the place of the agent's, so that the person
//! reads what is true and not what the agent wrote.

use deming_core::review_loop::{AnswerEvent, OpenQuestion};
use serde_json::{Value, json};

use crate::input::{HookInput, is_name};
use crate::reviews;

/// The answer to PreToolUse of AskUserQuestion.
pub(crate) fn replace(input: &HookInput) -> Option<Value> {
    let id = marked_review(&input.tool_input)?;
    let folder = reviews::folder(&id)?;
    let open = reviews::open_question(&folder)?;
    if !is_name(&input.tool_use_id) {
        return None;
    }
    // Without this record the answer will not count, so a failure shows the
    // agent's own question and nothing is agreed to.
    let shown =
        AnswerEvent::Shown { nonce: open.nonce.clone(), tool_use_id: input.tool_use_id.clone() };
    reviews::append(&folder, shown)?;
    reviews::state()?.folder("asked").replace(&input.tool_use_id, id.as_bytes()).ok()?;
    Some(json!({
        "hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "updatedInput": { "questions": [dialog(&open)] },
        }
    }))
}

fn dialog(open: &OpenQuestion) -> Value {
    let options = open.question.choices.iter();
    json!({
        "question": open.question.text,
        "header": open.question.header,
        "multiSelect": false,
        "options": options
            .map(|it| json!({ "label": it.label, "description": it.description }))
            .collect::<Vec<_>>(),
    })
}

/// The review that the agent's question is marked with, as in `Deming r4f2abc`.
fn marked_review(tool_input: &Value) -> Option<String> {
    let questions = tool_input.get("questions")?.as_array()?;
    let texts = questions.iter().filter_map(|it| it.get("question").and_then(Value::as_str));
    texts.filter_map(|text| text.split_once("Deming ")).find_map(|(_, rest)| {
        let id: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        reviews::folder(&id).map(|_| id)
    })
}
