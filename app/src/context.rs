//! What server functions stand on: given by the server with every request.

use crate::AppError;
use analytics::sales::SalesCache;
use axum::http::request::Parts;
use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;
use identity::session_store::{CONFIRMED_KEY, token_hash};
use identity::signing_key::SigningKeys;
use identity::{AccessTokens, Passwords};
use inventory::low_stock::LowStockCache;
use kernel::seal::SealingKey;
use kernel::{Actor, Database};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use model::id::CorrelationId;
use model::permission::Permission;
use model::session::Staff;
use notifications::Mailer;
use server_fn::error::ServerFnErrorErr;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use tower_sessions::Session;

/// For how long after somebody entered their password they may do what a browser left open must not let others do.
pub const CONFIRMED_MAX: TimeDelta = TimeDelta::minutes(15);
/// The pages where such things are done ask for it earlier, so that there is time to fill in their forms.
pub const CONFIRMED_FOR_PAGES_MAX: TimeDelta = TimeDelta::minutes(10);

/// What the settings say of this installation.
#[derive(Clone, Debug)]
pub struct Site {
    /// What addresses in mails begin with: scheme and host.
    pub url: String,
    /// Whether browsers come by https, so that cookies are bound to it.
    pub https: bool,
    /// Whether everybody may open a business here.
    pub registration: bool,
    /// Whether mail leaves the program; else it is kept where the staff sees it.
    pub sends_mail: bool,
}

/// The parts of the running program that server functions use.
#[derive(Clone, Debug)]
pub struct AppContext {
    /// With the application role.
    pub database: Database,
    pub passwords: Passwords,
    pub site: Site,
    /// Opens what is kept sealed.
    pub sealing: SealingKey,
    pub mailer: Mailer,
    /// Makes and checks what programs carry.
    pub tokens: AccessTokens,
    pub sales: SalesCache,
    pub low_stock: LowStockCache,
}

impl AppContext {
    /// Around a database with the application role.
    #[must_use]
    pub fn new(database: Database, passwords: Passwords, site: Site, sealing: SealingKey) -> Self {
        let (sales, low_stock) = (SalesCache::default(), LowStockCache::default());
        let mailer = Mailer::new(sealing.clone(), site.sends_mail);
        let tokens = AccessTokens::new(SigningKeys::new(database.clone(), sealing.clone()), &site.url);
        Self { database, passwords, site, sealing, mailer, tokens, sales, low_stock }
    }

    /// Makes itself available to the screens of this request.
    pub fn provide(&self) {
        provide_context(self.clone());
    }

