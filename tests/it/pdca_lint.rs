//! `deming pdca lint`: any log of this shape, against itself and against git.

use std::fs;

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
    let want = ": duration: 40 minutes from start to end; true: 30 minutes\n";
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
