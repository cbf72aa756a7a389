//! What a person types on their own terminal, and what a script without one is
//! told: only the number of a choice decides anything.

use super::support::{
    need::{Need, have},
    sample::{PLAN, approval, finding, reply},
    steps::Steps,
};

#[test]
fn a_typo_neither_cancels_nor_sends() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new([approval()]);
    let id = steps.open(PLAN);
    let send = || steps.command(&format!("send {id}"), "");
    // Left after too many tries, and by the end of input: the question stays open.
    for typed in [&["yes\n", "\n", "no\n", "4\n"][..], &["\u{4}"]] {
        let run = typed.iter().fold(send(), |it, typed| it.answer("Your choice", typed));
        let said = run.output().success();
        assert!(said.contains("Consent is needed before anything is sent."), "{said}");
        assert_eq!(steps.api.prompts().len(), 0);
    }
    let run = send().answer("", "2\n2\n").answer("Your choice", "yes\n");
    let said = run.answer("Your choice", "2\n").output().success();
    assert!(said.contains("Approved by the reviewer."), "{said}");
    assert_eq!(steps.api.prompts().len(), 1);
}

#[test]
fn a_typo_accepts_no_plan() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new([reply("revise", &[finding("low", "Name the file")], &[])]);
    let id = steps.open_and_agree(PLAN);
    steps.say(&format!("send {id}"), "");
    let resume = || steps.command(&format!("resume {id}"), "");
    let run = resume().answer("Your choice", "yes\n").answer("Your choice", "\n");
    let said = run.answer("Your choice", "\u{4}").output().success();
    assert!(said.contains("Only minor findings remain. Continue refining?"), "{said}");
    let said = resume().answer("Your choice", "1\n").output().success();
    assert!(said.contains("The human accepts the plan."), "{said}");
}

#[test]
fn a_script_is_told_the_two_ways_out() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new([]);
    let id = steps.open(PLAN);
    let said = steps.say(&format!("send {id}"), "");
    for it in [
        "There is no terminal to ask on here.",
        "What to do: run the command below in a terminal",
        "What to do: or agree in advance: `consent: { standing: [ … ] }` in your config.yaml",
    ] {
        assert!(said.contains(it), "{said}");
    }
}
