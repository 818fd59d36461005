//! What other programs use: tokens, the keys that verify them, and the resources that they open. JSON in, JSON or problem details
//! (RFC 9457) out; cookies mean nothing here.

mod auth;
mod bearer;
mod failure;
mod me;

use super::explain::respond;
use super::{Place, WebState, routed};
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Extension, Json, Router};
use failure::ApiError;
use http::{StatusCode, header};
use kernel::Problem;
use model::id::CorrelationId;

/// Others may keep the keys for so long: less than a new one is published before it signs.
const KEYS_CACHED: &str = "public, max-age=60";

/// What asks for no token: how a program gets one, and what it does with those that it sends along.
pub(super) fn open() -> Vec<Place> {
    vec![
        Place::get("/.well-known/jwks.json", keys),
        Place::post("/api/v1/auth/register", auth::register),
        Place::post("/api/v1/auth/login", auth::login),
        Place::post("/api/v1/auth/refresh", auth::refresh),
        Place::post("/api/v1/auth/logout", auth::logout),
        Place::post("/api/v1/auth/validate", auth::validate),
    ]
}

/// What an access token or an API key opens.
pub(super) fn behind_token() -> Vec<Place> {
    vec![Place::get("/api/v1/me", me::me)]
}

/// Those places behind their guard, and an answer for every address of the API at which there is none.
pub(super) fn guarded(state: &WebState, places: Vec<Place>) -> Router<WebState> {
    routed(places)
        .route_layer(from_fn_with_state(state.clone(), bearer::authenticate))
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
