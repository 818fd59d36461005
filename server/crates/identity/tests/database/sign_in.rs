use identity::sign_in::{Attempt, Outcome, SignInError, SignedIn, sign_in};
use identity::user::{ChangePasswordError, RegisterError, RegisterUser, change_password, register};
use identity::{Passwords, staff};
use kernel::event;
use kernel::installation_log;
use model::credentials::Email;
use model::event::UserLoggedIn;
use model::id::{CorrelationId, UserId};
use model::role::BuiltInRole;
use testkit::{Shop, TestDatabase, sealing_key, tester};
use uuid::Uuid;

const PASSWORD: &str = "correct horse battery";

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

async fn registered(shop: &Shop<'_>, passwords: &Passwords, address: &str) -> Result<UserId, RegisterError> {
    let mut tx = shop.begin().await;
    let user = RegisterUser { name: "Ann".into(), email: email(address), role: BuiltInRole::Manager };
    let id = register(&mut tx, &tester(), passwords, &user, PASSWORD).await?;
    tx.commit().await.unwrap();
    Ok(id)
}

async fn try_in(
    shop: &Shop<'_>,
    passwords: &Passwords,
    address: &str,
    password: &str,
) -> Result<SignedIn, SignInError> {
    let correlation = CorrelationId::from(Uuid::from_u128(9));
    let email = email(address);
    let attempt = Attempt {
        email: &email,
        password,
        code: None,
        business: None,
        address: None,
        device: None,
        by_program: false,
        correlation,
    };
    match sign_in(&shop.database.application, passwords, &sealing_key(), &attempt).await? {
        Outcome::SignedIn(signed_in) => Ok(signed_in),
        Outcome::SecondFactor(pending) => panic!("nobody here has a second factor: {pending:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_the_password_comes_in_and_is_recorded() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Open").await;
    let passwords = Passwords::new(2).unwrap();
    let user = registered(&shop, &passwords, "ann@example.com").await.unwrap();

    let came_in = try_in(&shop, &passwords, " ANN@example.com", PASSWORD).await.unwrap();
    assert_eq!((came_in.arrival.user, came_in.arrival.tenant), (user, shop.tenant));
    let mut tx = shop.begin().await;
    let events: Vec<(String, String)> =
        sqlx::query_as("SELECT type, actor FROM outbox ORDER BY position").fetch_all(tx.conn()).await.unwrap();
    assert_eq!(
        events,
        [("user.registered".into(), "system:test".into()), ("user.logged_in".into(), format!("user:{user}"))]
    );
    let found = staff::find(&mut tx, user).await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.role.name.as_str(), found.business.as_str()), ("Ann", "Manager", "Open"));
    assert_eq!(found.role.permissions, BuiltInRole::Manager.permissions());
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_else_gets_one_answer() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Shut").await;
    let passwords = Passwords::new(2).unwrap();
    let user = registered(&shop, &passwords, "ann@example.com").await.unwrap();
    let refused =
        |tried: Result<SignedIn, SignInError>| assert!(matches!(tried, Err(SignInError::Refused)), "{tried:?}");
    refused(try_in(&shop, &passwords, "ann@example.com", "wrong").await);
    refused(try_in(&shop, &passwords, "bob@example.com", PASSWORD).await);
    refused(try_in(&shop, &passwords, "ann@example.com", &"x".repeat(1_000_000)).await);

    let mut tx = shop.begin().await;
    sqlx::query("DELETE FROM members WHERE user_id = $1").bind(user.uuid()).execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    refused(try_in(&shop, &passwords, "ann@example.com", PASSWORD).await);
    assert_eq!(staff::find(&mut shop.begin().await, user).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_belongs_to_one_person() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Taken").await;
    let passwords = Passwords::new(2).unwrap();
    registered(&shop, &passwords, "ann@example.com").await.unwrap();
    let again = registered(&shop, &passwords, "Ann@Example.com").await;
    assert!(
        matches!(&again, Err(RegisterError::EmailTaken(address)) if address.as_str() == "ann@example.com"),
        "{again:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_the_old_one_and_every_session() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Changed").await;
    let passwords = Passwords::new(2).unwrap();
    let user = registered(&shop, &passwords, "ann@example.com").await.unwrap();
    sqlx::query(
        "INSERT INTO sessions (token_hash, user_id, data, created_at, last_used_at, idle_until, ends_at)
         VALUES (sha256('a'), $1, '{}', now(), now(), now() + interval '1 hour', now() + interval '1 day')",
    )
    .bind(user.uuid())
    .execute(database.application.pool())
    .await
    .unwrap();
    change_password(&database.application, &tester(), &passwords, &email("ann@example.com"), "another password")
        .await
        .unwrap();
    let sessions: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sessions").fetch_one(database.application.pool()).await.unwrap();
    assert_eq!(sessions, 0);
    assert!(matches!(try_in(&shop, &passwords, "ann@example.com", PASSWORD).await, Err(SignInError::Refused)));
    try_in(&shop, &passwords, "ann@example.com", "another password").await.unwrap();

    let unknown =
        change_password(&database.application, &tester(), &passwords, &email("bob@example.com"), PASSWORD).await;
    assert!(matches!(unknown, Err(ChangePasswordError::Unknown(_))));
}

/// There is no business whose audit log could have it.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_of_somebody_who_works_nowhere_is_in_the_log_of_the_installation() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Left").await;
    let passwords = Passwords::new(2).unwrap();
    registered(&shop, &passwords, "ann@example.com").await.unwrap();
    let change = async || {
        let email = email("ann@example.com");
        change_password(&database.application, &tester(), &passwords, &email, "another password").await.unwrap();
        installation_log::latest(&database.application).await.unwrap()
    };
    assert!(change().await.is_empty(), "the audit log has it");
    sqlx::query("DELETE FROM members").execute(&mut database.superuser().await).await.unwrap();
    let lines = change().await;
    assert_eq!((lines.len(), lines[0].action.as_str()), (1, "user.password_changed"));
    assert_eq!((lines[0].actor.as_str(), lines[0].name.as_str()), ("system:test", "ann@example.com"));
}

/// What a sign-in writes is in the tenant that the person belongs to, and in no other.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_seen_by_its_own_business_only() {
    let database = TestDatabase::new().await;
    let (ours, theirs) = (Shop::open(&database, "Ours").await, Shop::open(&database, "Theirs").await);
    let passwords = Passwords::new(2).unwrap();
    registered(&ours, &passwords, "ann@example.com").await.unwrap();
    try_in(&ours, &passwords, "ann@example.com", PASSWORD).await.unwrap();
    let mut tx = theirs.begin().await;
    event::write(&mut tx, &tester(), &UserLoggedIn { user: Uuid::from_u128(1).into() }).await.unwrap();
    let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox").fetch_one(tx.conn()).await.unwrap();
    assert_eq!(seen, 1);
}
