//! `deming consent`: what was agreed to, what was sent under it, and how it is taken back.

use std::fs;

use serde_json::{Value, json};

use super::support::{codex, fake_clients, finished::Finished, run::Deming, sandbox::Sandbox};

const FILE: &str = "home/.claude/deming/config.yaml";
const PLAN: &str = "Greet\n\n# Plan: Greeting\n\n## Steps\n1. Print it.\n";

fn consent<'a>(sandbox: &'a Sandbox, arguments: &[&str]) -> Deming<'a> {
    Deming::new(sandbox).args(["consent"]).args(arguments.iter().copied())
}

fn json_of(run: Finished) -> Value {
    serde_json::from_str(&run.success()).unwrap()
}

/// A Codex that finds something that blocks, so that the review stays open.
fn sandbox_with_codex() -> Sandbox {
    let sandbox = Sandbox::new();
    let finding = json!({ "level": "high", "text": "No test is named" });
    let reply = json!({ "verdict": "revise", "findings": [finding], "prior": [] });
    fake_clients::codex(&sandbox, &reply);
    codex::log_in(&sandbox);
    sandbox
}

/// Opens a review and lets a person say yes on the terminal; gives its id.
fn send(sandbox: &Sandbox, answer: &str) -> String {
    Deming::new(sandbox).args(["refine", "open"]).stdin(PLAN).output().success();
    let reviews = sandbox.home().join(".claude/deming/reviews");
    let entry = fs::read_dir(reviews).unwrap().next().unwrap().unwrap();
    let id = entry.file_name().into_string().unwrap();
    Deming::new(sandbox)
        .args(["refine", "send", &id])
        .answer("Your choice", answer)
        .output()
        .success();
    id
}

#[test]
fn nothing_is_agreed_to_and_nothing_sent_at_first() {
    let sandbox = Sandbox::new();
    let none = "\
Given in advance, in ~/.claude/deming/config.yaml:

None.

Given for reviews that are open:

None.
";
    consent(&sandbox, &["list"]).stdout(none).run();
    consent(&sandbox, &["list", "--sent"]).stdout("Nothing was sent so far.\n").run();
    consent(&sandbox, &["revoke", "."])
        .stdout("No consent in advance is in force for [ROOT]/work.\n")
        .run();
    consent(&sandbox, &["revoke", "r234567"])
        .status(2)
        .stderr("error: there is no review `r234567`\nhint: run `deming refine list`\n")
        .run();
    assert!(!sandbox.home().join(".claude").exists());
}

#[test]
fn a_yes_is_listed_with_what_was_sent_under_it_until_the_review_ends() {
    let sandbox = sandbox_with_codex();
    let id = send(&sandbox, "3\n");
    let mut list = json_of(consent(&sandbox, &["list", "--json"]).output());
    let given = list["reviews"][0]["given"].take();
    assert!(given.as_str().is_some_and(|it| it.starts_with("20")), "{given}");
    let yes = json!({
        "review": id, "title": "Greeting", "project": "work", "given": null, "by": "terminal",
        "destination": "codex OpenAI", "rounds_left": 4, "revoked": null, "logging": false,
        "attachments": [], "secrets": [],
    });
    assert_eq!(list["reviews"], json!([yes]));

    let record = sandbox.home().join(".claude/deming/sent.jsonl");
    let line: Value = serde_json::from_str(&fs::read_to_string(&record).unwrap()).unwrap();
    let sent = json_of(consent(&sandbox, &["list", "--sent", "--json"]).output());
    let payload = json!({
        "at": line["at"], "review": id, "round": 1, "project": sandbox.work(),
        "destination": "codex OpenAI", "bytes": line["bytes"], "by": "terminal",
        "repair": false,
    });
    assert_eq!(
        sent,
        json!({ "version": 1, "count": 1, "bytes": line["bytes"], "sent": [payload], "diagnostics": [] })
    );
    assert!(PLAN.len() < line["bytes"].as_u64().unwrap().try_into().unwrap());
    let text = fs::read_to_string(&record).unwrap();
    assert!(!text.contains("Greet") && !text.contains("Print"), "no content: {text}");

    let launcher = "\"/p/bin/deming\" refine";
    consent(&sandbox, &["revoke", &id])
        .env("DEMING_LAUNCHER", "/p/bin/deming")
        .stdout(&format!(
            "The yes for the review {id} is taken back: nothing more is sent under it.\n\
             The review stays open and asks before it sends again.\n\n\
             Go on: {launcher} resume {id}\nEnd it: {launcher} cancel {id}\n"
        ))
        .run();
    consent(&sandbox, &["revoke", &id])
        .stdout(&format!("No consent is in force for the review {id}.\n"))
        .run();
    let list = json_of(consent(&sandbox, &["list", "--json"]).output());
    assert_eq!(list["reviews"][0]["rounds_left"], 0);
    assert!(list["reviews"][0]["revoked"].is_string(), "{list}");
    Deming::new(&sandbox).args(["refine", "cancel", &id]).output().success();
    let list = json_of(consent(&sandbox, &["list", "--json"]).output());
    assert_eq!(list["reviews"], json!([]));
    // Nothing of the review is left but the line without content.
    assert_eq!(json_of(consent(&sandbox, &["list", "--sent", "--json"]).output()), sent);
}

