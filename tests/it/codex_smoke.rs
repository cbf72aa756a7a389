//! The real Codex CLI against the stand-in for the Responses API.
//!
//! What the helper builds on: its words for each failure, its silence at a stall, where its login goes.

use std::{sync::Mutex, thread, time::Duration};

use serde_json::json;

use super::support::{
    codex::{self, events, failure, fake_key, last_message},
    connect_proxy::ConnectProxy,
    finished::finish,
    need::{Need, have},
    reply::Reply,
    responses_api::ResponsesApi,
    sandbox::Sandbox,
};

const DEADLINE: Duration = Duration::from_secs(60);
/// Enough for the prompt to be sent on a busy machine.
const PATIENCE: Duration = Duration::from_secs(5);
const PROMPT: &[u8] = b"Review this plan.";
/// A custom provider that keeps the person's own login.
const OWN_LOGIN: [&str; 2] = [
    r#"model_provider="rv""#,
    r#"model_providers.rv={name="rv",requires_openai_auth=true,wire_api="responses",request_max_retries=0,stream_max_retries=0}"#,
];

const CUT: &str = "stream disconnected before completion: stream closed before response.completed";
const FULL: &str = "Codex ran out of room in the model's context window.";
const QUOTA: &str = "Quota exceeded. Check your plan and billing details.";
const BUSY: &str = "Selected model is at capacity.";
const RATE: &str = "exceeded retry limit, last status: 429 Too Many Requests";

