//! What is counted, in the text format of Prometheus (0.0.4), for whoever has the token of the settings.

use super::WebState;
use super::challenge;
use super::explain::respond;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use kernel::Problem;
use kernel::problem::chain;
use metrics::{describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use model::id::CorrelationId;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
const NOT_SENT: &str = "Send the metrics token of the settings: Authorization: Bearer …";
const NOT_SET: &str = "Nobody reads the counts: no metrics token is set. Give one by the setting metrics_token.";
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
    fn is(&self, sent: &str) -> bool {
        <[u8; 32]>::from(Sha256::digest(sent)) == self.0
    }
}

/// The token of `Authorization: Bearer …`.
fn sent(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Begins to count.
pub(super) fn start() {
    if let Err(error) = &*COUNTS {
        tracing::error!(error = chain(error), "nothing is counted");
    }
}

pub(super) async fn report(
    State(state): State<WebState>,
    Extension(correlation): Extension<CorrelationId>,
    headers: HeaderMap,
) -> Response {
    let Some(token) = &state.metrics else { return refused(StatusCode::NOT_FOUND, NOT_SET, correlation) };
    let challenge = match sent(&headers) {
        Some(sent) if token.is(sent) => None,
        Some(_) => Some(challenge::WRONG_TOKEN),
        None => Some(challenge::NO_TOKEN),
    };
    if let Some(challenge) = challenge {
        let asked = refused(StatusCode::UNAUTHORIZED, NOT_SENT, correlation);
        return ([(header::WWW_AUTHENTICATE, challenge)], asked).into_response();
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

fn refused(status: StatusCode, detail: &str, correlation: CorrelationId) -> Response {
    respond(&Problem { request_id: Some(correlation), ..Problem::of(status).detail(detail) })
}
