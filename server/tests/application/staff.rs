use crate::client::{Client, EMAIL, PASSWORD, employ};
use crate::tokens::{call, read};
use http::StatusCode;
use identity::member::MemberError;
use identity::role::RoleChange;
use model::id::{RoleId, UserId};
use model::permission::Permission;
use model::role::BuiltInRole;
use model::staff::MemberProblem;
use serde_json::json;
use server::config::Config;
use testkit::{Shop, TestDatabase};

const BOB: &str = "bob@example.com";

async fn role(shop: &Shop<'_>, role: BuiltInRole) -> RoleId {
    identity::role::built_in(&mut shop.begin().await, role).await.unwrap()
}

async fn change_role(client: &Client, user: UserId, role: RoleId) -> String {
    let answer = client.post("/api/staff/change-role", &format!("user={user}&role={role}")).await;
    said(client, &answer, user).await
}

/// What the person's page says after a form was sent without scripts.
async fn said(client: &Client, answer: &crate::client::Answer, user: UserId) -> String {
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.text);
    let query = answer.header("location").split_once('?').map_or("", |(_, query)| query).to_owned();
    client.get(&format!("/staff/{user}?{query}")).await.text
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_gets_another_role_and_may_do_at_once_what_it_includes() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Promoted").await;
    let ann = Client::signed_in(&shop).await;
    let bob_id = employ(&shop, "Bob <b>", BOB, BuiltInRole::Sales).await;
    let bob = Client::of(&database, &Config::default());
    bob.sign_in(BOB, PASSWORD).await;
    assert_eq!(bob.get("/?period=7d").await.status, StatusCode::FORBIDDEN);

    let list = ann.get("/staff").await.text;
    for text in ["Ann", "Bob &lt;b&gt;", BOB, "Sales", "Signed in", "2 people work here."] {
        assert!(list.contains(text), "{text}: {list}");
    }
    let page = change_role(&ann, bob_id, role(&shop, BuiltInRole::Manager).await).await;
    assert!(page.contains("Manager"), "{page}");
    assert_eq!(bob.get("/").await.status, StatusCode::OK, "with the session that he had");
    let log = ann.get("/audit?action=member.role_changed").await.text;
    assert!(log.contains("role from Sales to Manager") && log.contains(BOB), "{log}");
    let file = ann.get("/audit.csv?action=member.role_changed").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.text.lines().count(), 2, "{}", file.text);
    assert!(
        file.text
            .contains("Ann,Changed somebody’s role,member.role_changed,role from Sales to Manager,bob@example.com"),
        "{}",
        file.text
    );
    let when = file.text.lines().nth(1).and_then(|line| line.split(',').next()).unwrap();
    assert!(chrono::DateTime::parse_from_rfc3339(when).is_ok() && when.ends_with("+00:00"), "{when}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_suspended_is_out_at_once_and_can_come_back() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Suspended").await;
    let ann = Client::signed_in(&shop).await;
    let bob_id = employ(&shop, "Bob", BOB, BuiltInRole::Manager).await;
    let bob = Client::of(&database, &Config::default());
    bob.sign_in(BOB, PASSWORD).await;
    assert_eq!(bob.get("/").await.status, StatusCode::OK);

    let answer = ann.post("/api/staff/suspend", &format!("user={bob_id}")).await;
    assert!(said(&ann, &answer, bob_id).await.contains("Suspended"));
    assert_eq!(bob.get("/").await.status, StatusCode::SEE_OTHER, "the session ended");
    bob.sign_in(BOB, PASSWORD).await;
    assert_eq!(bob.get("/").await.status, StatusCode::SEE_OTHER, "and there is no new one");

    ann.post("/api/staff/resume", &format!("user={bob_id}")).await;
    bob.sign_in(BOB, PASSWORD).await;
    assert_eq!(bob.get("/").await.status, StatusCode::OK);
    ann.post("/api/staff/end-sessions", &format!("user={bob_id}")).await;
    assert_eq!(bob.get("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_business_keeps_an_owner_and_nobody_reaches_above_themselves() {
    let database = TestDatabase::new().await;
    let (shop, other) = (Shop::open(&database, "Kept").await, Shop::open(&database, "Other").await);
    let ann = Client::signed_in(&shop).await;
    let ann_id: UserId = uuid_of(&database, EMAIL).await;
    let (sales, owner) = (role(&shop, BuiltInRole::Sales).await, role(&shop, BuiltInRole::Owner).await);
    assert!(change_role(&ann, ann_id, sales).await.contains("This is the last owner."));

    let bob_id = employ(&shop, "Bob", BOB, BuiltInRole::Sales).await;
    change_role(&ann, bob_id, owner).await;
    assert!(change_role(&ann, ann_id, sales).await.contains("You can’t do this to yourself."));
    assert!(
        change_role(&ann, bob_id, role(&other, BuiltInRole::Sales).await)
            .await
            .contains("This role doesn’t exist any more.")
    );
    let stranger = employ(&other, "Eve", "eve@example.com", BuiltInRole::Sales).await;
    assert!(
        change_role(&ann, stranger, sales).await.contains("Nobody of this address works here"),
        "of another business"
    );
    assert_eq!(ann.get(&format!("/staff/{stranger}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ann.get("/staff/%00").await.status, StatusCode::NOT_FOUND);
}

/// Who filters by something else than they believe takes the answer for what it isn't.
#[tokio::test(flavor = "multi_thread")]
async fn a_filter_of_the_log_that_cannot_be_read_is_named() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Mistyped").await;
    let ann = Client::signed_in(&shop).await;
    let entries: Vec<String> =
        sqlx::query_scalar("SELECT id::text FROM audit_log UNION SELECT correlation_id::text FROM audit_log")
            .fetch_all(shop.begin().await.conn())
            .await
            .unwrap();
    let shows = |page: &str| entries.iter().any(|id| page.contains(id));
    assert!(shows(&ann.get("/audit").await.text), "a readable one's page has them");
    for (filter, said) in [
        ("from=31.12.2026", "“From” can’t be"),
        ("to=2026-02-30", "“To” can’t be"),
        ("action=user.flew", "“What” can’t be"),
        ("actor=ann", "“Who” can’t be"),
    ] {
        let page = ann.get(&format!("/audit?{filter}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{filter}");
        assert!(page.text.contains(said) && !page.text.contains("<tbody"), "{filter}: {}", page.text);
        assert!(!shows(&page.text), "not in what the browser goes on with either: {filter}: {}", page.text);
        let file = ann.get(&format!("/audit.csv?{filter}")).await;
        assert_eq!(file.status, StatusCode::BAD_REQUEST, "{filter}");
        assert!(file.text.contains(said), "{filter}: {}", file.text);
    }
    let log = ann.get("/audit?action=audit.exported").await.text;
    assert!(log.contains("Nothing fits these filters"), "nothing was taken away: {log}");
}

/// Who looks after the staff and holds little else is offered what they may do, and told why not the rest.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_offered_on_the_page_of_who_holds_more() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Office").await;
    let ann_id = employ(&shop, "Ann", EMAIL, BuiltInRole::Owner).await;
    let (bob_id, carol_id) = (
        employ(&shop, "Bob", BOB, BuiltInRole::Sales).await,
        employ(&shop, "Carol", "carol@example.com", BuiltInRole::Sales).await,
    );
    let office = [Permission::ReadStaff, Permission::WriteStaff];
    for (user, name, permissions) in [(bob_id, "Office", &office[..]), (carol_id, "Reception", &office[..1])] {
        let mut tx = shop.begin().await;
        let permissions = permissions.iter().copied().collect();
        let role = RoleChange { name, permissions, requires_second_factor: false };
        let role = identity::role::create(&mut tx, &testkit::tester(), ann_id, &role).await.unwrap();
        identity::member::change_role(&mut tx, &testkit::tester(), ann_id, user, role).await.unwrap();
        tx.commit().await.unwrap();
    }
    let bob = Client::of(&database, &Config::default());
    bob.sign_in(BOB, PASSWORD).await;

    let page = bob.get(&format!("/staff/{ann_id}")).await.text;
    assert_eq!(page.matches("Ann holds permissions that you don’t").count(), 1, "{page}");
    for form in ["/api/staff/change-role", "/api/staff/suspend", "/api/staff/end-sessions"] {
        assert!(!page.contains(&format!("action=\"{form}")), "{form}: {page}");
    }
    let refused = bob.post("/api/staff/suspend", &format!("user={ann_id}")).await;
    assert!(said(&bob, &refused, ann_id).await.contains("which you don’t"), "and it is refused");
    let sales = role(&shop, BuiltInRole::Sales).await;
    let gives = bob.post("/api/staff/invite", &format!("email=zoe%40example.com&role={sales}")).await;
    assert_eq!(gives.status, StatusCode::FOUND, "{}", gives.text);
    let ann = Client::of(&database, &Config::default());
    ann.sign_in(EMAIL, PASSWORD).await;
    let log = ann.get("/audit?action=access.refused").await.text;
    for tried in
        ["permission analytics:read; path /api/staff/suspend", "permission products:read; path /api/staff/invite"]
    {
        assert!(log.contains(tried), "{tried}: {log}");
    }

    let page = bob.get(&format!("/staff/{carol_id}")).await.text;
    assert!(page.contains("action=\"/api/staff/suspend") && !page.contains("holds permissions"), "{page}");
}

/// A session may outlast the membership. It is none of this business's any more.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_told_of_the_sessions_of_who_does_not_work_here() {
    let database = TestDatabase::new().await;
    let (shop, other) = (Shop::open(&database, "Here").await, Shop::open(&database, "There").await);
    let ann = Client::signed_in(&shop).await;
    let bob_id = employ(&other, "Bob", BOB, BuiltInRole::Sales).await;
    Client::of(&database, &Config::default()).sign_in(BOB, PASSWORD).await;
    sqlx::query("UPDATE sessions SET data = jsonb_set(data, '{tenant}', to_jsonb($2::text)) WHERE user_id = $1")
        .bind(bob_id.uuid())
        .bind(shop.tenant.to_string())
        .execute(&mut database.superuser().await)
        .await
        .unwrap();
    let answer = call(&ann, "/api/staff/member", &json!({"user": bob_id})).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text);
    let screen = read(&answer);
    assert_eq!((&screen["sessions"], &screen["reach"]), (&json!([]), &json!("LooksOnly")), "{screen}");
}

/// Each of two owners removes the other at the same time: one of them stays.
#[tokio::test(flavor = "multi_thread")]
async fn two_owners_who_remove_each_other_leave_one() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Duel").await;
    let ann = employ(&shop, "Ann", EMAIL, BuiltInRole::Owner).await;
    let bob = employ(&shop, "Bob", BOB, BuiltInRole::Owner).await;
    let mut duel = tokio::task::JoinSet::new();
    for (by, user) in [(ann, bob), (bob, ann)] {
        let (application, tenant) = (database.application.clone(), shop.tenant);
        duel.spawn(async move {
            let mut tx = application.begin(tenant).await.unwrap();
            let suspended = identity::member::suspend(&mut tx, &testkit::tester(), by, user).await;
            if suspended.is_ok() {
                tx.commit().await.unwrap();
            }
            suspended.is_ok()
        });
    }
    let won = duel.join_all().await.into_iter().filter(|won| *won).count();
    assert_eq!(won, 1);
}

