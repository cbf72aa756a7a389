//! The log of a review on the disk: its name, what a person did to it, and
//! what is left where nobody wanted one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::support::{
    need::{Need, have},
    processes,
    reply::Reply,
    repo::Repo,
    sample::{LEARNINGS, PLAN, TASK, approval, finding, reply, sample_replies, sample_revisions},
    sandbox::Sandbox,
    steps::{Steps, id_in},
};

/// Every file below `folder` that holds one of the words.
fn files_with(folder: &Path, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            found.extend(files_with(&path, words));
        } else if entry.file_type().unwrap().is_file() {
            let bytes = fs::read(&path).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            if words.iter().any(|it| text.contains(it)) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[test]
fn what_a_person_wrote_into_the_log_stays_to_the_end() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new(sample_replies());
    let id = steps.open_and_agree(PLAN);
    steps.say(&format!("send {id}"), "");
    let [log] = &steps.logs()[..] else { panic!("{:?}", steps.logs()) };
    let edit = |from: &str, to: &str| {
        let text = fs::read_to_string(log).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(log, text.replacen(from, to, 1)).unwrap();
    };
    edit("## Initial Plan (v1)\n", "## Initial Plan (v1)\nReviewed with Ada on the phone.\n\n");
    edit("- [LOW] Consider httpOnly", "- [LOW] (not now) Consider httpOnly");
    let [two, three] = sample_revisions();
    steps.say(&format!("revise {id}"), &two);
    steps.say(&format!("send {id}"), "");
    steps.say(&format!("revise {id}"), &three);
    steps.say(&format!("send {id}"), "");
    steps.answer(&id, "No, accept plan");
    steps.say(&format!("resume {id}"), "");
    let said = steps.say(&format!("accept {id}"), LEARNINGS);
    assert!(said.contains("Documentation saved to: ~/.claude/plan-reviews/my-api/"), "{said}");
    let text = fs::read_to_string(log).unwrap();
    for it in [
        "## Initial Plan (v1)\nReviewed with Ada on the phone.\n",
        "- [LOW] (not now) Consider httpOnly",
        "## Review Iteration 3",
        "## Final Plan",
        "- Always consider token refresh for JWT auth",
        "**Approval:** by the person, with 1 low and 1 nitpick open; Codex did not approve",
    ] {
        assert!(text.contains(it), "`{it}` is not in:\n{text}");
    }
    // After the end it is the person's alone.
    fs::remove_file(log).unwrap();
    steps.say(&format!("resume {id}"), "");
    assert_eq!(steps.logs(), [] as [PathBuf; 0]);
}

#[test]
fn a_log_that_was_thrown_away_comes_back_whole() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new(sample_replies());
    let id = steps.open_and_agree(PLAN);
    steps.say(&format!("send {id}"), "");
    fs::remove_file(&steps.logs()[0]).unwrap();
    steps.say(&format!("revise {id}"), &sample_revisions()[0]);
    let [log] = &steps.logs()[..] else { panic!("{:?}", steps.logs()) };
    let text = fs::read_to_string(log).unwrap();
    for it in ["# Plan Review: ", "## Initial Plan (v1)", "### Codex Feedback", "Plan (v2)"] {
        assert!(text.contains(it), "`{it}` is not in:\n{text}");
    }
}

