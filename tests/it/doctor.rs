//! `deming doctor`: what it finds on machines that lack this or that, and the code that it exits with.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::{Value, json};

use super::support::{
    codex, fake_clients,
    need::{Need, have},
    run::{Deming, deming_hook},
    sandbox::Sandbox,
};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const DEMING: &str = env!("CARGO_BIN_EXE_deming");

/// What it says in both forms, with paths that are the same in each run.
fn examine(sandbox: &Sandbox, environment: &[(&str, &str)]) -> (i32, String, Value) {
    deming_hook();
    let run = |arguments: &[&str]| {
        let mut deming = Deming::new(sandbox).args(arguments.iter().copied());
        for (name, value) in environment {
            deming = deming.env(name, value);
        }
        let run = deming.output();
        assert_eq!(run.stderr, "");
        let text = sandbox.normalise(&run.stdout).replace(DEMING, "[DEMING]");
        (run.code().unwrap(), text)
    };
    let (code, markdown) = run(&["doctor"]);
    let (again, json) = run(&["doctor", "--json"]);
    assert_eq!(code, again);
    (code, markdown, serde_json::from_str(&json).unwrap())
}

/// The checks with these ids, whole.
#[track_caller]
fn check(report: &Value, want: &Value) {
    let wanted: Vec<&Value> = want.as_array().unwrap().iter().collect();
    let ids: Vec<&str> = wanted.iter().map(|it| it["id"].as_str().unwrap()).collect();
    let checks = report["checks"].as_array().unwrap();
    let found: Vec<&Value> =
        checks.iter().filter(|it| ids.contains(&it["id"].as_str().unwrap())).collect();
    assert_eq!(found, wanted);
}

fn one(id: &str, state: &str, found: &str, advice: Option<&str>) -> Value {
    json!({ "id": id, "state": state, "found": found, "advice": advice })
}

#[test]
fn a_new_machine_lacks_codex_alone() {
    let sandbox = Sandbox::new();
    fake_clients::git(&sandbox);
    let (code, markdown, _) = examine(&sandbox, &[]);
    assert_eq!(code, 3);
    assert_eq!(
        markdown,
        format!(
            "\
One thing is in the way of a review by Codex.

| State   | What         | Found |
| ------- | ------------ | --- |
| ok      | Helper       | {VERSION} at [DEMING] |
| note    | Plugin       | not installed in Claude Code |
| ok      | On PATH      | `deming` is not on PATH; only terminals need it there |
| ok      | Settings     | reviewer codex, by default: there is no ~/.claude/deming/config.yaml |
| PROBLEM | Codex CLI    | the Codex CLI was not found on PATH |
| ok      | git          | 2.47.3 at [ROOT]/bin/git |
| note    | Claude Code  | not found on PATH |
| ok      | State        | will be made when needed: ~/.claude/deming |
| ok      | Review logs  | will be made when needed: ~/.claude/plan-reviews |
| ok      | Session logs | will be made when needed: ~/.claude/pdca-sessions |
| ok      | Open reviews | none |

What to do:

1. Codex CLI: install Codex: npm install -g @openai/codex
2. Plugin (optional): once Claude Code is there, run `./install.sh` in your copy of Deming, or add its marketplace in Claude Code (/plugin marketplace add …) and type /plugin install deming@deming
3. Claude Code (optional): for /refine-plan-codex run `npm install -g @anthropic-ai/claude-code`; `deming review` does without
"
        )
    );
    // Looking changed nothing.
    assert!(!sandbox.home().join(".claude").exists());
}

#[test]
fn a_machine_with_everything_is_ready() {
    let sandbox = Sandbox::new();
    fake_clients::git(&sandbox);
    fake_clients::claude(&sandbox);
    fake_clients::codex(&sandbox, &json!({}));
    codex::log_in(&sandbox);
    sandbox.write("home/.codex/AGENTS.md", "Be brief.\n");
    let launcher = fake_clients::program(&sandbox, "deming", &format!("version={VERSION}"));
    let launcher = launcher.to_str().unwrap();
    sandbox.write("home/.claude/deming/config.yaml", "rounds: { max: 3 }\n");
    own(&sandbox.home().join(".claude/deming"), 0o700);
    let (code, markdown, report) = examine(&sandbox, &[("DEMING_LAUNCHER", launcher)]);
    assert_eq!(code, 0, "{markdown}");
    assert_eq!(
        report,
        json!({ "version": 1, "ready": true, "reviewer": "codex", "checks": [
            one("helper", "ok", &format!("{VERSION} at [DEMING]"), None),
            one("plugin", "ok", &format!("{VERSION}, started by [ROOT]/bin/deming"), None),
            one("path", "ok", "`deming` is [ROOT]/bin/deming", None),
            one("settings", "ok", "reviewer codex, by ~/.claude/deming/config.yaml", None),
            one("codex", "ok",
                "0.169.0 at [ROOT]/bin/codex (needed 0.122.0, tested to 0.169.0)", None),
            one("login", "ok",
                "OpenAI, through Codex CLI 0.169.0 at [ROOT]/bin/codex (API key stored by Codex)",
                None),
            one("personal_instructions", "note",
                "10 bytes that Codex sends with every review: ~/.codex/AGENTS.md", None),
            one("git", "ok", "2.47.3 at [ROOT]/bin/git", None),
            one("claude_code", "ok", "2.1.197 at [ROOT]/bin/claude", None),
            one("state", "ok", "writable by you alone: ~/.claude/deming", None),
            one("review_logs", "ok", "will be made when needed: ~/.claude/plan-reviews", None),
            one("session_logs", "ok", "will be made when needed: ~/.claude/pdca-sessions", None),
            one("reviews", "ok", "none", None),
        ] })
    );
    assert!(!markdown.contains(&codex::fake_key()), "{markdown}");
}

