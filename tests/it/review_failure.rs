//! Each way in which the real Codex gives no reply: its kind, its words, what
//! to do about it, the exit code, and never a verdict.

use std::{net::TcpListener, sync::Mutex, thread};

use serde_json::Value;

use super::{
    review_place::{Place, failed},
    support::{
        need::{Need, have},
        responses_api::ResponsesApi,
    },
};

const LOG_IN: &str = "run `codex login`, or set the API key of this reviewer, and try again";
const SHORTEN: &str = "shorten the plan, or choose a model with a larger context window";
const LATER: &str = "the service is busy; wait a few minutes and try again";
const LIMIT: &str = "wait for the limit to reset, or check the plan and billing details";
const MINUTE: &str = "wait a minute and run the same command again";
const NETWORK: &str = "check the network and any proxy, then run the same command again";
const REWORD: &str = "reword what the reviewer refused, or choose another reviewer";
const DOCTOR: &str = "run `deming doctor`; the message above is all that was said";
const AGAIN: &str = "run the same command again; if it stays empty choose another model \
                     (`reviewers.codex.model` in config.yaml)";
const MODEL: &str = "set `reviewers.codex.model` in config.yaml to a model that this login may use";
const FILTER: &str =
    "the service's content filter stopped the reply; reword the plan or choose another reviewer";
const TOKENS: &str = "the model wrote more than it may; lower `reviewers.codex.effort` in \
                      config.yaml or choose another model";

const ACCOUNT: &str =
    "this account or region may not use the model; choose another model or reviewer";

const FULL: &str = "Codex ran out of room in the model's context window.";

/// Mode of the stand-in, exit code, kind, how the message begins, what to do.
const FAILURES: [(&str, i32, &str, &str, &str); 26] = [
    ("401", 4, "auth", "unexpected status 401 Unauthorized: Incorrect API key provided.", LOG_IN),
    ("403", 4, "forbidden", "unexpected status 403 Forbidden: Country", ACCOUNT),
    ("404", 3, "environment", "The model `nonesuch` does not exist", MODEL),
    ("413", 4, "too_large", "unexpected status 413 Payload Too Large: ", SHORTEN),
    ("400", 4, "unknown", "Invalid schema.", DOCTOR),
    ("context", 4, "too_large", FULL, SHORTEN),
    ("failed-context", 4, "too_large", FULL, SHORTEN),
    ("429", 4, "rate", "exceeded retry limit, last status: 429 Too Many Requests", MINUTE),
    ("429-retry-after", 4, "rate", "exceeded retry limit, last status: 429", MINUTE),
    ("failed-rate", 4, "rate", "rate limit exceeded: Rate limit reached.", MINUTE),
    ("quota", 4, "quota", "Quota exceeded. Check your plan and billing details.", LIMIT),
    ("failed-quota", 4, "quota", "Quota exceeded. Check your plan", LIMIT),
    ("usage-limit", 4, "quota", "You’ve hit your usage limit.", LIMIT),
    ("500", 4, "overloaded", "We’re currently experiencing high demand", LATER),
    ("503", 4, "overloaded", "Selected model is at capacity.", LATER),
    ("failed-overloaded", 4, "overloaded", "Selected model is at capacity.", LATER),
    ("failed-server", 4, "network", "stream disconnected before completion: oops", NETWORK),
    ("failed-prompt", 4, "refused", "Invalid prompt: not allowed.", REWORD),
    ("html", 4, "network", "stream disconnected before completion: ", NETWORK),
    ("cut", 4, "network", "stream disconnected before completion: ", NETWORK),
    ("cut-after", 4, "network", "stream disconnected before completion: ", NETWORK),
    ("close", 4, "network", "stream disconnected before completion: ", NETWORK),
    ("incomplete-tokens", 4, "incomplete", "Incomplete response returned, reason: max", TOKENS),
    ("incomplete-filter", 4, "incomplete", "", FILTER),
    ("refusal", 4, "empty", "Codex ended its turn without a reply; it may have refused", AGAIN),
    ("no-output", 4, "empty", "Codex ended its turn without a reply; it may have refused", AGAIN),
];

#[test]
fn each_failure_has_its_kind_its_words_and_a_way_out() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = ResponsesApi::start();
    let todo = Mutex::new(FAILURES.iter());
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let place = Place::new();
                loop {
                    let Some(failure) = todo.lock().unwrap().next() else { break };
                    let (mode, status, kind, begins, hint) = *failure;
                    place.agreed_at(&api.mode_url(mode));
                    let run = place.review().args(["--json"]).output();
                    let got: Value = serde_json::from_str(&run.stdout).unwrap_or_default();
                    let message = got["error"]["message"].as_str().unwrap_or_default();
                    let same = got == failed(kind, message, hint)
                        && message.starts_with(begins)
                        && run.code() == Some(status)
                        && run.stderr.is_empty();
                    if !same {
                        wrong.lock().unwrap().push(format!("{failure:?}: {run:?}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_failure_is_told_to_people_as_no_verdict() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = ResponsesApi::start();
    let place = Place::new();
    place.agreed_at(&api.mode_url("quota"));
    place
        .review()
        .status(4)
        .stdout(&format!(
            "No review by Codex.\n\n\
             The review failed, so the plan is neither approved nor rejected: \
             Quota exceeded. Check your plan and billing details.\n\
             What to do: {LIMIT}\n"
        ))
        .run();
    assert_eq!(api.prompts().len(), 1);
}

#[test]
fn a_server_that_is_not_there_is_a_matter_of_the_network() {
    if !have(&[Need::Codex]) {
        return;
    }
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let place = Place::new();
    place.agreed_at(&format!("http://{address}/v1"));
    let want = failed(
        "network",
        &format!("Connection failed: error sending request (http://{address}/v1)"),
        NETWORK,
    );
    place.review().args(["--json"]).status(4).stdout(&format!("{want}\n")).run();
}