async fn uuid_of(database: &TestDatabase, email: &str) -> UserId {
    let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM users WHERE email = $1")
        .bind(email)
        .fetch_one(database.application.pool())
        .await
        .unwrap();
    id.into()
}

/// A request may take its time to arrive: who was suspended meanwhile isn't heard any more.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_suspended_since_they_began_to_ask_is_refused() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Late").await;
    let ann = employ(&shop, "Ann", EMAIL, BuiltInRole::Owner).await;
    let bob = employ(&shop, "Bob", BOB, BuiltInRole::Owner).await;
    let mut tx = shop.begin().await;
    identity::member::suspend(&mut tx, &testkit::tester(), ann, bob).await.unwrap();
    tx.commit().await.unwrap();
    let refused = |error: MemberError| matches!(error, MemberError::Refused(MemberProblem::NotAllowed));
    let mut tx = shop.begin().await;
    assert!(refused(identity::member::resume(&mut tx, &testkit::tester(), bob, bob).await.unwrap_err()));
    let sales = role(&shop, BuiltInRole::Sales).await;
    assert!(refused(identity::member::change_role(&mut tx, &testkit::tester(), bob, ann, sales).await.unwrap_err()));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_of_somebody_is_ended_and_the_others_stay() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "One session").await;
    let ann = Client::signed_in(&shop).await;
    let bob_id = employ(&shop, "Bob", BOB, BuiltInRole::Sales).await;
    let (first, second) = (Client::of(&database, &Config::default()), Client::of(&database, &Config::default()));
    first.sign_in(BOB, PASSWORD).await;
    let hash: String = sqlx::query_scalar("SELECT encode(token_hash, 'hex') FROM sessions WHERE user_id = $1")
        .bind(bob_id.uuid())
        .fetch_one(database.application.pool())
        .await
        .unwrap();
    second.sign_in(BOB, PASSWORD).await;
    let page = ann.get(&format!("/staff/{bob_id}")).await.text;
    assert_eq!(page.matches("End the session of Firefox on Linux").count(), 2, "{page}");
    let answer = ann.post("/api/staff/end-sessions", &format!("user={bob_id}&session={hash}")).await;
    assert!(said(&ann, &answer, bob_id).await.contains("1 browser"));
    assert_eq!(first.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(second.get("/account").await.status, StatusCode::OK);
    // Ann's own is none of Bob's.
    let own: String = sqlx::query_scalar("SELECT encode(token_hash, 'hex') FROM sessions WHERE user_id <> $1")
        .bind(bob_id.uuid())
        .fetch_one(database.application.pool())
        .await
        .unwrap();
    ann.post("/api/staff/end-sessions", &format!("user={bob_id}&session={own}")).await;
    assert_eq!(ann.get("/account").await.status, StatusCode::OK);
}
