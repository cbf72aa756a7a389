//! The real Claude Code against a scripted model: each fact that our hooks and commands build on.
//!
//! Where a newer Claude Code changes one of them, the test of that fact names it.

use std::time::Duration;

use serde_json::{Value, json};

use super::support::{
    claude::Claude,
    hook_plugin::HookPlugin,
    messages_api::{END_OF_SCRIPT, MessagesApi, Turn},
    need::{Need, have},
    prompt::Prompt,
    repo::Repo,
    sandbox::Sandbox,
};

const SOON: Duration = Duration::from_secs(30);
const ALLOWED: &str = "Bash(${CLAUDE_PLUGIN_ROOT}/bin/note:*)";

fn command(name: &str) -> String {
    format!(
        "---\nname: {name}\ndescription: Notes\nallowed-tools: {ALLOWED}\n\
         disable-model-invocation: true\n---\n\
         Helper: ${{CLAUDE_PLUGIN_ROOT}}/bin/note\n\nTask: $ARGUMENTS\n"
    )
}

#[test]
fn headless_claude_runs_the_scripted_tool_and_hands_back_its_result() {
    if !have(&[Need::Claude]) {
        return;
    }
    let sandbox = Sandbox::new();
    let turns = [Turn::text("Adding.").and(Turn::bash("echo $((40 + 2))")), Turn::bash("exit 3")];
    let api = MessagesApi::script(turns);
    let run = Claude::new(&sandbox, &api).arg("--allowedTools").arg("Bash").headless("Add.");
    assert_eq!(run.success().trim(), END_OF_SCRIPT);
    let prompts = api.prompts();
    let results: Vec<_> = prompts.iter().map(|it| (it.tool_result(), it.tool_failed())).collect();
    assert_eq!(
        results,
        [(None, false), (Some("42".to_owned()), false), (Some("Exit code 3".to_owned()), true)]
    );
    assert!(!prompts[0].tool_names().contains(&"AskUserQuestion"));
    assert_eq!(prompts[0].body()["stream"], true);
    assert_eq!(api.n_turns(), 3);
}

#[test]
fn a_typed_command_reaches_the_hook_word_for_word() {
    if !have(&[Need::Claude]) {
        return;
    }
    let sandbox = Sandbox::new();
    let plugin = HookPlugin::new(&sandbox, "notes")
        .hook("UserPromptExpansion", &Value::Null)
        .command("note", &command("note"));
    let task = "Add \"JWT\" to 'my' `app` $(id) $HOME !`id` ${CLAUDE_PLUGIN_ROOT} $0\nDEMING_EOF\n  \\ end";
    let api = MessagesApi::script([]);
    let claude = Claude::new(&sandbox, &api).plugin_dir(plugin.root());
    claude.headless(&format!("/note {task}\n")).success();
    let [call] = &plugin.calls("UserPromptExpansion")[..] else { panic!("not one call") };
    assert_eq!(call["command_name"], "notes:note");
    assert_eq!(call["command_args"], task);
    // What the model reads is not the same text.
    let root = plugin.root().display();
    let read = format!(
        "Helper: {root}/bin/note\n\nTask: Add \"JWT\" to 'my' `app` $(id) $HOME \\! `id` {root} $0\nDEMING_EOF\n  \\ end\n"
    );
    assert!(api.prompts()[0].user_texts().contains(&read), "{:?}", api.prompts()[0].user_texts());
}

#[test]
fn an_installed_command_allows_the_path_that_it_names_and_no_other_spelling() {
    if !have(&[Need::Claude]) {
        return;
    }
    let sandbox = Sandbox::new();
    let plugin = HookPlugin::new(&sandbox, "notes")
        .hook_if("PreToolUse:Bash", Some("Bash(*bin/note*)"), &Value::Null)
        .command("note", &command("note"));
    plugin.script("bin/note", "#!/bin/sh\necho \"noted $*\"\ncat\n");
    let root = plugin.root().display().to_string();
    let others = [
        format!("{root}/bin/../bin/note other"),
        format!("sh -c '{root}/bin/note inner'"),
        "true".to_owned(),
    ];
    let mut calls = others.map(Turn::bash).into_iter();
    // The model uses the path that it reads, whatever slashes a version puts into it.
    let api = MessagesApi::model(move |prompt| {
        let texts = prompt.user_texts();
        let named = texts.iter().find_map(|it| it.strip_prefix("Helper: ")?.lines().next());
        match (prompt.tool_result().as_deref(), named) {
            (None, Some(named)) => Turn::bash(format!("{named} <<'EOT'\n`id` $(id)\nEOT")),
            (Some("noted \n`id` $(id)"), Some(named)) => Turn::bash(format!("'{named}' quoted")),
            _ => calls.next().unwrap_or_else(|| Turn::text(END_OF_SCRIPT)),
        }
    });
    let claude = Claude::new(&sandbox, &api).mode("default");
    claude.run(&["plugin", "validate", "--strict", &root]).success();
    claude.install(&root, "notes@notes");
    assert_eq!(claude.headless("/note it").success().trim(), END_OF_SCRIPT);
    let results: Vec<_> = api.prompts().iter().filter_map(Prompt::tool_result).collect();
    let refused = "This command requires approval";
    assert_eq!(
        results,
        ["noted \n`id` $(id)", "noted quoted", refused, refused, "(Bash completed with no output)"]
    );
    assert_eq!(plugin.calls("PreToolUse:Bash").len(), 4, "the filter leaves other commands alone");
}

