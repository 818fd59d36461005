//! Errors that no screen made: each becomes a page for people or problem details for programs, with the request's id.

use super::WebState;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use kernel::Problem;
use model::id::CorrelationId;
use std::any::Any;
use tower_http::catch_panic::ResponseForPanic;

/// Answers a panic like any other failure of ours; its text goes to the log only.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panicked;

impl ResponseForPanic for Panicked {
    type ResponseBody = Body;

    fn response_for_panic(&mut self, panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        tracing::error!(panic = text.unwrap_or("no text"), "a request handler panicked");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

/// Replaces the bare answers of the layers (time is up, too large, from another site, signed out, panicked).
pub(super) async fn explain(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let id = request.extensions().get::<CorrelationId>().copied();
    let page = wants_page(request.headers());
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || is_explained(response.headers()) {
        return response;
    }
    let (headers, detail) = (response.headers().clone(), detail(status));
    let mut explained = if page {
        let page = app::error_page(&state.leptos, status.as_u16(), detail, id);
        (status, [(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], page).into_response()
    } else {
        let mut problem = Problem::of(status).detail(detail);
        problem.request_id = id;
        respond(&problem)
    };
    // A session that was ended, a header that says when to come back: they still count.
    let kept = headers.into_iter().filter_map(|(name, value)| name.map(|name| (name, value)));
    for (name, value) in kept.filter(|(name, _)| !matches!(name.as_str(), "content-type" | "content-length")) {
        explained.headers_mut().append(name, value);
    }
    explained
}

/// Problem details as an answer.
pub(super) fn respond(problem: &Problem) -> Response {
    let body = serde_json::to_vec(problem).unwrap_or_default();
    (problem.status, [(CONTENT_TYPE, HeaderValue::from_static(Problem::CONTENT_TYPE))], body).into_response()
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")))
}

/// Screens and server functions explain their errors themselves.
fn is_explained(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/html") || kind.contains("json")
}

fn detail(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "You are signed out. Sign in and try again.",
        StatusCode::FORBIDDEN => "The request came from another site's page. Open Tradepost itself and try again.",
        StatusCode::NOT_FOUND => "There is nothing at this address.",
        StatusCode::METHOD_NOT_ALLOWED => "This address can't be used that way.",
        StatusCode::PAYLOAD_TOO_LARGE => "What was sent is too large.",
        StatusCode::SERVICE_UNAVAILABLE => {
            "The server is busy or its database can't be reached. Try again in a moment."
        }
        _ if status.is_client_error() => "The request can't be understood. Reload the page and try again.",
        _ => "Something went wrong on our side. Try again; if it stays, tell your administrator the request id.",
    }
}
