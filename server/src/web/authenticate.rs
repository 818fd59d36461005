//! Nobody gets in who isn't signed in: everything behind this is closed unless it is named here.

use super::{WebState, refusal};
use app::context::{AppContext, CONFIRMED_FOR_PAGES_MAX, is_confirmed};
use app::{
    AppError, CONFIRM_PASSWORD_PATH, SECOND_FACTOR_PATH, SIGN_IN_CODE_PATH, SIGN_IN_PATH, home, own_address, with_next,
};
use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use http::header::{ACCEPT, REFERER};
use http::{HeaderValue, Method, StatusCode, Uri};
use identity::epoch::Epoch;
use identity::session_store::{CONFIRMED_KEY, EPOCH_KEY, PENDING_KEY, TENANT_KEY, USER_KEY};
use identity::sign_in::Pending;
use kernel::problem::chain;
use model::id::{TenantId, UserId};
use model::permission::Permission;
use model::session::Staff;
use tower_sessions::Session;

/// What a stranger may ask for.
const OPEN_PATHS: &[&str] = &[
    SIGN_IN_PATH,
    "/api/sign-in",
    SIGN_IN_CODE_PATH,
    "/api/sign-in/code",
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
    "/api/forgotten-password/screen",
    "/reset-password",
    "/api/reset-password",
    "/api/reset-password/link",
    "/confirm-email",
    "/api/confirm-email",
];
/// What is open to somebody who must have a second factor and hasn't: setting it up, and leaving.
const SECOND_FACTOR_PATHS: &[&str] = &[
    SECOND_FACTOR_PATH,
    CONFIRM_PASSWORD_PATH,
    "/api/account/second-factor",
    "/api/account/second-factor/begin",
    "/api/account/second-factor/confirm",
    "/api/confirm-password",
    "/api/sign-out",
    "/api/visitor",
];
/// The beginnings of the addresses of pages where sensitive things are done, by whoever has the permission. They ask for the password first,
/// unless it was entered a short while ago. (The server functions behind them ask `confirmed_recently`.)
const SENSITIVE_PATHS: &[(&str, Option<Permission>)] = &[
    (SECOND_FACTOR_PATH, None),
    ("/mail", Some(Permission::WriteStaff)),
    ("/roles/", Some(Permission::WriteRoles)),
    ("/staff/", Some(Permission::WriteStaff)),
    ("/api-keys", Some(Permission::WriteStaff)),
];
/// Where server functions are.
const SERVER_FUNCTIONS: &str = "/api/";

