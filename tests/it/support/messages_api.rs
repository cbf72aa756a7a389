//! A loopback stand-in for the Anthropic Messages API with a scripted model.
//!
//! The script answers only what the agent loop asks; side calls without tools
//! (titles and the like) get a plain sentence. It knows nothing of Deming.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};

use super::{
    http::{Request, Responder, Server},
    prompt::{Prompt, blocks},
};

/// What the scripted model says once the script has run out.
pub(crate) const END_OF_SCRIPT: &str = "The script has ended.";

#[derive(Clone, Debug)]
pub(crate) enum Block {
    Text(String),
    ToolUse { name: String, input: Value },
}

/// One answer of the scripted model; it ends with a tool call or ends the turn.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turn {
    blocks: Vec<Block>,
}

impl Turn {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { blocks: vec![Block::Text(text.into())] }
    }

    pub(crate) fn tool(name: &str, input: Value) -> Self {
        Self { blocks: vec![Block::ToolUse { name: name.to_owned(), input }] }
    }

    pub(crate) fn bash(command: impl Into<String>) -> Self {
        Self::tool("Bash", json!({ "command": command.into(), "description": "Run the helper" }))
    }

    pub(crate) fn and(mut self, other: Self) -> Self {
        self.blocks.extend(other.blocks);
        self
    }
}

pub(crate) struct MessagesApi {
    server: Server,
    n_turns: Arc<AtomicUsize>,
}

impl MessagesApi {
    /// Plays the turns one after the other, then ends each further turn.
    pub(crate) fn script(turns: impl IntoIterator<Item = Turn>) -> Self {
        let mut turns: VecDeque<Turn> = turns.into_iter().collect();
        Self::model(move |_| turns.pop_front().unwrap_or_else(|| Turn::text(END_OF_SCRIPT)))
    }

    /// A model that reads its prompt before it answers.
    pub(crate) fn model(model: impl FnMut(&Prompt) -> Turn + Send + 'static) -> Self {
        let model = Mutex::new(model);
        let n_turns = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&n_turns);
        let server = Server::start(move |request, responder| {
            answer(request, responder, |prompt| {
                counter.fetch_add(1, Ordering::SeqCst);
                (model.lock().unwrap())(prompt)
            });
        });
        Self { server, n_turns }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.server.requests()
    }

    /// The requests of the agent loop, side calls left out.
    pub(crate) fn prompts(&self) -> Vec<Prompt> {
        self.requests()
            .iter()
            .filter(|it| is_messages(it))
            .map(|it| Prompt::new(it.json()))
            .filter(Prompt::is_agent_loop)
            .collect()
    }

    /// How often the model was asked, which is what a person pays for.
    pub(crate) fn n_turns(&self) -> usize {
        self.n_turns.load(Ordering::SeqCst)
    }
}

fn is_messages(request: &Request) -> bool {
    request.method == "POST" && request.path.split('?').next() == Some("/v1/messages")
}

fn answer(request: &Request, responder: &mut Responder, model: impl FnOnce(&Prompt) -> Turn) {
    if request.path.starts_with("/v1/messages/count_tokens") {
        responder.json("200 OK", &json!({ "input_tokens": 1000 }));
    } else if is_messages(request) {
        let prompt = Prompt::new(request.json());
        let turn =
            if prompt.is_agent_loop() { model(&prompt) } else { Turn::text("A short summary") };
        let message = message(&turn, &prompt.body()["model"]);
        if prompt.body()["stream"] == true {
            stream(&message, responder);
        } else {
            responder.json("200 OK", &message);
        }
    } else {
        responder.json("200 OK", &json!({}));
    }
}

fn message(turn: &Turn, model: &Value) -> Value {
    // Messages of one id are taken for parts of one message, and calls of one id for one call.
    static N_IDS: AtomicUsize = AtomicUsize::new(0);
    let next = || N_IDS.fetch_add(1, Ordering::SeqCst);
    let content: Vec<Value> = turn
        .blocks
        .iter()
        .map(|it| match it {
            Block::Text(text) => json!({ "type": "text", "text": text }),
            Block::ToolUse { name, input } => {
                let id = format!("toolu_{:08}", next());
                json!({ "type": "tool_use", "id": id, "name": name, "input": input })
            }
        })
        .collect();
    let calls = turn.blocks.iter().any(|it| matches!(it, Block::ToolUse { .. }));
    let reason = if calls { "tool_use" } else { "end_turn" };
    json!({
        "id": format!("msg_{:08}", next()), "type": "message", "role": "assistant", "model": model, "content": content,
        "stop_reason": reason, "stop_sequence": null,
        "usage": { "input_tokens": 100, "output_tokens": 10 },
    })
}

fn stream(message: &Value, responder: &mut Responder) {
    let mut start = message.clone();
    start["content"] = json!([]);
    start["stop_reason"] = Value::Null;
    responder.start_events();
    responder.event(&json!({ "type": "message_start", "message": start }));
    for (index, block) in blocks(&message["content"]).iter().enumerate() {
        let (empty, delta) = if block["type"] == "tool_use" {
            let mut empty = block.clone();
            empty["input"] = json!({});
            let input = block["input"].to_string();
            (empty, json!({ "type": "input_json_delta", "partial_json": input }))
        } else {
            let text = &block["text"];
            (json!({ "type": "text", "text": "" }), json!({ "type": "text_delta", "text": text }))
        };
        responder.event(
            &json!({ "type": "content_block_start", "index": index, "content_block": empty }),
        );
        responder.event(&json!({ "type": "content_block_delta", "index": index, "delta": delta }));
        responder.event(&json!({ "type": "content_block_stop", "index": index }));
    }
    let delta = json!({ "stop_reason": message["stop_reason"], "stop_sequence": null });
    responder.event(
        &json!({ "type": "message_delta", "delta": delta, "usage": { "output_tokens": 10 } }),
    );
    responder.event(&json!({ "type": "message_stop" }));
}