#[test]
fn names_of_logs_are_safe_readable_and_never_taken_twice() {
    let steps = Steps::new([]);
    let logs = steps.sandbox.home().join(".claude/plan-reviews");
    let run = |folder: &Path, slug: &str, task: &str, plan: &str| {
        // A file that the plan changes.
        fs::write(folder.join("main.py"), "").unwrap();
        let line = format!("open --reviewer offline {slug}");
        let said = steps.command(&line, &format!("{task}\n\n{plan}")).folder(folder).output();
        let id = id_in(&said.success());
        let done = steps.command(&format!("send {id}"), "").folder(folder).output().success();
        let accepted = steps.command(&format!("accept {id}"), "").folder(folder).output().success();
        let line = accepted.lines().find_map(|it| it.strip_prefix("Documentation saved to: "));
        let line = line.unwrap_or_else(|| panic!("no log: {done}\n{accepted}"));
        let (name, date) = (line.replace("~/.claude/plan-reviews/", ""), "0000-00-00-".len());
        let (project, file) = name.split_once('/').unwrap();
        (project.to_owned(), file[date..].to_owned())
    };
    let title = |title: &str| PLAN.replace("JWT Authentication for FastAPI", title);
    let here = &steps.folder;
    let named = |project: &str, file: &str| (project.to_owned(), file.to_owned());
    assert_eq!(run(here, "--slug jwt", TASK, PLAN), named("my-api", "jwt.md"));
    assert_eq!(run(here, "--slug jwt", TASK, PLAN), named("my-api", "jwt-2.md"));
    assert_eq!(run(here, "--slug ../../../x", TASK, PLAN), named("my-api", "x.md"));
    let unicode = run(here, "", "Größe ändern 日本 🦀", &title("Größe: 日本語のログ 🦀"));
    assert_eq!(unicode, named("my-api", "grosse-ri-ben-yu-norogu-crab.md"));
    assert_eq!(run(here, "--slug 🦀/..", TASK, PLAN), named("my-api", "crab.md"));

    let mut repo = Repo::new(&steps.sandbox, "größe 日本");
    assert_eq!(run(repo.path(), "--slug a", TASK, PLAN).0, "grosse-ri-ben");
    repo.commit("Start");
    repo.git(&["remote", "add", "origin", "https://example.invalid/a/../../.."]);
    let dots = run(repo.path(), "--slug b", TASK, PLAN);
    repo.git(&["remote", "set-url", "origin", "git@example.invalid:team/api.git"]);
    let remote = run(repo.path(), "--slug c", TASK, PLAN);
    assert_eq!((dots.0.as_str(), remote.0.as_str()), ("grosse-ri-ben", "api"));
    let branch = |project: &str, name: &str| {
        let folder = fs::read_dir(logs.join(project)).unwrap().map(|it| it.unwrap().path());
        let path = folder.into_iter().find(|it| it.display().to_string().ends_with(name)).unwrap();
        let text = fs::read_to_string(path).unwrap();
        text.lines().find(|it| it.starts_with("**Git branch:**")).unwrap().to_owned()
    };
    assert_eq!(branch("my-api", "-jwt.md"), "**Git branch:** none");
    assert_eq!(branch("api", "-c.md"), "**Git branch:** main");
    repo.git(&["checkout", "--quiet", "--detach"]);
    run(repo.path(), "--slug d", TASK, PLAN);
    assert!(branch("api", "-d.md").starts_with("**Git branch:** detached at "));
    let outside = files_with(&steps.sandbox.home(), &["JWT"]);
    let is_ours = |it: &String| it.contains("/plan-reviews/") || it.contains("/.claude/deming/");
    assert!(outside.iter().all(is_ours), "{outside:?}");
}

#[test]
fn the_offline_lint_never_counts_as_an_approval() {
    let steps = Steps::new([]);
    fs::write(steps.folder.join("main.py"), "").unwrap();
    let said = steps.say("open --reviewer offline", &format!("Task\n\n{PLAN}"));
    let id = id_in(&said);
    assert!(said.contains("Iteration 1 can be checked; nothing leaves this machine."), "{said}");
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.starts_with("Checking with the offline lint (iteration 1/5)...\n"), "{said}");
    assert!(said.contains("That is not an approval by a reviewer."), "{said}");
    assert!(!said.contains("Approved") && !said.contains("Agreed"), "{said}");
    let said = steps.say(&format!("accept {id}"), "");
    assert!(said.contains("after 1 iteration; nobody approved it."), "{said}");
    let said = steps.say(&format!("status {id}"), "");
    assert!(said.contains("after 1 iteration; nobody approved it."), "{said}");
    assert!(steps.say("list", "").contains("| passed the offline lint |"));
    let log = fs::read_to_string(&steps.logs()[0]).unwrap();
    assert!(log.contains("**Approval:** nobody's; the offline lint passed"), "{log}");
    assert!(!log.contains("Codex"), "{log}");
    assert_eq!(steps.api.requests().len(), 0);
}

