//! The real Codex CLI in the sandbox's home, logged in with credentials made up on the spot.
//!
//! Its provider is a server on loopback; nothing here reads the person's own login.

use std::{fs, os::unix::fs::symlink, path::PathBuf, process::Command};

use serde_json::{Value, json};

use super::{finished::Finished, need, sandbox::Sandbox};

/// The key of [`log_in`], to look for where it must not appear.
pub(crate) fn fake_key() -> String {
    format!("sk-{}", "loopback".repeat(5))
}

/// `codex` of this sandbox is the real one.
pub(crate) fn put_on_path(sandbox: &Sandbox) {
    symlink(need::codex(), sandbox.bin().join("codex")).unwrap();
}

pub(crate) fn home(sandbox: &Sandbox) -> PathBuf {
    sandbox.home().join(".codex")
}

pub(crate) fn log_in(sandbox: &Sandbox) {
    write_auth(sandbox, &json!({ "OPENAI_API_KEY": fake_key() }));
}

/// A ChatGPT login whose tokens nobody signed and that does not expire within a test.
pub(crate) fn log_in_with_chatgpt(sandbox: &Sandbox) {
    let account = "acct-loopback";
    let claims = json!({
        "email": "nobody@example.invalid", "exp": 4_102_444_800_u64,
        "https://api.openai.com/auth": {
            "chatgpt_account_id": account, "chatgpt_plan_type": "plus",
        },
    });
    let token = format!(
        "{}.{}.{}",
        base64url(br#"{"alg":"none","typ":"JWT"}"#),
        base64url(claims.to_string().as_bytes()),
        base64url(b"unsigned")
    );
    let tokens = json!({
        "id_token": token, "access_token": token, "refresh_token": "refresh-loopback",
        "account_id": account,
    });
    write_auth(
        sandbox,
        &json!({
            "auth_mode": "chatgpt", "OPENAI_API_KEY": null, "tokens": tokens,
            "last_refresh": "2099-01-01T00:00:00Z",
        }),
    );
}

/// The person's own `config.toml`, with a provider on loopback that uses [`fake_key`].
pub(crate) fn configure(sandbox: &Sandbox, base_url: &str) {
    let lines = [
        r#"model = "gpt-5-codex""#.to_owned(),
        r#"model_provider = "loopback""#.to_owned(),
        "[model_providers.loopback]".to_owned(),
        r#"name = "loopback""#.to_owned(),
        format!(r#"base_url = "{base_url}""#),
        r#"wire_api = "responses""#.to_owned(),
        format!(r#"experimental_bearer_token = "{}""#, fake_key()),
        "request_max_retries = 0".to_owned(),
        "stream_max_retries = 0".to_owned(),
    ];
    fs::create_dir_all(home(sandbox)).unwrap();
    fs::write(home(sandbox).join("config.toml"), lines.join("\n")).unwrap();
}

/// A plain `codex exec --json` that reads its prompt from stdin, network retries and side calls off.
pub(crate) fn exec(sandbox: &Sandbox, configuration: &[&str]) -> Command {
    let mut command = sandbox.command(need::codex());
    command.args(["exec", "--json", "--skip-git-repo-check", "--ephemeral", "-s", "read-only"]);
    let quiet = [
        "features.unbounded_connection_retries=false",
        "features.plugins=false",
        "analytics.enabled=false",
        r#"otel.metrics_exporter="none""#,
        "check_for_update_on_startup=false",
    ];
    for it in quiet.iter().chain(configuration) {
        command.args(["-c", it]);
    }
    command.arg("-");
    command
}

/// The JSON lines of `codex exec --json`.
pub(crate) fn events(run: &Finished) -> Vec<Value> {
    run.stdout.lines().filter_map(|it| serde_json::from_str(it).ok()).collect()
}

/// The last assistant message of a run.
pub(crate) fn last_message(events: &[Value]) -> Option<String> {
    events
        .iter()
        .rfind(|it| it["type"] == "item.completed" && it["item"]["type"] == "agent_message")
        .and_then(|it| it["item"]["text"].as_str())
        .map(str::to_owned)
}

/// Why the turn failed, if it did.
pub(crate) fn failure(events: &[Value]) -> Option<String> {
    events
        .iter()
        .rfind(|it| it["type"] == "turn.failed")
        .and_then(|it| it["error"]["message"].as_str())
        .map(str::to_owned)
}

fn write_auth(sandbox: &Sandbox, auth: &Value) {
    fs::create_dir_all(home(sandbox)).unwrap();
    fs::write(home(sandbox).join("auth.json"), auth.to_string()).unwrap();
}

fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |sum, it| sum << 8 | u32::from(*it))
            << (8 * (3 - chunk.len()));
        for n in 0..=chunk.len() {
            text.push(char::from(DIGITS[(group >> (18 - 6 * n) & 63) as usize]));
        }
    }
    text
}
