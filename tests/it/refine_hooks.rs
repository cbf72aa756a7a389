//! Hooks that do not run, and Claude Code without a person: what cannot carry a
//! yes sends nothing, and says so.

use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use deming_core::review_loop::{NOBODY_TO_ASK, OpenQuestion};
use serde_json::{Value, json};

use super::support::{
    author::{THE_END, ask},
    messages_api::{MessagesApi, Turn},
    need::{Need, have},
    plugin,
    prompt::Prompt,
    puppet::Puppet,
    sample::{TASK, approval, sample_author, sample_replies},
    screen::Screen,
    stage::Stage,
};

const SOON: Duration = Duration::from_secs(120);
const DIALOG: &str = "Enter to select";
const OURS: &str = "This will send your plan to Codex for review.";
const NO_HOOKS: &str = "hooks did not run and the answer does not count";

#[test]
fn without_working_hooks_a_yes_does_not_count() {
    if !have(&[Need::Claude, Need::Codex, Need::Tmux]) {
        return;
    }
    let stage = Stage::new([approval()]);
    let model = Puppet::default();
    let api = model.api();
    let claude = || stage.claude(&api).arg("--allowedTools").arg("Bash").mode("default");

    let off = json!({ "disableAllHooks": true }).to_string();
    let screen = claude().arg("--settings").arg(off).interactive();
    screen.submit(&format!("/refine-plan-codex {TASK}"));
    model.rest(&screen);
    let [id] = &stage.reviews()[..] else { panic!("not one review") };
    let mark = OpenQuestion::mark(id);
    let launcher = stage.root.join("bin/deming");
    let send = Turn::bash(format!("\"{}\" refine send {id}", launcher.display()));
    let yes_does_not_count = |screen: &Screen, what: &str| {
        model.hand([ask(&mark), send.clone()]);
        screen.submit("Go on.");
        let dialog = screen.wait_for(DIALOG, SOON);
        assert!(!dialog.contains(OURS), "{what}: {dialog}");
        screen.select("Yes");
        let told = model.rest(screen);
        assert!(told.contains(NO_HOOKS), "{what}: {told}");
        assert_eq!(stage.codex.requests().len(), 0, "{what}");
    };
    yes_does_not_count(&screen, "switched off");
    drop(screen);

    let hook = plugin::installed(&stage.sandbox).join("deming-hook");
    let whole = fs::read(&hook).unwrap();
    let replace = |bytes: &[u8]| {
        // Not in place: the old one may still run.
        fs::remove_file(&hook).unwrap();
        fs::write(&hook, bytes).unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    };
    stage.change_hooks(|hooks| set_timeouts(hooks, 1));
    replace(b"#!/bin/sh\nexec sleep 20\n");
    let screen = claude().interactive();
    yes_does_not_count(&screen, "hangs");
    drop(screen);

    stage.change_hooks(|hooks| set_timeouts(hooks, 30));
    let screen = claude().interactive();
    for (script, what) in [
        ("kill -SEGV $$", "crashes"),
        ("echo '{\"hookSpecificOutput\": {'", "says nothing that can be read"),
    ] {
        replace(format!("#!/bin/sh\n{script}\n").as_bytes());
        yes_does_not_count(&screen, what);
    }
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o644)).unwrap();
    yes_does_not_count(&screen, "is missing");

    replace(&whole);
    model.hand([ask(&mark)]);
    model.let_go();
    screen.submit("Ask me again.");
    let dialog = screen.wait_for(DIALOG, SOON);
    assert!(dialog.contains(OURS), "{dialog}");
    screen.select("Yes, proceed");
    screen.wait_for(THE_END, SOON);
    assert_eq!(stage.codex.prompts().len(), 1);
}

/// How long Claude Code waits for any of our hooks, in seconds.
fn set_timeouts(hooks: &mut Value, seconds: u32) {
    let events = hooks["hooks"].as_object_mut().unwrap();
    let groups = events.values_mut().flat_map(|it| it.as_array_mut().unwrap());
    for hook in groups.flat_map(|it| it["hooks"].as_array_mut().unwrap()) {
        hook["timeout"] = json!(seconds);
    }
}

/// A session without a screen, with the author who does what the helper says.
#[track_caller]
fn headless(stage: &Stage) -> Vec<String> {
    let mut author = sample_author();
    let api = MessagesApi::model(move |prompt| author.turn(prompt));
    let run = stage.claude(&api).mode("default").headless(&format!("/refine-plan-codex {TASK}"));
    assert_eq!(run.success().trim(), THE_END);
    api.prompts().iter().filter_map(Prompt::tool_result).collect()
}

#[test]
fn without_a_person_nothing_is_sent() {
    if !have(&[Need::Claude, Need::Codex]) {
        return;
    }
    let stage = Stage::new([approval()]);
    let [told] = &headless(&stage)[..] else { panic!("it went on") };
    assert!(told.contains(NOBODY_TO_ASK), "{told}");
    assert!(told.ends_with("To do: say so and stop; there is nothing to run."), "{told}");
    assert_eq!(stage.codex.requests().len(), 0);
    assert_eq!(stage.logs(), [] as [String; 0]);
}

#[test]
fn a_yes_in_advance_carries_a_whole_review_without_a_person() {
    if !have(&[Need::Claude, Need::Codex]) {
        return;
    }
    let stage = Stage::with_standing_consent(sample_replies());
    let told = headless(&stage);
    let last = told.last().unwrap();
    assert!(last.contains("Plan approved after 3 iterations."), "{last}");
    assert_eq!(stage.codex.prompts().len(), 3);
    let [log] = &stage.logs()[..] else { panic!("not one log") };
    for line in [
        "**Iterations:** 3",
        "**Approval:** by rule, with 1 low and 1 nitpick open; Codex did not approve and no person was asked",
        "**Consent:** given in advance in config.yaml",
        "## Review Iteration 3",
        "## Final Plan",
    ] {
        assert!(log.lines().any(|it| it == line), "`{line}` is not in the log:\n{log}");
    }
}
