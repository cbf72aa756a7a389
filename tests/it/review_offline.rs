//! The built-in lint: no account, no question, nothing sent, and its own name
//! on everything that it says.

use serde_json::Value;

use super::review_place::{Place, answer};

#[test]
fn the_lint_names_itself_and_approves_nothing() {
    let place = Place::without_codex();
    let offline = || place.review().args(["--reviewer", "offline"]).env("CLAUDECODE", "1");
    offline()
        .stdout(
            "Offline lint (built in, not a review by Codex):\n\n## Findings\nNone.\n\n\
             ## Summary\n0 high, 0 medium, 0 low findings.\n\n\
             The lint found nothing. That is not an approval by a reviewer.\n",
        )
        .run();
    let mut want = answer("minor_only", &[], &[]);
    want["reviewer"] = Value::from("offline");
    offline().args(["--json"]).stdout(&format!("{want}\n")).run();
    place.settings("reviewer: offline\n");
    place.review().args(["--json"]).stdout(&format!("{want}\n")).run();
}

#[test]
fn the_lint_finds_what_stands_in_the_way() {
    let place = Place::without_codex();
    place.plan("# Plan: Greet\n\n1. Change `src/greet.py`.\n2. TODO: decide the rest.\n");
    let run = place.review().args(["--reviewer", "offline", "--json"]).output();
    let got: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (run.code(), &got["verdict"], &got["reviewer"]),
        (Some(1), &"revise".into(), &"offline".into())
    );
    let texts = got["findings"].to_string();
    assert!(texts.contains("TODO") && texts.contains("test"), "{texts}");
}
