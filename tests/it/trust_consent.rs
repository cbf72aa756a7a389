//! A yes that was taken back, and one for somewhere else: nothing more goes out,
//! and the person is asked again.

use std::{fs, thread, time::Duration};

use super::support::{
    need::{Need, have},
    reply::Reply,
    responses_api::ResponsesApi,
    run::Deming,
    sample::{PLAN, approval, finding, prior, reply, sample_replies, sample_revisions},
    steps::Steps,
};

const NEEDED: &str = "Consent is needed before anything is sent.";

#[track_caller]
fn revoke(steps: &Steps, id: &str) -> String {
    let revoke = Deming::new(&steps.sandbox).args(["consent", "revoke", id]);
    revoke.folder(&steps.folder).output().success()
}

#[test]
fn a_yes_that_was_taken_back_between_rounds_is_asked_for_again() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new(sample_replies());
    let id = steps.open_and_agree(PLAN);
    steps.say(&format!("send {id}"), "");
    let said = revoke(&steps, &id);
    assert!(said.starts_with(&format!("The yes for the review {id} is taken back")), "{said}");
    let said = steps.say(&format!("revise {id}"), &sample_revisions()[0]);
    assert!(said.contains(NEEDED), "{said}");
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains(NEEDED), "{said}");
    assert_eq!(steps.api.prompts().len(), 1);
    steps.answer(&id, "Yes, proceed");
    steps.say(&format!("send {id}"), "");
    assert_eq!(steps.api.prompts().len(), 2);
}

#[test]
fn an_answer_that_is_on_its_way_does_not_outlive_the_yes() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new([approval()]);
    let id = steps.open_and_agree(PLAN);
    // The hook wrote the answer down, and no command has taken it yet.
    revoke(&steps, &id);
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains(NEEDED), "{said}");
    assert_eq!(steps.api.prompts().len(), 0);
}

#[test]
fn a_round_under_way_is_stopped_by_taking_the_yes_back() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new([Reply::after(40, approval()), approval()]);
    let id = steps.open_and_agree(PLAN);
    let said = steps.say(&format!("send {id} --wait 0"), "");
    assert!(said.contains("is still reviewing"), "{said}");
    for _ in 0..500 {
        if !steps.api.prompts().is_empty() {
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    let said = revoke(&steps, &id);
    assert!(said.contains("The round under way is stopped"), "{said}");
    let said = steps.say(&format!("wait {id} --wait 30"), "");
    assert!(said.contains("The yes for it was taken back."), "{said}");
    let said = steps.say(&format!("send {id}"), "");
    assert!(!said.contains("Approved"), "{said}");
    assert_eq!(steps.api.prompts().len(), 1);
    steps.answer(&id, "Yes, proceed");
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains("Approved by the reviewer."), "{said}");
}

#[test]
fn another_destination_is_another_question() {
    if !have(&[Need::Codex]) {
        return;
    }
    let high = finding("high", "No roll-back");
    let steps = Steps::new([reply("revise", &[high], &[])]);
    let id = steps.open_and_agree(PLAN);
    steps.say(&format!("send {id}"), "");
    let revision = format!("F1 fixed: it has one\n\n{}", PLAN.replace("## Steps", "## All steps"));
    steps.say(&format!("revise {id}"), &revision);
    let elsewhere = ResponsesApi::script([reply("approve", &[], &[prior("F1", "fixed")])]);
    let file = steps.state().join("config.yaml");
    let settings = fs::read_to_string(&file).unwrap();
    fs::write(&file, settings.replace(&steps.api.url(), &elsewhere.url())).unwrap();
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains(NEEDED), "{said}");
    assert_eq!(elsewhere.prompts().len(), 0);
    let asked = fs::read_to_string(steps.review(&id).join("question.json")).unwrap();
    assert!(asked.contains(&elsewhere.url()), "{asked}");
    steps.answer(&id, "Yes, proceed");
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains("Approved by the reviewer."), "{said}");
    assert_eq!((steps.api.prompts().len(), elsewhere.prompts().len()), (1, 1));
}