const MARKS: [&str; 3] = ["markplan", "markfinding", "markanswer"];

fn marked_plan() -> String {
    PLAN.replace("## Overview\n", "## Overview\nThe markplan is here.\n")
}

#[track_caller]
fn check_nothing_is_left(sandbox: &Sandbox) {
    let left = files_with(sandbox.root(), &MARKS);
    assert_eq!(left, [] as [String; 0]);
    assert_eq!(fs::read_dir(sandbox.home().join(".claude/deming/open")).unwrap().count(), 0);
}

#[test]
fn without_a_log_nothing_is_left_after_the_end() {
    if !have(&[Need::Codex]) {
        return;
    }
    // Accepted, after a round that found something and a revision.
    let replies = [
        reply("revise", &[finding("high", "The markfinding is one")], &[]),
        reply("approve", &[], &[super::support::sample::prior("F1", "fixed")]),
    ];
    let steps = Steps::new(replies);
    let id = steps.open(&marked_plan());
    steps.answer(&id, "Yes, but don't log");
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains("The markfinding is one"), "{said}");
    let revision = format!("F1 fixed: the markanswer\n\n{}- rotate keys\n", marked_plan());
    steps.say(&format!("revise {id}"), &revision);
    steps.say(&format!("send {id}"), "");
    assert!(!files_with(&steps.state(), &MARKS).is_empty(), "until the end it has to be kept");
    let said = steps.say(&format!("accept {id}"), "- markanswer");
    assert!(said.contains("Ready to implement!"), "{said}");
    check_nothing_is_left(&steps.sandbox);

    // Stopped by the person, when the rounds were used up.
    let replies = [reply("revise", &[finding("high", "The markfinding is one")], &[])];
    let steps = Steps::new(replies);
    let settings = steps.state().join("config.yaml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("{text}rounds: {{ max: 1 }}\n")).unwrap();
    let id = steps.open(&marked_plan());
    steps.answer(&id, "Yes, but don't log");
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains("The one round is used"), "{said}");
    steps.answer(&id, "Stop here");
    let said = steps.say(&format!("resume {id}"), "");
    assert!(said.contains("The review was stopped without an approval."), "{said}");
    check_nothing_is_left(&steps.sandbox);

    // Cancelled while Codex is at it.
    let steps = Steps::new([Reply::Stall]);
    let id = steps.open(&marked_plan());
    steps.answer(&id, "Yes, but don't log");
    let said = steps.say(&format!("send {id} --wait 0"), "");
    assert!(said.contains("Codex is still reviewing"), "{said}");
    processes::wait_for(&steps.sandbox, &["codex", "exec"]);
    let said = steps.say(&format!("cancel {id}"), "");
    assert!(said.contains("Cancelled. No plan was approved."), "{said}");
    assert!(said.contains("The round under way was stopped."), "{said}");
    processes::wait_for_none(&steps.sandbox, &["codex"]);
    processes::wait_for_none(&steps.sandbox, &["worker"]);
    check_nothing_is_left(&steps.sandbox);
}

#[test]
fn a_later_wish_for_no_log_takes_the_earlier_one_away() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new([
        reply("revise", &[finding("low", "The markfinding is small")], &[]),
        approval(),
    ]);
    let settings = steps.state().join("config.yaml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("{text}rounds: {{ max: 1 }}\n")).unwrap();
    let id = steps.open_and_agree(&marked_plan());
    steps.say(&format!("send {id}"), "");
    assert_eq!(steps.logs().len(), 1);
    steps.answer(&id, "Yes");
    steps.say(&format!("resume {id}"), "");
    steps.say(
        &format!("revise {id}"),
        &format!("F1 fixed: so\n\n{}- one more line\n", marked_plan()),
    );
    steps.answer(&id, "Yes, but don't log");
    steps.say(&format!("send {id}"), "");
    steps.say(&format!("accept {id}"), "");
    assert_eq!(steps.logs(), [] as [PathBuf; 0]);
    check_nothing_is_left(&steps.sandbox);
}
