//! What a step says: true in every phase, short enough for a chat, and with the
//! command that goes on.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::Value;

use super::support::{
    need::{Need, have},
    reply::Reply,
    run::Deming,
    sample::{PLAN, approval, finding, prior, reply},
    steps::{Steps, id_in},
};

/// A person who agreed in advance, as the settings say it.
fn agree_in_advance(steps: &Steps, more: &str) {
    let file = steps.state().join("config.yaml");
    let settings = fs::read_to_string(&file).unwrap();
    let project = steps.folder.display();
    let standing = format!("{{ project: {project}, reviewer: codex{more} }}");
    fs::write(&file, format!("{settings}consent: {{ standing: [ {standing} ] }}\n")).unwrap();
}

/// As an agent without a person calls us.
fn headless<'a>(steps: &'a Steps, line: &str, input: &str) -> Deming<'a> {
    let command = steps.command(line, input).env("CLAUDECODE", "1");
    command.env("CLAUDE_CODE_ENTRYPOINT", "sdk-cli")
}

#[test]
fn a_consent_in_advance_does_not_renew_itself_while_codex_fails() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new(std::iter::repeat_n(Reply::Refusal, 20));
    agree_in_advance(&steps, "");
    let said = steps.say("open", &format!("Add JWT\n\n{PLAN}"));
    assert!(said.contains("Agreed to in advance."), "{said}");
    let id = id_in(&said);
    for _ in 0..4 {
        let said = steps.say(&format!("send {id}"), "");
        assert!(said.contains("The round failed, so the plan is neither approved"), "{said}");
        assert!(said.contains("What to do: "), "{said}");
    }
    let n_sent = steps.api.prompts().len();
    let said = headless(&steps, &format!("send {id}"), "").output().success();
    for it in ["The round failed", "The tries that were agreed to are used up.", "used up for this"]
    {
        assert!(said.contains(it), "`{it}`: {said}");
    }
    assert!(said.contains("say so and stop"), "{said}");
    assert!(!said.contains("Next: "), "{said}");
    assert_eq!(steps.api.prompts().len(), n_sent);
}

#[test]
fn where_nobody_can_be_asked_what_is_missing_is_said() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new([reply("revise", &[finding("high", "No tests")], &[])]);
    agree_in_advance(&steps, ", rounds: 1");
    let token = format!("ghp_{}", "a1B2c3D4e5F6".repeat(3));
    let plan = format!("{PLAN}\nThe token is {token}.\n");
    let said = headless(&steps, "open", &format!("Add JWT\n\n{plan}")).output().success();
    for it in ["stops at a secret", "`secrets: redact`", "deming scan"] {
        assert!(said.contains(it), "`{it}`: {said}");
    }
    assert!(!said.contains("or agree in advance"), "{said}");
    assert_eq!(steps.api.prompts().len(), 0);
    // With the rounds used up it is not the consent that is missing.
    let said = headless(&steps, "open", &format!("Add JWT\n\n{PLAN}")).output().success();
    let id = said.split("refine send ").nth(1).unwrap().trim();
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains("rounds are used, and the plan is not approved"), "{said}");
    let said = headless(&steps, &format!("resume {id}"), "").output().success();
    for it in ["A person has to decide this", "Nothing more is sent", "say so and stop"] {
        assert!(said.contains(it), "`{it}`: {said}");
    }
    assert!(!said.contains("Nothing was sent"), "{said}");
}

#[test]
fn without_a_folder_for_logs_the_findings_are_shown_all_the_same() {
    if !have(&[Need::Codex]) {
        return;
    }
    let fixed = reply("approve", &[], &[prior("F1", "fixed")]);
    let steps = Steps::new([reply("revise", &[finding("high", "No tests")], &[]), fixed]);
    fs::write(steps.sandbox.home().join(".claude/plan-reviews"), "a file").unwrap();
    let id = steps.open_and_agree(PLAN);
    let said = steps.say(&format!("send {id}"), "");
    for it in ["- [HIGH] No tests (F1)", "Note: no log is written: cannot ", "refine revise"] {
        assert!(said.contains(it), "`{it}`: {said}");
    }
    let revision = format!("F1 fixed: tests\n\n{}", PLAN.replace("## Tests", "## Tests\nMore."));
    assert!(steps.say(&format!("revise {id}"), &revision).contains("Plan v2 is recorded."));
    steps.say(&format!("send {id}"), "");
    let said = steps.say(&format!("accept {id}"), "");
    assert!(said.contains("Its log cannot be written: cannot "), "{said}");
    assert!(said.contains(&format!("refine resume {id}")), "{said}");
    fs::remove_file(steps.sandbox.home().join(".claude/plan-reviews")).unwrap();
    let said = steps.say(&format!("resume {id}"), "");
    assert!(said.contains("Documentation saved to: "), "{said}");
}

