//! The hook that records a session's facts, called as Claude Code calls it,
//! about calls that really ran in real repositories.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use chrono::{TimeDelta, Utc};
use deming_core::{
    journal::{Record, decode, encode},
    session::event::{By, Event, FileClass, Mode, Opening, What},
};
use serde_json::{Value, json};

use super::support::{
    claude::Claude,
    finished::finish,
    hook_caller::HookCaller,
    hook_plugin::HookPlugin,
    messages_api::{MessagesApi, Turn},
    need::{Need, have},
    repo::Repo,
    sandbox::Sandbox,
};

/// Repositories before a session.
const START: &str = "
    export GIT_COMMITTER_DATE=$(($(date +%s) - 60))
    git init -q --bare -b main origin && git clone -q origin my-api 2>/dev/null && cd my-api
    git checkout -q -b main
    git config user.email ada@host.example && git config user.name Ada
    echo 1 >start && git add . && git commit -q -m Start && git push -q -u origin main
    cd .. && git clone -q origin colleague && cd colleague
    git config user.email bob@host.example && git config user.name Bob";

const SHORT: &str = "c() { echo \"$1\" >\"$1.py\" && git add . && git commit -q -m \"$1\"; }\n";

struct Recorded<'a> {
    sandbox: &'a Sandbox,
    hook: HookCaller<'a>,
    /// The folder of the shell.
    cwd: PathBuf,
}

impl<'a> Recorded<'a> {
    /// With an open session in `my-api`, a clone.
    fn new(sandbox: &'a Sandbox) -> Self {
        let recorded =
            Self { sandbox, hook: HookCaller::new(sandbox), cwd: sandbox.work().join("my-api") };
        recorded.shell(&sandbox.work(), START);
        recorded.open("s000001", "my-api");
        recorded
    }

    fn open(&self, id: &str, folder: &str) {
        let root = self.sandbox.work().join(folder);
        let base = fs::read_to_string(root.join(".git/logs/HEAD")).ok();
        let base = base.and_then(|it| Some(it.lines().last()?.split(' ').nth(1)?.to_owned()));
        let opening = json!({
            "feature": "JWT authentication", "project": "my-api", "mode": Mode::Full,
            "estimate_minutes": 150, "objective": "Log in once.", "branch": "main",
            "base": base, "root": root,
        });
        let opening: Opening = serde_json::from_value(opening).unwrap();
        let at = (Utc::now() - TimeDelta::seconds(30)).fixed_offset();
        let first = Record::new(at, Event::new(By::Helper, What::Opened(opening)));
        self.sandbox
            .write(&format!("{STATE}/sessions/{id}/journal.jsonl"), &encode(&first).unwrap());
        let root = root.display().to_string();
        self.sandbox.write(&format!("{STATE}/open-sessions/{id}"), &root);
    }

    fn close(&self, id: &str) {
        fs::remove_file(self.sandbox.root().join(format!("{STATE}/open-sessions/{id}"))).unwrap();
    }

    /// Runs a line in a shell, and its exit code and output.
    fn shell(&self, folder: &Path, script: &str) -> (i32, String) {
        let mut command: Command = self.sandbox.command("sh");
        command.args(["-c", &format!("{SHORT}{script}")]).current_dir(folder);
        command.env("GIT_EDITOR", "true");
        let run = finish(&mut command, b"", Duration::from_secs(30));
        (run.code().unwrap(), format!("{}{}", run.stdout, run.stderr))
    }

    /// Runs a line as the agent does and tells the hook of it.
    #[track_caller]
    fn bash(&self, command: &str) -> Value {
        let (code, output) = self.shell(&self.cwd, command);
        self.hook.call(&self.bash_event(command, code, &output))
    }

