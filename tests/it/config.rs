//! `deming config`: settings shown, checked, and edited by a person at a terminal.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::{Value, json};

use super::support::{codex::fake_key, fake_clients, run::Deming, sandbox::Sandbox};

const FILE: &str = "home/.claude/deming/config.yaml";

fn config<'a>(sandbox: &'a Sandbox, step: &str) -> Deming<'a> {
    Deming::new(sandbox).args(["config", step])
}

#[test]
fn without_a_file_the_defaults_are_shown() {
    let sandbox = Sandbox::new();
    config(&sandbox, "show")
        .stdout(
            "\
Your settings: ~/.claude/deming/config.yaml (not there, so the defaults)

| Setting                      | From    | Value |
| ---------------------------- | ------- | --- |
| reviewer                     | default | codex |
| rounds.max                   | default | 5 |
| rounds.minutes               | default | 10 |
| rounds.tokens                | default | 1000000 |
| reviewers.codex.config       | default | isolated |
| reviewers.codex.model        | default | not set |
| reviewers.codex.effort       | default | not set |
| reviewers.codex.base_url     | default | not set |
| reviewers.codex.api_key_env  | default | not set |
| reviewers.openai.base_url    | default | not set |
| reviewers.openai.api         | default | responses |
| reviewers.openai.api_key_env | default | not set |
| reviewers.openai.model       | default | not set |
| consent.standing             | default | none |
| metrics.classes              | default | none |
| metrics.targets              | default | not set |
| sessions.logs                | default | not set |
| lessons.projects             | default | none |
| focus                        | default | none |
",
        )
        .run();
}

#[test]
fn every_value_says_where_it_comes_from() {
    let sandbox = Sandbox::new();
    sandbox.write(FILE, "rounds: { max: 3 }\nreviewers: { codex: { effort: high } }\n");
    sandbox.write("work/.deming.yaml", "focus: [money is in cents]\n");
    let shown = config(&sandbox, "show").args(["--json"]).output().success();
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let set = |key: &str| {
        let all = shown["settings"].as_array().unwrap();
        all.iter().find(|it| it["key"] == key).unwrap().clone()
    };
    assert_eq!(shown["file"], "~/.claude/deming/config.yaml");
    assert_eq!(shown["exists"], true);
    for (key, value, from) in [
        ("rounds.max", json!(3), "person"),
        ("rounds.minutes", json!(10), "default"),
        ("reviewers.codex.effort", json!("high"), "person"),
        ("focus", json!(["money is in cents"]), "project"),
    ] {
        assert_eq!(set(key), json!({ "key": key, "value": value, "from": from }));
    }
}

#[test]
fn a_key_in_the_file_is_doubted_and_never_shown() {
    let sandbox = Sandbox::new();
    let key = fake_key();
    let openai = format!("reviewers:\n  openai: {{ api_key_env: {key} }}\n");
    sandbox.write(FILE, &format!("{openai}  codex: {{ base_url: 'https://a:{key}@b.example' }}\n"));
    for step in ["show", "check"] {
        let run = config(&sandbox, step).output();
        assert!(!run.stdout.contains(&key[..12]) && run.stderr.is_empty(), "{step}: {run:?}");
        assert!(run.stdout.contains("api_key_env"), "{step}: {run:?}");
    }
}

#[test]
fn settings_that_can_be_used_are_put_into_words() {
    let sandbox = Sandbox::new();
    let project = sandbox.work().display().to_string();
    sandbox.write(
        FILE,
        &format!(
            "consent: {{ standing: [ {{ project: {project}, reviewer: codex, rounds: 2 }} ] }}\n"
        ),
    );
    fs::set_permissions(sandbox.root().join(FILE), fs::Permissions::from_mode(0o600)).unwrap();
    config(&sandbox, "check")
        .stdout(
            "\
All of ~/.claude/deming/config.yaml can be used.

What the settings mean:

- plans go to Codex, unless a command says otherwise
- a review takes at most 5 rounds of at most 10 minutes, and asks you again after 1,000,000 tokens
- plans in [ROOT]/work go to codex without a question, up to 2 rounds a review; a secret stops them
",
        )
        .run();
}

