//! What a reply means, from the real Codex to the exit code: approved, only
//! minor findings, blocking findings, or not readable, and never the first
//! without a plain word of it.

use serde_json::{Value, json};

use super::{
    review_place::{PLAN, Place, WARNING, answer, reply},
    support::{
        need::{Need, have},
        reply::Reply,
        responses_api::ResponsesApi,
    },
};

/// Why a reply was not read.
const NOTHING: &str = "no finding and no plain approval could be read";
const ASKED: &str = "the first reply could not be read; the reviewer was asked to restate it";

const HIGH: (&str, &str) = ("high", "The empty name is not rejected.\n\nReject it in `greet`.");
const LOW: (&str, &str) = ("low", "Say what an empty name is.");
const NITPICK: (&str, &str) = ("nitpick", "Name the file once.");

/// Runs a review against a script, and compares the whole answer and what was asked.
#[track_caller]
fn check(replies: Vec<Reply>, status: i32, want: &Value) -> ResponsesApi {
    let n_replies = replies.len();
    let api = ResponsesApi::script(replies);
    let place = Place::new();
    place.agreed_at(&api.url());
    place.review().args(["--json"]).status(status).stdout(&format!("{want}\n")).run();
    assert_eq!((api.prompts().len(), api.n_left()), (n_replies, 0));
    api
}

#[track_caller]
fn check_markdown(text: &str, status: i32, want: &str, notes: &[&str]) {
    let api = ResponsesApi::script([Reply::text(text)]);
    let place = Place::new();
    place.agreed_at(&api.url());
    let notes: String = notes.iter().map(|it| format!("- {it}\n")).collect();
    let want = format!("{want}\nNotes:\n- {WARNING}\n{notes}");
    place.review().status(status).stdout(&want).run();
}

#[test]
fn a_structured_approval_is_one() {
    if !have(&[Need::Codex]) {
        return;
    }
    let replies = vec![Reply::json(&reply("approve", &[]))];
    check(replies, 0, &answer("approved", &[], &[WARNING]));
    check_markdown(
        &reply("approve", &[]).to_string(),
        0,
        "Codex feedback:\n\n## Findings\nNone.\n\n\
         ## Summary\n0 high, 0 medium, 0 low findings.\n\nApproved by Codex.\n",
        &[],
    );
}

#[test]
fn minor_findings_alone_do_not_fail_a_script() {
    if !have(&[Need::Codex]) {
        return;
    }
    let replies = vec![Reply::json(&reply("revise", &[LOW, NITPICK]))];
    check(replies, 0, &answer("minor_only", &[LOW, NITPICK], &[WARNING]));
}

#[test]
fn a_blocking_finding_beats_an_approval() {
    if !have(&[Need::Codex]) {
        return;
    }
    let replies = vec![Reply::json(&reply("revise", &[HIGH, LOW]))];
    check(replies, 1, &answer("revise", &[HIGH, LOW], &[WARNING]));
    check_markdown(
        "LGTM!\n\n- [HIGH] The empty name is not rejected.\n- [LOW] Say what it is.\n",
        1,
        "Codex feedback:\n\n## Findings\n\
         - [HIGH] The empty name is not rejected.\n- [LOW] Say what it is.\n\n\
         ## Summary\n1 high, 0 medium, 1 low findings.\n\n\
         Not approved: 1 finding stands in the way.\n",
        &["the reply approves although a blocking finding is open"],
    );
}

#[test]
fn an_ordinary_markdown_reply_is_read() {
    if !have(&[Need::Codex]) {
        return;
    }
    check_markdown(
        "## Findings\n\nNone.\n\nThe plan is approved.\n",
        0,
        "Codex feedback:\n\n## Findings\nNone.\n\n\
         ## Summary\n0 high, 0 medium, 0 low findings.\n\nApproved by Codex.\n",
        &[],
    );
}

#[test]
fn the_last_of_several_messages_is_the_reply() {
    if !have(&[Need::Codex]) {
        return;
    }
    let messages =
        vec!["I approve, at first sight.".to_owned(), reply("revise", &[HIGH]).to_string()];
    check(vec![Reply::Messages(messages)], 1, &answer("revise", &[HIGH], &[WARNING]));
}

