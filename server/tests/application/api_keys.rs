use crate::client::{Answer, Client, EMAIL, PASSWORD, employ};
use crate::tokens::{call, me, read};
use chrono::TimeDelta;
use http::StatusCode;
use model::permission::Permission;
use model::role::BuiltInRole;
use serde_json::json;
use server::config::Config;
use testkit::{Shop, TestDatabase};

/// The page after a form was sent without scripts.
async fn said(client: &Client, answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.text);
    let query = answer.header("location").split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
    client.get(&format!("/api-keys{query}")).await.text
}

async fn create(client: &Client, name: &str, lifetime: &str, permissions: &[Permission]) -> String {
    let mut form = format!("name={}&lifetime={lifetime}", name.replace(' ', "+"));
    form.extend(permissions.iter().map(|permission| format!("&permissions[]={}", permission.word())));
    let answer = client.post("/api/api-keys/create", &form).await;
    assert!(!answer.header("location").contains("tp_"), "an address is no place for a key");
    said(client, &answer).await
}

/// The key that a page shows.
fn shown(page: &str) -> Option<String> {
    let (_, rest) = page.split_once(r#"class="secret">"#)?;
    rest.split('<').next().map(ToOwned::to_owned)
}

async fn made(client: &Client, name: &str, lifetime: &str, permissions: &[Permission]) -> String {
    let page = create(client, name, lifetime, permissions).await;
    shown(&page).unwrap_or_else(|| panic!("{page}"))
}

async fn revoke(client: &Client, page: &str) -> String {
    let (_, rest) = page.split_once(r#"name="key" value=""#).unwrap();
    let answer = client.post("/api/api-keys/revoke", &format!("key={}", rest.split('"').next().unwrap())).await;
    said(client, &answer).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_opens_what_it_was_made_for_and_is_revoked() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Keys").await;
    let ann = Client::signed_in(&shop).await;
    let program = Client::of(&database, &Config::default());
    assert!(ann.get("/api-keys").await.text.contains("No keys yet"));
    let key = made(&ann, "Web <shop>", "30", &[Permission::ReadOrders, Permission::ReadProducts]).await;
    assert!(key.starts_with(&format!("tp_{}_", shop.tenant.uuid().simple())) && key.len() == 100, "{key}");
    let page = ann.get("/api-keys").await.text;
    assert_eq!(shown(&page), None, "once");
    assert!(!page.contains(&key));
    for text in ["Web &lt;shop&gt;", "products:read, orders:read", "Ann", "In force until 3 Apr 2026", "Never"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let rows: Vec<String> =
        sqlx::query_scalar("SELECT api_keys::text FROM api_keys UNION ALL SELECT data::text FROM sessions")
            .fetch_all(&mut database.superuser().await)
            .await
            .unwrap();
    assert!(rows.iter().all(|row| !row.contains(&key)), "the key is nowhere: {rows:?}");

    let known = read(&me(&program, &key).await);
    assert_eq!(
        (known["user"]["email"].as_str(), known["credential"].as_str(), &known["permissions"]),
        (Some(EMAIL), Some("api_key"), &json!(["products:read", "orders:read"]))
    );
    let validity = read(&call(&program, "/api/v1/auth/validate", &json!({"token": key})).await);
    assert_eq!(
        (validity["active"].as_bool(), validity["scope"].as_str(), validity["token_type"].as_str()),
        (Some(true), Some("products:read orders:read"), Some("api_key"))
    );
    let page = ann.get("/api-keys").await.text;
    assert!(page.contains("4 Mar 2026, 12:00"), "its last use: {page}");

    let page = revoke(&ann, &page).await;
    assert!(page.contains("Revoked") && !page.contains(r#"name="key""#), "{page}");
    assert_eq!(me(&program, &key).await.status, StatusCode::UNAUTHORIZED);
    let log = ann.get("/audit").await.text;
    for text in ["Made an API key", "Revoked an API key", "scope orders:read"] {
        assert!(log.contains(text), "{text}: {log}");
    }
    assert!(!log.contains(&key[40..]), "secrets are never in it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_ends_with_its_time_and_gives_no_more_than_its_maker_holds() {
    let database = TestDatabase::new().await;
    let (shop, other) = (Shop::open(&database, "Ending").await, Shop::open(&database, "Other").await);
    let ann = Client::signed_in(&shop).await;
    let bob_id = employ(&shop, "Bob", "bob@example.com", BuiltInRole::Owner).await;
    let bob = Client::of(&database, &Config::default());
    bob.sign_in("bob@example.com", PASSWORD).await;
    let program = Client::of(&database, &Config::default());
    let month = made(&ann, "Month", "30", &[Permission::ReadOrders]).await;
    let endless = made(&bob, "Endless", "never", &[Permission::ReadOrders, Permission::WriteStaff]).await;

    // The secret of one business's key in another's.
    let (_, secret) = month.rsplit_once('_').unwrap();
    let foreign = format!("tp_{}_{secret}", other.tenant.uuid().simple());
    for wrong in [foreign.as_str(), &month[..99], "tp_", &month.to_uppercase()] {
        assert_eq!(me(&program, wrong).await.status, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    let sales = identity::role::built_in(&mut shop.begin().await, BuiltInRole::Sales).await.unwrap();
    ann.post("/api/staff/change-role", &format!("user={bob_id}&role={sales}")).await;
    assert_eq!(read(&me(&program, &endless).await)["permissions"], json!(["orders:read"]), "what he still holds");

    database.clock.advance(TimeDelta::days(30));
    assert_eq!(me(&program, &month).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(me(&program, &endless).await.status, StatusCode::OK);
    ann.sign_in(EMAIL, PASSWORD).await;
    ann.post("/api/staff/suspend", &format!("user={bob_id}")).await;
    assert_eq!(me(&program, &endless).await.status, StatusCode::UNAUTHORIZED);
    let page = ann.get("/api-keys").await.text;
    assert!(page.contains("Expired") && page.contains("its maker has no access"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_key_is_told_and_what_was_typed_stays() {
    let database = TestDatabase::new().await;
    let (shop, other) = (Shop::open(&database, "Wrong").await, Shop::open(&database, "Other").await);
    let ann = Client::signed_in(&shop).await;
    let long = "x".repeat(61);
    for (name, text) in [("", "Give the key a name"), (long.as_str(), "at most 60"), ("a%00b", "can be seen")] {
        let page = create(&ann, name, "365", &[Permission::WriteOrders]).await;
        assert!(page.contains(text), "{name:?}: {page}");
        assert!(page.contains(r#"value="orders:write" checked"#), "{name:?}: {page}");
        assert!(page.contains(r#"<option value="365" selected"#), "{name:?}: {page}");
    }
    assert!(create(&ann, "Idle", "30", &[]).await.contains("Choose at least one thing"));
    assert!(ann.get("/api-keys").await.text.contains("No keys yet"), "none of them was made");

    // Somebody who may do it, and holds little else.
    let role = identity::role::RoleChange {
        requires_second_factor: false,
        name: "Personnel",
        permissions: [Permission::ReadStaff, Permission::WriteStaff].into_iter().collect(),
    };
    let owner = employ(&shop, "Olga", "olga@example.com", BuiltInRole::Owner).await;
    let mut tx = shop.begin().await;
    let role = identity::role::create(&mut tx, &testkit::tester(), owner, &role).await.unwrap();
    tx.commit().await.unwrap();
    let bob_id = employ(&shop, "Bob", "bob@example.com", BuiltInRole::Sales).await;
    ann.post("/api/staff/change-role", &format!("user={bob_id}&role={role}")).await;
    let bob = Client::of(&database, &Config::default());
    bob.sign_in("bob@example.com", PASSWORD).await;
    let page = create(&bob, "More", "30", &[Permission::WriteStaff, Permission::WritePayments]).await;
    assert!(page.contains("You can’t give “Take payments”: you don’t hold it yourself."), "{page}");
    let log = ann.get("/audit?action=access.refused").await.text;
    assert!(log.contains("permission payments:write; path /api/api-keys/create"), "who tries is seen: {log}");
    made(&bob, "Fewer", "30", &[Permission::ReadStaff]).await;

    // Another business's key.
    employ(&other, "Eve", "eve@example.com", BuiltInRole::Owner).await;
    let eve = Client::of(&database, &Config::default());
    eve.sign_in("eve@example.com", PASSWORD).await;
    let page = ann.get("/api-keys").await.text;
    assert!(revoke(&eve, &page).await.contains("This key doesn’t exist."));
    assert!(ann.get("/api-keys").await.text.contains("In force"));
}
