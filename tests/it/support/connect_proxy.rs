//! A loopback proxy that notes where a client wants to go, and lets nobody through.
//!
//! It proves which host a login would reach, and that no other is contacted.

use super::http::Server;

pub(crate) struct ConnectProxy {
    server: Server,
}

impl ConnectProxy {
    pub(crate) fn start() -> Self {
        Self {
            server: Server::start(|_, responder| responder.send("403 Forbidden", &[], "refused")),
        }
    }

    /// The variables that send a client's traffic here.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY"]
            .map(|name| (name.to_owned(), self.server.url()))
            .to_vec()
    }

    /// Each `host:port` (or URL, for plain HTTP) that was asked for, sorted, once.
    pub(crate) fn targets(&self) -> Vec<String> {
        let mut targets: Vec<String> =
            self.server.requests().into_iter().map(|it| it.path).collect();
        targets.sort();
        targets.dedup();
        targets
    }
}
