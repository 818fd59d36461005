//! When to stop.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Is cancelled by Ctrl-C or a request to end (SIGTERM, as a container's manager sends it).
#[must_use]
pub fn on_request() -> CancellationToken {
    let shutdown = CancellationToken::new();
    // Without handlers the signals end the program by themselves.
    if let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
        let stopping = shutdown.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            tracing::info!("stopping");
            stopping.cancel();
        });
    }
    shutdown
}
