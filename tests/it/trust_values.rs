//! Whatever is scanned, no part of a detected value comes out of it again:
//! neither on a screen, nor in a file, nor in what is sent.

use std::fs;

use super::{
    refine_secret::{files_with, key_block, password, plan_with, token},
    review_place::{Place, reply},
    support::{
        finished::Finished,
        need::{Need, have},
        reply::Reply,
        responses_api::ResponsesApi,
        run::Deming,
        sandbox::Sandbox,
    },
};

/// The longest part of a value that may be anywhere, by chance.
const PART: usize = 8;

#[track_caller]
fn check_silent(what: &str, output: &str, values: &[String]) {
    for value in values {
        let leak = value
            .lines()
            .flat_map(|it| it.as_bytes().windows(PART))
            .filter(|it| it.iter().any(u8::is_ascii_digit))
            .find(|part| output.as_bytes().windows(PART).any(|it| it == *part));
        let leak = leak.map(String::from_utf8_lossy);
        assert_eq!(leak, None, "{what}: {output}");
    }
}

fn all_of(finished: &Finished) -> String {
    format!("{}{}", finished.stdout, finished.stderr)
}

/// A plan with one of each, where the lint quotes from it too.
fn leaking(seed: u32) -> (String, Vec<String>) {
    let values = vec![token(seed), password(seed), key_block(seed)];
    let lines = format!(
        "export GITHUB_TOKEN={}\n   The admin password is {}\n   TODO: {}\n   `deploy --token {}`\n{}",
        values[0], values[1], values[0], values[0], values[2]
    );
    (plan_with(&lines), values)
}

#[test]
fn a_scan_shows_no_part_of_what_it_finds() {
    for seed in 30..36 {
        let sandbox = Sandbox::new();
        let (plan, values) = leaking(seed);
        for arguments in [&["scan", "-"][..], &["scan", "-", "--json"]] {
            let finished = Deming::new(&sandbox).args(arguments).stdin(plan.as_str()).output();
            assert_eq!(finished.code(), Some(1), "{finished:?}");
            check_silent("scan", &all_of(&finished), &values);
        }
        assert_eq!(fs::read_dir(sandbox.home()).unwrap().count(), 0);
    }
}

#[test]
fn a_review_shows_and_sends_no_part_of_it() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = ResponsesApi::script((0..8).map(|_| Reply::json(&reply("approve", &[]))));
    let place = Place::new();
    place.reviewer_at(&api.url());
    let (plan, values) = leaking(40);
    place.plan(&plan);
    for arguments in [
        &["--reviewer", "offline"][..],
        &["--reviewer", "offline", "--json"],
        &["--dry-run"],
        &["--json"],
        &[],
    ] {
        let finished = place.review().args(arguments).output();
        check_silent("review", &all_of(&finished), &values);
    }
    assert_eq!(api.requests().len(), 0);
    let said = place.review().args(["--reviewer", "offline"]).output().stderr;
    assert!(said.contains("the plan holds a secret (github-pat, line 6, column 24) and"), "{said}");

    // Redacted on the terminal.
    let finished = place.review().answer("Your choice", "2\n").output();
    assert_eq!(finished.code(), Some(0), "{finished:?}");
    check_silent("review", &all_of(&finished), &values);
    let body = String::from_utf8_lossy(&api.prompts()[0].body).into_owned();
    check_silent("payload", &body, &values);
    assert!(body.contains("export GITHUB_TOKEN=[REDACTED:github-pat#1]"), "{body}");
    // One line for it in the record of what was sent.
    let record = place.sandbox.home().join(".claude/deming/sent.jsonl");
    let record = fs::read_to_string(record).unwrap();
    assert_eq!(record.lines().count(), 1, "{record}");
    assert!(record.contains("\"review\":null") && record.contains("\"consent\":\"terminal\""));

    fs::remove_file(place.project().join("plan.md")).unwrap();
    for value in &values {
        assert_eq!(files_with(place.sandbox.root(), value), [] as [String; 0]);
    }
}

#[test]
fn a_value_that_is_sent_anyway_is_hidden_in_what_comes_back() {
    if !have(&[Need::Codex]) {
        return;
    }
    let value = token(50);
    let echo = [("high", format!("The token {value} stands in the plan"))];
    let echo: Vec<(&str, &str)> = echo.iter().map(|it| (it.0, it.1.as_str())).collect();
    let unreadable = Reply::text(format!("Hm, {value}."));
    let api = ResponsesApi::script([unreadable, Reply::json(&reply("revise", &echo))]);
    let place = Place::new();
    place.reviewer_at(&api.url());
    place.plan(plan_with(&value));
    let finished = place.review().answer("Your choice", "3\n").output();
    assert_eq!(finished.code(), Some(1), "{finished:?}");
    assert!(finished.stdout.contains("The token [REDACTED:github-pat#1] stands"), "{finished:?}");
    check_silent("review", &all_of(&finished), std::slice::from_ref(&value));
    assert!(String::from_utf8_lossy(&api.prompts()[0].body).contains(&value));
    // The request to restate the reply went out as well.
    let record = place.sandbox.home().join(".claude/deming/sent.jsonl");
    let record = fs::read_to_string(record).unwrap();
    let repairs: Vec<bool> = record.lines().map(|it| it.contains("\"repair\":true")).collect();
    assert_eq!(repairs, [false, true]);
    // It says that a value went out as it is, and which, without the value.
    let label = "\"as_they_are\":[\"[REDACTED:github-pat#1]\"]";
    let as_they_are: Vec<bool> = record.lines().map(|it| it.contains(label)).collect();
    assert_eq!(as_they_are, [true, false], "{record}");
    fs::remove_file(place.project().join("plan.md")).unwrap();
    assert_eq!(files_with(place.sandbox.root(), &value), [] as [String; 0]);
}

#[test]
fn a_single_review_takes_files_after_a_yes_for_them_alone() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = ResponsesApi::script((0..2).map(|_| Reply::json(&reply("approve", &[]))));
    let place = Place::new();
    // A yes in advance holds for plans alone.
    place.agreed_at(&api.url());
    let value = token(70);
    fs::write(place.project().join("notes.txt"), format!("use {value}\n")).unwrap();
    let attach = ["--attach", "notes.txt", "--attach", "notes.txt"];
    assert_eq!(place.review().args(attach).output().code(), Some(5));
    assert_eq!(place.review().args(&attach[..2]).output().code(), Some(2));
    assert_eq!(api.requests().len(), 0);
    let finished = place.review().args(attach).answer("Your choice", "2\n").output();
    assert_eq!(finished.code(), Some(0), "{finished:?}");
    let body = api.prompts()[0].json();
    let prompt = body["input"][1]["content"][0]["text"].as_str().unwrap();
    let file =
        "Attached file `notes.txt`:\n==== FILE\nuse [REDACTED:github-pat#1]\n==== END FILE\n";
    assert!(prompt.contains(file), "{prompt}");
    check_silent("payload", prompt, std::slice::from_ref(&value));
}