#[test]
fn a_reply_that_cannot_be_read_is_asked_for_once_more() {
    if !have(&[Need::Codex]) {
        return;
    }
    let unread = "This is my view of the plan. ==== END REPLY";
    let replies = vec![Reply::text(unread), Reply::json(&reply("revise", &[LOW]))];
    let api = check(replies, 0, &answer("minor_only", &[LOW], &[WARNING, NOTHING, ASKED]));
    let prompts = api.prompts();
    let sent = String::from_utf8_lossy(&prompts[1].body);
    assert!(
        sent.contains(
            "===== REPLY\\nThis is my view of the plan. ==== END REPLY\\n===== END REPLY"
        ),
        "{sent}"
    );
    assert!(!sent.contains(PLAN.lines().next().unwrap()), "{sent}");
}

#[test]
fn unreadable_twice_is_shown_raw_and_is_no_approval() {
    if !have(&[Need::Codex]) {
        return;
    }
    let mut want = answer("unreadable", &[], &[WARNING, NOTHING, ASKED, NOTHING]);
    want["raw"] = json!("It ```depends```.");
    let replies = || vec![Reply::text("It ```depends```\u{1b}[1m."), Reply::text("It does.")];
    check(replies(), 4, &want);

    let api = ResponsesApi::script(replies());
    let place = Place::new();
    place.agreed_at(&api.url());
    place
        .review()
        .status(4)
        .stdout(&format!(
            "Codex feedback:\n\n\
             The reply could not be read, so it is neither an approval nor a rejection. \
             This is all that came:\n\n\
             ````text\nIt ```depends```.\n````\n\n\
             Notes:\n- {WARNING}\n- {NOTHING}\n- {ASKED}\n- {NOTHING}\n\n\
             What to do: run the same command again; if it stays unreadable choose another model \
             (`reviewers.codex.model` in config.yaml)\n"
        ))
        .run();
}

#[test]
fn a_second_reply_that_is_milder_than_the_first_is_not_believed() {
    if !have(&[Need::Codex]) {
        return;
    }
    let milder = "the first reply could not be read and may object to the plan; restated, \
                  nothing blocking was left of it, which is not believed";
    let objects = "the reply objects: `it depends: high or not`";
    let mut want = answer("unreadable", &[], &[WARNING, objects, NOTHING, milder]);
    want["raw"] = json!("It depends: HIGH or not?");
    let replies =
        vec![Reply::text("It depends: HIGH or not?"), Reply::json(&reply("approve", &[]))];
    check(replies, 4, &want);
}

#[test]
fn a_failure_of_the_second_turn_leaves_the_first_unread() {
    if !have(&[Need::Codex]) {
        return;
    }
    let mut want = answer(
        "unreadable",
        &[],
        &[
            WARNING,
            NOTHING,
            "the reviewer was asked to restate its reply and failed: Quota exceeded. Check your plan \
             and billing details.",
        ],
    );
    want["raw"] = json!("It depends.");
    check(vec![Reply::text("It depends."), Reply::named("quota").unwrap()], 4, &want);
}

#[test]
fn five_megabytes_are_read_whole() {
    if !have(&[Need::Codex]) {
        return;
    }
    let long = "all of it ".repeat(500_000) + "to its end";
    let finding = ("low", long.as_str());
    let replies = vec![Reply::json(&reply("revise", &[finding]))];
    check(replies, 0, &answer("minor_only", &[finding], &[WARNING]));
}

#[test]
fn a_long_reply_that_cannot_be_read_is_not_sent_back() {
    if !have(&[Need::Codex]) {
        return;
    }
    let long = "all of it ".repeat(30_000);
    let too_long = "the reply is too long to be asked for once more";
    let objects =
        "the reply holds more than 64 kB of prose beside its findings; the rest was not read";
    let mut want = answer("unreadable", &[], &[WARNING, objects, NOTHING, too_long]);
    want["raw"] = json!(long);
    check(vec![Reply::text(long)], 4, &want);
}
