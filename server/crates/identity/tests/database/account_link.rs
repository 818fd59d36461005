use crate::staff::{PASSWORD, Person};
use chrono::TimeDelta;
use identity::Passwords;
use identity::account_link::{
    AccountLinkError, Browser, ask_for_password, ask_to_confirm, charge, confirm_email, set_password,
};
use identity::mail::Site;
use identity::secret_token::SecretToken;
use identity::sign_in::SignInError;
use identity::throttle::ThrottleError;
use model::credentials::Email;
use model::id::CorrelationId;
use notifications::Mailer;
use testkit::{Shop, TestDatabase, sealing_key};
use uuid::Uuid;

const SITE: Site<'static> = Site("https://shop.example");
const NEW: &str = "walnut tree garden";

fn mailer() -> Mailer {
    Mailer::new(sealing_key(), true)
}

fn correlation() -> CorrelationId {
    Uuid::from_u128(9).into()
}

async fn ask(database: &TestDatabase, mailer: &Mailer, email: &Email) {
    ask_for_password(&database.application, mailer, SITE, email, None, correlation()).await.unwrap();
}

async fn last_token(database: &TestDatabase) -> SecretToken {
    let letters = database.letters().await;
    let with_link = letters.iter().rfind(|letter| letter.text.contains("token=")).unwrap();
    SecretToken::sent(with_link.token().to_owned())
}

async fn choose(database: &TestDatabase, token: &SecretToken, new: &str) -> Result<SecretToken, AccountLinkError> {
    let passwords = Passwords::new(2).unwrap();
    let browser = Browser { device: None, address: None, correlation: correlation() };
    set_password(&database.application, &passwords, &mailer(), SITE, token, new, browser).await
}

#[tokio::test]
async fn a_link_sets_a_password_once_and_signs_nobody_in() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Forgotten").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    ann.try_in(PASSWORD, "192.0.2.7", None).await.unwrap();
    ask(&database, &mailer(), &ann.email).await;
    let older = last_token(&database).await;
    ask(&database, &mailer(), &ann.email).await;
    let token = last_token(&database).await;
    let short = choose(&database, &token, "short").await;
    assert!(matches!(short, Err(AccountLinkError::NewPassword(_))), "and the link stays good: {short:?}");
    choose(&database, &token, NEW).await.unwrap();
    for used in [&token, &older] {
        let again = choose(&database, used, "another good one").await;
        assert!(matches!(again, Err(AccountLinkError::Link(_))), "{again:?}");
    }
    let old = ann.try_in(PASSWORD, "192.0.2.7", None).await;
    assert!(matches!(old, Err(SignInError::Refused)), "{old:?}");
    ann.try_in(NEW, "192.0.2.7", None).await.unwrap();
    let rows: (i64, i64, bool) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM devices), (SELECT email_confirmed_at IS NOT NULL FROM users)",
    )
    .fetch_one(&mut database.superuser().await)
    .await
    .unwrap();
    assert_eq!(
        rows,
        (0, 2, true),
        "devices of before are forgotten; she chose a password in one, and signed in with another"
    );
    assert_eq!(database.letters().await.last().unwrap().subject, "Your password was changed");
}

/// What strangers guess keeps nobody out who reads their mail.
#[tokio::test]
async fn whoever_chose_a_password_by_a_link_waits_for_nobodys_guesses() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Besieged").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    ask(&database, &mailer(), &ann.email).await;
    let device = choose(&database, &last_token(&database).await, NEW).await.unwrap();
    for _ in 0..6 {
        let _ = ann.try_in("guess", "198.51.100.9", None).await;
    }
    let elsewhere = ann.try_in(NEW, "192.0.2.7", None).await;
    assert!(matches!(elsewhere, Err(SignInError::Throttle(_))), "{elsewhere:?}");
    ann.try_in(NEW, "192.0.2.7", Some(device)).await.unwrap();
}

#[tokio::test]
async fn nothing_is_written_for_strangers_and_for_who_is_kept_out() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Nobody").await;
    let bob = Person::registered(&shop, "bob@example.com").await;
    ask(&database, &mailer(), &Email::parse("stranger@example.com").unwrap()).await;
    sqlx::query("UPDATE members SET suspended_at = now()").execute(&mut database.superuser().await).await.unwrap();
    ask(&database, &mailer(), &bob.email).await;
    assert!(database.letters().await.is_empty());
}

#[tokio::test]
async fn where_no_mail_is_sent_a_link_to_an_account_of_two_businesses_stays_unwritten() {
    let database = TestDatabase::new().await;
    let (shop, other) = (Shop::open(&database, "One").await, Shop::open(&database, "Two").await);
    let ann = Person::registered(&shop, "ann@example.com").await;
    let kept = Mailer::new(sealing_key(), false);
    ask(&database, &kept, &ann.email).await;
    assert_eq!(database.letters().await.len(), 1);
    sqlx::query("INSERT INTO members (tenant_id, user_id, role_id, created_at) SELECT r.tenant_id, $2, r.id, now() FROM roles r WHERE r.tenant_id = $1 AND r.built_in = 'sales'")
        .bind(other.tenant.uuid())
        .bind(ann.id.uuid())
        .execute(&mut database.superuser().await)
        .await
        .unwrap();
    ask(&database, &kept, &ann.email).await;
    assert_eq!(database.letters().await.len(), 1, "the owner of one business would read the way into the other");
    ask(&database, &mailer(), &ann.email).await;
    assert_eq!(database.letters().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_follow_a_link_at_a_time_one_sets_the_password() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Twice").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    ask(&database, &mailer(), &ann.email).await;
    let token = last_token(&database).await;
    let (one, other) = tokio::join!(choose(&database, &token, NEW), choose(&database, &token, "another good one"));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
}

#[tokio::test]
async fn a_link_ends_after_an_hour_and_is_of_use_for_its_purpose_only() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Purpose").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let staff = identity::staff::find(&mut shop.begin().await, ann.id).await.unwrap().unwrap();
    ask_to_confirm(&database.application, &mailer(), SITE, &staff, None).await.unwrap();
    let confirms = last_token(&database).await;
    let misused = choose(&database, &confirms, NEW).await;
    assert!(matches!(misused, Err(AccountLinkError::Link(_))), "{misused:?}");
    assert!(!identity::account::has_confirmed_email(&database.application, ann.id).await.unwrap());
    confirm_email(&database.application, &confirms, None, correlation()).await.unwrap();
    assert!(identity::account::has_confirmed_email(&database.application, ann.id).await.unwrap());
    let again = confirm_email(&database.application, &confirms, None, correlation()).await;
    assert!(matches!(again, Err(AccountLinkError::Link(_))), "{again:?}");

    ask(&database, &mailer(), &ann.email).await;
    let token = last_token(&database).await;
    database.clock.advance(TimeDelta::hours(1));
    let old = choose(&database, &token, NEW).await;
    assert!(matches!(old, Err(AccountLinkError::Link(_))), "{old:?}");
}

#[tokio::test]
async fn asking_waits_longer_each_time() {
    let database = TestDatabase::new().await;
    let email = Email::parse("ann@example.com").unwrap();
    let ask = async || charge(&database.application, &email, "192.0.2.7".parse().ok()).await;
    for _ in 0..3 {
        ask().await.unwrap();
    }
    for seconds in [1, 2, 4] {
        let waits = ask().await;
        assert!(
            matches!(waits, Err(ThrottleError::Wait(wait)) if wait == TimeDelta::seconds(seconds)),
            "{seconds}: {waits:?}"
        );
        database.clock.advance(TimeDelta::seconds(seconds));
        ask().await.unwrap();
    }
}
