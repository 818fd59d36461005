//! Sessions that end while something is on its way.

use crate::client::{Client, EMAIL, PASSWORD};
use axum::body::{Body, Bytes, HttpBody};
use chrono::{DateTime, TimeDelta, Utc};
use http::{Method, StatusCode, header};
use hyper::body::Frame;
use model::role::BuiltInRole;
use server::config::Config;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use testkit::{Shop, TestDatabase};
use tokio::sync::oneshot;

/// The body of a request whose sender takes their time. Tells when it is waited for.
struct Held {
    awaited: Option<oneshot::Sender<()>>,
    content: Option<oneshot::Receiver<Bytes>>,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(awaited) = self.awaited.take() {
            awaited.send(()).unwrap();
        }
        let Some(content) = &mut self.content else { return Poll::Ready(None) };
        let content = std::task::ready!(Pin::new(content).poll(cx)).unwrap();
        self.content = None;
        Poll::Ready(Some(Ok(Frame::data(content))))
    }
}

async fn session_count(database: &TestDatabase) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM sessions").fetch_one(database.application.pool()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_takes_its_time_brings_no_ended_session_back() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Held back").await;
    let ann = Client::signed_in(&shop).await;
    for (path, form) in [
        ("/api/businesses/switch", format!("business={}", shop.tenant)),
        ("/api/confirm-password", format!("password={PASSWORD}&next=%2F")),
        ("/api/account/second-factor/begin", String::new()),
    ] {
        let thief = Client::of(&database, &Config::default());
        thief.sign_in(EMAIL, PASSWORD).await;
        let ((awaited, is_awaited), (content, is_sent)) = (oneshot::channel(), oneshot::channel());
        let body = Held { awaited: Some(awaited), content: Some(is_sent) };
        let request = thief
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::REFERER, "http://localhost/account");
        let request = request.body(Body::new(body)).unwrap();
        let ends_all_others = async {
            // The thief was let in, and is asked what it is about.
            is_awaited.await.unwrap();
            ann.post("/api/account/end-session", "").await;
            assert_eq!(session_count(&database).await, 1, "Ann's own");
            content.send(Bytes::from(form)).unwrap();
        };
        let (_, ()) = tokio::join!(thief.send(request), ends_all_others);
        assert_eq!(session_count(&database).await, 1, "{path}");
        assert_eq!(thief.get("/account").await.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(ann.get("/account").await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_counts_in_the_epochs_in_which_it_began() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Epochs").await;
    let ann = Client::signed_in(&shop).await;
    for raise in ["UPDATE users SET epoch = epoch + 1", "UPDATE members SET epoch = epoch + 1"] {
        assert_eq!(ann.get("/account").await.status, StatusCode::OK);
        sqlx::query(raise).execute(&mut database.superuser().await).await.unwrap();
        assert_eq!(ann.get("/account").await.status, StatusCode::SEE_OTHER, "{raise}");
        ann.sign_in(EMAIL, PASSWORD).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn going_on_in_another_business_makes_no_session_longer_and_enters_no_password() {
    let database = TestDatabase::new().await;
    let (shop, other) = (Shop::open(&database, "Here").await, Shop::open(&database, "There").await);
    let ann = Client::signed_in(&shop).await;
    let mut tx = other.begin().await;
    let role = identity::role::built_in(&mut tx, BuiltInRole::Manager).await.unwrap();
    sqlx::query("INSERT INTO members (tenant_id, user_id, role_id, created_at) SELECT $1, id, $2, now() FROM users")
        .bind(other.tenant.uuid())
        .bind(role.uuid())
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let ends: DateTime<Utc> =
        sqlx::query_scalar("SELECT ends_at FROM sessions").fetch_one(database.application.pool()).await.unwrap();
    database.clock.advance(TimeDelta::hours(3));
    ann.post("/api/businesses/switch", &format!("business={}", other.tenant)).await;
    assert!(ann.get("/").await.text.contains("There"));
    let after: DateTime<Utc> =
        sqlx::query_scalar("SELECT ends_at FROM sessions").fetch_one(database.application.pool()).await.unwrap();
    assert_eq!(after, ends, "going on is no new session");
    let sensitive = ann.get("/account/second-factor").await;
    assert!(sensitive.header("location").contains("/confirm-password"), "nor was a password entered");
}
