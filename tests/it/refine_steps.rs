//! The loop one command at a time: what it refuses, and what it says when
//! something is missing. Nothing is lost by any of it.

use std::fs;

use super::support::{
    need::{Need, have},
    reply::Reply,
    sample::{PLAN, approval, finding, prior, reply, sample_replies, sample_revisions},
    steps::{Steps, id_in},
};

fn journal(steps: &Steps, id: &str) -> String {
    fs::read_to_string(steps.review(id).join("journal.jsonl")).unwrap()
}

/// The command that an answer ends with.
#[track_caller]
fn next(said: &str) -> &str {
    let line = said.lines().last().and_then(|it| it.strip_prefix("Next: "));
    let line = line.unwrap_or_else(|| panic!("no command to go on with: {said}"));
    line.split_once("\" ").unwrap().1
}

#[test]
fn a_revision_that_is_not_whole_is_refused_with_the_way_on() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new(sample_replies());
    let id = steps.open_and_agree(PLAN);
    let said = steps.say(&format!("send {id}"), "");
    assert_eq!(next(&said), format!("refine revise {id} <<'DEMING_EOF'"));
    let before = journal(&steps, &id);
    let [whole, _] = sample_revisions();
    let answers = whole.split_once("\n\n").unwrap().0;
    let unanswered = whole.replace("F1 fixed: Added refresh token mechanism\n", "");
    let unknown = whole.replace("F4 fixed", "F9 fixed");
    let twice = whole.replace("F4 fixed", "F2 fixed");
    let unchanged = format!("{answers}\n\n{}", PLAN.replace("FastAPI\n", "FastAPI (v2)\n"));
    let elided = format!(
        "{answers}\n\n# Plan: JWT (v2)\n\n[Previous sections plus...]\n\n## Tests\n- pytest\n"
    );
    let kept = whole.split("## Files to modify").next().unwrap();
    let lost = format!("{kept}## Tests\n- tests/test_auth.py (new), run with pytest\n");
    for (input, reason) in [
        (unanswered.as_str(), "not answered: F1 [HIGH]"),
        (&unknown, "there is no finding F9"),
        (&twice, "F2 is answered twice"),
        (&unchanged, "the plan did not change, and no finding was rejected"),
        (&elided, "leaves out its own text: `[Previous sections plus...]`"),
        (
            &lost,
            "the plan lost 2 sections without a word: `Files to modify`, `Risks and roll-back`",
        ),
        (answers, "the new plan is missing"),
        ("What is this?\n\n# Plan: x\n", "`What is this?` is not an answer"),
        ("", "standard input is empty; it takes the answers and the new plan"),
    ] {
        let said = steps.say(&format!("revise {id}"), input);
        assert!(said.contains(reason), "wanted `{reason}`: {said}");
        assert!(said.contains("What to do: "), "{said}");
        assert_eq!(next(&said), format!("refine revise {id} <<'DEMING_EOF'"), "{said}");
        assert_eq!(journal(&steps, &id), before, "{reason}");
    }
    let said = steps.say(&format!("revise {id}"), &whole);
    assert!(said.contains("Plan v2 is recorded."), "{said}");
    assert_eq!(next(&said), format!("refine send {id}"));
    // A second time it is there already, and says so.
    let said = steps.say(&format!("revise {id}"), &whole);
    assert!(said.starts_with("This plan is recorded already; nothing was changed."), "{said}");
    assert_eq!(next(&said), format!("refine send {id}"));
    assert_eq!(steps.api.prompts().len(), 1);
}

#[test]
fn a_plan_is_mended_before_it_costs_a_round() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new([reply("approve", &[], &[])]);
    let vague = PLAN.replace("## Tests", "## Open points\nTBD\n\n## Tests");
    let said = steps.say("open --slug jwt-auth", &format!("Add JWT\n\n{vague}"));
    let id = id_in(&said);
    assert!(said.contains("Before it costs a round, the built-in lint says:"), "{said}");
    assert!(said.contains(&format!("refine revise {id} <<'DEMING_EOF'")), "{said}");
    let said = steps.say(&format!("revise {id}"), PLAN);
    assert!(said.contains("Plan v1 is recorded."), "{said}");
    steps.answer(&id, "Yes, proceed");
    steps.say(&format!("send {id}"), "");
    let sent = String::from_utf8_lossy(&steps.api.prompts()[0].body).into_owned();
    assert!(sent.contains("## Tests") && !sent.contains("TBD"), "{sent}");
    let log = steps.say(&format!("show {id}"), "");
    assert!(!log.contains("TBD") && log.contains("## Initial Plan (v1)"), "{log}");
}

