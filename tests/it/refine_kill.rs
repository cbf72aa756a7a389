//! The helper dies at any moment of a review: the next command goes on where it
//! was, and no round is paid for twice.

use std::fs;

use deming_core::{
    journal,
    review_loop::{OpenQuestion, Review, ReviewEvent, Subject},
};

use super::support::{
    need::{Need, have},
    processes,
    reply::Reply,
    sample::{LEARNINGS, PLAN, approval, sample_replies, sample_revisions},
    steps::Steps,
};

const ABORT: &str = "DEMING_ABORT_AFTER";
/// More commands than any review here takes.
const MOST_COMMANDS: usize = 40;

fn review(steps: &Steps) -> Option<Review> {
    let folder = fs::read_dir(steps.state().join("reviews")).ok()?.next()?.unwrap().path();
    let bytes = fs::read(folder.join("journal.jsonl")).ok()?;
    let (records, _) = journal::decode::<ReviewEvent>(&bytes).unwrap();
    Some(Review::fold(&records).unwrap())
}

/// The question that is open and not answered yet.
fn question(steps: &Steps, id: &str) -> Option<OpenQuestion> {
    let folder = steps.review(id);
    let open: OpenQuestion =
        serde_json::from_slice(&fs::read(folder.join(OpenQuestion::FILE)).ok()?).unwrap();
    let answers = fs::read_to_string(folder.join("answers.jsonl")).unwrap_or_default();
    (!answers.contains(&open.nonce)).then_some(open)
}

/// What the author hands over with a command.
fn input(step: &str, review: &Review) -> String {
    match step {
        "revise" => sample_revisions()[review.versions.len() - 1].clone(),
        "accept" => LEARNINGS.to_owned(),
        _ => String::new(),
    }
}

/// Follows `Next:` to the end; where the helper dies it is asked to resume.
/// Gives the state at the end, and how often the helper died.
fn follow(steps: &mut Steps, kill_after: Option<&str>) -> (Review, usize) {
    let mut n_died = 0;
    if let Some(event) = kill_after {
        steps.set(ABORT, event);
    }
    let mut line = "open --slug jwt-auth".to_owned();
    for _ in 0..MOST_COMMANDS {
        let before = review(steps);
        if let Some(review) = &before
            && let Some(open) = question(steps, &review.opening.id)
        {
            let label = match open.subject {
                Subject::Consent => "Yes, proceed",
                Subject::Decision => "No, accept plan",
            };
            steps.answer(&review.opening.id, label);
        }
        let step = line.split(' ').next().unwrap();
        let stdin = match &before {
            Some(review) => input(step, review),
            None => format!("Add JWT authentication\n\n{PLAN}"),
        };
        let finished = steps.run(&line, &stdin);
        let happened = kill_after.is_some_and(|it| has_event(steps, it));
        if n_died == 0 && happened {
            // The process died itself, or the one that waits for the reply did.
            assert!(finished.code() != Some(0) || step == "send", "{line}: {finished:?}");
            steps.unset(ABORT);
            n_died += 1;
            "resume".clone_into(&mut line);
            continue;
        }
        let said = finished.success();
        let Some(next) = said.lines().rev().find_map(|it| it.strip_prefix("Next: ")) else {
            return (review(steps).unwrap(), n_died);
        };
        let words = next.split_once("\" refine ").unwrap().1;
        words.trim_end_matches(" <<'DEMING_EOF'").clone_into(&mut line);
    }
    panic!("the review does not come to an end; the last command was `{line}`");
}

fn has_event(steps: &Steps, name: &str) -> bool {
    let Some(review) = review(steps) else { return false };
    let path = steps.review(&review.opening.id).join("journal.jsonl");
    fs::read_to_string(path).unwrap().contains(&format!("\"event\":\"{name}\""))
}

/// What must not differ, whatever happened on the way.
fn essence(review: &Review) -> String {
    let versions: Vec<_> = review.versions.iter().map(|it| (&it.text, &it.answers)).collect();
    let replies: Vec<_> = review
        .rounds
        .iter()
        .map(|it| (it.version, it.result.as_ref().map(|it| &it.outcome)))
        .collect();
    format!(
        "{:?}\n{versions:?}\n{replies:?}\n{:?}\n{:?}\n{:?}",
        review.phase(),
        review.ledger,
        review.learnings,
        review.usage
    )
}

#[test]
fn a_kill_after_any_event_changes_nothing_and_no_round_is_paid_twice() {
    if !have(&[Need::Codex]) {
        return;
    }
    let mut steps = Steps::new(sample_replies());
    let (undisturbed, _) = follow(&mut steps, None);
    assert_eq!(steps.api.prompts().len(), 3);
    let log = fs::read_to_string(&steps.logs()[0]).unwrap();
    for event in [
        "opened",
        "consented",
        "round_started",
        "round_ended",
        "revised",
        "decided",
        "log_placed",
        "accepted",
    ] {
        assert!(has_event(&steps, event), "{event}");
        let mut killed = Steps::new(sample_replies());
        let (review, n_died) = follow(&mut killed, Some(event));
        assert_eq!(n_died, 1, "{event}");
        assert_eq!(essence(&review), essence(&undisturbed), "{event}");
        assert_eq!(killed.api.prompts().len(), 3, "{event}");
        let [path] = &killed.logs()[..] else { panic!("{event}: {:?}", killed.logs()) };
        let text = fs::read_to_string(path).unwrap();
        assert_eq!(sections(&text), sections(&log), "{event}");
    }
}

/// The headings of a log.
fn sections(log: &str) -> Vec<&str> {
    log.lines().filter(|it| it.starts_with('#')).collect()
}

#[test]
fn a_signal_to_send_leaves_the_round_to_its_worker() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new([Reply::after(2, approval())]);
    let id = steps.open_and_agree(PLAN);
    let command = format!("send {id}");
    let finished = std::thread::scope(|scope| {
        let sending = scope.spawn(|| steps.run(&command, ""));
        processes::wait_for(&steps.sandbox, &["codex", "exec"]);
        let send = processes::wait_for(&steps.sandbox, &["refine send"]);
        processes::signal(&send, "TERM");
        sending.join().unwrap()
    });
    assert!(finished.stdout.contains("refine wait") || finished.code().is_none(), "{finished:?}");
    let said = steps.say(&format!("wait {id}"), "");
    assert!(said.contains("Approved by the reviewer."), "{said}");
    assert_eq!(steps.api.prompts().len(), 1);
}

#[test]
fn cancel_stops_the_round_under_way() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new([Reply::Stall]);
    let id = steps.open_and_agree(PLAN);
    let said = steps.say(&format!("send {id} --wait 0"), "");
    assert!(said.contains("Codex is still reviewing"), "{said}");
    processes::wait_for(&steps.sandbox, &["codex", "exec"]);
    let said = steps.say(&format!("cancel {id}"), "");
    assert!(said.contains("The round under way was stopped."), "{said}");
    processes::wait_for_none(&steps.sandbox, &["codex"]);
    processes::wait_for_none(&steps.sandbox, &["worker"]);
    let said = steps.say(&format!("resume {id}"), "");
    assert!(said.contains("Cancelled. No plan was approved."), "{said}");
}
