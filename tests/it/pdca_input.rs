//! What `deming pdca` refuses: always with the reason, what to do and the way
//! on, and nothing is changed.

use std::{fs, thread};

use super::support::{
    repo::Repo,
    sandbox::Sandbox,
    session::{Session, next},
};

const PLAN: &str = "Steps:\n- Lock\n- Unlock\nCheckpoints: 2\nCriteria:\n- It locks\nRisks: none\n";

#[test]
fn without_a_session_every_command_says_how_to_start_one() {
    let sandbox = Sandbox::new();
    let session = Session::in_folder(&sandbox, sandbox.work());
    for line in [
        "status",
        "next",
        "next --end",
        "objective",
        "estimate",
        "analysis",
        "plan",
        "confirm analysis",
        "back analysis",
        "step start 1",
        "step done 1",
        "step defer 1",
        "note",
        "deviation",
        "intervention",
        "checkpoint 1",
        "decide",
        "check",
        "retro",
        "change",
        "knowledge",
        "lessons",
        "close",
        "abandon",
    ] {
        let said = session.say(line, "text");
        let want = "No session is open in this working tree. To start one, the human types \
                    /pdca-start <feature>, or `deming pdca start` in a terminal.\n";
        assert_eq!(said, want, "{line}");
    }
    assert!(session.say("list", "").starts_with("There is no session yet."));
    for (line, want) in [
        ("log", "error: there is no session of this working tree\nhint: run `deming pdca list`\n"),
        (
            "next --session sabcdef",
            "error: there is no session `sabcdef`\nhint: run `deming pdca list`\n",
        ),
        (
            "note --session ../../x",
            "error: there is no session `../../x`\nhint: run `deming pdca list`\n",
        ),
        ("reopen s", "error: there is no session `s`\nhint: run `deming pdca list`\n"),
    ] {
        let finished = session.run(&format!("pdca {line}"), "x");
        assert_eq!((finished.code(), finished.stderr.as_str()), (Some(2), want), "{line}");
    }
    assert!(session.ids().is_empty());
}

#[test]
fn nonsense_starts_nothing() {
    let sandbox = Sandbox::new();
    let session = Session::in_folder(&sandbox, sandbox.work());
    for (line, input, want) in [
        ("start", "", "standard input is empty; it takes the feature"),
        ("start", "--estimate 2h", "`Feature` is missing"),
        ("start", "Doors --estimate soon", "`Estimate` is not clear: `soon`"),
        ("start", "Doors --estimate 0h", "`Estimate` is not clear: `0h`"),
        ("start", "Doors --estimate 99999h", "`Estimate` is not clear: `99999h`"),
        ("start --mode quick", "Doors", "`Mode` is not clear: `quick`"),
        ("start --estimate 25", "Doors", "`Estimate` is not clear: `25`"),
    ] {
        let said = session.say(line, input);
        assert!(said.contains(want), "wanted `{want}`: {said}");
        assert!(said.contains("What to do: "), "{said}");
        assert_eq!(next(&said), "pdca start <<'DEMING_EOF'");
    }
    assert!(session.ids().is_empty());
}

#[test]
fn what_cannot_be_taken_changes_nothing_and_says_the_way_on() {
    let sandbox = Sandbox::new();
    let repo = Repo::new(&sandbox, "house");
    let session = Session::in_folder(&sandbox, repo.path());
    session.plan("Doors", PLAN);
    let journal = session.journal(&session.id());
    let before = fs::read_to_string(&journal).unwrap();
    for (line, input, want) in [
        ("start", "Windows", "A session is open here already; the new one was not started."),
        ("note", " \n", "standard input is empty"),
        ("analysis", "Approach: x", "the analysis belongs to the phase `analysis`"),
        ("analysis", "Aproach: x", "line 1 belongs to no field: `Aproach: x`"),
        ("plan", "Steps:\n- a\nRiscs: b", "line 3 is no item of the list `Steps`: `Riscs: b`"),
        ("plan", "Steps:\n- a\nSteps:\n- b", "the field `Steps` is there twice"),
        ("plan", "Checkpoints: 3", "step 3 ends no test and implementation pair"),
        ("plan", "Checkpoints: often", "`Checkpoints` is not clear: `often`"),
        ("step start 9", "", "there is no step 9; the plan has 4"),
        ("step done 9", "- x", "there is no step 9; the plan has 4"),
        ("checkpoint 2", "ok", "no checkpoint waits after step 2"),
        ("confirm doing", "ok", "the phase `doing` cannot end: step 1 is not finished"),
        ("confirm checking", "ok", "step 1 is not finished"),
        ("deviation", "What: a", "`Reason` and `Impact` are missing"),
        ("intervention", "What: a", "`Said` is missing"),
        ("estimate", "-3h", "`Estimate` is not clear: `-3h`"),
        ("check", "Status: Complete\nReady: yes", "step 1 is not finished"),
        ("close", "yes", "closing belongs to the phase `retro`"),
        ("retro", "Worked: none", "the retrospective belongs to the phase `retro`"),
        ("reviewed rabcdef", "", "there is no review `rabcdef`"),
    ] {
        if line.starts_with("reviewed") {
            let finished = session.run(&format!("pdca {line}"), input);
            assert!(finished.stderr.contains(want), "{finished:?}");
            continue;
        }
        let said = session.say(line, input);
        assert!(said.contains(want), "`{line}`, wanted `{want}`: {said}");
        let way_on = if line == "start" { "pdca next" } else { "pdca step start 1" };
        assert_eq!(next(&said), way_on, "{line}");
        assert_eq!(fs::read_to_string(&journal).unwrap(), before, "{line}");
    }
}

