//! A person's or a system's request to stop: Ctrl-C, or SIGTERM.

use tokio::signal::unix::{SignalKind, signal};

/// Completes at the first request to stop; never, where signals are not to be had.
pub async fn requested() {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
