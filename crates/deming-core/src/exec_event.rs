//! The lines that `codex exec --json` prints, and what a whole run of them means.
//!
//! Format: one JSON object a line, as seen with Codex 0.80 to 0.169. Only
//! `turn.completed` and `turn.failed` end a turn; `error` lines may be retries.
//! Unknown events are skipped and reported.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clean::clean_line;
use crate::diagnostic::Diagnostic;
use crate::failure::{Failure, FailureKind};

/// What a turn cost, in tokens, as the service counts them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    #[serde(default)]
    pub input_tokens: u64,
    #[serde(default)]
    pub cached_input_tokens: u64,
    #[serde(default)]
    pub output_tokens: u64,
}

impl Usage {
    pub fn total(self) -> u64 {
        self.input_tokens + self.output_tokens
    }

    pub fn plus(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens + other.input_tokens,
            cached_input_tokens: self.cached_input_tokens + other.cached_input_tokens,
            output_tokens: self.output_tokens + other.output_tokens,
        }
    }
}

/// One line of the stream, as far as it matters here.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ExecEvent {
    TurnStarted,
    /// The model is at work; the word says on what.
    Working(&'static str),
    Message(String),
    /// A warning of Codex itself; never fatal.
    Warning(String),
    /// Codex tries again by itself.
    Reconnecting(String),
    Error(String),
    TurnCompleted(Usage),
    TurnFailed(String),
    /// Known and of no interest.
    Other,
}

/// How the process ended, as far as the meaning of its output depends on it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ExecEnd {
    Exited(i32),
    /// Ended by a signal that was not ours.
    Signalled,
}

/// Everything that one run said.
#[derive(Debug, Default)]
pub struct ExecRun {
    messages: Vec<String>,
    completed: Option<Usage>,
    failed: Option<String>,
    last_error: Option<String>,
    lines: usize,
    diagnostics: Vec<Diagnostic>,
}

/// The reply of a turn that ended well.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExecReply {
    pub text: String,
    pub usage: Usage,
    pub diagnostics: Vec<Diagnostic>,
}

impl ExecRun {
    /// Takes one line of standard output and says what it was.
    pub fn take(&mut self, line: &[u8]) -> ExecEvent {
        if line.iter().all(u8::is_ascii_whitespace) {
            return ExecEvent::Other;
        }
        let event = match serde_json::from_slice::<Value>(line) {
            Ok(value) => {
                self.lines += 1;
                self.read(&value)
            }
            Err(_) => {
                self.note("Codex printed a line that is not JSON");
                ExecEvent::Other
            }
        };
        match &event {
            ExecEvent::Message(text) => self.messages.push(text.clone()),
            ExecEvent::Warning(text) => self.note(&format!("Codex warns: {}", clean_line(text))),
            ExecEvent::Error(text) => self.last_error = Some(text.clone()),
            ExecEvent::TurnCompleted(usage) => self.completed = Some(*usage),
            ExecEvent::TurnFailed(text) => self.failed = Some(text.clone()),
            ExecEvent::Reconnecting(text) => self.last_error = Some(text.clone()),
            ExecEvent::TurnStarted | ExecEvent::Working(_) | ExecEvent::Other => {}
        }
        event
    }

    /// Says what the whole run means.
    ///
    /// A reply counts only when the process exited with 0, the turn completed
    /// and the last message is not empty. An earlier message of a turn that
    /// failed later is not a reply.
    ///
    /// # Errors
    /// The failure, classified from what Codex printed.
    pub fn finish(self, end: ExecEnd, stderr: &str) -> Result<ExecReply, Failure> {
        if let Some(message) = self.failed {
            return Err(classify(&message));
        }
        match (end, self.completed) {
            (ExecEnd::Exited(0), Some(usage)) => match self.messages.into_iter().next_back() {
                Some(text) if !text.trim().is_empty() => {
                    Ok(ExecReply { text, usage, diagnostics: self.diagnostics })
                }
                Some(_) | None => Err(Failure::new(
                    FailureKind::Empty,
                    "Codex ended its turn without a reply; it may have refused",
                )),
            },
            (ExecEnd::Exited(0), None) => Err(Failure::new(
                FailureKind::Incomplete,
                "Codex exited without saying that its turn was complete",
            )),
            (ExecEnd::Exited(code), _) if self.lines == 0 => Err(classify_local(code, stderr)),
            (ExecEnd::Exited(code), _) => Err(match self.last_error {
                Some(message) => classify(&message),
                None => Failure::new(
                    FailureKind::Unknown,
                    format!("Codex exited with {code}: {}", last_line(stderr)),
                ),
            }),
            (ExecEnd::Signalled, _) => Err(Failure::new(
                FailureKind::Incomplete,
                "Codex was ended by a signal before its turn was complete",
            )),
        }
    }

    /// The newest error line, for a run that had to be stopped.
    pub fn last_error(&self) -> Option<&str> {
        self.last_error.as_deref()
    }

    fn note(&mut self, sentence: &str) {
        let diagnostic = Diagnostic::new(sentence);
        if !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }

