//! A secret in what a person typed and an agent wrote, in the real Claude Code:
//! the helper's question has the choices, and its state never has the value.

use std::time::Duration;

use super::{
    refine_secret::{files_with, plan_with, token},
    support::{
        author::{Author, THE_END},
        messages_api::MessagesApi,
        need::{Need, have},
        sample::approval,
        stage::Stage,
    },
};

const SOON: Duration = Duration::from_secs(60);

/// Types the task, chooses, and gives what the reviewer was sent.
#[track_caller]
fn check(seed: u32, choice: &str) -> (String, String) {
    let value = token(seed);
    let stage = Stage::new([approval()]);
    let plan = plan_with(&format!("export GITHUB_TOKEN={value}"));
    let task = format!("List the releases with {value}");
    let whole = format!("{task}\n\n{plan}");
    let mut author = Author {
        slug: "releases",
        first_plan: plan,
        // The task is not known where it holds a secret, so it is asked for.
        revisions: [whole.clone(), whole].into(),
        learnings: "- Keep tokens out of plans".to_owned(),
    };
    let api = MessagesApi::model(move |prompt| author.turn(prompt));
    let claude = stage.claude(&api).mode("default");
    let screen = claude.interactive();
    screen.submit(&format!("/refine-plan-codex {task}"));
    let dialog = screen.wait_for("Enter to select", SOON);
    for part in [
        "SECRET FOUND: github-pat in the plan, line 6, column 24",
        "stands in this chat already: rotate it",
        "Task: List the releases with [REDACTED:github-pat#1]",
        "❯ 1. No, cancel",
        "Redact, but don't log",
        "Send anyway",
    ] {
        assert!(dialog.contains(part), "`{part}`: {dialog}");
    }
    assert_eq!(stage.codex.requests().len(), 0);
    let folders = [stage.state(), stage.sandbox.home().join(".claude/plan-reviews")];
    for folder in folders.iter().filter(|it| it.exists()) {
        assert_eq!(files_with(folder, &value), [] as [String; 0], "before the answer");
    }
    screen.select(choice);
    screen.wait_for(THE_END, SOON);
    for folder in &folders {
        assert_eq!(files_with(folder, &value), [] as [String; 0], "at the end");
    }
    let [log] = &stage.logs()[..] else { panic!("not one log") };
    assert!(log.contains("export GITHUB_TOKEN=[REDACTED:github-pat#1]"), "{log}");
    let [prompt] = &stage.codex.prompts()[..] else { panic!("not one round") };
    (String::from_utf8_lossy(&prompt.body).into_owned(), value)
}

#[test]
fn a_person_redacts_in_the_dialog_and_the_review_goes_on() {
    if !have(&[Need::Claude, Need::Codex, Need::Tmux]) {
        return;
    }
    let (sent, value) = check(60, "Redact and go on");
    assert!(sent.contains("List the releases with [REDACTED:github-pat#1]"), "{sent}");
    assert!(!sent.contains(&value[4..]), "{sent}");
}

#[test]
fn a_person_sends_a_value_anyway_and_the_agent_hands_it_over_again() {
    if !have(&[Need::Claude, Need::Codex, Need::Tmux]) {
        return;
    }
    let (sent, value) = check(61, "Send anyway");
    assert!(sent.contains(&format!("export GITHUB_TOKEN={value}")), "{sent}");
    assert!(sent.contains(&format!("List the releases with {value}")), "{sent}");
}