    fn bash_event(&self, command: &str, code: i32, output: &str) -> Value {
        let output = output.trim_end();
        let mut event = self.event("Bash", &json!({ "command": command, "description": "x" }));
        if code == 0 {
            event["tool_response"] = json!({
                "stdout": output, "stderr": "", "interrupted": false, "isImage": false,
                "noOutputExpected": false,
            });
        } else {
            event["hook_event_name"] = json!("PostToolUseFailure");
            event["error"] = json!(format!("Exit code {code}\n{output}"));
            event["is_interrupt"] = json!(false);
        }
        event
    }

    /// Writes a file as the agent's tool does and tells the hook of it.
    #[track_caller]
    fn write(&self, path: &str, content: &str) -> Value {
        let file = self.cwd.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, content).unwrap();
        let mut event = self.event("Write", &json!({ "file_path": file, "content": content }));
        event["tool_response"] = json!({
            "content": content, "filePath": file, "originalFile": null,
            "structuredPatch": [], "type": "create", "userModified": false,
        });
        self.hook.call(&event)
    }

    /// An event as Claude Code 2.1.197 tells it.
    fn event(&self, tool: &str, input: &Value) -> Value {
        json!({
            "cwd": self.cwd, "duration_ms": 100, "effort": { "level": "high" },
            "hook_event_name": "PostToolUse", "permission_mode": "default",
            "prompt_id": "1486acc4-5285-4227-81a5-350342a8db91",
            "session_id": "bdd3baae-d296-4d74-a690-a8a63d5e0858",
            "tool_input": input, "tool_name": tool, "tool_use_id": "toolu_00000001",
            "transcript_path": "/nowhere/bdd3baae.jsonl",
        })
    }

    /// What the session holds beyond its opening, a line each.
    fn facts(&self, id: &str) -> Vec<String> {
        let bytes =
            fs::read(self.sandbox.root().join(format!("{STATE}/sessions/{id}/journal.jsonl")));
        let (records, torn) = decode::<Event>(&bytes.unwrap()).unwrap();
        assert_eq!(torn, []);
        let mut subjects: Vec<(String, String)> = vec![];
        let facts = records[1..].iter().map(|it| {
            assert_eq!(it.event.by, By::Hook);
            describe(&it.event.what, &mut subjects)
        });
        facts.collect()
    }

    #[track_caller]
    fn check(&self, want: &[&str]) {
        assert_eq!(self.facts("s000001"), want);
    }
}

const STATE: &str = "home/.claude/deming";

#[expect(clippy::wildcard_enum_match_arm, reason = "any other event fails the test")]
fn describe(what: &What, subjects: &mut Vec<(String, String)>) -> String {
    let class = |it: &FileClass| format!("{it:?}").to_lowercase();
    match what {
        What::FileEdited { path, class: it } => format!("{} {path}", class(it)),
        What::TestRan(it) => {
            let exit = it.exit.map_or_else(|| "?".to_owned(), |it| it.to_string());
            let counts = it.counts.map_or_else(
                || "not counted".to_owned(),
                |it| format!("{} passed {} failed {} skipped", it.passed, it.failed, it.skipped),
            );
            let tree = match (&it.commit, it.dirty) {
                (None, _) => "no commit".to_owned(),
                (Some(_), true) => format!("but for {}", it.changed.clone().unwrap().join(" ")),
                (Some(_), false) => "clean".to_owned(),
            };
            format!("ran `{}`: exit {exit}, {counts}, {tree}", it.command)
        }
        What::CommitRecorded(it) => {
            subjects.push((it.hash.clone(), it.subject.clone()));
            let files = it.files.iter().map(|it| format!("{} {}", class(&it.class), it.path));
            format!(
                "+ {}: {} lines, {}",
                it.subject,
                it.lines,
                files.collect::<Vec<_>>().join(", ")
            )
        }
        What::CommitGone { hash, replaced_by } => {
            let name = |hash: &String| {
                subjects.iter().find(|it| it.0 == *hash).map_or("?", |it| it.1.as_str()).to_owned()
            };
            let new = replaced_by.as_ref().map_or_else(|| "nothing".to_owned(), name);
            format!("- {} -> {new}", name(hash))
        }
        _ => panic!("{what:?}"),
    }
}