#[test]
fn what_does_not_do_what_it_seems_to_is_a_problem() {
    let sandbox = Sandbox::new();
    let text = "\
reviewer: offline
reviewers:
  codex: { config: inherit, base_url: 'http://gateway.example/v1', api_key_env: not-a-name }
  openai: { base_url: gateway.example }
consent:
  standing:
    - { project: relative, reviewer: codex }
    - { project: /nonexistent, reviewer: offline, rounds: 0 }
    - { project: relative, reviewer: codex }
";
    let path = sandbox.write(FILE, text);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o622)).unwrap();
    sandbox.write("work/.deming.yaml", "reviewer: openai\n");
    let run = config(&sandbox, "check").output();
    assert_eq!((run.code(), run.stderr.as_str()), (Some(1), ""));
    let problems: Vec<String> = sandbox
        .normalise(&run.stdout)
        .lines()
        .skip(2)
        .take_while(|it| !it.is_empty())
        .map(str::to_owned)
        .collect();
    assert_eq!(
        problems,
        [
            "- a consent in advance does not hold: others can write consents into it (0622): chmod 600 [ROOT]/home/.claude/deming/config.yaml",
            "- `reviewers.codex.base_url` would send plans unencrypted; use https",
            "- `reviewers.codex.api_key_env` must be the name of a variable, never a key",
            "- `reviewers.openai.base_url` must begin with https://, or http:// for this machine",
            "- `reviewers.codex.base_url` counts with `config: isolated` alone",
            "- `consent.standing[0]` needs a whole path as its project",
            "- `consent.standing[1]` names a project that is not there",
            "- `consent.standing[1]` agrees to no round",
            "- `consent.standing[1]` is not needed: the offline lint sends nothing",
            "- `consent.standing[2]` needs a whole path as its project",
            "- `consent.standing[2]` repeats an earlier one, which counts",
            "- `.deming.yaml` cannot be used: a repository may not decide `reviewer`; that is for \
             each person's own config.yaml",
        ]
    );
}

#[test]
fn a_misspelt_key_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.write(FILE, "consents: {}\n");
    let run = config(&sandbox, "check").output();
    assert_eq!((run.code(), run.stderr.as_str()), (Some(1), ""));
    for part in ["One problem:", "`consents` is no setting"] {
        assert!(run.stdout.contains(part), "{run:?}");
    }
    let run = config(&sandbox, "show").output();
    assert_eq!((run.code(), run.stdout.as_str()), (Some(3), ""));
}

#[test]
fn a_person_edits_on_their_terminal_and_the_result_is_checked() {
    let sandbox = Sandbox::new();
    let script = "printf 'Add a line: '; read -r line; echo \"$line\" >>\"$2\"; echo \"$1\" >&2";
    fake_clients::program(&sandbox, "my-editor", script);
    config(&sandbox, "edit")
        .env("EDITOR", "my-editor --wait")
        .answer("Add a line: ", "rounds: { max: 2 }\n")
        .terminal("Add a line: rounds: { max: 2 }\n--wait\n")
        .stdout(
            "\
All of ~/.claude/deming/config.yaml can be used.

What the settings mean:

- plans go to Codex, unless a command says otherwise
- a review takes at most 2 rounds of at most 10 minutes, and asks you again after 1,000,000 tokens
",
        )
        .run();
    let path = sandbox.root().join(FILE);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("# Deming's settings.") && text.ends_with("\nrounds: { max: 2 }\n"));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

    config(&sandbox, "edit")
        .env("VISUAL", "my-editor")
        .env("EDITOR", "nonexistent")
        .answer("Add a line: ", "round: {}\n")
        .terminal("Add a line: round: {}\n[ROOT]/home/.claude/deming/config.yaml\n")
        .status(1)
        .output();
}

#[test]
fn nobody_but_a_person_at_a_terminal_edits() {
    let sandbox = Sandbox::new();
    fake_clients::program(&sandbox, "my-editor", "echo edited >>\"$1\"");
    let edit = || config(&sandbox, "edit").env("EDITOR", "my-editor").status(3);
    edit()
        .env("CLAUDECODE", "1")
        .answer("?", "")
        .stderr(
            "error: settings hold consents, so an agent cannot edit them\n\
             hint: run `deming config edit` in a terminal of your own\n",
        )
        .run();
    assert!(!sandbox.root().join(FILE).exists());
    edit()
        .stderr(
            "error: cannot start `[ROOT]/bin/my-editor`: No such device or address (os error 6)\n\
             hint: open ~/.claude/deming/config.yaml yourself\n",
        )
        .run();
    config(&sandbox, "edit")
        .answer("?", "")
        .status(3)
        .stderr(
            "error: neither VISUAL nor EDITOR names an editor\n\
             hint: name one: EDITOR=nano deming config edit\n\
             hint: or open ~/.claude/deming/config.yaml yourself\n",
        )
        .run();
    // A program of the project is not taken for the editor.
    sandbox.write("work/.git/HEAD", "");
    sandbox.write("work/bin/evil", "#!/bin/sh\ntouch evil\n");
    fs::set_permissions(sandbox.work().join("bin/evil"), fs::Permissions::from_mode(0o755))
        .unwrap();
    let path = format!("{}:/usr/bin:/bin", sandbox.work().join("bin").display());
    config(&sandbox, "edit")
        .env("EDITOR", "evil")
        .env("PATH", path)
        .answer("?", "")
        .status(3)
        .stderr(
            "error: the editor `evil` was not found on PATH\n\
             hint: name another: EDITOR=nano deming config edit\n\
             hint: or open ~/.claude/deming/config.yaml yourself\n",
        )
        .run();
}