#[test]
fn a_login_is_needed_only_by_whom_the_settings_name() {
    let sandbox = Sandbox::new();
    fake_clients::codex(&sandbox, &json!({}));
    let advice = Some("run `codex login`, or set CODEX_API_KEY");
    let (code, _, report) = examine(&sandbox, &[]);
    assert_eq!(code, 3);
    check(&report, &json!([one("login", "problem", "Codex is not logged in", advice)]));

    sandbox.write("home/.claude/deming/config.yaml", "reviewer: offline\n");
    let (code, markdown, report) = examine(&sandbox, &[]);
    assert_eq!(code, 0);
    check(&report, &json!([one("login", "note", "Codex is not logged in", advice)]));
    assert!(markdown.starts_with("Ready: a review by the offline lint can start.\n"), "{markdown}");
}

#[test]
fn the_real_codex_is_found_behind_its_launcher() {
    if !have(&[Need::Codex]) {
        return;
    }
    let sandbox = Sandbox::new();
    codex::put_on_path(&sandbox);
    codex::log_in_with_chatgpt(&sandbox);
    let (_, _, report) = examine(&sandbox, &[]);
    let at = "0.169.0 at [ROOT]/bin/codex";
    let range = "(needed 0.122.0, tested to 0.169.0)";
    let login = "OpenAI, through Codex CLI 0.169.0 at [ROOT]/bin/codex (ChatGPT login)";
    check(
        &report,
        &json!([
            one("codex", "ok", &format!("{at}, its native binary without Node {range}"), None),
            one("login", "ok", login, None),
        ]),
    );
}

#[test]
fn a_plugin_of_another_version_is_named() {
    let sandbox = Sandbox::new();
    let launcher = sandbox.write("plugin/bin/deming", "#!/bin/sh\nversion=9.9.9\n");
    let launcher = launcher.to_str().unwrap();
    let (_, _, report) = examine(&sandbox, &[("DEMING_LAUNCHER", launcher)]);
    let found = format!("9.9.9 at [ROOT]/plugin/bin/deming, but this helper is {VERSION}");
    let advice = "run `install.sh` again, or /deming-setup in Claude Code";
    check(&report, &json!([one("plugin", "note", &found, Some(advice))]));

    let plugins = r#"{ "version": 2, "plugins": { "deming@deming": [ { "version": "9.9.9" } ] } }"#;
    sandbox.write("home/.claude/plugins/installed_plugins.json", plugins);
    let (_, _, report) = examine(&sandbox, &[]);
    let found = format!("9.9.9 is installed in Claude Code, this helper is {VERSION}");
    let advice =
        "`claude plugin marketplace update deming`, then `claude plugin update deming@deming`";
    check(&report, &json!([one("plugin", "note", &found, Some(advice))]));
}

