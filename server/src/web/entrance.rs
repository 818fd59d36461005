//! Answers from the first moment on: while the database is being prepared, that the program lives and isn't ready yet.

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};
use std::sync::{Arc, OnceLock};
use tower::ServiceExt;

/// When to come back, in seconds.
const RETRY_AFTER: &str = "5";

/// The way to an application that may not be there yet. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entrance(Arc<OnceLock<Router>>);

impl Entrance {
    /// Lets requests through to the application from now on.
    pub(crate) fn open(&self, application: Router) {
        // Opened once, by the one command that serves.
        let _ = self.0.set(application);
    }

    pub(crate) fn router(&self) -> Router {
        let entrance = self.clone();
        Router::new().fallback(move |request| async move { entrance.answer(request).await })
    }

    async fn answer(&self, request: Request) -> Response {
        let application = self.0.get().cloned().unwrap_or_else(starting);
        application.oneshot(request).await.into_response()
    }
}

fn starting() -> Router {
    let wait = || async {
        let text = "Tradepost is starting. Try again in a few seconds.\n";
        (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::RETRY_AFTER, RETRY_AFTER), (header::CACHE_CONTROL, "no-store")],
            text,
        )
    };
    Router::new().route("/health/live", get(|| async { "live\n" })).fallback(wait)
}

#[cfg(test)]
mod tests {
    use super::Entrance;
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use http::{Request, StatusCode};
    use tower::ServiceExt;

    async fn status(entrance: &Entrance, path: &str) -> StatusCode {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        entrance.router().oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn it_lives_before_it_is_ready() {
        let entrance = Entrance::default();
        assert_eq!(status(&entrance, "/health/live").await, StatusCode::OK);
        assert_eq!(status(&entrance, "/health/ready").await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(status(&entrance, "/").await, StatusCode::SERVICE_UNAVAILABLE);
        entrance.open(Router::new().route("/", get(|| async { "here" })));
        assert_eq!(status(&entrance, "/").await, StatusCode::OK);
    }
}
