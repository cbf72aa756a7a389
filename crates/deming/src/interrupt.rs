//! A person's or a system's request to stop: Ctrl-C, or SIGTERM.

use tokio::signal::unix::{SignalKind, signal};

/// What kind of request it was.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Interruption {
    /// SIGINT, as by Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

/// Completes at the first request to stop; never, where signals are not to be had.
pub(crate) async fn requested() {
    first().await;
}

/// The same, and says which it was.
pub(crate) async fn first() -> Interruption {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => Interruption::Interrupt,
        _ = terminate.recv() => Interruption::Terminate,
    }
}