#[test]
fn what_a_repository_could_have_set_is_named() {
    let sandbox = Sandbox::new();
    fake_clients::program(&sandbox, "deming", "echo mine");
    sandbox.write("work/.deming.yaml", "consent: { standing: [] }\n");
    sandbox.write("work/.claude/settings.json", r#"{ "disableAllHooks": true }"#);
    let homes = [("DEMING_HOME", "state"), ("CODEX_HOME", "/nonexistent")];
    let (code, _, report) = examine(&sandbox, &homes);
    assert_eq!(code, 3);
    let unset =
        "unset DEMING_HOME unless you set it yourself: a project's Claude Code settings can do so";
    let other = "`deming` is another program, [ROOT]/bin/deming; the plugin does not use it";
    check(
        &report,
        &json!([
            one(
                "path",
                "note",
                other,
                Some("remove it, or type the whole path of the helper in a terminal")
            ),
            one(
                "project_settings",
                "problem",
                "`.deming.yaml` cannot be used: a repository may not decide `consent`; that is for \
                 each person's own config.yaml",
                Some("mend the file; docs/settings.md lists every key")
            ),
            one("environment", "note", "DEMING_HOME=state is in force", Some(unset)),
            one(
                "environment",
                "problem",
                "CODEX_HOME=/nonexistent names no folder, which stops Codex",
                Some("unset CODEX_HOME, or make the folder")
            ),
            one(
                "hooks",
                "note",
                "[ROOT]/work/.claude/settings.json switches all hooks off, so nobody can agree to send",
                Some("remove `disableAllHooks` from [ROOT]/work/.claude/settings.json")
            ),
            one("state", "ok", "will be made when needed: [ROOT]/work/state", None),
        ]),
    );
}

#[test]
fn folders_that_cannot_be_used_or_that_others_can_read_are_named() {
    let sandbox = Sandbox::new();
    sandbox.write("home/.claude/plan-reviews", "");
    sandbox.write("home/.claude/pdca-sessions/x", "");
    own(&sandbox.home().join(".claude/pdca-sessions"), 0o755);
    let settings = sandbox.write("home/.claude/deming/config.yaml", "rounds: { max: 0 }\n");
    own(settings.parent().unwrap(), 0o700);
    let (code, _, report) = examine(&sandbox, &[]);
    assert_eq!(code, 3);
    check(
        &report,
        &json!([
            one(
                "settings",
                "problem",
                "`~/.claude/deming/config.yaml` cannot be used: `rounds.max` and `rounds.minutes` \
                 must be at least 1",
                Some("mend the line; `docs/settings.md` lists every key")
            ),
            one(
                "review_logs",
                "problem",
                "cannot be made, [ROOT]/home/.claude/plan-reviews is not a folder: \
                 ~/.claude/plan-reviews",
                Some("move '[ROOT]/home/.claude/plan-reviews' away")
            ),
            one(
                "session_logs",
                "note",
                "open to others (0755): ~/.claude/pdca-sessions",
                Some("chmod 700 '[ROOT]/home/.claude/pdca-sessions'")
            ),
        ]),
    );
    fs::write(&settings, "rounds: { max: 2 }\n").unwrap();
    own(&settings, 0o666);
    let (_, _, report) = examine(&sandbox, &[]);
    check(
        &report,
        &json!([one(
            "settings",
            "note",
            "others can write consents into it (0666): ~/.claude/deming/config.yaml",
            Some("chmod 600 '[ROOT]/home/.claude/deming/config.yaml'")
        )]),
    );
}

#[test]
fn the_sandbox_of_claude_code_is_explained_once() {
    let sandbox = Sandbox::new();
    sandbox.write("home/.claude/plan-reviews", "");
    let environment = [("SANDBOX_RUNTIME", "1"), ("DEMING_LAUNCHER", "/p/bin/deming")];
    let (code, _, report) = examine(&sandbox, &environment);
    assert_eq!(code, 3);
    check(
        &report,
        &json!([
            one(
                "sandbox",
                "problem",
                "Claude Code's own sandbox runs this command: no state can be written, Codex has \
                 no network, and a round would end with the command",
                Some(
                    "let the helper run outside of it: in ~/.claude/settings.json, \"sandbox\": \
                      { \"excludedCommands\": [\"/p/bin/deming:*\"] }"
                )
            ),
            one(
                "review_logs",
                "note",
                "cannot be made, [ROOT]/home/.claude/plan-reviews is not a folder: \
                 ~/.claude/plan-reviews",
                None
            ),
        ]),
    );
}

#[test]
fn an_interrupted_review_is_named_with_the_command_that_goes_on() {
    let sandbox = Sandbox::new();
    let plan = "Greet\n\n# Plan: Greeting | hello\n\n## Steps\n1. Print it.\n";
    let open = Deming::new(&sandbox).args(["refine", "open", "--reviewer", "offline"]).stdin(plan);
    open.output().success();
    let reviews = sandbox.home().join(".claude/deming/reviews");
    let entry = fs::read_dir(&reviews).unwrap().next().unwrap().unwrap();
    let id = entry.file_name().into_string().unwrap();
    let (_, _, report) = examine(&sandbox, &[]);
    let found = |state: &str| format!("{id} \"Greeting | hello\" ({state})");
    check(&report, &json!([one("reviews", "ok", &found("consented"), None)]));

    let journal = entry.path().join("journal.jsonl");
    let started = json!({ "version": 1, "at": "2026-01-19T14:05:33Z", "event": {
        "event": "round_started", "round": 1,
        "attempt": { "reviewer": "offline", "destination": "offline", "bytes": 0 },
    } });
    let before = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, format!("{before}{started}\n")).unwrap();
    let (_, _, report) = examine(&sandbox, &[("DEMING_LAUNCHER", "/p/bin/deming")]);
    let advice = format!("go on with it: \"/p/bin/deming\" refine resume {id}");
    check(&report, &json!([one("reviews", "note", &found("interrupted"), Some(&advice))]));
}

fn own(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
