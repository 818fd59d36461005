//! The web: routes and what every request passes on its way.

mod api;
mod audit_csv;
mod authenticate;
mod challenge;
pub(crate) mod client_address;
pub(crate) mod entrance;
mod explain;
mod form_answer;
mod headers;
mod health;
pub(crate) mod listen;
mod metrics;
mod preferences;
mod refusal;
mod request_id;
mod site;

use crate::config::Config;
use app::context::AppContext;
use axum::Router;
use axum::extract::FromRef;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use http::{Method, StatusCode};
use identity::PostgresSessionStore;
use ipnet::IpNet;
use kernel::Database;
use leptos::prelude::LeptosOptions;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};
pub use metrics::MetricsToken;
use std::sync::LazyLock;
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

/// The largest request body, in bytes. Uploads will have a limit of their own.
const BODY_BYTES_MAX: usize = 256 * 1024;
/// How long a request may take. Statements end by themselves at the same time.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Every page, found by walking the application once. While it is walked, Leptos has the resources of all pages of the program wait, and
/// forgets to wake them: a page rendered at that moment would never be finished.
pub static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(app::App));

/// What handlers and middleware share.
#[derive(Clone, Debug, FromRef)]
pub struct WebState {
    pub app: AppContext,
    pub leptos: LeptosOptions,
    /// Where the site is, and by which names browsers come.
    pub public: Public,
    /// By which secret the counts are read; `None` when nobody reads them.
    pub metrics: Option<MetricsToken>,
}

/// How browsers reach the server.
#[derive(Clone, Debug)]
pub struct Public {
    pub https: bool,
    pub origin: Option<String>,
    /// Who is believed about where a request comes from.
    pub trusted_proxies: Vec<IpNet>,
}

impl WebState {
    /// What the settings say, around a database with the application role.
    #[must_use]
    pub fn new(config: &Config, app: AppContext) -> Self {
        let leptos = LeptosOptions::builder()
            .output_name("tradepost")
            .site_root(config.site_root.to_string_lossy().into_owned())
            .hash_files(has_hashes())
            .build();
        let public = Public {
            https: config.is_https(),
            origin: config.public_url.clone(),
            trusted_proxies: config.trusted_proxies(),
        };
        let metrics = config.metrics_token.as_ref().map(|secret| MetricsToken::new(secret.expose()));
        Self { app, leptos, public, metrics }
    }
}

/// What is served by hand: neither a page nor a server function, of which Leptos knows, nor a file of the site. The router is made from
/// [`places`] and has no other such routes, so each of them can be held against the table of who gets in (`access.md`, by the tests).
#[derive(Clone, Debug)]
pub struct Place {
    pub method: Method,
    pub path: &'static str,
    handler: MethodRouter<WebState>,
}

/// Every place, by what stands before it.
#[derive(Clone, Debug)]
pub struct Places {
    /// Nothing but what is before everything.
    pub open: Vec<Place>,
    /// A session, and a person in it.
    pub behind_session: Vec<Place>,
    /// A token that a program carries.
    pub behind_token: Vec<Place>,
}

impl Place {
    fn get<H: Handler<T, WebState>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { method: Method::GET, path, handler: get(handler) }
    }

    fn post<H: Handler<T, WebState>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { method: Method::POST, path, handler: post(handler) }
    }

    /// For what does its work whether or not somebody takes the answer.
    fn without_head(self) -> Self {
        Self { handler: self.handler.head(|| async { StatusCode::METHOD_NOT_ALLOWED }), ..self }
    }
}

/// All that is served by hand.
#[must_use]
pub fn places() -> Places {
    let own = [
        Place::post("/preferences", preferences::set),
        // Asks for a token of its own.
        Place::get("/metrics", metrics::report),
        Place::get("/health", health::report),
        Place::get("/health/live", health::live),
        Place::get("/health/ready", health::ready),
    ];
    Places {
        open: own.into_iter().chain(api::open()).collect(),
        behind_session: vec![Place::get("/audit.csv", audit_csv::export).without_head()],
        behind_token: api::behind_token(),
    }
}

/// A router of those places.
fn routed(places: Vec<Place>) -> Router<WebState> {
    places.into_iter().fold(Router::new(), |router, place| router.route(place.path, place.handler))
}

/// Whether the site's files carry hashes in their names: their build then leaves a list beside the program.
fn has_hashes() -> bool {
    let program = std::env::current_exe().ok();
    program.is_some_and(|program| program.with_file_name("hash.txt").is_file())
}

/// Everything that is served. What a request passes first stands first.
pub fn router(state: &WebState, config: &Config) -> Router {
    metrics::start();
    let around_all = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), request_id::assign))
        .layer(from_fn_with_state(state.clone(), client_address::find))
        .layer(from_fn_with_state(state.clone(), headers::add))
        .layer(from_fn_with_state(state.clone(), explain::explain))
        .layer(CatchPanicLayer::custom(explain::Panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_TIMEOUT))
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        .layer(csrf(&state.public));
    let Places { open, behind_session, behind_token } = places();
    Router::new()
        .merge(screens(state, config, behind_session))
        .merge(api::guarded(state, behind_token))
        .merge(site::routes(&state.leptos))
        .merge(routed(open))
        .layer(around_all)
        .with_state(state.clone())
}

/// The screens and their server functions, and the places beside them: behind the session and, but for signing in, behind a person.
fn screens(state: &WebState, config: &Config, places: Vec<Place>) -> Router<WebState> {
    let provide = {
        let app = state.app.clone();
        move || {
            app.provide();
            headers::allow_nonce();
        }
    };
    let shell = {
        let options = state.leptos.clone();
        move || app::shell(options.clone())
    };
    let store = PostgresSessionStore::new(state.app.database.clone(), config.session_limits());
    let guarded = ServiceBuilder::new()
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), form_answer::guard))
        .layer(session_layer(store, &state.public))
        .layer(from_fn_with_state(state.clone(), authenticate::authenticate));
    Router::new()
        .leptos_routes_with_context(state, PAGES.clone(), provide.clone(), shell.clone())
        .merge(routed(places))
        .fallback(leptos_axum::render_app_async_with_context(provide, shell))
        .layer(guarded)
}

/// A cookie that only this host, only over https, and no script can read; under plain http (on one's own machine) without the
/// prefix, which browsers would refuse. It ends with the browser; how long the session lives is the store's matter.
fn session_layer(store: PostgresSessionStore, public: &Public) -> SessionManagerLayer<PostgresSessionStore> {
    let name = if public.https { "__Host-session" } else { "session" };
    SessionManagerLayer::new(store)
        .with_name(name)
        .with_secure(public.https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnSessionEnd)
}

/// Refuses what another site's page sends in a person's name.
fn csrf(public: &Public) -> CsrfLayer {
    let layer = CsrfLayer::new();
    match public.origin.as_deref().map(|origin| layer.clone().add_trusted_origin(origin)) {
        Some(Ok(trusting)) => trusting,
        _ => layer,
    }
}

/// For the server's own checks of readiness.
impl FromRef<WebState> for Database {
    fn from_ref(state: &WebState) -> Self {
        state.app.database.clone()
    }
}
