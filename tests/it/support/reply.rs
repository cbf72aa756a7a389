//! What a reviewer's server can answer, from a plain message to each way of failing.
//!
//! Bodies and codes are those of the OpenAI Responses API; nothing here knows Deming.

use std::time::Duration;

use serde_json::{Value, json};

use super::http::Responder;

/// Longer than any deadline that a test sets, shorter than a test run.
const STALL: Duration = Duration::from_secs(120);

#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Message(String),
    /// A commentary before the final message.
    Messages(Vec<String>),
    Status {
        status: &'static str,
        error: Value,
        retry_after: Option<u32>,
    },
    /// What a captive portal answers.
    Html,
    /// The stream ends in the middle of a message.
    Cut,
    /// The stream ends after a whole message, before the response is complete.
    CutAfter(String),
    /// The connection is closed before any answer.
    Close,
    /// The connection is accepted and nothing is ever sent.
    Stall,
    /// The stream begins and then falls silent.
    StallStream,
    Failed {
        code: &'static str,
        message: &'static str,
    },
    /// Some text came, then the response ended for this reason.
    Incomplete {
        reason: &'static str,
    },
    Refusal,
    NoOutput,
    Slow(Duration, Box<Self>),
}

impl Reply {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Message(text.into())
    }

    pub(crate) fn json(value: &Value) -> Self {
        Self::Message(value.to_string())
    }

    pub(crate) fn after(seconds: u64, reply: Self) -> Self {
        Self::Slow(Duration::from_secs(seconds), Box::new(reply))
    }

    /// The reply of a mode that needs no text of the test's own; `None` for an unknown name.
    pub(crate) fn named(mode: &str) -> Option<Self> {
        let error = |status, code: &str, message: &str| {
            let kind = if code == "insufficient_quota" { code } else { "invalid_request_error" };
            let error = json!({ "message": message, "type": kind, "param": null, "code": code });
            Self::Status { status, error, retry_after: None }
        };
        Some(match mode {
            "ok" => Self::text("Fine."),
            "401" => error("401 Unauthorized", "invalid_api_key", "Incorrect API key provided."),
            "403" => error(
                "403 Forbidden",
                "unsupported_country_region_territory",
                "Country, region, or territory not supported",
            ),
            "404" => error(
                "404 Not Found",
                "model_not_found",
                "The model `nonesuch` does not exist or you do not have access to it.",
            ),
            "413" => error("413 Payload Too Large", "too_large", "The request is too large."),
            "400" => error("400 Bad Request", "invalid_json_schema", "Invalid schema."),
            "context" => error(
                "400 Bad Request",
                "context_length_exceeded",
                "Your input exceeds the context window of this model.",
            ),
            "429" => error("429 Too Many Requests", "rate_limit_exceeded", "Rate limit reached."),
            "429-retry-after" => Self::Status {
                status: "429 Too Many Requests",
                error: json!({ "message": "Slow down.", "code": "rate_limit_exceeded" }),
                retry_after: Some(1),
            },
            "quota" => error(
                "429 Too Many Requests",
                "insufficient_quota",
                "You exceeded your current quota.",
            ),
            "usage-limit" => Self::Status {
                status: "429 Too Many Requests",
                error: json!({
                    "type": "usage_limit_reached", "message": "The usage limit has been reached",
                    "plan_type": "plus", "resets_in_seconds": 3600,
                }),
                retry_after: None,
            },
            "500" => error("500 Internal Server Error", "server_error", "The server had an error."),
            "503" => error("503 Service Unavailable", "server_is_overloaded", "We are overloaded."),
            "html" => Self::Html,
            "cut" => Self::Cut,
            "cut-after" => Self::CutAfter("Fine, so far.".to_owned()),
            "close" => Self::Close,
            "stall" => Self::Stall,
            "stall-stream" => Self::StallStream,
            "failed-server" => Self::Failed { code: "server_error", message: "oops" },
            "failed-rate" => Self::Failed {
                code: "rate_limit_exceeded",
                message: "Rate limit reached. Please try again in 0.1s.",
            },
            "failed-prompt" => {
                Self::Failed { code: "invalid_prompt", message: "Invalid prompt: not allowed." }
            }
            "failed-quota" => {
                Self::Failed { code: "insufficient_quota", message: "You exceeded your quota." }
            }
            "failed-overloaded" => {
                Self::Failed { code: "server_is_overloaded", message: "We are overloaded." }
            }
            "failed-context" => {
                Self::Failed { code: "context_length_exceeded", message: "Too long." }
            }
            "incomplete-tokens" => Self::Incomplete { reason: "max_output_tokens" },
            "incomplete-filter" => Self::Incomplete { reason: "content_filter" },
            "refusal" => Self::Refusal,
            "no-output" => Self::NoOutput,
            "empty" => Self::text(""),
            "two" => Self::Messages(vec!["First thoughts.".to_owned(), "Fine.".to_owned()]),
            "huge" => Self::text("all of it ".repeat(524_288)),
            "slow" => Self::after(2, Self::text("Fine.")),
            _ => return None,
        })
    }

    pub(crate) fn send(&self, responder: &mut Responder) {
        match self {
            Self::Message(text) => complete(responder, &[message(text)]),
            Self::Messages(texts) => {
                let items: Vec<Value> = texts.iter().map(|it| message(it)).collect();
                complete(responder, &items);
            }
            Self::Status { status, error, retry_after } => {
                let seconds = retry_after.map(|it| it.to_string());
                let mut headers = vec![("content-type", "application/json")];
                headers.extend(seconds.iter().map(|it| ("retry-after", it.as_str())));
                responder.send(status, &headers, &json!({ "error": error }).to_string());
            }
            Self::Html => responder.send(
                "200 OK",
                &[("content-type", "text/html")],
                "<html><body>Please log in to the network.</body></html>",
            ),
            Self::Cut => {
                begin(responder);
                let added = json!({ "type": "response.output_item.added", "item": message("") });
                responder.event(&added);
                responder.event(&json!({ "type": "response.output_text.delta", "delta": "Fi" }));
            }
            Self::CutAfter(text) => {
                begin(responder);
                responder.event(&item_done(&message(text)));
            }
            Self::Close => {}
            Self::Stall => responder.wait(STALL),
            Self::StallStream => {
                begin(responder);
                responder.wait(STALL);
            }
            Self::Failed { code, message } => {
                begin(responder);
                let error = json!({ "code": code, "message": message });
                let response = json!({ "id": "resp_1", "status": "failed", "error": error });
                responder.event(&json!({ "type": "response.failed", "response": response }));
            }
            Self::Incomplete { reason } => {
                begin(responder);
                responder.event(&item_done(&message("Fine, so f")));
                let details = json!({ "reason": reason });
                let response = json!({ "id": "resp_1", "incomplete_details": details });
                responder.event(&json!({ "type": "response.incomplete", "response": response }));
            }
            Self::Refusal => {
                let part = json!({ "type": "refusal", "refusal": "I cannot help with that." });
                complete(responder, &[item(&part)]);
            }
            Self::NoOutput => complete(responder, &[]),
            Self::Slow(time, reply) => {
                responder.wait(*time);
                reply.send(responder);
            }
        }
    }
}

fn begin(responder: &mut Responder) {
    responder.start_events();
    responder.event(&json!({ "type": "response.created", "response": { "id": "resp_1" } }));
}

fn complete(responder: &mut Responder, items: &[Value]) {
    begin(responder);
    for it in items {
        responder.event(&item_done(it));
    }
    let usage = json!({
        "input_tokens": 100, "input_tokens_details": { "cached_tokens": 0 }, "output_tokens": 20,
        "output_tokens_details": { "reasoning_tokens": 0 }, "total_tokens": 120,
    });
    // Codex needs seconds to read a long answer a second time.
    let is_short = items.iter().all(|it| it.to_string().len() < 1 << 20);
    let output = if is_short { items } else { &[] };
    let response = json!({ "id": "resp_1", "output": output, "usage": usage });
    responder.event(&json!({ "type": "response.completed", "response": response }));
}

fn message(text: &str) -> Value {
    item(&json!({ "type": "output_text", "text": text, "annotations": [] }))
}

fn item(part: &Value) -> Value {
    json!({ "type": "message", "role": "assistant", "id": "msg_1", "content": [part] })
}

fn item_done(item: &Value) -> Value {
    json!({ "type": "response.output_item.done", "output_index": 0, "item": item })
}
