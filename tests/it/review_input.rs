//! What is no plan, no settings file or no home: a sentence, what to do, the
//! documented exit code, and nothing sent or lost.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    process::Command,
};

use serde_json::Value;

use super::{
    review_place::{KEY, PLAN, Place, failed, not_begun, reply},
    support::{
        finished::finish,
        need::{Need, have},
        reply::Reply,
        responses_api::ResponsesApi,
    },
};

const MARKDOWN: &str = "give the path of a Markdown file, or `-` for standard input";
const LONG: &str = "a plan that long is not reviewed well; split it";

/// The same sentence from both reviewers, on stderr and in JSON.
#[track_caller]
fn check(place: &Place, plan: &str, stdin: &[u8], status: i32, said: (&str, &str)) {
    let (message, hint) = said;
    let want = not_begun(message, hint);
    for reviewer in ["codex", "offline"] {
        let run = || place.deming(&["review", plan, "--reviewer", reviewer]).stdin(stdin);
        let stderr = format!("error: {message}\nhint: {hint}\n");
        run().status(status).stderr(&stderr).run();
        let run = run().args(["--json"]).status(status);
        run.stdout(&format!("{want}\n")).stderr(&stderr).run();
    }
}

#[test]
fn what_is_no_plan_is_said_in_one_sentence() {
    let place = Place::without_codex();
    place.fake_codex("#!/bin/sh\ntouch \"$HOME/started\"\n");
    check(&place, "nothing.md", b"", 2, ("there is no plan at `nothing.md`", MARKDOWN));
    check(&place, "src", b"", 2, ("`src` is a folder", "give the path of the plan in it"));
    check(&place, "plan.md/x", b"", 2, ("there is no plan at `plan.md/x`", MARKDOWN));
    std::os::unix::fs::symlink("loop", place.project().join("loop")).unwrap();
    let reason = "Too many levels of symbolic links (os error 40)";
    let check_disk = "check the file and the disk that it is on";
    check(&place, "loop", b"", 3, (&format!("`loop` cannot be read: {reason}"), check_disk));
    let fifo = place.project().join("fifo.md");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    check(&place, "fifo.md", b"", 2, ("`fifo.md` is not a regular file", MARKDOWN));
    check(&place, "/dev/null", b"", 2, ("`/dev/null` is not a regular file", MARKDOWN));

    let write = "write the plan first: what changes, in which files, tested how";
    for (text, stdin) in [("", ""), (" \n\t\n", " \n"), ("\u{feff}", "\u{feff}\n")] {
        place.plan(text);
        check(&place, "plan.md", b"", 2, ("`plan.md` is empty", write));
        check(&place, "-", stdin.as_bytes(), 2, ("`-` is empty", write));
    }
    let utf8 = "save the plan as UTF-8 text";
    place.plan(b"# Plan\n\xff\xfe\n");
    check(&place, "plan.md", b"", 2, ("`plan.md` is not UTF-8 (byte 7)", utf8));
    check(&place, "-", b"# Pl\xe4n\n", 2, ("`-` is not UTF-8 (byte 4)", utf8));
    place.plan(vec![b'x'; 1_000_001]);
    check(&place, "plan.md", b"", 2, ("`plan.md` is larger than 1,000,000 bytes", LONG));
    check(&place, "-", &vec![b'x'; 1_000_001], 2, ("`-` is larger than 1,000,000 bytes", LONG));
    assert!(!place.sandbox.home().join("started").exists());
}

#[test]
fn a_plan_that_may_not_be_read_is_said_so() {
    let place = Place::without_codex();
    let path = place.project().join("plan.md");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        let _closed = writeln!(io::stderr(), "SKIPPED: root may read everything");
        return;
    }
    check(&place, "plan.md", b"", 3, ("`plan.md` may not be read", "check its permissions"));
}

#[test]
fn a_command_line_that_is_not_right_teaches() {
    let place = Place::without_codex();
    for (arguments, said) in [
        (&["review"][..], "required arguments were not provided:\n  <PLAN>"),
        (&["review", ""], "a value is required for '<PLAN>'"),
        (&["review", "a", "b"], "unexpected argument 'b' found"),
        (&["review", "plan.md", "--reviewer", "gpt"], "possible values: codex, openai, offline"),
        (&["review", "plan.md", "--deadline", "0"], "a whole number of seconds from 1 to 86400"),
        (&["review", "plan.md", "--deadline", "soon"], "a whole number of seconds from 1 to 86400"),
        (&["review", "plan.md", "--json", "--dry-run"], "cannot be used with"),
    ] {
        let run = place.deming(arguments).output();
        assert_eq!((run.code(), run.stdout.as_str()), (Some(2), ""), "{run:?}");
        assert!(run.stderr.contains(said) && run.stderr.contains("--help"), "{}", run.stderr);
    }
    let help = place.deming(&["review", "--help"]).output().success();
    for it in ["--dry-run", "--deadline <SECONDS>", "5 consent needed"] {
        assert!(help.contains(it), "{help}");
    }
}