/// Stands in for a runner whose output is known.
fn runner(recorded: &Recorded<'_>, output: &str, code: i32) {
    let text = format!("#!/bin/sh\ncat <<'E'\n{output}\nE\nexit {code}\n");
    let path = recorded.sandbox.write("bin/pytest", &text);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(path, mode).unwrap();
}

#[test]
fn nothing_is_written_where_no_session_is_open() {
    let sandbox = Sandbox::new();
    let recorded = Recorded::new(&sandbox);
    recorded.close("s000001");
    runner(&recorded, "1 passed in 0.01s", 0);
    for answer in [
        recorded.bash("pytest"),
        recorded.bash("c one"),
        recorded.write("a.py", "x\n"),
        recorded.hook.call(&json!({ "hook_event_name": "SessionStart", "cwd": recorded.cwd })),
    ] {
        assert_eq!(answer, Value::Null);
    }
    recorded.check(&[]);
}

#[test]
fn edits_are_recorded_in_their_order_with_their_class() {
    let sandbox = Sandbox::new();
    let mut recorded = Recorded::new(&sandbox);
    recorded.write("tests/test_auth.py", "def test(): pass\n");
    recorded.write("src/auth.py", "x = 1\n");
    recorded.write("README.md", "Read me\n");
    recorded.write(".git/info/x", "x\n");
    recorded.write("../elsewhere.py", "x\n");
    recorded.write("src/auth.rs", "#[cfg(test)]\nmod tests {\n    fn t() {}\n}\n");
    recorded.write(".deming.yaml", "metrics: { classes: [ { pattern: '*.md', class: prod } ] }\n");
    recorded.cwd = recorded.cwd.join("src");
    recorded.write("skill.md", "Do\n");
    // A call that failed edited nothing.
    let mut failed = recorded.event("Edit", &json!({ "file_path": recorded.cwd.join("auth.py") }));
    failed["hook_event_name"] = json!("PostToolUseFailure");
    recorded.hook.call(&failed);
    recorded.check(&[
        "test tests/test_auth.py",
        "product src/auth.py",
        "other README.md",
        "test src/auth.rs",
        "other .deming.yaml",
        "product src/skill.md",
    ]);
}

#[test]
fn test_runs_are_recorded_as_they_ended() {
    let sandbox = Sandbox::new();
    let recorded = Recorded::new(&sandbox);
    runner(&recorded, "1 failed, 3 passed in 0.01s", 1);
    assert_eq!(recorded.bash("ls"), Value::Null);
    recorded.bash("pytest -q");
    recorded.bash("pytest -q 2>&1 | tail -1");
    recorded.bash("API_TOKEN=0123456789 pytest");
    runner(&recorded, "no tests ran in 0.01s", 0);
    recorded.bash("pytest -k nothing");
    runner(&recorded, "4 passed in 0.01s", 0);
    recorded.bash("echo x >new.py; pytest");
    recorded.bash("pytest && git commit -q --no-such-option");
    recorded.bash("cd /tmp && pytest");
    recorded.bash("mkdir -p sub && cd sub && pytest");
    recorded.check(&[
        "ran `pytest -q`: exit 1, 3 passed 1 failed 0 skipped, clean",
        "ran `pytest -q 2>&1 | tail -1`: exit ?, 3 passed 1 failed 0 skipped, clean",
        "ran `API_TOKEN=… pytest`: exit 1, 3 passed 1 failed 0 skipped, clean",
        "ran `pytest -k nothing`: exit 0, 0 passed 0 failed 0 skipped, clean",
        "ran `echo x >new.py; pytest`: exit 0, 4 passed 0 failed 0 skipped, but for new.py",
        "ran `pytest && git commit -q --no-such-option`: exit ?, 4 passed 0 failed 0 skipped, but for new.py",
        "ran `mkdir -p sub && cd sub && pytest`: exit 0, 4 passed 0 failed 0 skipped, but for new.py",
    ]);
}

