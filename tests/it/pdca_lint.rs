//! `deming pdca lint`: any log of this shape, against itself and against git.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::support::{repo::Repo, sandbox::Sandbox, session::Session};

/// A log kept by hand: it counts three commits and names two.
const BY_HAND: &str = "# PDCA Session Log

**Session Date:** 2030-01-15
**Feature:** Doors
**Estimated Time:** 1 hour

## IMPLEMENTATION NOTES

### Start Time
14:30

### Progress Log

**Step 1-2: Lock** (14:35)
- ✅ Locked
- Commit: \"Lock the door\"

**Step 3-4: Unlock** (14:50)
- ✅ Unlocked
- Commit: \"Unlock the door\"

### End Time
15:00

### Actual Duration
40 minutes (20 min under estimate)

### Deviations from Plan
None

### Interventions Made
None

## RETROSPECTIVE

### Quality Metrics
- Total commits: 3
- Largest commit: 2 lines
";

/// The rules that a run names, and its exit code.
#[track_caller]
fn rules(session: &Session<'_>, log: &str) -> (Vec<String>, bool) {
    let finished = session.run(&format!("pdca lint --json {log}"), "");
    let json: Value = serde_json::from_str(&finished.stdout).unwrap();
    let found = json["findings"].as_array().unwrap();
    assert_eq!(finished.code(), Some(i32::from(!found.is_empty())), "{json}");
    let rules = found.iter().map(|it| it["rule"].as_str().unwrap().to_owned());
    let rules = rules.filter(|it| it != "missing-section").collect();
    (rules, json["git"].as_bool().unwrap())
}

#[test]
fn log_kept_by_hand_is_checked_against_itself_and_git() {
    let sandbox = Sandbox::new();
    let mut repo = Repo::new(&sandbox, "house");
    let session = Session::in_folder(&sandbox, repo.path());
    fs::write(repo.path().join("log.md"), BY_HAND).unwrap();
    let own = ["duration", "commit-count"].map(str::to_owned).to_vec();
    // Git knows none of these commits: the log is about another repository.
    assert_eq!(rules(&session, "log.md"), (own.clone(), false));
    repo.write("door.py", "x = 1\n");
    repo.commit("Lock the door");
    let (found, with_git) = rules(&session, "log.md");
    assert!(with_git);
    // The other one is missed in git, and so is the third.
    assert_eq!(found, ["git-commit", "duration", "commit-count", "git-count"]);
    repo.write("door.py", "x = 2\n");
    repo.commit("Unlock the door");
    fs::write(repo.path().join("log.md"), BY_HAND.replace("commits: 3", "commits: 2")).unwrap();
    assert_eq!(rules(&session, "log.md"), (vec!["duration".to_owned()], true));

    let said = session.run("pdca lint log.md", "").stdout;
    let want = ": duration: 40 minutes from start to end; what would be true: 30 minutes\n";
    assert!(said.contains(want), "{said}");
}

#[test]
fn made_up_commits_of_this_project_are_found() {
    let sandbox = Sandbox::new();
    let repo = Repo::new(&sandbox, "house");
    let session = Session::in_folder(&sandbox, repo.path());
    let log = BY_HAND
        .replace("\"Lock the door\"", "\"Lock the door\" (`1234567`)")
        .replace("**Feature:** Doors", "**Feature:** Doors\n**Project:** house");
    fs::write(repo.path().join("log.md"), log).unwrap();
    let (found, with_git) = rules(&session, "log.md");
    assert!(with_git);
    assert_eq!(found.iter().filter(|it| *it == "git-commit").count(), 2, "{found:?}");
}

#[test]
fn what_is_no_log_is_said_to_be_none() {
    let sandbox = Sandbox::new();
    let session = Session::in_folder(&sandbox, sandbox.work());
    fs::write(sandbox.work().join("readme.md"), "# Something else\n\nWords.\n").unwrap();
    assert_eq!(rules(&session, "readme.md"), (vec!["not-a-session-log".to_owned()], false));
    for name in ["absent.md", "."] {
        let finished = session.run(&format!("pdca lint {name}"), "");
        assert_eq!((finished.code(), finished.stdout.as_str()), (Some(2), ""), "{name}");
    }
}

const PAIRS: [&str; 3] = ["lock", "bolt", "hinge"];

/// A closed session of three pairs, one commit each.
fn closed(session: &Session<'_>) -> PathBuf {
    let plan = "Steps:\n- lock\n- bolt\n- hinge\nCriteria:\n- It locks\nRisks: none\n";
    session.plan("Doors", plan);
    for (first, name) in [1, 3, 5].into_iter().zip(PAIRS) {
        session.pair(first, name);
    }
    session.close("Nothing: all went well");
    session.logs("house").remove(0)
}

/// Everything that is found in a log but what is not filled in.
#[track_caller]
fn findings(session: &Session<'_>, log: &Path) -> Vec<(String, String, String)> {
    let finished = session.run(&format!("pdca lint --json {}", log.display()), "");
    let json: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(json["git"], true, "{json}");
    let text = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    let found = json["findings"].as_array().unwrap().iter();
    let found = found.map(|it| (text(it, "rule"), text(it, "message"), text(it, "truth")));
    found.filter(|it| it.0 != "unfilled").collect()
}