#[test]
fn what_is_not_a_plan_opens_no_review() {
    let steps = Steps::new([]);
    for (input, reason) in [
        ("", "standard input is empty; it takes the task and the plan"),
        ("Add JWT", "no line starts the plan"),
        (PLAN, "the task is missing"),
        ("Add JWT\n\n# Plan: JWT\n", "the plan has headings alone and no text"),
        ("Add JWT\n\n# Plan:\n\nAdd it.\n", "the plan has no title"),
        (
            "Add JWT\n\n# Plan: JWT\n\n## Steps\n[rest as before]\n",
            "line 4 leaves something out: `[rest as before]`",
        ),
    ] {
        let said = steps.say("open --slug ../../x --reviewer offline", input);
        assert!(said.contains(reason), "wanted `{reason}`: {said}");
        assert_eq!(next(&said), "refine open --slug x --reviewer offline <<'DEMING_EOF'");
    }
    assert!(!steps.state().join("reviews").exists());
    assert_eq!(steps.say("status", "").lines().count(), 1);
}

#[test]
fn an_unknown_review_is_named_and_nothing_else_happens() {
    let steps = Steps::new([]);
    for step in ["send", "wait", "revise", "accept", "cancel", "resume", "status", "show"] {
        for (id, shown) in [("rabcdef", "rabcdef"), ("../../etc", "../../etc"), ("r", "r")] {
            let finished = steps.run(&format!("{step} {id}"), "x");
            let want =
                format!("error: there is no review `{shown}`\nhint: run `deming refine list`\n");
            assert_eq!((finished.code(), finished.stderr), (Some(2), want), "{step}");
            assert_eq!(finished.stdout, "");
        }
    }
    assert_eq!(
        steps.say("list", ""),
        "There is no review yet. Type /refine-plan-codex <task> to start one.\n"
    );
}

#[test]
fn of_two_open_reviews_the_human_chooses_one() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new([]);
    let one = steps.open(PLAN);
    let said = steps.say("open", &format!("Another\n\n{}", PLAN.replace("JWT", "OAuth")));
    assert!(
        said.contains(&format!(
            "The review {one} (JWT Authentication for FastAPI) is still open as well."
        )),
        "{said}"
    );
    let two = id_in(&said.replace(&format!("The review {one}"), ""));
    let said = steps.say("resume", "");
    for it in ["Several reviews are open here:", &one, &two, "ask the human which one"] {
        assert!(said.contains(it), "{said}");
    }
    assert_eq!(next(&said), format!("refine resume {two}"));
    // Another folder has none.
    fs::create_dir_all(steps.sandbox.work().join("other")).unwrap();
    let elsewhere = steps.command("resume", "").folder(steps.sandbox.work().join("other")).output();
    assert!(elsewhere.success().starts_with("No review is open in this project."));
    steps.say(&format!("cancel {one}"), "");
    let said = steps.say("resume", "");
    assert!(
        said.starts_with(&format!(
            "Review {two}: OAuth Authentication for FastAPI (plan v1, drafted)"
        )),
        "{said}"
    );
    assert_eq!(steps.api.prompts().len(), 0);
}

#[test]
fn a_journal_that_is_broken_is_not_guessed_at_and_a_torn_line_is() {
    let steps = Steps::new([]);
    let said = steps.say("open --reviewer offline", &format!("Task\n\n{PLAN}"));
    let id = id_in(&said);
    let path = steps.review(&id).join("journal.jsonl");
    let whole = journal(&steps, &id);
    fs::write(&path, format!("{whole}{{\"version\":1,\"at\":\"20")).unwrap();
    let finished = steps.run(&format!("resume {id}"), "");
    assert_eq!(
        finished.stderr,
        "note: the last line of the journal was cut off; 21 bytes are left out\n"
    );
    assert!(finished.success().contains("(plan v1, consented)"));
    steps.say(&format!("cancel {id}"), "");
    assert!(journal(&steps, &id).starts_with(&whole), "the torn line was cut before the next");

    let broken = whole.replacen("{\"version\":1,", "{\"version\":1;", 1);
    fs::write(&path, &broken).unwrap();
    let finished = steps.run(&format!("resume {id}"), "");
    assert_eq!(finished.code(), Some(3));
    assert!(finished.stderr.contains("line 1 of the journal is broken"), "{}", finished.stderr);
    assert!(finished.stderr.contains("hint: the file was changed by hand"), "{}", finished.stderr);
    assert!(steps.say("list", "").contains("line 1 of the journal is broken"));
    assert_eq!(fs::read_to_string(&path).unwrap(), broken, "it is left as it is");
    fs::write(&path, whole.replace("\"opened\"", "\"painted\"")).unwrap();
    let finished = steps.run(&format!("resume {id}"), "");
    assert!(
        finished.stderr.contains("hint: it was written by a newer Deming"),
        "{}",
        finished.stderr
    );
}

