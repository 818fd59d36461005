//! Theme and side bar, for browsers without scripts: the same cookies that the scripts set.

use axum::Form;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{COOKIE, REFERER, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Uri};
use serde::Deserialize;

/// One form sends one of them.
#[derive(Debug, Deserialize)]
pub(super) struct Preference {
    theme: Option<String>,
    sidebar: Option<String>,
}

/// Sets the cookie and goes back to the page.
pub(super) async fn set(headers: HeaderMap, Form(preference): Form<Preference>) -> Response {
    let mut response = Redirect::to(&page_before(&headers)).into_response();
    if let Some(theme) = preference.theme.filter(|theme| ["light", "dark", "system"].contains(&theme.as_str())) {
        remember(&mut response, "theme", &theme);
    }
    if preference.sidebar.is_some() {
        let collapsed =
            headers.get_all(COOKIE).iter().any(|value| value.as_bytes().windows(17).any(|w| w == b"sidebar=collapsed"));
        remember(&mut response, "sidebar", if collapsed { "open" } else { "collapsed" });
    }
    response
}

fn remember(response: &mut Response, name: &str, value: &str) {
    // A year. Scripts may read it: they set it too.
    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// The page that the form stood on: of the referrer only the path and what follows, so it stays on this site.
fn page_before(headers: &HeaderMap) -> String {
    let referrer = headers.get(REFERER).and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<Uri>().ok());
    let target = referrer.and_then(|uri| uri.path_and_query().map(|target| target.as_str().to_owned()));
    target.filter(|target| target.starts_with('/') && !target.starts_with("//")).unwrap_or_else(|| "/".to_owned())
}
