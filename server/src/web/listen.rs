//! Accepts connections and serves them, within limits: axum's own loop has none for clients that open many or send slowly.

use super::client_address::Peer;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Connections at a time, within the 1,024 files that a program may open by default. More wait to be accepted.
const CONNECTIONS_MAX: usize = 800;
/// How long a client may take to send a request's head, and how long a connection may be idle before it and between two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// How long to wait after the system could not accept a connection, such as for want of files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);
/// How long requests in flight may take to end when the server stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(4);

/// Serves until `shutdown`, then lets the requests in flight end.
pub(crate) async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken) {
    // HTTP/1 only: finding out which version a silent client means to speak would have no time limit. What terminates TLS in front
    // of us speaks HTTP/2 with browsers.
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    while let Some(Some((stream, peer, place))) = shutdown.run_until_cancelled(accept(&listener, &places)).await {
        let service = router.clone().map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer.ip()));
            request.map(Body::new)
        });
        let connection =
            connections.watch(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early: its client left, was too slow, or spoke no HTTP");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_TIMEOUT, connections.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Answers are written whole; waiting for more to send with them only delays.
                let _ = stream.set_nodelay(true);
                return Some((stream, peer, place));
            }
            Err(error) => {
                tracing::warn!(%error, "could not accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{HEAD_TIMEOUT, serve};
    use axum::Router;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::time::Instant;
    use tokio_util::sync::CancellationToken;

    /// What comes back, and the seconds (of a clock that jumps over waiting) until the connection is closed.
    async fn answer_to(sent: &[u8]) -> (String, u64) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let router = Router::new().route("/", axum::routing::get(|| async { "here" }));
        let (shutdown, begun) = (CancellationToken::new(), Instant::now());
        let serving = tokio::spawn(serve(listener, router, shutdown.clone()));
        client.write_all(sent).await.unwrap();
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await.unwrap();
        let waited = begun.elapsed().as_secs();
        shutdown.cancel();
        serving.await.unwrap();
        (String::from_utf8(answer).unwrap(), waited)
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_or_not_enough_is_hung_up_on() {
        for sent in ["", "P", "PRI * HTTP/2.0\r\n", "GET / HTTP/1.1\r\nHost: here\r\n"] {
            let (_, waited) = answer_to(sent.as_bytes()).await;
            assert!(waited <= HEAD_TIMEOUT.as_secs(), "{sent:?}: {waited} s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_kept_for_the_next_request_for_a_while() {
        let (answer, waited) = answer_to(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("here"), "{answer}");
        assert_eq!(waited, HEAD_TIMEOUT.as_secs());
    }
}