#[test]
fn agent_is_ready_only_on_tests_that_passed() {
    let sandbox = Sandbox::new();
    let mut repo = Repo::new(&sandbox, "house");
    repo.commit("Begin");
    let session = Session::in_folder(&sandbox, repo.path());
    session.plan("Doors", "Steps:\n- Lock\nCriteria:\n- It locks\nRisks: none\n");
    session.take("step start 1", "");
    session.take("step done 2", "- Locked");
    let check = "Status: Complete\nReady: yes\nCriteria:\n- met - seen\n";
    let said = session.say("check", check);
    assert!(said.contains("no test is known to have run since the last edit"), "{said}");
    session.saw_tests(3, 1);
    assert!(session.say("check", check).contains("the last run of `pytest` has failures"));
    // The human may decide, with a reason.
    assert!(session.say("check --human", check).contains("the tests are not known to pass"));
    session.take("check --human", &format!("{check}Reason: fails on main too\n"));
    session.saw_tests(4, 0);
    session.take("check", check);
}

#[test]
fn without_git_and_on_a_detached_head_a_session_goes_on() {
    let sandbox = Sandbox::new();
    let plain = sandbox.work().join("plain");
    fs::create_dir_all(&plain).unwrap();
    let session = Session::in_folder(&sandbox, &plain);
    let said = session.say("start --mode emergency", "Doors");
    assert!(said.contains("there is no git repository here"), "{said}");
    session.take("plan", "Steps:\n- Lock\n");
    let log = fs::read_to_string(&session.logs("plain")[0]).unwrap();
    assert!(!log.contains("**Git branch:**") && !log.contains("**Base commit:**"), "{log}");

    let mut repo = Repo::new(&sandbox, "house");
    repo.commit("Begin");
    repo.git(&["checkout", "--quiet", "--detach"]);
    let session = Session::in_folder(&sandbox, repo.path());
    session.take("start --mode emergency", "Doors");
    let log = fs::read_to_string(&session.logs("house")[0]).unwrap();
    assert!(!log.contains("**Git branch:**") && log.contains("**Base commit:**"), "{log}");

    // Nothing was committed there yet.
    let empty = Repo::new(&sandbox, "empty");
    let session = Session::in_folder(&sandbox, empty.path());
    session.take("start --mode emergency", "Doors");
    let log = fs::read_to_string(&session.logs("empty")[0]).unwrap();
    assert!(log.contains("**Git branch:** main") && !log.contains("**Base commit:**"), "{log}");
}

#[test]
fn two_starts_at_once_open_one_session() {
    let sandbox = Sandbox::new();
    let repo = Repo::new(&sandbox, "house");
    thread::scope(|scope| {
        let starts: Vec<_> = (0..4)
            .map(|number| {
                let session = Session::in_folder(&sandbox, repo.path());
                scope.spawn(move || session.say("start", &format!("Doors {number}")))
            })
            .collect();
        let refused = starts
            .into_iter()
            .map(|it| it.join().unwrap())
            .filter(|it| it.starts_with("A session is open here already"));
        assert_eq!(refused.count(), 3);
    });
    let session = Session::in_folder(&sandbox, repo.path());
    assert_eq!(session.ids().len(), 1);
}

#[test]
fn two_open_sessions_of_one_folder_are_named() {
    let sandbox = Sandbox::new();
    let repo = Repo::new(&sandbox, "house");
    let session = Session::in_folder(&sandbox, repo.path());
    session.take("start --mode emergency", "Doors");
    let one = session.id();
    let index = session.state().join("open-sessions");
    let root = fs::read(index.join(&one)).unwrap();
    fs::remove_file(index.join(&one)).unwrap();
    session.take("start --mode emergency", "Windows");
    let two = session.id();
    fs::write(index.join(&one), root).unwrap();
    let said = session.say("next", "");
    assert!(said.starts_with("Several sessions are open here:\n"), "{said}");
    assert!(said.contains(&one) && said.contains(&two), "{said}");
    session.say(&format!("abandon --session {one}"), "Opened twice");
    assert_eq!(session.id(), two);
}

#[test]
fn journal_that_was_cut_off_is_mended_and_a_broken_one_is_refused() {
    let sandbox = Sandbox::new();
    let repo = Repo::new(&sandbox, "house");
    let session = Session::in_folder(&sandbox, repo.path());
    session.take("start --mode emergency", "Doors");
    let id = session.id();
    let journal = session.journal(&id);
    let whole = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, format!("{whole}{{\"version\":1,\"at\":\"20")).unwrap();
    let finished = session.run("pdca note", "Mind the cat");
    assert!(finished.stderr.contains("the last line of the journal was cut off"), "{finished:?}");
    assert!(fs::read_to_string(&journal).unwrap().starts_with(&whole));
    assert!(session.say("status", "").contains("Doors"));
    fs::write(&journal, format!("{whole}no event\n{whole}")).unwrap();
    let finished = session.run("pdca next", "");
    assert_eq!(finished.code(), Some(3));
    assert!(
        finished.stderr.contains(&format!("the session `{id}` cannot be read: line 3")),
        "{finished:?}"
    );
}
