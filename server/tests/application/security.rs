use crate::client::{Client, PASSWORD, employ};
use axum::body::Body;
use chrono::TimeDelta;
use http::{Method, StatusCode, header};
use model::role::BuiltInRole;
use server::config::Config;
use server::web::router;
use sqlx::Executor;
use std::sync::Arc;
use testkit::{Shop, TestDatabase};

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_the_security_headers() {
    let database = TestDatabase::new().await;
    let client = Client::of(&database, &Config::default());
    for path in ["/", "/sign-in", "/health", "/favicon.svg", "/pkg/none.js"] {
        let answer = client.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"), "{path}: {policy}");
        assert!(answer.header("x-request-id").len() == 36, "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "not over plain http");
    }
    let missing = client.get("/pkg/none.js").await;
    assert_eq!(
        (missing.status.as_u16(), missing.header("cache-control")),
        (404, "no-store"),
        "it may be there tomorrow"
    );
    let page = client.get("/sign-in").await;
    let policy = page.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    assert!(page.text.contains(&format!(r#"nonce="{nonce}""#)), "scripts carry the nonce");
    assert_ne!(policy, client.get("/sign-in").await.header("content-security-policy"), "a nonce is used once");
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_sites_form_is_refused_with_an_explanation() {
    let database = TestDatabase::new().await;
    let client = Client::of(&database, &Config::default());
    let forged = |accept: &str| {
        let request = client.request(Method::POST, "/api/sign-in").header("sec-fetch-site", "cross-site");
        let request = request.header(header::ORIGIN, "https://evil.example");
        let mut request = request.body(Body::from("email=a")).unwrap();
        request.headers_mut().insert(header::ACCEPT, accept.parse().unwrap());
        client.send(request)
    };
    let page = forged("text/html").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text.contains("another site") && page.text.contains(page.header("x-request-id")), "{}", page.text);

    let problem = forged("application/json").await;
    assert_eq!(problem.header("content-type"), "application/problem+json");
    let body: serde_json::Value = serde_json::from_str(&problem.text).unwrap();
    assert_eq!(
        (body["status"].as_u64(), body["request_id"].as_str()),
        (Some(403), Some(problem.header("x-request-id")))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_beyond_the_limit_is_refused() {
    let database = TestDatabase::new().await;
    let client = Client::of(&database, &Config::default());
    let body = "a".repeat(300 * 1024);
    let request = client.request(Method::POST, "/api/sign-in").header(header::CONTENT_LENGTH, body.len());
    let answer = client.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text.contains("too large"), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_leads_nowhere_says_so() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Nowhere").await;
    let client = Client::signed_in(&shop).await;
    let answer = client.get("/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.text.contains("doesn’t exist"));
    assert!(answer.text.contains(answer.header("x-request-id")), "an error page has the request's id");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_living_from_ready() {
    let database = TestDatabase::new().await;
    let client = Client::of(&database, &Config::default());
    for path in ["/health", "/health/live", "/health/ready"] {
        assert_eq!(client.get(path).await.status, StatusCode::OK, "{path}");
    }
    database.application.close().await;
    assert_eq!(client.get("/health/live").await.status, StatusCode::OK);
    assert_eq!(client.get("/health/ready").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let report: serde_json::Value = serde_json::from_str(&client.get("/health").await.text).unwrap();
    assert_eq!(report["database"], "unreachable");
    let page = client.get("/sign-in").await;
    assert_eq!(page.status, StatusCode::OK, "signing in is offered; it says that it fails when it is tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn preferences_are_kept_in_cookies_and_lead_back() {
    let database = TestDatabase::new().await;
    let client = Client::of(&database, &Config::default());
    let answer = client.post("/preferences", "theme=dark").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/sign-in"));
    assert!(answer.header("set-cookie").starts_with("theme=dark;"));
    assert!(
        client.get("/sign-in").await.text.contains(r#"<html lang="en" data-theme="dark""#),
        "in the server's own HTML"
    );
    let wrong = client.post("/preferences", "theme=%3Cscript%3E").await;
    assert_eq!(wrong.header("set-cookie"), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_page_is_rendered_while_another_server_starts_in_the_same_program() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Meanwhile").await;
    let ann = Client::signed_in(&shop).await;
    let (state, pages_left) = (ann.state.clone(), Arc::new(()));
    let starting = tokio::task::spawn_blocking({
        let pages_left = Arc::downgrade(&pages_left);
        move || {
            while pages_left.strong_count() > 0 {
                drop(router(&state, &Config::default()));
            }
        }
    });
    for _ in 0..50 {
        assert_eq!(ann.get("/account").await.status, StatusCode::OK);
    }
    drop(pages_left);
    starting.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_our_pages_say_their_words() {
    let database = TestDatabase::new().await;
    let stranger = Client::of(&database, &Config::default());
    // {"fields":[],"whole":"Call +1 555 0100 now","failed":null,"typed":[]}
    let words = "eyJmaWVsZHMiOltdLCJ3aG9sZSI6IkNhbGwgKzEgNTU1IDAxMDAgbm93IiwiZmFpbGVkIjpudWxsLCJ0eXBlZCI6W119";
    let page = stranger.get(&format!("/register?a=1&__path=%2Fapi%2Fregistration&__err={words}")).await;
    assert_eq!((page.status, page.header("location")), (StatusCode::SEE_OTHER, "/register?a=1"));
    let answer = stranger.post("/api/forgotten-password", "email=nobody").await;
    let query = answer.header("location").split_once('?').unwrap().1;
    assert!(query.contains("__seal="), "{query}");
    let page = stranger.get(&format!("/forgotten-password?{query}")).await.text;
    assert!(page.contains("Enter an e-mail address such as"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_scripts_leads_to_a_page_also_when_the_session_has_ended() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Over").await;
    let ann = Client::signed_in(&shop).await;
    sqlx::query("DELETE FROM sessions").execute(&mut database.superuser().await).await.unwrap();
    for path in ["/api/account/end-session", "/api/sign-out"] {
        let answer = ann.post(path, "").await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::SEE_OTHER, "/sign-in?next=/sign-in"),
            "{path}"
        );
    }
    ann.sign_in(crate::client::EMAIL, crate::client::PASSWORD).await;
    assert_eq!(ann.post("/nope", "").await.status, StatusCode::NOT_FOUND);
}

/// Permission and path of the refusals in the log, in the order in which they were written.
async fn refusals(shop: &Shop<'_>) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT changes -> 0 ->> 'to', changes -> 1 ->> 'to' FROM audit_log WHERE action = 'access.refused' ORDER BY ctid",
    )
    .fetch_all(shop.begin().await.conn())
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_stands_in_the_audit_log_once_an_hour() {
    let database = TestDatabase::new().await;
    let (shop, other) = (Shop::open(&database, "Doors").await, Shop::open(&database, "Elsewhere").await);
    let ann = Client::signed_in(&shop).await;
    let bob_id = employ(&shop, "Bob", "bob@example.com", BuiltInRole::Sales).await;
    let bob = Client::of(&database, &Config::default());
    bob.sign_in("bob@example.com", PASSWORD).await;
    for _ in 0..20 {
        assert_eq!(bob.get("/staff?token=secret").await.status, StatusCode::FORBIDDEN);
    }
    bob.post("/api/staff/suspend", &format!("user={bob_id}")).await;
    assert_eq!(bob.get("/audit.csv").await.status, StatusCode::FORBIDDEN);
    let noted = |permission: &str, path: &str| (permission.to_owned(), path.to_owned());
    let mut expected = vec![
        noted("staff:read", "/staff"),
        noted("staff:write", "/api/staff/suspend"),
        noted("audit:read", "/audit.csv"),
    ];
    assert_eq!(refusals(&shop).await, expected);
    let page = ann.get("/audit?action=access.refused").await.text;
    assert!(page.contains("permission staff:read; path /staff") && !page.contains("token=secret"), "{page}");

    database.clock.advance(TimeDelta::hours(1) + TimeDelta::seconds(1));
    bob.get("/roles").await;
    expected.push(noted("staff:read", "/roles"));
    assert_eq!(refusals(&shop).await, expected, "an hour later anew");
    assert!(refusals(&other).await.is_empty());
    // Not having to be signed in is no refusal, and what is open to somebody isn't either.
    Client::of(&database, &Config::default()).get("/staff").await;
    bob.get("/account").await;
    assert_eq!(refusals(&shop).await, expected);

    // Whoever can't be noted is refused all the same.
    database.superuser().await.execute("REVOKE INSERT ON audit_log FROM tradepost_app").await.unwrap();
    database.clock.advance(TimeDelta::hours(2));
    assert_eq!(bob.get("/staff").await.status, StatusCode::FORBIDDEN);
}
