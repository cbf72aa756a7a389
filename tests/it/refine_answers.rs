//! What a person answers, and to which question: only a choice in Deming's own
//! question is a yes.

use std::{fs, time::Duration};

use deming_core::review_loop::OpenQuestion;
use serde_json::{Value, json};

use super::support::{
    author::{THE_END, ask},
    messages_api::Turn,
    need::{Need, have},
    puppet::Puppet,
    sample::{TASK, approval},
    screen::Screen,
    stage::Stage,
};

const SOON: Duration = Duration::from_secs(120);
const DIALOG: &str = "Enter to select";
const OURS: &str = "This will send your plan to Codex for review.";
const DENIED: &str = "Nobody agreed to send this plan. Ask the human first";

fn question(text: &str) -> Value {
    json!({
        "question": text, "header": "Review", "multiSelect": false,
        "options": [
            { "label": "No, cancel", "description": "Stop" },
            { "label": "Yes, proceed", "description": "Go on" },
        ],
    })
}

fn ask_all(questions: &[Value]) -> Turn {
    Turn::tool("AskUserQuestion", json!({ "questions": questions }))
}

/// Hands the model a turn and a send, and waits for the question.
#[track_caller]
fn begin(screen: &Screen, model: &Puppet, turn: Turn, send: &Turn) -> String {
    model.hand([turn, send.clone()]);
    screen.submit("Go on.");
    screen.wait_for(DIALOG, SOON)
}

#[track_caller]
fn nothing_was_sent(stage: &Stage, model: &Puppet, screen: &Screen, what: &str) {
    let told = model.rest(screen);
    assert!(told.contains(DENIED), "{what}: {told}");
    assert_eq!(stage.codex.requests().len(), 0, "{what}");
}

#[test]
fn only_a_choice_in_our_own_question_is_a_yes() {
    if !have(&[Need::Claude, Need::Codex, Need::Tmux]) {
        return;
    }
    let stage = Stage::new([approval()]);
    let model = Puppet::default();
    let api = model.api();
    let screen = stage.claude(&api).mode("default").interactive();
    screen.submit(&format!("/refine-plan-codex {TASK}"));
    model.rest(&screen);
    let [id] = &stage.reviews()[..] else { panic!("not one review") };
    let mark = OpenQuestion::mark(id);
    let open = fs::read(stage.review(id).join(OpenQuestion::FILE)).unwrap();
    let open: OpenQuestion = serde_json::from_slice(&open).unwrap();
    let send = Turn::bash(open.next.clone());

    let what = "another question";
    let dialog = begin(&screen, &model, ask_all(&[question("Shall we go on?")]), &send);
    assert!(!dialog.contains(OURS), "{dialog}");
    screen.select("Yes, proceed");
    nothing_was_sent(&stage, &model, &screen, what);

    let what = "our words in a question of its own";
    let dialog = begin(&screen, &model, ask_all(&[question(&open.question.text)]), &send);
    assert!(dialog.contains(OURS), "{dialog}");
    screen.select("Yes, proceed");
    nothing_was_sent(&stage, &model, &screen, what);

    let what = "answers that the model gave, and a question that was left";
    let answers =
        json!({ mark.as_str(): "Yes, proceed", open.question.text.as_str(): "Yes, proceed" });
    let input = json!({ "questions": [question(&mark)], "answers": answers });
    let dialog = begin(&screen, &model, Turn::tool("AskUserQuestion", input), &send);
    assert!(dialog.contains(OURS), "{dialog}");
    screen.press("Escape");
    screen.wait_for("eclined to answer", SOON);
    screen.submit("Go on.");
    nothing_was_sent(&stage, &model, &screen, what);

    let what = "two questions in one, and words of the human's own";
    let two = [question("Which framework?"), question(&mark)];
    let dialog = begin(&screen, &model, ask_all(&two), &send);
    assert!(dialog.contains(OURS) && !dialog.contains("Which framework?"), "{dialog}");
    screen.select("Type something");
    screen.type_text("Only if it is free");
    screen.press("Enter");
    nothing_was_sent(&stage, &model, &screen, what);

    model.hand([ask(&mark)]);
    model.let_go();
    screen.submit("Ask me again.");
    let dialog = screen.wait_for(DIALOG, SOON);
    assert!(dialog.contains(OURS), "{dialog}");
    screen.select("Yes, proceed");
    screen.wait_for(THE_END, SOON);
    assert_eq!(stage.codex.prompts().len(), 1);
}