/// Mode of the stand-in, exit code, last message, how the failure begins.
const OUTCOMES: [(&str, i32, Option<&str>, Option<&str>); 28] = [
    ("ok", 0, Some("Fine."), None),
    ("two", 0, Some("Fine."), None),
    ("empty", 0, Some(""), None),
    ("refusal", 0, None, None),
    ("no-output", 0, None, None),
    ("400", 1, None, Some(r#"{"error":{"code":"invalid_json_schema""#)),
    ("401", 1, None, Some("unexpected status 401 Unauthorized: Incorrect API key provided.")),
    ("403", 1, None, Some("unexpected status 403 Forbidden: Country")),
    ("404", 1, None, Some("The model `nonesuch` does not exist")),
    ("413", 1, None, Some("unexpected status 413 Payload Too Large: ")),
    ("context", 1, None, Some(FULL)),
    ("failed-context", 1, None, Some(FULL)),
    ("429", 1, None, Some(RATE)),
    ("429-retry-after", 1, None, Some(RATE)),
    ("failed-rate", 1, None, Some("rate limit exceeded: Rate limit reached.")),
    ("quota", 1, None, Some(QUOTA)),
    ("failed-quota", 1, None, Some(QUOTA)),
    ("usage-limit", 1, None, Some("You’ve hit your usage limit.")),
    ("500", 1, None, Some("We’re currently experiencing high demand")),
    ("503", 1, None, Some(BUSY)),
    ("failed-overloaded", 1, None, Some(BUSY)),
    ("failed-server", 1, None, Some("stream disconnected before completion: oops")),
    ("failed-prompt", 1, None, Some("Invalid prompt: not allowed.")),
    ("html", 1, None, Some(CUT)),
    ("cut", 1, None, Some(CUT)),
    ("cut-after", 1, Some("Fine, so far."), Some(CUT)),
    (
        "incomplete-tokens",
        1,
        Some("Fine, so f"),
        Some("Incomplete response returned, reason: max_output_tokens"),
    ),
    ("close", 1, None, Some("stream disconnected before completion: error sending request")),
];

#[test]
fn codex_words_each_failure_as_we_know_it() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = ResponsesApi::start();
    let todo = Mutex::new(OUTCOMES.iter());
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let sandbox = Sandbox::new();
                loop {
                    let Some(outcome) = todo.lock().unwrap().next() else { break };
                    let (mode, code, message, error) = outcome;
                    codex::configure(&sandbox, &api.mode_url(mode));
                    let run = finish(&mut codex::exec(&sandbox, &[]), PROMPT, DEADLINE);
                    let events = events(&run);
                    let (said, failed) = (last_message(&events), failure(&events));
                    let same = match (&failed, error) {
                        (Some(got), Some(want)) => got.starts_with(want),
                        (got, want) => got.is_none() && want.is_none(),
                    };
                    if run.code() != Some(*code) || said.as_deref() != *message || !same {
                        wrong.lock().unwrap().push(format!("{outcome:?}: {said:?} {run:?}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_script_answers_each_request_in_turn_and_keeps_what_was_sent() {
    if !have(&[Need::Codex]) {
        return;
    }
    let sandbox = Sandbox::new();
    let verdict = json!({ "verdict": "approved" });
    let long = Reply::text("all of it ".repeat(10_000));
    let api =
        ResponsesApi::script([Reply::json(&verdict), long, Reply::after(1, Reply::text("Late."))]);
    codex::configure(&sandbox, &api.url());
    let mut said = Vec::new();
    for _ in 0..4 {
        let run = finish(&mut codex::exec(&sandbox, &[]), PROMPT, DEADLINE);
        said.push(last_message(&events(&run)));
    }
    let lengths: Vec<Option<usize>> = said.iter().map(|it| it.as_ref().map(String::len)).collect();
    assert_eq!(lengths, [Some(22), Some(100_000), Some(5), None]);
    assert_eq!(said[0], Some(verdict.to_string()));
    assert_eq!(api.n_left(), 0);
    let prompts = api.prompts();
    assert_eq!(prompts.len(), 4);
    for it in prompts {
        assert_eq!(it.header("authorization"), Some(format!("Bearer {}", fake_key()).as_str()));
        assert!(String::from_utf8_lossy(&it.body).contains("Review this plan."), "{it:?}");
    }
}

#[test]
fn codex_waits_for_ever_for_a_server_that_stalls() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = ResponsesApi::start();
    thread::scope(|scope| {
        for mode in ["stall", "stall-stream"] {
            let base_url = api.mode_url(mode);
            scope.spawn(move || {
                let sandbox = Sandbox::new();
                codex::configure(&sandbox, &base_url);
                let run = finish(&mut codex::exec(&sandbox, &[]), PROMPT, PATIENCE);
                assert_eq!(run.code(), None, "{mode}: {run:?}");
            });
        }
    });
    assert_eq!(api.prompts().len(), 2);
}

#[test]
fn a_login_goes_to_its_own_host_and_to_no_other() {
    if !have(&[Need::Codex]) {
        return;
    }
    #[track_caller]
    fn check(log_in: fn(&Sandbox), want: &str) {
        let sandbox = Sandbox::new();
        let proxy = ConnectProxy::start();
        log_in(&sandbox);
        let mut command = codex::exec(&sandbox, &OWN_LOGIN);
        let run = finish(command.envs(proxy.environment()), PROMPT, DEADLINE);
        assert_eq!(run.code(), Some(1), "{run:?}");
        assert_eq!(proxy.targets(), [want]);
    }
    check(codex::log_in, "api.openai.com:443");
    check(codex::log_in_with_chatgpt, "chatgpt.com:443");
}

#[test]
fn the_built_in_provider_falls_back_from_web_socket_to_http() {
    if !have(&[Need::Codex]) {
        return;
    }
    let sandbox = Sandbox::new();
    let api = ResponsesApi::script([Reply::text("Fine.")]);
    codex::put_on_path(&sandbox);
    codex::log_in(&sandbox);
    let base_url = format!(r#"openai_base_url="{}""#, api.url());
    let run = finish(&mut codex::exec(&sandbox, &[&base_url]), PROMPT, DEADLINE);
    assert_eq!(last_message(&events(&run)).as_deref(), Some("Fine."), "{run:?}");
    assert!(api.requests().iter().any(|it| it.header("upgrade").is_some()));
    let version = finish(sandbox.command("codex").arg("--version"), b"", DEADLINE);
    assert_eq!(version.success(), "codex-cli 0.169.0\n");
}