/// Makes the session one that this machine knows nothing of.
fn forget(session: &Session<'_>) {
    fs::remove_dir_all(session.state().join("sessions")).unwrap();
}

/// Takes the middle commit out of a log of three, with all that counts it.
fn without_a_commit(text: &str) -> String {
    let start = text.find("- Commit: \"Add bolt\"").unwrap();
    let end = text[start..].find("- Test-first").unwrap() + start;
    let text = format!("{}- No commit was recorded{}", &text[..start], &text[end - 1..]);
    let text = text.replace("- Total commits: 3", "- Total commits: 2");
    let text = text.replace(", 6/3)", ", 4/2)").replace(", 9/3)", ", 6/2)");
    let text = text.replace("/9 changed lines", "/6 changed lines");
    text.replace("0 of 3 commits", "0 of 2 commits").replace("3 of 3 product", "2 of 2 product")
}

#[test]
fn commit_that_was_taken_out_of_a_log_is_missed() {
    let sandbox = Sandbox::new();
    let mut repo = Repo::new(&sandbox, "house");
    repo.commit("Begin");
    let session = Session::in_folder(&sandbox, repo.path());
    let log = closed(&session);
    assert_eq!(findings(&session, &log), []);
    let text = fs::read_to_string(&log).unwrap();
    let copy = sandbox.work().join("copy.md");
    fs::write(&copy, without_a_commit(&text)).unwrap();
    let bolt = repo.git(&["log", "--format=%h", "--grep", "Add bolt"]);
    let want = [
        (
            "git-commit".to_owned(),
            "a commit is not named".to_owned(),
            format!("git has `{bolt}` \"Add bolt\""),
        ),
        ("git-count".to_owned(), "2 commits counted".to_owned(), "git has 3".to_owned()),
    ];
    let by_journal = findings(&session, &copy);
    assert_eq!(by_journal[..2], want);
    // The journal knows the metrics as well.
    let lines = ("files touched: 2 average (well under 5, 4/2)", "6 in 3 by git");
    assert!(by_journal.iter().any(|it| (&*it.1, &*it.2) == lines), "{by_journal:?}");
    forget(&session);
    assert_eq!(findings(&session, &log), []);
    assert_eq!(findings(&session, &copy), want);
    // In a copy of the repository nobody knows whose commits were pulled.
    let clone = sandbox.work().join("clone/house");
    repo.git(&["clone", "--quiet", ".", clone.to_str().unwrap()]);
    let elsewhere = Session::in_folder(&sandbox, &clone);
    assert_eq!(findings(&elsewhere, &log), []);
    assert_eq!(findings(&elsewhere, &copy), []);
}

#[test]
fn metrics_and_revisions_are_compared_with_the_session() {
    let sandbox = Sandbox::new();
    let mut repo = Repo::new(&sandbox, "house");
    let begin = repo.commit("Begin");
    let other = repo.commit("Sweep");
    let session = Session::in_folder(&sandbox, repo.path());
    let log = closed(&session);
    let text = fs::read_to_string(&log).unwrap();
    let hinge = repo.git(&["log", "--format=%h", "--grep", "Add hinge"]);
    let damaged = sandbox.work().join("damaged.md");
    let check = |old: &str, new: &str, want: (&str, &str, &str)| {
        assert_eq!(text.matches(old).count(), 1, "`{old}`: {text}");
        fs::write(&damaged, text.replace(old, new)).unwrap();
        let want = [(want.0.to_owned(), want.1.to_owned(), want.2.to_owned())];
        assert_eq!(findings(&session, &damaged), want);
    };
    let base = &other[..7];
    check(
        &format!("**Base commit:** `{base}`"),
        "**Base commit:** `1234567`",
        ("git-commit", "base commit `1234567`", &format!("the session began at `{base}`")),
    );
    check(
        "- Largest commit: 3 lines",
        "- Largest commit: 7 lines",
        (
            "git-lines",
            "largest commit: 7 lines (well under 200)",
            "the largest commit in git has 3 lines",
        ),
    );
    check(
        "- Files touched: 2 average (well under 5, 6/3)",
        "- Files touched: 3 average (well under 5, 9/3)",
        ("git-lines", "files touched: 3 average (well under 5, 9/3)", "6 in 3 by git"),
    );
    check(
        "3 of 3 product commits had tests",
        "2 of 3 product commits had tests",
        (
            "git-lines",
            "test pairing: 2 of 3 product commits had tests with or right before them \
             (fewer than 5, not judged)",
            "3 in 3 by git",
        ),
    );
    let (begin, hinge) = (&begin[..7], &*hinge);
    let stranger = text.replace(&format!("(`{hinge}`)"), &format!("(`{begin}`)"));
    let stranger = stranger.replace("\"Add hinge\"", "\"Begin\"");
    fs::write(&damaged, stranger).unwrap();
    let want = (format!("commit `{begin}`"), "git has it, and it is none of the session's");
    for _ in 0..2 {
        let found = findings(&session, &damaged);
        assert!(found.iter().any(|it| (&it.1, &*it.2) == (&want.0, want.1)), "{found:?}");
        let missed = format!("git has `{hinge}` \"Add hinge\"");
        // Without the journal, what comes after the last commit is nobody's.
        let is_missed = found.iter().any(|it| it.2 == missed);
        assert_eq!(is_missed, session.state().join("sessions").exists(), "{found:?}");
        let _ = fs::remove_dir_all(session.state().join("sessions"));
    }
    fs::write(&damaged, text.replace(&format!("`{base}`"), "`1234567`")).unwrap();
    let want = ["git-commit", "base commit `1234567`", "git has no such commit here"];
    let found = findings(&session, &damaged);
    assert_eq!(found, [want.map(str::to_owned).into()]);
}

