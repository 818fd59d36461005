//! The files of the site: style, wasm, scripts, fonts. Compressed when they were built, where that was done.

use super::WebState;
use axum::Router;
use http::{HeaderValue, Response, StatusCode, header};
use leptos::prelude::LeptosOptions;
use std::path::Path;
use tower::ServiceBuilder;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

/// Names with a hash of the content: what they name never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Names that stay while the content may change with an update.
const AN_HOUR: &str = "public, max-age=3600";

pub(super) fn routes(options: &LeptosOptions) -> Router<WebState> {
    let root = Path::new(&*options.site_root);
    // Only what is there: that a file is missing may be over with the next update.
    let cached = |value: &'static str| {
        let found = move |response: &Response<_>| {
            let status = response.status();
            (status.is_success() || status == StatusCode::NOT_MODIFIED).then(|| HeaderValue::from_static(value))
        };
        ServiceBuilder::new().layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, found))
    };
    let folder = |name: &str| ServeDir::new(root.join(name)).precompressed_br().precompressed_gzip();
    Router::new()
        .nest_service("/pkg", cached(FOREVER).service(folder("pkg")))
        .nest_service("/vendor", cached(AN_HOUR).service(folder("vendor")))
        .route_service("/favicon.svg", cached(AN_HOUR).service(ServeFile::new(root.join("favicon.svg"))))
}