    fn read(&mut self, value: &Value) -> ExecEvent {
        let message = || text_at(value, "/message");
        match value.get("type").and_then(Value::as_str).unwrap_or_default() {
            "turn.started" => ExecEvent::TurnStarted,
            "turn.completed" => ExecEvent::TurnCompleted(
                value
                    .get("usage")
                    .and_then(|usage| Usage::deserialize(usage).ok())
                    .unwrap_or_default(),
            ),
            "turn.failed" => ExecEvent::TurnFailed(text_at(value, "/error/message")),
            "error" if message().starts_with("Reconnecting...") => {
                ExecEvent::Reconnecting(message())
            }
            "error" => ExecEvent::Error(message()),
            "item.completed" => self.read_item(value),
            "thread.started" | "item.started" | "item.updated" => {
                match value.pointer("/item/type").and_then(Value::as_str) {
                    Some("reasoning") => ExecEvent::Working("thinking"),
                    Some("agent_message") => ExecEvent::Working("writing"),
                    Some(_) | None => ExecEvent::Other,
                }
            }
            unknown => {
                self.note(&format!("Codex printed an unknown event `{}`", clean_line(unknown)));
                ExecEvent::Other
            }
        }
    }

    fn read_item(&mut self, value: &Value) -> ExecEvent {
        match value.pointer("/item/type").and_then(Value::as_str).unwrap_or_default() {
            "agent_message" => ExecEvent::Message(text_at(value, "/item/text")),
            "error" => ExecEvent::Warning(text_at(value, "/item/message")),
            "reasoning" => ExecEvent::Working("thinking"),
            "command_execution" | "mcp_tool_call" | "web_search" | "file_change" | "todo_list" => {
                ExecEvent::Other
            }
            unknown => {
                self.note(&format!("Codex printed an unknown item `{}`", clean_line(unknown)));
                ExecEvent::Other
            }
        }
    }
}

