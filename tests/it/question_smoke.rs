//! The question that only a human answers: what Claude Code lets our hooks do with it.
//!
//! Consent stands on these facts; where a newer Claude Code changes one, its test names it.

use std::time::Duration;

use serde_json::{Value, json};

use super::support::{
    claude::Claude,
    hook_plugin::HookPlugin,
    messages_api::{MessagesApi, Turn},
    need::{Need, have},
    sandbox::Sandbox,
};

const SOON: Duration = Duration::from_secs(30);
const DIALOG: &str = "Enter to select";
const OURS: &str = "This sends 2,345 bytes to OpenAI Codex.\n\n- redacted: 0\n\nSend it?";

fn question(text: &str) -> Value {
    json!({ "questions": [{
        "question": text, "header": "Codex", "multiSelect": false,
        "options": [
            { "label": "No, cancel", "description": "Nothing is sent" },
            { "label": "Yes, proceed", "description": "Up to 5 rounds" },
        ],
    }] })
}

fn ask(text: &str) -> Turn {
    Turn::tool("AskUserQuestion", question(text))
}

/// Its PreToolUse hook puts our question in the place of the model's.
fn replacing(sandbox: &Sandbox) -> HookPlugin {
    HookPlugin::new(sandbox, "notes")
        .hook(
            "PreToolUse:AskUserQuestion",
            &json!({ "hookSpecificOutput": {
                "hookEventName": "PreToolUse", "updatedInput": question(OURS),
            } }),
        )
        .hook(
            "PostToolUse:AskUserQuestion",
            &json!({
                "systemMessage": "HIGH 4 → 1 → 0\n2 of 5 rounds",
                "hookSpecificOutput": {
                    "hookEventName": "PostToolUse", "additionalContext": "Next: go on",
                },
            }),
        )
}

#[test]
fn a_hook_replaces_the_question_and_another_hears_the_answer() {
    if !have(&[Need::Claude, Need::Tmux]) {
        return;
    }
    let sandbox = Sandbox::new();
    let plugin = replacing(&sandbox);
    let api = MessagesApi::script([ask("May I?"), Turn::text("All done.")]);
    let claude = Claude::new(&sandbox, &api).plugin_dir(plugin.root()).mode("default");
    let screen = claude.interactive();
    screen.submit("Ask me.");
    let dialog = screen.wait_for(DIALOG, SOON);
    assert!(!dialog.contains("May I?"), "{dialog}");
    for line in OURS.lines().filter(|it| !it.is_empty()) {
        assert!(dialog.contains(line), "{dialog}");
    }
    assert!(dialog.contains("❯ 1. No, cancel"), "the first option is preselected:\n{dialog}");
    screen.select("Yes, proceed");
    let end = screen.wait_for("All done.", SOON);
    for line in ["HIGH 4 → 1 → 0", "2 of 5 rounds"] {
        assert!(end.contains(line), "{end}");
    }

    let [before] = &plugin.calls("PreToolUse:AskUserQuestion")[..] else { panic!("not one call") };
    assert_eq!(before["tool_input"], question("May I?"));
    let [after] = &plugin.calls("PostToolUse:AskUserQuestion")[..] else { panic!("not one call") };
    assert_eq!(after["tool_use_id"], before["tool_use_id"]);
    let mut answered = question(OURS);
    answered["answers"] = json!({ OURS: "Yes, proceed" });
    answered["annotations"] = json!({});
    assert_eq!((&after["tool_input"], &after["tool_response"]), (&answered, &answered));

    let prompts = api.prompts();
    let told = prompts[1].tool_result().unwrap();
    assert!(told.contains(r#""="Yes, proceed""#), "{told}");
    assert!(prompts[0].system_reminders().iter().all(|it| !it.contains("Next: go on")));
    let reminder = "PostToolUse:AskUserQuestion hook additional context: Next: go on";
    assert!(prompts[1].user_texts().iter().any(|it| it.contains(reminder)), "{prompts:?}");
    assert!(!prompts[1].body().to_string().contains("2 of 5 rounds"), "only the human is shown it");
}

#[test]
fn a_question_left_by_escape_answers_nothing_and_can_be_asked_again() {
    if !have(&[Need::Claude, Need::Tmux]) {
        return;
    }
    let sandbox = Sandbox::new();
    let plugin = replacing(&sandbox)
        .hook("PostToolUseFailure", &Value::Null)
        .hook("PermissionRequest:AskUserQuestion", &Value::Null);
    let mut prefilled = question("Once more?");
    prefilled["answers"] = json!({ OURS: "Yes, proceed", "Once more?": "Yes, proceed" });
    let again = Turn::tool("AskUserQuestion", prefilled);
    let api = MessagesApi::script([ask("May I?"), again, Turn::text("All done.")]);
    let claude = Claude::new(&sandbox, &api).plugin_dir(plugin.root()).mode("bypassPermissions");
    let screen = claude.interactive();
    screen.submit("Ask me.");
    screen.wait_for(DIALOG, SOON);
    screen.press("Escape");
    screen.wait_for("eclined to answer", SOON);
    assert_eq!(plugin.calls("PostToolUse:AskUserQuestion"), [] as [Value; 0]);
    assert_eq!(plugin.calls("PostToolUseFailure"), [] as [Value; 0]);

    screen.submit("Again.");
    let dialog = screen.wait_for(DIALOG, SOON);
    assert!(dialog.contains("Send it?"), "prefilled answers do not skip the question:\n{dialog}");
    screen.press("3");
    screen.type_text("Not today");
    screen.press("Enter");
    screen.wait_for("All done.", SOON);
    let [after] = &plugin.calls("PostToolUse:AskUserQuestion")[..] else { panic!("not one call") };
    assert_eq!(after["tool_response"]["answers"], json!({ OURS: "Not today" }));
    assert_eq!(plugin.calls("PermissionRequest:AskUserQuestion").len(), 2);
}