/// What git can do to the commits of a session, and the logs of such sessions.
#[test]
fn log_of_a_session_is_clean_whatever_happened_to_its_commits() {
    let sandbox = Sandbox::new();
    let mut repo = Repo::new(&sandbox, "house");
    repo.write("README.md", "House\n");
    repo.commit("Begin");
    // Somebody else, and the same author elsewhere, at the same time.
    let other = sandbox.work().join("other");
    repo.git(&["clone", "--quiet", ".", other.to_str().unwrap()]);
    let other = Session::in_folder(&sandbox, &other);
    let own = Session::in_folder(&sandbox, repo.path());
    let elsewhere = |name: &str| {
        other.write(name, "y = 1\n");
        other.commit(name);
    };
    repo.git(&["remote", "add", "other", other.folder.to_str().unwrap()]);
    let session = &own;
    let plan = "Steps:\n- lock\n- bolt\n- hinge\nCriteria:\n- It locks\nRisks: none\n";
    session.plan("Doors", plan);
    let log = session.logs("house").remove(0);
    elsewhere("pulled.py");
    session.git(&["pull", "--quiet", "--ff-only", "other", "main"]);
    session.pair(1, "lock");
    assert_eq!(findings(session, &log), []);
    session.git(&["commit", "--quiet", "--amend", "--message", "Add lock, better"]);
    // What no command took in yet is in no log.
    assert_eq!(findings(session, &log), []);
    elsewhere("rebased.py");
    session.git(&["pull", "--quiet", "--rebase", "other", "main"]);
    session.take("next", "");
    assert_eq!(findings(session, &log), []);
    session.pair(3, "bolt");
    elsewhere("merged.py");
    session.git(&["pull", "--quiet", "--no-rebase", "--no-edit", "other", "main"]);
    session.pair(5, "hinge");
    assert_eq!(findings(session, &log), []);
    session.git(&["checkout", "--quiet", "-b", "side"]);
    session.git(&["commit", "--quiet", "--allow-empty", "--message", "Aside"]);
    session.git(&["checkout", "--quiet", "main"]);
    session.take("next", "");
    assert_eq!(findings(session, &log), []);
    session.close("Nothing: all went well");
    let text = fs::read_to_string(&log).unwrap();
    assert!(text.contains("- Total commits: 4\n"), "{text}");
    assert_eq!(findings(session, &log), [], "{text}");
    // The next session of this author goes on from there.
    session.git(&["commit", "--quiet", "--allow-empty", "--message", "Later"]);
    forget(session);
    assert_eq!(findings(session, &log), [], "{text}");
    let clone = sandbox.work().join("clone/house");
    repo.git(&["clone", "--quiet", ".", clone.to_str().unwrap()]);
    assert_eq!(findings(&Session::in_folder(&sandbox, &clone), &log), [], "{text}");
}

#[test]
fn log_owes_only_what_was_due_in_its_session() {
    let sandbox = Sandbox::new();
    let mut repo = Repo::new(&sandbox, "house");
    repo.commit("Begin");
    let session = Session::in_folder(&sandbox, repo.path());
    let check = |log: &Path| {
        let lint = session.run(&format!("pdca lint {}", log.display()), "");
        let text = fs::read_to_string(log).unwrap();
        assert!(lint.stdout.starts_with("Nothing contradicts, "), "{}{text}", lint.stdout);
    };
    session.take("start --mode emergency", "Doors");
    session.take("plan", "Steps:\n- lock\n");
    session.pair(1, "lock");
    session.take("check", "Status: Complete\nReady: yes\n");
    session.take("confirm checking", "Yes");
    session.say("close", "Close it");
    let log = session.logs("house").remove(0);
    check(&log);
    let id = session.ids().remove(0);
    session.say(&format!("reopen {id}"), "It jams");
    check(&log);
    session.say("abandon", "No time");
    check(&log);
    let plan = "Steps:\n- bolt\n- hinge\nCriteria:\n- It locks\nRisks: none\n";
    session.plan("Windows", plan);
    session.pair(1, "bolt");
    session.take("step start 3", "");
    session.say("abandon", "No time");
    check(&session.logs("house")[1]);
}
