//! A request's id: in every log line of it, in its events, on its error pages and in its answer.

use super::WebState;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use model::id::CorrelationId;
use std::time::Instant;
use tracing::Instrument;

const HEADER: &str = "x-request-id";

/// Gives the request an id, which the client has no say in, and logs how it went.
pub(super) async fn assign(State(state): State<WebState>, mut request: Request, next: Next) -> Response {
    let database = &state.app.database;
    let id = CorrelationId::from(database.ids().at(database.clock().now()));
    request.extensions_mut().insert(id);
    // Only the path: what stands behind it may be personal. Of the highest level, so that errors name their request whatever the
    // log leaves out.
    let span = tracing::error_span!("request", %id, method = %request.method(), path = request.uri().path());
    let answered = async move {
        let started = Instant::now();
        let mut response = next.run(request).await;
        if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
            response.headers_mut().insert(HEADER, value);
        }
        let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
        tracing::info!(status = response.status().as_u16(), milliseconds, "answered");
        response
    };
    answered.instrument(span).await
}