#[test]
fn run_whose_end_was_not_seen_is_not_recorded() {
    let sandbox = Sandbox::new();
    let recorded = Recorded::new(&sandbox);
    let mut background = recorded.bash_event("pytest", 0, "");
    background["tool_response"]["backgroundTaskId"] = json!("b42zmipg2");
    let mut interrupted = recorded.bash_event("pytest", 137, "");
    interrupted["is_interrupt"] = json!(true);
    for event in [background, interrupted] {
        assert_eq!(recorded.hook.call(&event), Value::Null);
    }
    recorded.check(&[]);
}

#[test]
fn long_output_is_read_where_claude_code_keeps_it() {
    let sandbox = Sandbox::new();
    let recorded = Recorded::new(&sandbox);
    let whole = format!("{}\n12 passed in 3.00s\n", "a line\n".repeat(9000));
    let kept = sandbox.write("home/.claude/tool-results/x.txt", &whole);
    let mut event = recorded.bash_event("pytest", 0, &whole[..30_000]);
    event["tool_response"]["persistedOutputPath"] = json!(kept);
    recorded.hook.call(&event);
    recorded.check(&["ran `pytest`: exit 0, 12 passed 0 failed 0 skipped, clean"]);
}

#[test]
fn failure_without_its_summary_says_nothing() {
    let sandbox = Sandbox::new();
    let recorded = Recorded::new(&sandbox);
    recorded.hook.call(&recorded.bash_event(
        "pytest",
        1,
        "E\n\n... [20012 characters truncated] ...\nF",
    ));
    recorded.hook.call(&recorded.bash_event("pytest", 2, "no module named x"));
    // Nothing was started.
    let missing = "npm error Missing script: \"test\"";
    recorded.hook.call(&recorded.bash_event("npm test", 1, missing));
    recorded.check(&[
        "ran `pytest`: exit ?, not counted, clean",
        "ran `pytest`: exit 2, not counted, clean",
    ]);
}

#[test]
fn commits_are_recorded_as_git_made_them() {
    let sandbox = Sandbox::new();
    let recorded = Recorded::new(&sandbox);
    runner(&recorded, "4 passed in 0.01s", 0);
    let script = "(cd ../colleague && c bobs && git push -q origin HEAD:main)";
    let last_two = "GIT_SEQUENCE_EDITOR=\"sed -i '2s/pick/squash/'\" git rebase -q -i HEAD~2";
    for line in [
        "mkdir tests; echo t >tests/test_one.py; c one && pytest",
        script,
        "git pull -q --no-rebase --no-edit",
        "git switch -q -c feature; c two; git push -q origin feature",
        "git commit -q --amend -m zwei",
        "c three",
        last_two,
        "git switch -q main",
        "git fetch -q; git rebase -q origin/main; git switch -q feature",
        "git branch -q -D main; git reset -q --hard HEAD~1",
        "git push -q origin :feature; git fetch -q --prune",
    ] {
        assert_eq!(recorded.bash(line), Value::Null, "{line}");
    }
    recorded.check(&[
        "ran `mkdir tests; echo t >tests/test_one.py; c one && pytest`: exit 0, 4 passed 0 failed 0 skipped, clean",
        "+ one: 2 lines, product one.py, test tests/test_one.py",
        "+ two: 1 lines, product two.py",
        "+ zwei: 1 lines, product two.py",
        "- two -> zwei",
        "+ three: 1 lines, product three.py",
        "+ zwei: 2 lines, product three.py, product two.py",
        "- zwei -> zwei",
        "- three -> zwei",
        "- zwei -> nothing",
    ]);
}

