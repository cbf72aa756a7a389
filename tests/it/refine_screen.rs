//! `/refine-plan-codex` as a person types it: the real Claude Code on a screen,
//! the real Codex CLI, both against loopback servers.

use std::{fs, time::Duration};

use super::support::{
    author::THE_END,
    claude::Claude,
    codex,
    messages_api::MessagesApi,
    need::{Need, have},
    normal::normalise,
    plugin,
    repo::Repo,
    responses_api::ResponsesApi,
    sample::{TASK, sample_author, sample_replies},
    sandbox::Sandbox,
};

const SOON: Duration = Duration::from_secs(60);

#[test]
fn the_sample_session_is_typed_answered_and_logged() {
    if !have(&[Need::Claude, Need::Codex, Need::Tmux]) {
        return;
    }
    let sandbox = Sandbox::new();
    let mut repo = Repo::new(&sandbox, "my-api");
    repo.write("main.py", "app = None\n");
    repo.commit("Start");
    repo.git(&["checkout", "-q", "-b", "feature/auth"]);
    let root = plugin::set_up(&sandbox);
    codex::put_on_path(&sandbox);
    let codex_api = ResponsesApi::script(sample_replies());
    plugin::configure(&sandbox, &codex_api, None);
    let mut author = sample_author();
    let api = MessagesApi::model(move |prompt| author.turn(prompt));
    let claude = Claude::new(&sandbox, &api)
        .folder(repo.path())
        .plugin_dir(&root)
        .env(plugin::KEY, "loopback")
        .mode("default");
    let screen = claude.interactive();
    screen.submit(&format!("/refine-plan-codex {TASK}"));

    let dialog = screen.wait_for("Enter to select", SOON);
    assert!(dialog.contains("This will send your plan to Codex for review."), "{dialog}");
    assert!(dialog.contains("❯ 1. No, cancel"), "{dialog}");
    assert_eq!(codex_api.prompts().len(), 0, "nothing goes out before the yes");
    screen.select("Yes, proceed");

    let dialog = screen.wait_for("1. No, accept plan", SOON);
    assert!(dialog.contains("Only minor findings remain. Continue refining?"), "{dialog}");
    screen.select("No, accept plan");
    screen.wait_for(THE_END, SOON);

    let shown = screen.scrollback();
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
    assert_eq!(codex_api.prompts().len(), 3);
    eprintln!("model turns for three iterations: {}", api.n_turns());

    let logs = sandbox.home().join(".claude/plan-reviews/my-api");
    let [log] = &fs::read_dir(&logs).unwrap().map(|it| it.unwrap().path()).collect::<Vec<_>>()[..]
    else {
        panic!("not one log")
    };
    assert!(log.to_string_lossy().ends_with("-jwt-auth.md"), "{}", log.display());
    let text = fs::read_to_string(log).unwrap();
    let golden = include_str!("../fixtures/sample-review/log.md");
    let text = text.replace(&codex_api.url(), "[ADDRESS]").replace(&review_id(&text), "[ID]");
    assert_eq!(normalise(&text), golden, "\n{text}");
}

/// The review's id, by its line in the log.
fn review_id(log: &str) -> String {
    let line = log.lines().find_map(|it| it.strip_prefix("**Review:** "));
    line.expect("the log names its review").to_owned()
}