#[test]
fn a_no_is_no_consent_and_sends_nothing() {
    let sandbox = sandbox_with_codex();
    let id = send(&sandbox, "1\n");
    let list = json_of(consent(&sandbox, &["list", "--json"]).output());
    assert_eq!(list["reviews"], json!([]));
    consent(&sandbox, &["list", "--sent"]).stdout("Nothing was sent so far.\n").run();
    consent(&sandbox, &["revoke", &id])
        .stdout(&format!("No consent is in force for the review {id}.\n"))
        .run();
}

#[test]
fn a_yes_in_advance_is_taken_back_by_the_lines_that_hold_it() {
    let sandbox = Sandbox::new();
    let work = sandbox.work().display().to_string();
    let text = format!(
        "# project: {work}\nconsent:\n  standing:\n    - project: /nonexistent\n      \
         reviewer: codex\n    - reviewer: codex\n      project: {work}\n      rounds: 2\n"
    );
    sandbox.write(FILE, &text);
    consent(&sandbox, &["list"])
        .stdout(
            "\
Given in advance, in ~/.claude/deming/config.yaml:

| Reviewer | Rounds     | Secrets | Project |
| -------- | ---------- | ------- | --- |
| codex    | 5 a review | block   | /nonexistent |
| codex    | 2 a review | block   | [ROOT]/work |

Given for reviews that are open:

None.
",
        )
        .run();
    consent(&sandbox, &["revoke", "."])
        .status(1)
        .stdout(
            "\
This consent is in force until you remove it from your settings; Deming does not edit them.
Remove these lines of ~/.claude/deming/config.yaml, for example with `deming config edit`:

```text
   6      - reviewer: codex
   7        project: [ROOT]/work
   8        rounds: 2
```
",
        )
        .run();
    assert_eq!(fs::read_to_string(sandbox.root().join(FILE)).unwrap(), text);
    let kept: Vec<&str> = text.lines().take(5).collect();
    sandbox.write(FILE, &(kept.join("\n") + "\n"));
    consent(&sandbox, &["revoke", "."])
        .stdout("No consent in advance is in force for [ROOT]/work.\n")
        .run();
}

#[test]
fn a_line_that_was_cut_off_stays_and_is_named() {
    let sandbox = sandbox_with_codex();
    let record = sandbox.write("home/.claude/deming/sent.jsonl", "{\"version\":1,\"at\":");
    send(&sandbox, "2\n");
    let sent = json_of(consent(&sandbox, &["list", "--sent", "--json"]).output());
    assert_eq!(sent["count"], 1);
    let note = "line 1 of sent.jsonl cannot be read: cut off, changed or of a newer Deming";
    assert_eq!(sent["diagnostics"], json!([note]));
    assert!(fs::read_to_string(record).unwrap().starts_with("{\"version\":1,\"at\":\n{"));
}