#[test]
fn a_long_reply_and_a_long_plan_fit_into_a_chat() {
    if !have(&[Need::Codex]) {
        return;
    }
    let long = |it: usize| format!("Finding {it}: {}", "many words ".repeat(400));
    let mut findings: Vec<_> = (0..12).map(|it| finding("low", &long(it))).collect();
    findings.push(finding("high", "The one that matters"));
    let fixed: Vec<_> = (1..14).map(|it| prior(&format!("F{it}"), "fixed")).collect();
    let steps = Steps::new([reply("revise", &findings, &[]), reply("approve", &[], &fixed)]);
    let plan = format!("{PLAN}\n## Notes\n{}", "- A line of the plan\n".repeat(4_000));
    let id = steps.open_and_agree(&plan);
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.len() < 20_000, "{}", said.len());
    for it in [
        "## Findings\n- [HIGH] The one that matters (F13)\n",
        "1 high, 0 medium, 12 low findings.",
        "Not shown here: F",
        &format!("refine show {id}"),
        "HIGH 1 · 1 of 5 rounds",
        "Next: ",
    ] {
        assert!(said.contains(it), "`{it}`: {said}");
    }
    let status = steps.say(&format!("status {id}"), "");
    assert!(
        status.contains("- F13 [HIGH] The one that matters\n- F1 [LOW] Finding 0: many"),
        "{status}"
    );
    let revision = format!("F13 fixed: so\n\n{plan}- And more\n");
    steps.say(&format!("revise {id}"), &revision);
    steps.say(&format!("send {id}"), "");
    let said = steps.say(&format!("accept {id}"), "- One");
    assert!(said.len() < 16_000, "{}", said.len());
    assert!(said.contains("bytes are not shown here; all of it: "), "{said}");
    assert!(said.ends_with("Ready to implement!\n"), "{said}");
    assert!(fs::read_to_string(&steps.logs()[0]).unwrap().contains("- And more"));
}

#[test]
fn every_reason_against_a_revision_is_given_at_once() {
    if !have(&[Need::Codex]) {
        return;
    }
    let findings = [finding("high", "No tests"), finding("medium", "No roll-back")];
    let steps = Steps::new([reply("revise", &findings, &[])]);
    let id = steps.open_and_agree(PLAN);
    steps.say(&format!("send {id}"), "");
    let input =
        "## Answers\nF1 maybe: x\nF9 fixed: y\n\n# Plan: JWT\n\n[Previous sections plus...]\n";
    let said = steps.say(&format!("revise {id}"), input);
    for it in [
        "Not taken, and nothing was changed, for 5 reasons:",
        "- the line on F1 is not an answer: `F1 maybe: x`",
        "- there is no finding F9",
        "- not answered: F1 [HIGH], F2 [MEDIUM]",
        "- the plan leaves out its own text: ",
        "- the plan lost ",
    ] {
        assert!(said.contains(it), "`{it}`: {said}");
    }
    assert!(!said.contains("`deming refine"), "hints name the launcher: {said}");
}

#[test]
fn a_round_whose_process_died_is_not_under_review() {
    if !have(&[Need::Codex]) {
        return;
    }
    let mut steps = Steps::new([approval()]);
    let id = steps.open_and_agree(PLAN);
    steps.set("DEMING_ABORT_AFTER", "round_started");
    steps.run(&format!("send {id}"), "");
    steps.unset("DEMING_ABORT_AFTER");
    // The line is taken back, as if nobody had looked since.
    let journal = steps.review(&id).join("journal.jsonl");
    let text = fs::read_to_string(&journal).unwrap();
    let kept: Vec<&str> = text.lines().filter(|it| !it.contains("\"round_ended\"")).collect();
    fs::write(&journal, kept.join("\n") + "\n").unwrap();
    let said = steps.say(&format!("status {id}"), "");
    assert!(said.contains("(plan v1, interrupted)"), "{said}");
    assert!(said.contains("was interrupted before its reply came."), "{said}");
    assert!(!said.contains("under review"), "{said}");
}

#[test]
fn an_agent_with_a_wrong_id_is_told_how_to_go_on() {
    let steps = Steps::new([]);
    let finished = steps.command("send ../x", "").env("CLAUDECODE", "1").output();
    assert_eq!(finished.code(), Some(2), "{finished:?}");
    assert!(
        finished.stdout.starts_with("Next: \"") && finished.stdout.ends_with("\" refine status\n")
    );
    assert!(finished.stderr.contains("hint: run `\""), "{finished:?}");
}

#[test]
fn lists_and_logs_are_json_as_well() {
    let steps = Steps::new([]);
    let plan = format!("{PLAN}\n## Notes\nTODO: choose a library\n");
    let id = id_in(&steps.say("open --reviewer offline", &format!("Add JWT\n\n{plan}")));
    steps.say(&format!("send {id}"), "");
    let json = |line: &str| -> Value { serde_json::from_str(&steps.say(line, "")).unwrap() };
    let listed = json("list --json");
    assert_eq!((&listed["version"], &listed["reviews"][0]["id"]), (&1.into(), &id.as_str().into()));
    let status = json("status --json");
    let review = &status["reviews"][0];
    assert_eq!(review["state"], "revising");
    assert_eq!(review["findings"][0]["id"], "F1");
    assert!(review["due"]["next"].as_str().unwrap().contains(&format!("refine revise {id}")));
    let shown = json(&format!("show {id} --json"));
    let log = steps.say(&format!("show {id}"), "");
    assert_eq!(shown["log"].as_str().unwrap().trim_end(), log.trim_end());
}

#[test]
fn an_agent_that_cancels_is_written_down_as_such() {
    let steps = Steps::new([]);
    let id = id_in(&steps.say("open --reviewer offline", &format!("Add JWT\n\n{PLAN}")));
    steps.command(&format!("cancel {id}"), "").env("CLAUDECODE", "1").output().success();
    let journal = fs::read_to_string(steps.review(&id).join("journal.jsonl")).unwrap();
    assert!(journal.contains("\"event\":\"cancelled\",\"by\":\"agent\""), "{journal}");
    let said = steps.say(&format!("cancel {id}"), "");
    assert!(said.starts_with("Nothing was cancelled, the review was over already."), "{said}");
}

#[test]
fn settings_that_others_can_write_hold_no_consent() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new([]);
    agree_in_advance(&steps, "");
    let file = steps.state().join("config.yaml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    let said = steps.say("open", &format!("Add JWT\n\n{PLAN}"));
    assert!(said.contains("Consent is needed before anything is sent."), "{said}");
    assert!(said.contains("others can write consents into it (0666)"), "{said}");
}
