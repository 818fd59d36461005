use crate::staff::{PASSWORD, Person};
use chrono::TimeDelta;
use identity::Passwords;
use identity::arrival::Arrival;
use identity::mail::Site;
use identity::registration::{Asking, Outcome, RegistrationError, confirm, request};
use identity::secret_token::SecretToken;
use identity::throttle::ThrottleError;
use kernel::Database;
use model::id::{CorrelationId, TenantId};
use model::registration::{RegistrationForm, RegistrationProblem};
use notifications::Mailer;
use testkit::{Letter, Shop, TestDatabase, sealing_key};
use uuid::Uuid;

fn form(email: &str) -> RegistrationForm {
    RegistrationForm {
        business: "Corner shop".into(),
        currency: "EUR".into(),
        time_zone: "Europe/Paris".into(),
        name: "Zoë".into(),
        email: email.into(),
        password: PASSWORD.into(),
    }
}

fn asking(mailer: &Mailer) -> Asking<'_> {
    let correlation = CorrelationId::from(Uuid::from_u128(9));
    Asking { mailer, site: Site("https://shop.example"), address: "192.0.2.7".parse().ok(), correlation }
}

async fn ask(database: &TestDatabase, mailer: &Mailer, email: &str) -> Result<Outcome, RegistrationError> {
    request(&database.application, &Passwords::new(2).unwrap(), &asking(mailer), &form(email)).await
}

async fn follow(
    application: &Database,
    mailer: &Mailer,
    tenant: TenantId,
    token: &SecretToken,
) -> Result<Arrival, RegistrationError> {
    confirm(application, &Passwords::new(2).unwrap(), &asking(mailer), tenant, token, "chosen by who has it").await
}

/// The business that a link is for, and what makes it secret.
fn link(letter: &Letter) -> (TenantId, SecretToken) {
    let business = letter.query().strip_prefix("business=").unwrap().split('&').next().unwrap();
    (business.parse().unwrap(), SecretToken::sent(letter.token().to_owned()))
}

async fn count(database: &TestDatabase, table: &'static str) -> i64 {
    let query = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
    sqlx::query_scalar(query).fetch_one(&mut database.superuser().await).await.unwrap()
}

#[tokio::test]
async fn without_mail_a_business_is_opened_at_once() {
    let database = TestDatabase::new().await;
    let mailer = Mailer::new(sealing_key(), false);
    let Outcome::Opened(arrival) = ask(&database, &mailer, "zoe@example.com").await.unwrap() else { panic!() };
    let mut tx = database.application.begin(arrival.tenant).await.unwrap();
    let staff = identity::staff::find(&mut tx, arrival.user).await.unwrap().unwrap();
    assert_eq!(
        (staff.business.as_str(), staff.currency.code(), staff.role.name.as_str()),
        ("Corner shop", "EUR", "Owner")
    );
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_log ORDER BY action").fetch_all(tx.conn()).await.unwrap();
    assert_eq!(actions, ["business.opened", "user.logged_in", "user.registered"]);
    let again = ask(&database, &mailer, " ZOE@example.com").await;
    assert!(
        matches!(&again, Err(RegistrationError::Refused(problems)) if *problems == [RegistrationProblem::EmailTaken]),
        "{again:?}"
    );
    assert_eq!(count(&database, "tenants").await, 1);
}

#[tokio::test]
async fn with_mail_nobody_learns_which_addresses_have_an_account() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Known").await;
    Person::registered(&shop, "ann@example.com").await;
    let mailer = Mailer::new(sealing_key(), true);
    for email in ["ann@example.com", "zoe@example.com"] {
        assert_eq!(ask(&database, &mailer, email).await.unwrap(), Outcome::Mailed);
    }
    let letters = database.letters().await;
    let about: Vec<_> = letters.iter().map(|letter| (letter.to.as_str(), letter.subject.as_str())).collect();
    assert_eq!(
        about,
        [
            ("ann@example.com", "You have an account on Tradepost already"),
            ("zoe@example.com", "Confirm your address to open a business"),
        ]
    );
    assert_eq!((count(&database, "tenants").await, count(&database, "registrations").await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_one_business_however_many_follow_it_at_a_time() {
    let database = TestDatabase::new().await;
    let mailer = Mailer::new(sealing_key(), true);
    ask(&database, &mailer, "zoe@example.com").await.unwrap();
    let (tenant, token) = link(&database.letters().await[0]);
    let tries: Vec<_> = (0..6)
        .map(|_| {
            let (application, mailer, token) = (database.application.clone(), mailer.clone(), token.clone());
            tokio::spawn(async move { follow(&application, &mailer, tenant, &token).await.is_ok() })
        })
        .collect();
    let mut opened = 0;
    for attempt in tries {
        opened += usize::from(attempt.await.unwrap());
    }
    assert_eq!((opened, count(&database, "tenants").await, count(&database, "users").await), (1, 1, 1));
    let confirmed: bool = sqlx::query_scalar("SELECT email_confirmed_at IS NOT NULL FROM users")
        .fetch_one(&mut database.superuser().await)
        .await
        .unwrap();
    assert!(confirmed);
}

#[tokio::test]
async fn a_link_that_is_old_made_up_or_overtaken_opens_nothing() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Other").await;
    let mailer = Mailer::new(sealing_key(), true);
    ask(&database, &mailer, "zoe@example.com").await.unwrap();
    let (tenant, token) = link(&database.letters().await[0]);
    for (tenant, token) in
        [(tenant, SecretToken::random()), (shop.tenant, token.clone()), (tenant, SecretToken::sent(String::new()))]
    {
        let refused = follow(&database.application, &mailer, tenant, &token).await;
        assert!(matches!(refused, Err(RegistrationError::Link(_))), "{refused:?}");
    }
    Person::registered(&shop, "zoe@example.com").await;
    let overtaken = follow(&database.application, &mailer, tenant, &token).await;
    assert!(matches!(overtaken, Err(RegistrationError::Refused(_))), "{overtaken:?}");
    database.clock.advance(TimeDelta::hours(24));
    let old = follow(&database.application, &mailer, tenant, &token).await;
    assert!(matches!(old, Err(RegistrationError::Link(_))), "{old:?}");
    assert_eq!(count(&database, "tenants").await, 1);
}

#[tokio::test]
async fn whoever_asks_again_and_again_has_to_wait() {
    let database = TestDatabase::new().await;
    let mailer = Mailer::new(sealing_key(), true);
    for _ in 0..3 {
        ask(&database, &mailer, "zoe@example.com").await.unwrap();
    }
    let waits = ask(&database, &mailer, "zoe@example.com").await;
    assert!(matches!(waits, Err(RegistrationError::Throttle(ThrottleError::Wait(_)))), "{waits:?}");
    ask(&database, &mailer, "yves@example.com").await.unwrap();
    assert_eq!(database.letters().await.len(), 4);
}
