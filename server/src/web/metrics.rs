//! What is counted, in the text format of Prometheus (0.0.4), for whoever has the token of the settings.

use super::WebState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use kernel::problem::chain;
use metrics::{describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
const ACTIVE_SESSIONS: &str = "sessions_active";

/// Counts for the whole program, from the first router on.
static COUNTS: LazyLock<Result<PrometheusHandle, BuildError>> = LazyLock::new(|| {
    let handle = PrometheusBuilder::new().install_recorder()?;
    describe_counter!("login_attempts_total", "Attempts to sign in, by people and by programs for them");
    describe_counter!("token_generations_total", "Access tokens that were made");
    describe_counter!("token_refreshes_total", "Refresh tokens that were shown");
    describe_gauge!(ACTIVE_SESSIONS, "Browsers in which somebody is signed in");
    Ok(handle)
});

/// By which secret the counts are read.
#[derive(Clone, Debug)]
pub struct MetricsToken([u8; 32]);

impl MetricsToken {
    pub(super) fn new(secret: &str) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// Hashes are compared: how long that takes tells nothing of the secret.
    fn is_sent(&self, headers: &HeaderMap) -> bool {
        let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let sent =
            sent.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        sent.is_some_and(|(_, token)| <[u8; 32]>::from(Sha256::digest(token.trim())) == self.0)
    }
}

/// Begins to count.
pub(super) fn start() {
    if let Err(error) = &*COUNTS {
        tracing::error!(error = chain(error), "nothing is counted");
    }
}

pub(super) async fn report(State(state): State<WebState>, headers: HeaderMap) -> Response {
    let Some(token) = &state.metrics else { return StatusCode::NOT_FOUND.into_response() };
    if !token.is_sent(&headers) {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response();
    }
    let Ok(counts) = &*COUNTS else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    match identity::session_store::count(&state.app.database).await {
        Ok(sessions) => gauge!(ACTIVE_SESSIONS).set(f64::from(sessions)),
        Err(error) => {
            tracing::error!(error = chain(&error), "could not count the sessions");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    }
    ([(header::CONTENT_TYPE, TEXT)], counts.render()).into_response()
}
