//! `/refine-plan-codex` as a person types it: the real Claude Code on a screen,
//! the real Codex CLI, both against loopback servers.

use std::{fs, time::Duration};

use super::support::{
    author::THE_END,
    messages_api::MessagesApi,
    need::{Need, have},
    normal::normalise,
    sample::{SAMPLE_LOG, TASK, sample_author, sample_replies},
    stage::Stage,
};

const SOON: Duration = Duration::from_secs(120);

#[test]
fn the_sample_session_is_typed_answered_and_logged() {
    if !have(&[Need::Claude, Need::Codex, Need::Tmux]) {
        return;
    }
    let stage = Stage::new(sample_replies());
    let mut author = sample_author();
    let api = MessagesApi::model(move |prompt| author.turn(prompt));
    let screen = stage.claude(&api).mode("default").interactive();
    screen.submit(&format!("/refine-plan-codex {TASK}"));

    let dialog = screen.wait_for("Enter to select", SOON);
    assert!(dialog.contains("This will send your plan to Codex for review."), "{dialog}");
    assert!(dialog.contains("❯ 1. No, cancel"), "{dialog}");
    assert_eq!(stage.codex.prompts().len(), 0, "nothing goes out before the yes");
    let mut shown = dialog;
    screen.select("Yes, proceed");

    let dialog = screen.wait_for("1. No, accept plan", SOON);
    assert!(dialog.contains("Only minor findings remain. Continue refining?"), "{dialog}");
    shown.push_str(&dialog);
    screen.select("No, accept plan");
    screen.wait_for(THE_END, SOON);

    shown.push_str(&screen.scrollback());
    for line in [
        "Creating initial plan for \"Add JWT authentication to my FastAPI backend\"...",
        "Sending to Codex for review (iteration 1/5)...",
        "1 high, 2 medium, 1 low findings.",
        "0 high, 1 medium, 1 low, 1 nitpick findings.",
        "0 high, 0 medium, 1 low, 1 nitpick findings.",
        "Plan approved after 3 iterations.",
        "Ready to implement!",
    ] {
        assert!(shown.contains(line), "`{line}` is not on the screen:\n{shown}");
    }
    assert_eq!(stage.codex.prompts().len(), 3);
    eprintln!("model turns for three iterations: {}", api.n_turns());

    let logs = fs::read_dir(stage.sandbox.home().join(".claude/plan-reviews/my-api")).unwrap();
    let names: Vec<String> =
        logs.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.iter().map(|it| normalise(it)).collect::<Vec<_>>(), ["[DATE]-jwt-auth.md"]);
    assert_eq!(stage.normal_log(), SAMPLE_LOG, "\n{}", stage.logs()[0]);
}
