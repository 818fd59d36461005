//! Nobody gets in who isn't signed in: everything behind this is closed unless it is named here.

use super::WebState;
use app::{AppError, SIGN_IN_PATH, context::AppContext, home};
use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode};
use identity::session_store::{TENANT_KEY, USER_KEY};
use kernel::problem::chain;
use model::id::{TenantId, UserId};
use model::session::Staff;
use tower_sessions::Session;

/// What a stranger may ask for.
const OPEN_PATHS: &[&str] = &[
    SIGN_IN_PATH,
    "/api/sign-in",
    "/register",
    "/register/confirm",
    "/api/registration",
    "/api/registration/screen",
    "/api/registration/link",
    "/api/registration/confirm",
    "/invitation",
    "/api/invitation",
    "/api/invitation/accept",
    "/forgotten-password",
    "/api/forgotten-password",
    "/reset-password",
    "/api/reset-password",
    "/api/reset-password/link",
    "/confirm-email",
    "/api/confirm-email",
];
/// Where server functions are.
const SERVER_FUNCTIONS: &str = "/api/";

/// Finds out who asks, and sends strangers to sign in, from where they come back to where they were going.
pub(super) async fn authenticate(
    State(state): State<WebState>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let open = OPEN_PATHS.contains(&path);
    match who(&state.app, &session).await {
        Ok(Some(staff)) if path == SIGN_IN_PATH => Redirect::to(home(&staff)).into_response(),
        Ok(Some(staff)) if is_home(&request) && home(&staff) != "/" => Redirect::to(home(&staff)).into_response(),
        Ok(Some(staff)) => {
            request.extensions_mut().insert(staff);
            next.run(request).await
        }
        Ok(None) if open => next.run(request).await,
        Ok(None) => refuse(&request),
        Err(error) => {
            tracing::error!(error = chain(&*error), "could not find out who asks");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// Whether it asks for no page in particular. Who asks for the dashboard of some days is told why they can't see it.
fn is_home(request: &Request) -> bool {
    request.method() == Method::GET && request.uri().path() == "/" && request.uri().query().is_none()
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The member of staff whom the session names. Their membership is read at every request: whoever is removed is out at once.
async fn who(app: &AppContext, session: &Session) -> Result<Option<Staff>, Failure> {
    let Some(user) = session.get::<UserId>(USER_KEY).await? else { return Ok(None) };
    let Some(tenant) = session.get::<TenantId>(TENANT_KEY).await? else { return Ok(None) };
    let mut tx = app.database.begin(tenant).await?;
    let staff = identity::staff::find(&mut tx, user).await?;
    tx.commit().await?;
    Ok(staff)
}

/// A page leads to signing in and back; a program is told.
fn refuse(request: &Request) -> Response {
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD);
    if request.uri().path().starts_with(SERVER_FUNCTIONS) {
        // In the words of server functions, so that a page that stayed open understands them.
        return (StatusCode::UNAUTHORIZED, Json(AppError::SignedOut)).into_response();
    }
    if !is_page {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    match target {
        "/" => Redirect::to(SIGN_IN_PATH).into_response(),
        _ => Redirect::to(&format!("{SIGN_IN_PATH}?next={}", encoded(target))).into_response(),
    }
}

/// Percent-encodes everything but what a query's value may hold as it is (RFC 3986, 3.4).
fn encoded(target: &str) -> String {
    use std::fmt::Write;
    target.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn a_target_survives_as_one_value() {
        assert_eq!(encoded("/?period=year&channel=web"), "/%3Fperiod%3Dyear%26channel%3Dweb");
        assert_eq!(encoded("/a%20b#c"), "/a%2520b%23c");
    }
}