#[test]
fn a_hook_allows_what_the_command_itself_no_longer_does() {
    if !have(&[Need::Claude, Need::Tmux]) {
        return;
    }
    let sandbox = Sandbox::new();
    let allow = json!({ "hookSpecificOutput": {
        "hookEventName": "PreToolUse", "permissionDecision": "allow",
    } });
    let shown = json!({ "systemMessage": "HIGH 4 → 1 → 0\n\n2 of 5 rounds" });
    let plugin = HookPlugin::new(&sandbox, "notes")
        .hook("UserPromptSubmit", &Value::Null)
        .hook_if("PreToolUse:Bash", Some("Bash(*note after*)"), &allow)
        .hook_if("PostToolUse:Bash", Some("Bash(*note after*)"), &shown)
        .command("note", &command("note"));
    let note = plugin.script("bin/note", "#!/bin/sh\nsleep \"$2\"\necho \"noted $1\"\n");
    let note = note.display();
    let later = json!({ "command": format!("{note} slowly 1"), "run_in_background": true });
    let api = MessagesApi::script([
        Turn::tool("Bash", later),
        Turn::text("Waiting."),
        Turn::bash(format!("{note} after-notification 0")),
        Turn::text("Notified."),
        Turn::bash(format!("{note} after-message 0")),
        Turn::bash(format!("{note} unheard-of 0")),
    ]);
    let claude = Claude::new(&sandbox, &api).plugin_dir(plugin.root()).mode("default");
    let screen = claude.interactive();
    screen.submit("/note it");
    screen.wait_for("Notified.", SOON);
    screen.submit("Go on.");
    let dialog = screen.wait_for("This command requires approval", SOON);
    assert_eq!(dialog.matches("2 of 5 rounds").count(), 2, "{dialog}");
    assert!(dialog.contains("note unheard-of 0"), "{dialog}");
    let results: Vec<_> = api.prompts().iter().filter_map(Prompt::tool_result).collect();
    assert_eq!(results[1..], ["noted after-notification", "noted after-message"]);
    let prompts: Vec<Value> =
        plugin.calls("UserPromptSubmit").iter().map(|it| it["prompt"].clone()).collect();
    assert_eq!((&prompts[0], &prompts[2]), (&json!("/note it"), &json!("Go on.")));
    assert!(prompts[1].as_str().unwrap().starts_with("<task-notification>"), "{prompts:?}");
}

#[test]
fn a_denial_tells_the_human_and_the_model_in_every_mode() {
    if !have(&[Need::Claude]) {
        return;
    }
    let deny = json!({ "hookSpecificOutput": {
        "hookEventName": "PreToolUse", "permissionDecision": "deny",
        "permissionDecisionReason": "Nothing was sent.\nAsk first.",
    } });
    for mode in ["default", "acceptEdits", "auto", "bypassPermissions"] {
        let sandbox = Sandbox::new();
        let plugin = HookPlugin::new(&sandbox, "notes").hook("PreToolUse:Bash", &deny);
        let api = MessagesApi::script([Turn::bash("touch sent")]);
        let claude = Claude::new(&sandbox, &api).plugin_dir(plugin.root()).mode(mode);
        claude.arg("--allowedTools").arg("Bash").headless("Send it.").success();
        let told = api.prompts()[1].tool_result().unwrap();
        assert!(told.ends_with("Nothing was sent.\nAsk first."), "{mode}: {told}");
        assert!(!sandbox.work().join("sent").exists(), "{mode}");
    }
}

#[test]
fn a_session_hook_speaks_again_after_compact_and_clear() {
    if !have(&[Need::Claude, Need::Tmux]) {
        return;
    }
    let sandbox = Sandbox::new();
    let plugin = HookPlugin::new(&sandbox, "notes").hook(
        "SessionStart",
        &json!({ "hookSpecificOutput": {
            "hookEventName": "SessionStart", "additionalContext": "One review is open.",
        } }),
    );
    let answers = ["One.", "Two.", "Three.", "Four."].map(Turn::text);
    let api = MessagesApi::script(answers);
    let repo = Repo::new(&sandbox, "my-api");
    let claude = Claude::new(&sandbox, &api).folder(repo.path()).plugin_dir(plugin.root());
    let screen = claude.env("CLAUDE_CODE_DISABLE_TERMINAL_TITLE", "1").interactive();
    for (text, answer) in [("First.", "One."), ("Second,\nof two lines.", "Two.")] {
        screen.submit(text);
        screen.wait_for(answer, SOON);
    }
    screen.submit("/compact");
    screen.wait_for("Compacted", SOON);
    screen.submit("Third.");
    screen.wait_for("Three.", SOON);
    screen.submit("/clear");
    screen.submit("Fourth.");
    screen.wait_for("Four.", SOON);
    assert!(!screen.scrollback().contains("Three."), "{}", screen.scrollback());

    let starts = plugin.calls("SessionStart");
    let sources: Vec<&str> = starts.iter().filter_map(|it| it["source"].as_str()).collect();
    assert_eq!(sources, ["startup", "compact", "clear"]);
    assert_eq!(starts[0]["session_id"], starts[1]["session_id"]);
    assert_ne!(starts[1]["session_id"], starts[2]["session_id"]);
    assert_eq!(api.n_turns(), 4, "a compaction is not a turn of the script");
    for it in api.prompts() {
        assert!(it.body()["messages"].to_string().contains("One review is open."));
    }
}
