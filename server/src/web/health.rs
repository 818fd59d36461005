//! Whether the server lives, and whether it can do its work.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use kernel::Database;
use serde::Serialize;
use std::time::Duration;

/// How long the database may take to answer.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(2);

/// What the server says of itself.
#[derive(Serialize)]
struct Report {
    status: &'static str,
    database: &'static str,
    version: &'static str,
}

/// The process runs and answers: restarting it would not help.
pub(super) async fn live() -> &'static str {
    "live\n"
}

/// It can serve: requests may be sent to it.
pub(super) async fn ready(State(database): State<Database>) -> Response {
    match reachable(&database).await {
        true => "ready\n".into_response(),
        false => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// All of it, for people.
pub(super) async fn report(State(database): State<Database>) -> Response {
    let reachable = reachable(&database).await;
    let (status, database) = if reachable { ("ok", "reachable") } else { ("failing", "unreachable") };
    let code = if reachable { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, Json(Report { status, database, version: env!("CARGO_PKG_VERSION") })).into_response()
}

async fn reachable(database: &Database) -> bool {
    matches!(tokio::time::timeout(DATABASE_TIMEOUT, database.ping()).await, Ok(Ok(())))
}