/// Finds out who asks, and sends strangers to sign in, from where they come back to where they were going.
pub(super) async fn authenticate(
    State(state): State<WebState>,
    session: Session,
    request: Request,
    next: Next,
) -> Response {
    match who(&state.app, &session).await {
        Ok(Visitor::Staff { staff, confirmed }) => match detour(&staff, confirmed, &request) {
            Some(detour) => detour,
            None => refusal::answer(&state.app, *staff, request, next).await,
        },
        // Without a right password there is nothing to show a second factor for.
        Ok(Visitor::Stranger { is_pending: false }) if request.uri().path() == SIGN_IN_CODE_PATH => {
            let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
            Redirect::to(&format!("{SIGN_IN_PATH}{query}")).into_response()
        }
        Ok(Visitor::Stranger { .. }) if OPEN_PATHS.contains(&request.uri().path()) => next.run(request).await,
        Ok(Visitor::Stranger { .. }) => refuse(&request),
        Err(error) => {
            tracing::error!(error = chain(&*error), "could not find out who asks");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// Where else somebody who is signed in has to go, or begins.
fn detour(staff: &Staff, confirmed: bool, request: &Request) -> Option<Response> {
    let path = request.uri().path();
    if path == SIGN_IN_PATH || path == SIGN_IN_CODE_PATH {
        return Some(Redirect::to(home(staff)).into_response());
    }
    if staff.second_factor.is_missing() && !SECOND_FACTOR_PATHS.contains(&path) && !OPEN_PATHS.contains(&path) {
        return Some(demand_second_factor(request));
    }
    if is_home(request) && home(staff) != "/" {
        return Some(Redirect::to(home(staff)).into_response());
    }
    if is_page(request) && !confirmed && is_sensitive(staff, path) {
        return Some(Redirect::to(&with_next(CONFIRM_PASSWORD_PATH, target(request))).into_response());
    }
    None
}

fn is_sensitive(staff: &Staff, path: &str) -> bool {
    let is_open_to = |permission: Option<Permission>| permission.is_none_or(|permission| staff.may(permission));
    SENSITIVE_PATHS.iter().any(|(beginning, permission)| path.starts_with(*beginning) && is_open_to(*permission))
}

/// Whether it asks for no page in particular. Who asks for the dashboard of some days is told why they can't see it.
fn is_home(request: &Request) -> bool {
    request.method() == Method::GET && request.uri().path() == "/" && request.uri().query().is_none()
}

fn is_page(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}

/// What was asked for, as it is written in the address.
fn target(request: &Request) -> &str {
    request.uri().path_and_query().map_or("/", |target| target.as_str())
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Whoever asks.
enum Visitor {
    Staff {
        staff: Box<Staff>,
        /// They entered their password a short while ago.
        confirmed: bool,
    },
    Stranger {
        /// Their password was right, and their second factor is still to be shown.
        is_pending: bool,
    },
}

/// The member of staff whom the session names. Their membership is read at every request: whoever is removed is out at once.
async fn who(app: &AppContext, session: &Session) -> Result<Visitor, Failure> {
    let now = app.database.clock().now();
    let (user, tenant) = (session.get::<UserId>(USER_KEY).await?, session.get::<TenantId>(TENANT_KEY).await?);
    let (Some(user), Some(tenant)) = (user, tenant) else {
        let pending = session.get::<Pending>(PENDING_KEY).await?;
        return Ok(Visitor::Stranger { is_pending: pending.is_some_and(|pending| now < pending.until) });
    };
    let mut tx = app.database.begin(tenant).await?;
    let found = identity::staff::find_now(&mut tx, user).await?;
    tx.commit().await?;
    let epoch = session.get::<Epoch>(EPOCH_KEY).await?.unwrap_or_default();
    let Some((staff, _)) = found.filter(|(_, now)| *now == epoch) else {
        return Ok(Visitor::Stranger { is_pending: false });
    };
    let confirmed_at = session.get::<DateTime<Utc>>(CONFIRMED_KEY).await?;
    let confirmed = is_confirmed(confirmed_at, now, CONFIRMED_FOR_PAGES_MAX);
    Ok(Visitor::Staff { staff: Box::new(staff), confirmed })
}

/// From which page a form was sent without scripts; whoever sent it is to see a page again.
fn page_of_plain_form(request: &Request) -> Option<String> {
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if request.method() != Method::POST || !header(ACCEPT)?.contains("text/html") {
        return None;
    }
    let page = header(REFERER).and_then(|page| page.parse::<Uri>().ok());
    let page = page.and_then(|page| page.path_and_query().map(|page| page.as_str().to_owned()));
    Some(own_address(page))
}

/// A page leads to signing in and back; a program is told.
fn refuse(request: &Request) -> Response {
    if let Some(page) = page_of_plain_form(request) {
        return Redirect::to(&with_next(SIGN_IN_PATH, &page)).into_response();
    }
    if request.uri().path().starts_with(SERVER_FUNCTIONS) {
        // In the words of server functions, so that a page that stayed open understands them.
        return (StatusCode::UNAUTHORIZED, Json(AppError::SignedOut)).into_response();
    }
    if !is_page(request) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    Redirect::to(&with_next(SIGN_IN_PATH, target(request))).into_response()
}

/// A page leads to setting up a second factor; a program is told.
fn demand_second_factor(request: &Request) -> Response {
    if page_of_plain_form(request).is_some() {
        return Redirect::to(SECOND_FACTOR_PATH).into_response();
    }
    if is_page(request) && !request.uri().path().starts_with(SERVER_FUNCTIONS) {
        return Redirect::to(SECOND_FACTOR_PATH).into_response();
    }
    (StatusCode::FORBIDDEN, Json(AppError::SecondFactorMissing)).into_response()
}