fn text_at(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Classes of messages of a turn, first match wins; the wording is that of
/// Codex 0.80 to 0.169, pinned by tests against the real CLI.
const CLASSES: &[(FailureKind, &[&str])] = &[
    (
        FailureKind::Auth,
        &["unexpected status 401", "Missing environment variable", "auth.openai.com/oauth/token"],
    ),
    (FailureKind::Forbidden, &["unexpected status 403"]),
    (
        FailureKind::Quota,
        &["Quota exceeded", "hit your usage limit", "To use Codex with your ChatGPT plan"],
    ),
    (FailureKind::Rate, &["last status: 429", "rate limit exceeded", "unexpected status 429"]),
    (
        FailureKind::TooLarge,
        &["ran out of room in the model's context window", "unexpected status 413"],
    ),
    (
        FailureKind::Overloaded,
        &["currently experiencing high demand", "at capacity", "unexpected status 5"],
    ),
    (FailureKind::Incomplete, &["Incomplete response returned, reason:"]),
    (
        FailureKind::Network,
        &[
            "Connection failed",
            "waiting for network",
            "error sending request",
            "stream disconnected",
            "idle timeout",
        ],
    ),
    (
        FailureKind::Refused,
        &[
            "invalid_prompt",
            "Invalid prompt",
            "cyber_policy",
            "flagged for",
            "violating our usage policy",
        ],
    ),
];

/// Why a response was incomplete, where running it again would not help.
const INCOMPLETE: &[(&str, &str)] = &[
    (
        "max_output_tokens",
        "the model wrote more than it may; lower `reviewers.codex.effort` in config.yaml or choose \
         another model",
    ),
    (
        "content_filter",
        "the service's content filter stopped the reply; reword the plan or choose another reviewer",
    ),
];

/// Classifies the text of a failed turn.
pub fn classify(message: &str) -> Failure {
    let spoken = spoken_text(message);
    for &(mark, hint) in INCOMPLETE {
        if message.contains("Incomplete response returned") && message.contains(mark) {
            return Failure::with_hint(FailureKind::Incomplete, spoken, hint);
        }
    }
    for &(kind, marks) in CLASSES {
        if marks.iter().any(|mark| message.contains(mark)) {
            return Failure::new(kind, spoken);
        }
    }
    if message.contains("model") && (message.contains("does not exist") || message.contains("404"))
    {
        return Failure::with_hint(
            FailureKind::Environment,
            spoken,
            "set `reviewers.codex.model` in config.yaml to a model that this login may use",
        );
    }
    Failure::new(FailureKind::Unknown, spoken)
}

/// The sentence in a message: the reason in a note on a retry, and that of the
/// raw body that a 400 carries.
fn spoken_text(message: &str) -> String {
    let reason = message
        .strip_prefix("Reconnecting... ")
        .and_then(|it| it.split_once(" (")?.1.strip_suffix(')'))
        .unwrap_or(message);
    let body = serde_json::from_str::<Value>(reason).ok();
    body.and_then(|it| it.pointer("/error/message").and_then(Value::as_str).map(str::to_owned))
        .unwrap_or_else(|| reason.to_owned())
}

/// A run that printed no line at all failed before it started a turn.
fn classify_local(code: i32, stderr: &str) -> Failure {
    let said = stderr
        .lines()
        .find(|line| line.to_ascii_lowercase().contains("error") || line.contains("limit"))
        .unwrap_or_else(|| last_line(stderr));
    let said = said.strip_prefix("Error: ").unwrap_or(said);
    if stderr.contains("Input exceeds the maximum length") {
        return Failure::new(FailureKind::TooLarge, said);
    }
    if stderr.contains("unexpected argument") || code == 2 {
        return Failure::with_hint(
            FailureKind::Environment,
            format!("Codex does not know one of our flags: {said}"),
            "update Codex: npm install -g @openai/codex",
        );
    }
    let is_configuration = ["Error loading config.toml", "config is no longer supported"];
    if is_configuration.iter().any(|it| stderr.contains(it)) {
        return Failure::with_hint(
            FailureKind::Environment,
            said,
            "mend Codex' config.toml, or set `reviewers.codex.config: isolated`",
        );
    }
    Failure::new(FailureKind::Environment, format!("Codex did not start (exit {code}): {said}"))
}

fn last_line(text: &str) -> &str {
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("it said nothing")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(lines: &[&str]) -> ExecRun {
        let mut run = ExecRun::default();
        for line in lines {
            run.take(line.as_bytes());
        }
        run
    }

    #[track_caller]
    fn check_failure(lines: &[&str], end: ExecEnd, stderr: &str, want: FailureKind) {
        let failure = run(lines).finish(end, stderr).unwrap_err();
        assert_eq!(failure.kind, want, "{failure:?}");
    }

    const COMPLETED: &str =
        r#"{"type":"turn.completed","usage":{"input_tokens":7,"output_tokens":3}}"#;

    fn message(text: &str) -> String {
        serde_json::json!({"type":"item.completed","item":{"type":"agent_message","text":text}})
            .to_string()
    }

    #[test]
    fn last_message_of_a_completed_turn_is_the_reply() {
        let reply = run(&[
            r#"{"type":"thread.started","thread_id":"t"}"#,
            r#"{"type":"turn.started"}"#,
            &message("on it"),
            &message("LGTM"),
            COMPLETED,
        ])
        .finish(ExecEnd::Exited(0), "")
        .unwrap();
        let usage = Usage { input_tokens: 7, cached_input_tokens: 0, output_tokens: 3 };
        assert_eq!(reply, ExecReply { text: "LGTM".to_owned(), usage, diagnostics: vec![] });
    }

    #[test]
    fn interim_message_of_a_failed_turn_is_no_reply() {
        check_failure(
            &[
                &message("approve"),
                r#"{"type":"turn.failed","error":{"message":"Quota exceeded. Check."}}"#,
            ],
            ExecEnd::Exited(1),
            "",
            FailureKind::Quota,
        );
    }

    #[test]
    fn exit_0_without_completion_or_words_is_no_reply() {
        check_failure(&[&message("LGTM")], ExecEnd::Exited(0), "", FailureKind::Incomplete);
        check_failure(&[&message(" \n"), COMPLETED], ExecEnd::Exited(0), "", FailureKind::Empty);
        check_failure(&[COMPLETED], ExecEnd::Exited(0), "", FailureKind::Empty);
    }

    #[test]
    fn exit_1_or_a_signal_after_completion_is_no_reply() {
        let lines = [&message("LGTM"), COMPLETED];
        check_failure(&lines, ExecEnd::Exited(1), "", FailureKind::Unknown);
        check_failure(&lines, ExecEnd::Signalled, "", FailureKind::Incomplete);
    }

    #[test]
    fn silence_means_that_codex_did_not_start() {
        let end = ExecEnd::Exited(1);
        let too_long = "Input exceeds the maximum length of 1048576 characters";
        check_failure(&[], end, too_long, FailureKind::TooLarge);
        check_failure(&[], end, "Error loading config.toml: x:1:1", FailureKind::Environment);
        let flag = "error: unexpected argument '--ephemeral' found";
        check_failure(&[], ExecEnd::Exited(2), flag, FailureKind::Environment);
    }

    #[test]
    fn raw_bodies_are_read_for_their_sentence() {
        let failure = classify(r#"{"error":{"message":"Invalid schema","code":"x"}}"#);
        assert_eq!(failure.message, "Invalid schema");
    }

    #[test]
    fn reasons_of_retries_are_read_for_their_sentence() {
        let failure =
            classify("Reconnecting... 1/1 (unexpected status 401 Unauthorized: (no) key)");
        let message = "unexpected status 401 Unauthorized: (no) key";
        assert_eq!(failure, Failure::new(FailureKind::Auth, message));
    }

    #[test]
    fn unknown_events_are_reported_once() {
        let odd = r#"{"type":"turn.dreamt"}"#;
        let reply = run(&[odd, odd, "not json", &message("ok"), COMPLETED])
            .finish(ExecEnd::Exited(0), "")
            .unwrap();
        assert_eq!(
            reply.diagnostics,
            vec![
                Diagnostic::new("Codex printed an unknown event `turn.dreamt`"),
                Diagnostic::new("Codex printed a line that is not JSON"),
            ]
        );
    }
}