#[test]
fn without_codex_the_review_waits_and_says_what_to_do() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new([approval()]);
    let codex = steps.sandbox.bin().join("codex");
    let target = fs::read_link(&codex).unwrap();
    fs::remove_file(&codex).unwrap();
    let said = steps.say("open", &format!("Task\n\n{PLAN}"));
    let id = id_in(&said);
    assert!(said.contains(&format!("Nothing was sent; the review {id} waits: ")), "{said}");
    assert!(said.contains("What to do: "), "{said}");
    assert_eq!(next(&said), format!("refine resume {id}"));
    assert!(said.contains("To do: tell the human"), "{said}");
    // Codex came, and the question with it.
    std::os::unix::fs::symlink(&target, &codex).unwrap();
    let said = steps.say(&format!("resume {id}"), "");
    assert_eq!(next(&said), format!("refine send {id}"));
    steps.answer(&id, "Yes, proceed");
    // It went again: the yes is kept for when it is back.
    fs::remove_file(&codex).unwrap();
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains("Nothing was sent; the review"), "{said}");
    std::os::unix::fs::symlink(&target, &codex).unwrap();
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains("Approved by the reviewer."), "{said}");
    assert_eq!(steps.api.prompts().len(), 1);
}

#[test]
fn a_round_without_a_reply_is_no_verdict_and_can_be_tried_again() {
    if !have(&[Need::Codex]) {
        return;
    }
    let quota = || Reply::named("quota").unwrap();
    let unreadable = || Reply::text("Looks good to me, I guess? Ask somebody else.");
    let steps = Steps::new([quota(), unreadable(), unreadable(), approval()]);
    let id = steps.open_and_agree(PLAN);
    let said = steps.say(&format!("send {id}"), "");
    assert!(
        said.contains("The round failed, so the plan is neither approved nor rejected: "),
        "{said}"
    );
    assert!(
        said.contains("To do: show it to the human, and go on only when they say so."),
        "{said}"
    );
    assert_eq!(next(&said), format!("refine send {id}"));
    // Asked once more to restate it, and unreadable again.
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains("neither an approval nor a rejection"), "{said}");
    assert!(said.contains("Looks good to me, I guess? Ask somebody else."), "{said}");
    let log = fs::read_to_string(&steps.logs()[0]).unwrap();
    assert!(log.contains("**Approval:** not yet, the review goes on"), "{log}");
    assert!(log.contains("The reply could not be read. This is all that came:"), "{log}");
    let said = steps.say(&format!("accept {id}"), "- x");
    assert!(said.starts_with("The plan cannot be accepted yet."), "{said}");
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains("Approved by the reviewer."), "{said}");
    assert_eq!(steps.api.prompts().len(), 4);
}

#[test]
fn a_changed_destination_or_payload_asks_again() {
    if !have(&[Need::Codex]) {
        return;
    }
    let mut steps = Steps::new([approval()]);
    let id = steps.open_and_agree(PLAN);
    // The file that the plan names came to be: more bytes than were agreed to.
    fs::create_dir_all(steps.folder.join("models")).unwrap();
    fs::write(steps.folder.join("models/user.py"), "").unwrap();
    steps.set("CODEX_HOME", &steps.sandbox.home().join("other").display().to_string());
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains("Consent is needed before anything is sent."), "{said}");
    let question = fs::read_to_string(steps.review(&id).join("question.json")).unwrap();
    assert!(question.contains("Changed by the environment: CODEX_HOME="), "{question}");
    assert_eq!(steps.api.prompts().len(), 0);
    steps.answer(&id, "Yes, maybe");
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains("Consent is needed before anything is sent."), "{said}");
    steps.answer(&id, "No, cancel");
    let said = steps.say(&format!("send {id}"), "");
    assert_eq!(said, "Cancelled. No plan was approved.\n");
    assert_eq!(steps.api.prompts().len(), 0);
}

#[test]
fn a_disagreement_is_put_to_the_human_with_both_arguments() {
    if !have(&[Need::Codex]) {
        return;
    }
    let high = finding("high", "Sessions would be simpler than tokens here");
    let insists = prior("F1", "not_fixed");
    let replies = [reply("revise", &[high], &[]), reply("revise", &[], &[insists])];
    let steps = Steps::new(replies);
    let id = steps.open_and_agree(PLAN);
    steps.say(&format!("send {id}"), "");
    let rejected = format!("F1 rejected: the task says JWT\n\n{PLAN}");
    let said = steps.say(&format!("revise {id}"), &rejected);
    assert_eq!(next(&said), format!("refine send {id}"), "an unchanged plan with a reason is fine");
    let said = steps.say(&format!("send {id}"), "");
    for it in [
        "Author and reviewer do not agree. You decide.",
        "F1 [HIGH]\nReviewer: Sessions would be simpler than tokens here\nAuthor: the task says JWT",
    ] {
        assert!(said.contains(it), "{said}");
    }
    assert_eq!(next(&said), format!("refine resume {id}"));
    steps.answer(&id, "Keep the plan");
    let said = steps.say(&format!("resume {id}"), "");
    assert!(said.contains("The human accepts the plan."), "{said}");
    let said = steps.say(&format!("accept {id}"), "");
    assert!(
        said.contains("Approved by the person, with no finding open; Codex did not approve."),
        "{said}"
    );
}
