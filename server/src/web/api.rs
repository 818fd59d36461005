//! What other programs use: tokens, the keys that verify them, and the resources that they open. JSON in, JSON or problem details
//! (RFC 9457) out; cookies mean nothing here.

mod auth;
mod bearer;
mod failure;
mod me;

use super::WebState;
use super::explain::respond;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Json, Router};
use failure::ApiError;
use http::{StatusCode, header};
use kernel::Problem;
use model::id::CorrelationId;

/// Others may keep the keys for so long: less than a new one is published before it signs.
const KEYS_CACHED: &str = "public, max-age=60";

pub(super) fn routes(state: &WebState) -> Router<WebState> {
    let guarded = Router::new()
        .route("/api/v1/me", get(me::me))
        .route_layer(from_fn_with_state(state.clone(), bearer::authenticate));
    Router::new()
        .route("/.well-known/jwks.json", get(keys))
        .route("/api/v1/auth/register", post(auth::register))
        .route("/api/v1/auth/login", post(auth::login))
        .route("/api/v1/auth/refresh", post(auth::refresh))
        .route("/api/v1/auth/logout", post(auth::logout))
        .route("/api/v1/auth/validate", post(auth::validate))
        .merge(guarded)
        .route("/api/v1/{*rest}", any(nothing_here))
}

/// The public keys of access tokens (RFC 7517).
async fn keys(State(state): State<WebState>, Extension(correlation): Extension<CorrelationId>) -> Response {
    match state.app.tokens.keys().published().await {
        Ok(keys) => ([(header::CACHE_CONTROL, KEYS_CACHED)], Json(keys)).into_response(),
        Err(error) => ApiError::broken(error).answer(correlation),
    }
}

/// Without it, programs would be sent to the page where people sign in.
async fn nothing_here(Extension(correlation): Extension<CorrelationId>) -> Response {
    let mut problem = Problem::of(StatusCode::NOT_FOUND).detail("There is no such resource.");
    problem.request_id = Some(correlation);
    respond(&problem)
}
