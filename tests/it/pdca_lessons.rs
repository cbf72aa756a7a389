//! What a session learned comes back where it fits, in its project alone; a
//! change that was chosen goes into a phase prompt and out of it again.

use std::fs;

use super::support::{
    repo::Repo,
    sandbox::Sandbox,
    session::{Session, next},
};

const PLAN: &str = "Steps:\n- Lock\nCriteria:\n- It locks\nRisks: none\n";
const CHANGE: &str = "Type: PROMPT\nFile: analysis-prompt.md\nPlace: Answer\n\
                      Text:\n- Who oils the locks?\nWhy: they jam\n";

/// A closed session that chose a change and learned that locks jam.
fn learned<'a>(sandbox: &'a Sandbox, name: &str) -> Session<'a> {
    let repo = Repo::new(sandbox, name);
    let session = Session::in_folder(sandbox, repo.path());
    session.commit("Begin");
    session.plan("Doors", PLAN);
    session.pair(1, "lock");
    session.close(CHANGE);
    session
}

/// The id of the change, as the helper names it.
#[track_caller]
fn change(session: &Session<'_>) -> String {
    let said = session.run("prompts list", "").success();
    said.split(':').next().unwrap().to_owned()
}

#[test]
fn lessons_come_back_where_they_fit() {
    let sandbox = Sandbox::new();
    let session = learned(&sandbox, "house");
    let said = session.run("recall oil the locks", "").success();
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines[0].starts_with("- PROMPT for `analysis-prompt.md`: ")
            || lines[0].starts_with("- Locks jam"),
        "{said}"
    );
    assert_eq!(lines.len(), 2, "{said}");
    let said = session.run("recall charts in colour", "").success();
    assert_eq!(said, "No earlier lesson of `house` fits.\n");

    let said = session.say("start --mode emergency", "Locks for windows, with oil");
    assert!(said.contains("\nLessons of earlier sessions that may fit:\n- "), "{said}");
    assert!(said.contains("Locks jam - oil them ("), "{said}");
    let log = fs::read_to_string(&session.logs("house")[1]).unwrap();
    assert!(log.contains("### Lessons Recalled\n- "), "{log}");
    session.say("abandon", "Only a look");
    // What was chosen for the next session is shown whatever that is about.
    let said = session.say("start --mode emergency", "Paint the walls");
    let want = "\nThe last session chose for this one: PROMPT for `analysis-prompt.md`: ";
    assert!(said.contains(want) && !said.contains("Lessons of earlier"), "{said}");

    let plan = "Locks for windows\n\n# Plan: Locks for windows\n\n## Steps\n1. Oil the locks.\n";
    let said = session.run("refine open --reviewer offline", plan).success();
    assert!(said.contains("Lessons of earlier sessions that may fit:\n\n- "), "{said}");
}

#[test]
fn lessons_of_other_projects_come_only_where_they_are_joined() {
    let sandbox = Sandbox::new();
    learned(&sandbox, "house");
    let repo = Repo::new(&sandbox, "garage");
    let garage = Session::in_folder(&sandbox, repo.path());
    assert!(garage.run("recall oil the locks", "").success().starts_with("No earlier lesson"));
    fs::write(garage.state().join("config.yaml"), "lessons: { projects: [house] }\n").unwrap();
    assert!(garage.run("recall oil the locks", "").success().contains("Locks jam - oil them"));
}