    /// # Errors
    /// Called outside a request: a mistake in the program.
    pub fn of_request() -> Result<Self, AppError> {
        use_context().ok_or_else(|| broken(&MissingContext("the application")))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0} was not given to the request")]
struct MissingContext(&'static str);

/// Who asks, if they are signed in, on a page that is open to everybody.
#[must_use]
pub fn signed_in() -> Option<Staff> {
    let parts: Parts = use_context()?;
    parts.extensions.get::<Staff>().cloned()
}

/// The member of staff who asks.
///
/// # Errors
/// Nobody is signed in.
pub fn staff() -> Result<Staff, AppError> {
    let parts: Option<Parts> = use_context();
    parts.and_then(|mut parts| parts.extensions.remove::<Staff>()).ok_or_else(|| {
        set_status(StatusCode::UNAUTHORIZED);
        AppError::SignedOut
    })
}

/// The member of staff who asks, if their role includes the permission.
///
/// # Errors
/// Nobody is signed in, or somebody whose role doesn't.
pub fn staff_who_may(permission: Permission) -> Result<Staff, AppError> {
    let staff = staff()?;
    if staff.may(permission) {
        return Ok(staff);
    }
    note_lacking(permission);
    set_status(StatusCode::FORBIDDEN);
    Err(AppError::Forbidden { role: staff.role.name, permission, request_id: correlation() })
}

/// Says that this request is refused for want of a permission, so that the audit log has it.
pub fn note_lacking(permission: Permission) {
    let parts: Option<Parts> = use_context();
    if let Some(lacking) = parts.and_then(|mut parts| parts.extensions.remove::<Lacking>()) {
        lacking.note(permission);
    }
}

/// For want of which permission a request is refused: told by who refuses it, to who answers it. Clones tell the same.
#[derive(Clone, Debug, Default)]
pub struct Lacking(Arc<OnceLock<Permission>>);

impl Lacking {
    /// Of several the first counts.
    pub fn note(&self, permission: Permission) {
        let _ = self.0.set(permission);
    }

    /// `None` where nothing was refused.
    #[must_use]
    pub fn permission(&self) -> Option<Permission> {
        self.0.get().copied()
    }
}

/// Where this request comes from, as far as that is known.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub IpAddr);

/// Where this request comes from.
#[must_use]
pub fn address() -> Option<IpAddr> {
    let parts: Parts = use_context()?;
    parts.extensions.get::<ClientAddress>().map(|address| address.0)
}

/// What the browser says of itself, cut to a length that any browser needs.
#[must_use]
pub fn user_agent() -> Option<String> {
    const CHARS_MAX: usize = 300;
    let parts: Parts = use_context()?;
    let agent = parts.headers.get(http::header::USER_AGENT)?.to_str().ok()?;
    Some(agent.chars().take(CHARS_MAX).collect())
}

/// Lets somebody go on who entered their password a short while ago.
///
/// # Errors
/// It was longer ago, and has to be entered again.
pub async fn confirmed_recently() -> Result<(), AppError> {
    let app = AppContext::of_request()?;
    let confirmed_at = session().await?.get(CONFIRMED_KEY).await.map_err(|error| broken(&error))?;
    if is_confirmed(confirmed_at, app.database.clock().now(), CONFIRMED_MAX) {
        return Ok(());
    }
    set_status(StatusCode::FORBIDDEN);
    Err(AppError::ConfirmPassword)
}

/// Whether the password was entered at most so long ago.
#[must_use]
pub fn is_confirmed(confirmed_at: Option<DateTime<Utc>>, now: DateTime<Utc>, within: TimeDelta) -> bool {
    confirmed_at.is_some_and(|confirmed_at| now - confirmed_at <= within)
}

/// The session of this request.
///
/// # Errors
/// Called outside a request: a mistake in the program.
pub async fn session() -> Result<Session, AppError> {
    leptos_axum::extract().await.map_err(|error: ServerFnErrorErr| broken(&error))
}

/// The session of this request, by the hash of its token.
///
/// # Errors
/// There is none: a mistake in the program, for whoever is signed in has one.
pub async fn session_hash() -> Result<Vec<u8>, AppError> {
    let session = session().await?;
    session.id().map(|id| token_hash(&id)).ok_or_else(|| broken(&MissingContext("the session")))
}

/// Somebody who acts, within this request.
#[must_use]
pub fn actor(staff: &Staff) -> Actor {
    Actor::user(staff.user, correlation(), address())
}

/// Ties what this request causes to its log lines.
#[must_use]
pub fn correlation() -> CorrelationId {
    let parts: Option<Parts> = use_context();
    let id = parts.and_then(|parts| parts.extensions.get::<CorrelationId>().copied());
    id.unwrap_or_else(|| uuid::Uuid::nil().into())
}

/// A cookie of this request.
#[must_use]
pub fn cookie(name: &str) -> Option<String> {
    let parts: Parts = use_context()?;
    let cookies = parts.headers.get_all(http::header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

/// Whether the browser sent a form without scripts: it will show the next page, not this answer.
#[must_use]
pub fn is_plain_form() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        let accept = parts.headers.get(http::header::ACCEPT).and_then(|accept| accept.to_str().ok());
        parts.method == http::Method::POST && accept.is_some_and(|accept| accept.contains("text/html"))
    })
}

/// Gives the answer its HTTP status. A form sent without scripts keeps the redirect that leads back to its page, where what
/// is wrong is shown.
pub fn set_status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>().filter(|_| !is_plain_form()) {
        response.set_status(status);
    }
}

/// Gives a page its HTTP status, whatever asked for it.
pub fn set_page_status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

/// Adds a header to the answer. One that can't be sent is left out.
pub fn set_header(name: http::HeaderName, value: &str) {
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), http::HeaderValue::from_str(value)) {
        response.append_header(name, value);
    }
}

/// Says that there is too much to do at the moment.
#[must_use]
pub fn busy() -> AppError {
    set_status(StatusCode::SERVICE_UNAVAILABLE);
    AppError::Busy { request_id: correlation() }
}

/// Logs what broke, with its whole chain, and answers with nothing but the id that finds it.
pub fn broken(error: &(dyn std::error::Error + 'static)) -> AppError {
    let request_id = correlation();
    if kernel::database::waited_in_vain(error) {
        tracing::warn!(%request_id, error = kernel::problem::chain(error), "no database connection was free in time");
        return busy();
    }
    tracing::error!(%request_id, error = kernel::problem::chain(error), "a server function failed");
    set_status(StatusCode::INTERNAL_SERVER_ERROR);
    AppError::Broken { request_id }
}
