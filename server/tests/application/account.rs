use crate::client::{Answer, Client, EMAIL, PASSWORD};
use http::StatusCode;
use server::config::Config;
use testkit::{Shop, TestDatabase};

const NEW: &str = "walnut tree garden";

/// What the account's page says after a form was sent without scripts.
async fn said(client: &Client, answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.text);
    let query = answer.header("location").split_once('?').map_or("", |(_, query)| query).to_owned();
    client.get(&format!("/account?{query}")).await.text
}

async fn change(client: &Client, current: &str, new: &str, others: &str) -> String {
    let form = format!("current={}&new={}{others}", current.replace(' ', "+"), new.replace(' ', "+"));
    let answer = client.post("/api/account/password", &form).await;
    said(client, &answer).await
}

async fn second_browser(database: &TestDatabase) -> Client {
    let client = Client::of(database, &Config::default());
    client.sign_in(EMAIL, PASSWORD).await;
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_takes_the_old_one_and_ends_the_other_sessions_if_asked_to() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Changed").await;
    let ann = Client::signed_in(&shop).await;
    let other = second_browser(&database).await;
    for (current, new, text) in [
        ("", NEW, "Enter your current password."),
        ("guess", NEW, "This isn’t your password."),
        (PASSWORD, "short", "Use at least 8 characters."),
        (PASSWORD, "TrustNo1", "one of the passwords that are tried first"),
        (PASSWORD, EMAIL, "Others know this"),
        (PASSWORD, "changed-2026", "Others know this"),
    ] {
        let page = change(&ann, current, new, "&end_others=true").await;
        assert!(page.contains(text), "{text}: {page}");
    }
    assert_eq!(other.get("/account").await.status, StatusCode::OK);

    change(&ann, PASSWORD, NEW, "").await;
    assert_eq!(other.get("/account").await.status, StatusCode::OK, "it was not asked to end");
    change(&ann, NEW, PASSWORD, "&end_others=true").await;
    assert_eq!(other.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(ann.get("/account").await.status, StatusCode::OK, "the one that asked stays");
    other.sign_in(EMAIL, NEW).await;
    assert_eq!(other.get("/account").await.status, StatusCode::SEE_OTHER);
    other.sign_in(EMAIL, PASSWORD).await;
    assert_eq!(other.get("/account").await.status, StatusCode::OK);
    let devices: Vec<uuid::Uuid> =
        sqlx::query_scalar("SELECT user_id FROM devices").fetch_all(database.application.pool()).await.unwrap();
    assert_eq!(devices.len(), 1, "those of before are forgotten; one was used since");
    let log = ann.get("/audit?action=user.password_changed").await.text;
    assert_eq!(log.matches(r#"cell-wrap">Changed a password"#).count(), 2, "{log}");
}

/// Somebody who finds an open browser could try every password, did the attempts not wait.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_of_the_current_password_have_to_wait() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Open").await;
    let ann = Client::signed_in(&shop).await;
    for _ in 0..5 {
        assert!(change(&ann, "guess", NEW, "").await.contains("This isn’t your password."));
    }
    assert!(change(&ann, PASSWORD, NEW, "").await.contains("Too many attempts failed. Try again in 2 seconds."));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_ended_one_by_one_and_only_ones_own() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Sessions").await;
    let ann = Client::signed_in(&shop).await;
    let (second, third) = (second_browser(&database).await, second_browser(&database).await);
    let page = ann.get("/account").await.text;
    assert_eq!(page.matches(r#"cell-clip">Firefox on Linux"#).count(), 3, "{page}");
    assert_eq!(page.matches("This one").count(), 1);

    let eve_shop = Shop::open(&database, "Other").await;
    crate::client::employ(&eve_shop, "Eve", "eve@example.com", model::role::BuiltInRole::Owner).await;
    let eve = Client::of(&database, &Config::default());
    eve.sign_in("eve@example.com", PASSWORD).await;
    let (_, rest) = page.split_once(r#"name="session" value=""#).unwrap();
    let id = rest.split('"').next().unwrap();
    eve.post("/api/account/end-session", &format!("session={id}")).await;
    let alive = async |client: &Client| client.get("/account").await.status == StatusCode::OK;
    assert!(alive(&second).await && alive(&third).await, "nobody else can end it");

    ann.post("/api/account/end-session", &format!("session={id}")).await;
    assert!(alive(&second).await != alive(&third).await, "one of them has ended");
    for nonsense in ["%00", "zz", "%F0%9F%92%A9"] {
        let answer = ann.post("/api/account/end-session", &format!("session={nonsense}")).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{nonsense} is no session, and ends none");
    }
    ann.post("/api/account/end-session", "").await;
    assert!(!alive(&second).await && !alive(&third).await && alive(&ann).await);
}