#[test]
fn two_working_trees_do_not_see_each_other() {
    let sandbox = Sandbox::new();
    let mut recorded = Recorded::new(&sandbox);
    runner(&recorded, "4 passed in 0.01s", 0);
    recorded.bash("git worktree add -q ../second -b second");
    recorded.open("s000002", "second");
    recorded.bash("c here");
    recorded.bash("cd ../second && pytest");
    recorded.write("../second/there.py", "x\n");
    recorded.cwd = sandbox.work().join("second");
    recorded.bash("c there; git merge -q --no-edit main");
    recorded.write("../my-api/here.py", "y\n");
    recorded.check(&["+ here: 1 lines, product here.py", "product here.py"]);
    assert_eq!(
        recorded.facts("s000002"),
        [
            "ran `cd ../second && pytest`: exit 0, 4 passed 0 failed 0 skipped, clean",
            "product there.py",
            "+ there: 1 lines, product there.py",
        ]
    );
}

#[test]
fn folder_without_git_has_runs_and_edits() {
    let sandbox = Sandbox::new();
    let mut recorded = Recorded::new(&sandbox);
    runner(&recorded, "4 passed in 0.01s", 0);
    recorded.cwd = sandbox.work().join("notes");
    recorded.write("first.py", "x\n");
    recorded.open("s000002", "notes");
    recorded.write("a.py", "x\n");
    recorded.bash("pytest");
    assert_eq!(
        recorded.facts("s000002"),
        ["product a.py", "ran `pytest`: exit 0, 4 passed 0 failed 0 skipped, no commit"]
    );
}

#[test]
fn what_claude_code_did_not_tell_is_no_fact() {
    let sandbox = Sandbox::new();
    let recorded = Recorded::new(&sandbox);
    let forged = recorded.bash_event("pytest", 0, "9 passed in 0.01s");
    let said = recorded.hook.forge(&forged);
    let message = said["systemMessage"].as_str().unwrap();
    assert!(message.contains("not certain that Claude Code itself called"), "{message}");
    assert_eq!(recorded.hook.forge(&forged), Value::Null, "said once");
    recorded.check(&[]);
}

#[test]
fn trouble_is_told_once_and_again_after_it_was_over() {
    let sandbox = Sandbox::new();
    let recorded = Recorded::new(&sandbox);
    let journal = sandbox.root().join(format!("{STATE}/sessions/s000001/journal.jsonl"));
    let aside = journal.with_extension("aside");
    let told = |answer: Value| answer["systemMessage"].as_str().map(str::to_owned);
    for _ in 0..2 {
        fs::rename(&journal, &aside).unwrap();
        fs::create_dir(&journal).unwrap();
        let message = told(recorded.write("a.py", "x\n")).unwrap();
        assert!(
            message.starts_with("Deming could not record what just happened for the PDCA session"),
            "{message}"
        );
        assert_eq!(told(recorded.write("a.py", "y\n")), None);
        fs::remove_dir(&journal).unwrap();
        fs::rename(&aside, &journal).unwrap();
        assert_eq!(told(recorded.write("a.py", "z\n")), None);
    }
    recorded.check(&["product a.py", "product a.py"]);
}

#[test]
fn torn_line_of_a_crash_is_cut_off_before_the_next() {
    let sandbox = Sandbox::new();
    let recorded = Recorded::new(&sandbox);
    let journal = sandbox.root().join(format!("{STATE}/sessions/s000001/journal.jsonl"));
    let whole = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, format!("{whole}{{\"version\":1,\"at\":\"2030-0")).unwrap();
    recorded.write("a.py", "x\n");
    fs::write(&journal, fs::read_to_string(&journal).unwrap().trim_end()).unwrap();
    recorded.write("b.py", "x\n");
    recorded.check(&["product a.py", "product b.py"]);
}

