//! A browser's part of the conversation: cookies, forms, redirects it is told about.

use app::context::AppContext;
use axum::Router;
use axum::body::Body;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use identity::Passwords;
use identity::user::{RegisterUser, register};
use model::credentials::Email;
use model::id::UserId;
use model::role::BuiltInRole;
use server::config::Config;
use server::web::{WebState, router};
use std::cell::RefCell;
use std::collections::BTreeMap;
use testkit::{Shop, TestDatabase, tester};
use tower::ServiceExt;

pub(crate) const EMAIL: &str = "ann@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The application and a browser that remembers cookies.
pub(crate) struct Client {
    pub(crate) state: WebState,
    router: Router,
    cookies: RefCell<BTreeMap<String, String>>,
}

impl Client {
    pub(crate) fn of(database: &TestDatabase, config: &Config) -> Self {
        let passwords = Passwords::new(config.password_hashes_at_once).unwrap();
        let app = AppContext::new(database.application.clone(), passwords, config.site(), testkit::sealing_key());
        let state = WebState::new(config, app);
        Self { router: router(&state, config), state, cookies: RefCell::default() }
    }

    /// With Ann registered in the shop.
    pub(crate) async fn with_staff(shop: &Shop<'_>, config: &Config) -> Self {
        Self::with_role(shop, config, BuiltInRole::Owner).await
    }

    /// With Ann in that role.
    pub(crate) async fn with_role(shop: &Shop<'_>, config: &Config, role: BuiltInRole) -> Self {
        let client = Self::of(shop.database, config);
        employ(shop, "Ann", EMAIL, role).await;
        client
    }

    /// Signed in as Ann.
    pub(crate) async fn signed_in(shop: &Shop<'_>) -> Self {
        let client = Self::with_staff(shop, &Config::default()).await;
        let answer = client.sign_in(EMAIL, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.text);
        client
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Answer {
        let form = format!("email={}&password={}&next=%2F", encoded(email), encoded(password));
        self.post("/api/sign-in", &form).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    /// A form, as a browser without scripts sends it.
    pub(crate) async fn post(&self, path: &str, form: &str) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::REFERER, "http://localhost/sign-in")
            .body(Body::from(form.to_owned()));
        self.send(request.unwrap()).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost")
            .header(header::USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
            .header(header::ACCEPT, "text/html");
        let cookies = self.cookies.borrow();
        let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { request } else { request.header(header::COOKIE, pairs.join("; ")) }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.set_cookie(cookie.to_str().unwrap().split(';').next().unwrap());
        }
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&body).into_owned() }
    }

    /// As a browser sends it: `name=value`.
    pub(crate) fn cookie(&self, name: &str) -> String {
        format!("{name}={}", self.cookies.borrow()[name])
    }

    pub(crate) fn set_cookie(&self, pair: &str) {
        let (name, value) = pair.split_once('=').unwrap();
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn forget_cookies(&self) {
        self.cookies.borrow_mut().clear();
    }
}

/// Gives somebody an account and a job. Their password is [`PASSWORD`].
pub(crate) async fn employ(shop: &Shop<'_>, name: &str, email: &str, role: BuiltInRole) -> UserId {
    let mut tx = shop.begin().await;
    let user = RegisterUser { name: name.into(), email: Email::parse(email).unwrap(), role };
    let id = register(&mut tx, &tester(), &Passwords::new(1).unwrap(), &user, PASSWORD).await.unwrap();
    tx.commit().await.unwrap();
    id
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
