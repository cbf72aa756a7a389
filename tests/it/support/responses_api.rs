//! A loopback stand-in for the OpenAI Responses API.
//!
//! A URL below `/m/<mode>/v1` always answers in that mode; `/v1` plays the
//! script of this server, one reply for each request, and keeps every request.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use serde_json::json;

use super::{
    http::{Request, Responder, Server},
    reply::Reply,
};

pub(crate) struct ResponsesApi {
    server: Server,
    script: Arc<Mutex<VecDeque<Reply>>>,
}

impl ResponsesApi {
    pub(crate) fn start() -> Self {
        Self::script([])
    }

    /// Answers with these replies in turn; a request beyond the last is a 400.
    pub(crate) fn script(replies: impl IntoIterator<Item = Reply>) -> Self {
        let script = Arc::new(Mutex::new(replies.into_iter().collect::<VecDeque<Reply>>()));
        let shared = Arc::clone(&script);
        let server = Server::start(move |request, responder| answer(request, responder, &shared));
        Self { server, script }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/v1", self.server.url())
    }

    /// The base URL under which each request is answered in one mode.
    #[track_caller]
    pub(crate) fn mode_url(&self, mode: &str) -> String {
        assert!(Reply::named(mode).is_some(), "`{mode}` is not a mode of the stand-in");
        format!("{}/m/{mode}/v1", self.server.url())
    }

    /// Everything that came in, side calls included.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.server.requests()
    }

    /// The requests that carried a prompt: what left the machine.
    pub(crate) fn prompts(&self) -> Vec<Request> {
        self.requests().into_iter().filter(is_prompt).collect()
    }

    /// Replies of the script that nobody asked for yet.
    pub(crate) fn n_left(&self) -> usize {
        self.script.lock().unwrap().len()
    }
}

fn is_prompt(request: &Request) -> bool {
    request.method == "POST" && request.path.ends_with("/responses")
}

fn answer(request: &Request, responder: &mut Responder, script: &Mutex<VecDeque<Reply>>) {
    if request.header("upgrade").is_some() {
        responder.send("426 Upgrade Required", &[], "");
    } else if request.method == "GET" && request.path.contains("/models") {
        responder.json("200 OK", &json!({ "models": [] }));
    } else if is_prompt(request) {
        let mode = request.path.strip_prefix("/m/").and_then(|it| it.split('/').next());
        let reply = match mode {
            Some(mode) => Reply::named(mode),
            None => script.lock().unwrap().pop_front(),
        };
        match reply {
            Some(reply) => reply.send(responder),
            None => responder.json(
                "400 Bad Request",
                &json!({ "error": { "message": "the script of the stand-in has ended" } }),
            ),
        }
    } else {
        responder.json("404 Not Found", &json!({ "error": { "message": "no such path" } }));
    }
}