#[test]
fn fresh_context_is_reminded_in_three_lines() {
    let sandbox = Sandbox::new();
    let recorded = Recorded::new(&sandbox);
    for (source, folder) in [("startup", ""), ("resume", ""), ("clear", "sub"), ("compact", "")] {
        let folder = recorded.cwd.join(folder);
        fs::create_dir_all(&folder).unwrap();
        let event = json!({ "hook_event_name": "SessionStart", "source": source, "cwd": folder });
        let said = recorded.hook.call(&event);
        let text = said["hookSpecificOutput"]["additionalContext"].as_str().unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let since = (Utc::now() - TimeDelta::seconds(60)).format("%Y-%m-%d ").to_string();
        let [first, second, third] = lines.as_slice() else { panic!("{text}") };
        let open =
            "A PDCA session is open in this working tree: \"JWT authentication\" (s000001, since ";
        assert!(first.starts_with(&format!("{open}{since}")), "{first}");
        assert_eq!(
            *second,
            "Phase analysis. Due: analyse, and record approach, patterns and files."
        );
        let launcher = recorded.hook.plugin().join("bin/deming");
        assert_eq!(*third, format!("Next: \"{}\" pdca status", launcher.display()));
    }
    let elsewhere = json!({ "hook_event_name": "SessionStart", "cwd": sandbox.work() });
    assert_eq!(recorded.hook.call(&elsewhere), Value::Null);
}

/// The shapes that the events above are made after.
#[test]
fn claude_code_tells_of_calls_and_edits() {
    if !have(&[Need::Claude]) {
        return;
    }
    let sandbox = Sandbox::new();
    let mut repo = Repo::new(&sandbox, "my-api");
    repo.write("sub/a.txt", "one\n");
    repo.commit("Start");
    let plugin = HookPlugin::new(&sandbox, "notes")
        .hook("PostToolUse:Bash", &Value::Null)
        .hook("PostToolUseFailure:Bash", &Value::Null)
        .hook("PostToolUse:Edit", &Value::Null)
        .hook("PostToolUse:Write", &Value::Null);
    let file = repo.path().join("new.py");
    let background =
        json!({ "command": "sleep 1", "run_in_background": true, "description": "Wait" });
    let api = MessagesApi::script([
        Turn::bash("cd sub && seq 1 9000"),
        Turn::bash("seq 1 9000; exit 3"),
        Turn::tool("Bash", background),
        Turn::tool("Write", json!({ "file_path": file, "content": "x = 1\ny = 2\n" })),
        Turn::tool(
            "Edit",
            json!({ "file_path": file, "old_string": "x = 1", "new_string": "x = 3" }),
        ),
    ]);
    let claude = Claude::new(&sandbox, &api).plugin_dir(plugin.root()).folder(repo.path());
    claude.mode("bypassPermissions").headless("Go.").success();

    let [long, background] = &plugin.calls("PostToolUse:Bash")[..] else { panic!("not two") };
    assert_eq!(long["cwd"], json!(repo.path().join("sub")), "the folder after the line");
    let shown = long["tool_response"]["stdout"].as_str().unwrap();
    assert!(shown.starts_with("1\n2\n") && shown.len() < 48_000, "the end is cut off");
    let kept = long["tool_response"]["persistedOutputPath"].as_str().unwrap();
    assert!(fs::read_to_string(kept).unwrap().trim_end().ends_with("\n9000"));
    assert!(background["tool_response"]["backgroundTaskId"].is_string(), "{background}");

    let [failed] = &plugin.calls("PostToolUseFailure:Bash")[..] else { panic!("not one") };
    let error = failed["error"].as_str().unwrap();
    assert!(error.starts_with("Exit code 3\n1\n2\n"), "{error}");
    assert!(error.contains(" characters truncated]") && !error.contains("9000"), "{error}");
    assert_eq!(failed["is_interrupt"], false);

    let [written] = &plugin.calls("PostToolUse:Write")[..] else { panic!("not one") };
    assert_eq!(written["tool_response"]["structuredPatch"], json!([]));
    let [edited] = &plugin.calls("PostToolUse:Edit")[..] else { panic!("not one") };
    assert_eq!(edited["tool_input"]["file_path"], json!(file));
    assert_eq!(edited["tool_response"]["originalFile"], "x = 1\ny = 2\n");
    assert_eq!(
        edited["tool_response"]["structuredPatch"],
        json!([{ "oldStart": 1, "oldLines": 2, "newStart": 1, "newLines": 2,
                 "lines": ["-x = 1", "+x = 3", " y = 2"] }])
    );
}