#[test]
fn a_reviewer_that_is_not_there_says_which_are() {
    let place = Place::without_codex();
    let message = "this version has no HTTP reviewer yet";
    let hint = "use --reviewer codex, or --reviewer offline";
    let said = format!("error: {message}\nhint: {hint}\n");
    for more in [&[][..], &["--dry-run"]] {
        let arguments = ["--reviewer", "openai"].iter().chain(more).copied();
        place.review().args(arguments).status(3).stderr(&said).run();
    }
    place.settings("reviewer: openai\n");
    place.review().status(3).stderr(&said).run();
}

#[test]
fn settings_that_cannot_be_used_are_named_with_their_line() {
    let place = Place::without_codex();
    #[track_caller]
    fn check(place: &Place, yaml: &[u8], said: &str) {
        fs::write(place.sandbox.home().join(".claude/deming/config.yaml"), yaml).unwrap();
        let run = place.review().output();
        assert_eq!((run.code(), run.stdout.as_str()), (Some(3), ""), "{run:?}");
        let begins = "error: `~/.claude/deming/config.yaml` ";
        assert!(run.stderr.starts_with(begins) && run.stderr.contains(said), "{}", run.stderr);
    }
    place.settings("");
    check(&place, b"reviewers: [", "line 1");
    check(&place, b"rounds: { max: 5 }\nconsents: {}\n", "`consents` is no setting");
    check(&place, b"reviewer: gpt\n", "`reviewer` in line 1 is `gpt`, and has to be one of");
    check(&place, b"rounds: { minutes: 0 }\n", "must be at least 1");
    check(&place, b"\xff\xfe", "is not UTF-8");
    check(&place, b"consent: { standing: yes }\n", "line 1");
}

#[test]
fn without_a_home_there_is_no_guess() {
    let place = Place::without_codex();
    let said = "error: HOME is not set to an absolute path\nhint: set HOME to your home folder\n";
    for home in ["", "relative/home"] {
        place.review().env("HOME", home).status(3).stderr(said).run();
    }
    let mut command = place.sandbox.command(env!("CARGO_BIN_EXE_deming"));
    command.args(["review", "plan.md"]).env_remove("HOME").current_dir(place.project());
    let run = finish(&mut command, b"", std::time::Duration::from_secs(20));
    assert_eq!((run.code(), run.stdout.as_str(), run.stderr.as_str()), (Some(3), "", said));
}

#[test]
fn a_folder_without_git_is_a_project_as_well() {
    if !have(&[Need::Codex]) {
        return;
    }
    let approval = Reply::json(&reply("approve", &[]));
    let api = ResponsesApi::script([approval.clone(), approval]);
    let place = Place::new();
    fs::remove_dir_all(place.project().join(".git")).unwrap();
    place.agreed_at(&api.url());
    place.review().output().success();
    // Nor is git itself needed; Codex' launcher needs no PATH at all.
    let path = place.sandbox.bin().display().to_string();
    place.review().env("PATH", path).output().success();
    assert_eq!(api.prompts().len(), 2);
}

#[test]
fn a_plan_at_the_limit_is_sent_and_a_prompt_beyond_it_is_not() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = ResponsesApi::script([Reply::json(&reply("approve", &[]))]);
    let place = Place::new();
    place.agreed_at(&api.url());
    let filled = |head: String| {
        let line = "The empty name is said so in the answer, and tested for both callers.\n";
        let mut plan = head + "```text\n" + &line.repeat(1_000_000 / line.len());
        plan.truncate(999_995);
        plan + "\n```\n"
    };
    place.plan(filled(PLAN.to_owned()));
    place.review().output().success();
    let body: Value = api.prompts()[0].json();
    let sent = body["input"][1]["content"][0]["text"].as_str().unwrap();
    assert!(1_000_000 < sent.len(), "{}", sent.len());

    let folder = "deep/".repeat(110);
    let names: String = (0..100).map(|n| format!("- `src/{folder}{n}.py`\n")).collect();
    place.plan(filled(format!("{PLAN}\n{names}\n")));
    let run = place.review().args(["--json"]).env(KEY, "k").output();
    let got: Value = serde_json::from_str(&run.stdout).unwrap();
    let message = got["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.ends_with(" characters, Codex takes 1048576"), "{message}");
    let hint = "shorten the plan, or choose a model with a larger context window";
    let mut want = failed("too_large", &message, hint);
    want["reviewer"] = Value::Null;
    assert_eq!(got, want);
    assert_eq!((run.code(), run.stderr), (Some(4), format!("error: {message}\nhint: {hint}\n")));
    assert_eq!(api.prompts().len(), 1);
}