#[test]
fn change_goes_into_its_prompt_and_out_again() {
    let sandbox = Sandbox::new();
    let session = learned(&sandbox, "house");
    let id = change(&session);
    let said = session.run("prompts list", "").success();
    assert!(said.contains(": not in force, for `analysis-prompt.md` ("), "{said}");
    let start = || {
        let said = session.say("start --estimate 1h --objective Peace", "Windows");
        session.say("abandon", "Only a look");
        said
    };
    let prompt = |said: &str| said.split("# Analysis").nth(1).unwrap().to_owned();
    assert!(!prompt(&start()).contains("Who oils the locks?"));
    let said = session.run(&format!("prompts apply {id}"), "").success();
    assert!(said.starts_with("The prompt `analysis` now says, for this project:\n"), "{said}");
    let said = start();
    let want = "likely debugging: low, medium or high.\n- Who oils the locks?\n\n## Recommended";
    assert!(said.contains(want), "{said}");
    assert!(said.contains(&format!("_Changed by {id}; see `deming prompts list`._")), "{said}");
    // Not in another project, unless that was wanted.
    let other = Repo::new(&sandbox, "garage");
    let garage = Session::in_folder(&sandbox, other.path());
    let said = garage.say("start --estimate 1h --objective Peace", "Windows");
    assert!(!said.contains("Who oils the locks?"), "{said}");
    session.run(&format!("prompts apply {id} --everywhere"), "").success();
    assert!(garage.say("next", "").contains("Who oils the locks?"));
    session.run(&format!("prompts revert {id}"), "").success();
    assert!(!prompt(&start()).contains("Who oils the locks?"));
    for line in ["prompts revert", "prompts apply"] {
        let finished = session.run(&format!("{line} sabcdef-1"), "");
        let want = "error: there is no change `sabcdef-1`\nhint: run `deming prompts list`\n";
        assert_eq!((finished.code(), finished.stderr.as_str()), (Some(2), want), "{line}");
    }
    let finished = session.run(&format!("prompts apply {id} --prompt thinking"), "");
    assert!(finished.stderr.starts_with("error: there is no prompt `thinking`"), "{finished:?}");
}

#[test]
fn session_that_is_closed_again_has_its_lessons_once() {
    let sandbox = Sandbox::new();
    let session = learned(&sandbox, "house");
    let ids = session.ids();
    let before = session.run("recall --json oil the locks", "").success();
    let said = session.say(&format!("reopen {}", ids[0]), "More to do");
    assert!(!said.contains("The last session chose"), "{said}");
    session.say("close", "Now it is done");
    assert_eq!(session.run("recall --json oil the locks", "").success(), before);
}

#[test]
fn logs_stand_in_the_project_where_the_person_wants_them() {
    let sandbox = Sandbox::new();
    let repo = Repo::new(&sandbox, "house");
    let session = Session::in_folder(&sandbox, repo.path());
    fs::create_dir_all(session.state()).unwrap();
    fs::write(session.state().join("config.yaml"), "sessions: { logs: docs/pdca }\n").unwrap();
    session.take("start --mode emergency", "Doors");
    let folder = repo.path().join("docs/pdca");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    assert!(session.logs("house").is_empty());
    let said = session.say("log", "");
    assert!(said.starts_with("# PDCA Session Log\n"), "{said}");
    session.say("abandon", "No time");
    // A repository cannot lead the log elsewhere.
    fs::remove_dir_all(repo.path().join("docs")).unwrap();
    let elsewhere = sandbox.work().join("elsewhere");
    fs::create_dir_all(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, repo.path().join("docs")).unwrap();
    let said = session.say("start --mode emergency", "Doors");
    assert!(said.contains("Note: the log was not written: `"), "{said}");
    assert!(said.contains("is a symbolic link"), "{said}");
    assert_eq!(next(&said), "pdca plan <<'DEMING_EOF'");
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
}

#[test]
fn retrospective_asks_whether_the_last_change_helped() {
    let sandbox = Sandbox::new();
    let session = learned(&sandbox, "house");
    session.plan("Windows", PLAN);
    session.pair(1, "pane");
    session.take("check", "Status: Complete\nReady: yes\nCriteria:\n- met - tests\n");
    let said = session.say("confirm checking", "Yes");
    assert!(said.contains("\nThe last session chose: PROMPT for `analysis-prompt.md`: "), "{said}");
    assert!(said.contains("\nAsk whether it helped.\n"), "{said}");
}
