use crate::staff::{PASSWORD, Person};
use chrono::TimeDelta;
use chrono_tz::Tz;
use identity::account::{NewPassword, change_password};
use identity::second_factor::{SecondFactorError, begin, confirm, remove, renew_recovery_codes, state};
use identity::sign_in::{Outcome, SignInError};
use identity::throttle::ThrottleError;
use model::audit::{Action, AuditQuery};
use model::second_factor::{SecondFactorProblem, SecondFactorState};
use sqlx::Executor;
use testkit::{Shop, TestDatabase, one_time_code, sealing_key, tester};

/// The hash under which the session of [`session`] stands.
const SESSION: [u8; 32] = [1; 32];

/// A session of the person, from which they change their account.
async fn session(person: &Person<'_>) {
    sqlx::query(
        "INSERT INTO sessions (token_hash, user_id, data, created_at, last_used_at, idle_until, ends_at)
         VALUES ($1, $2, '{}', now(), now(), now() + interval '1 hour', now() + interval '1 day')",
    )
    .bind(SESSION.to_vec())
    .bind(person.id.uuid())
    .execute(person.shop.database.application.pool())
    .await
    .unwrap();
}

/// What the screen shows while the second factor is set up.
async fn begun(person: &Person<'_>) -> String {
    let (database, staff) = (&person.shop.database.application, person.staff().await);
    begin(database, &sealing_key(), &staff).await.unwrap();
    match state(database, &sealing_key(), &staff, Tz::UTC).await.unwrap() {
        SecondFactorState::Begun(enrolment) => enrolment.secret,
        other => panic!("{other:?}"),
    }
}

async fn try_confirm(person: &Person<'_>, code: &str) -> Result<Vec<String>, SecondFactorError> {
    let (database, staff) = (&person.shop.database.application, person.staff().await);
    confirm(database, &tester(), &sealing_key(), &staff, &SESSION, code).await
}

/// An authenticator app and a sheet of recovery codes.
struct Factor {
    secret: String,
    recovery_codes: Vec<String>,
}

impl Factor {
    /// Half a minute later, so that its next code wasn't used yet.
    async fn of(person: &Person<'_>) -> Self {
        session(person).await;
        let secret = begun(person).await;
        let code = one_time_code(&secret, person.shop.database.application.clock().now());
        let recovery_codes = try_confirm(person, &code).await.unwrap();
        person.shop.database.clock.advance(TimeDelta::seconds(30));
        Self { secret, recovery_codes }
    }

    /// What the app shows so many seconds from now.
    fn code(&self, database: &TestDatabase, seconds: i64) -> String {
        one_time_code(&self.secret, database.application.clock().now() + TimeDelta::seconds(seconds))
    }
}

fn problem(error: SecondFactorError) -> SecondFactorProblem {
    match error {
        SecondFactorError::Refused(problem) => problem,
        other => panic!("{other:?}"),
    }
}

fn refused<T>(tried: Result<T, SignInError>) -> bool {
    matches!(tried, Err(SignInError::Code))
}

async fn logged(shop: &Shop<'_>, action: Action) -> usize {
    let query = AuditQuery { action: Some(action), ..AuditQuery::default() };
    identity::audit::page(&mut shop.begin().await, Tz::UTC, &query, 50).await.unwrap().rows.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_asked_for_once_its_first_code_was_entered() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Set up").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    session(&ann).await;
    let problem_of = async |code: &str| problem(try_confirm(&ann, code).await.unwrap_err());
    assert_eq!(problem_of("123456").await, SecondFactorProblem::NotBegun);

    let secret = begun(&ann).await;
    assert!(matches!(ann.try_in_with(None).await, Ok(Outcome::SignedIn(_))), "not yet");
    let code = one_time_code(&secret, database.application.clock().now());
    let wrong = if code == "123456" { "654321" } else { "123456" };
    for text in [wrong, "no code", "k7f2q-9mx4t"] {
        assert_eq!(problem_of(text).await, SecondFactorProblem::CodeWrong, "{text}");
    }
    let (before, after) = code.split_at(3);
    let recovery_codes = try_confirm(&ann, &format!(" {before} {after} ")).await.unwrap();
    assert_eq!(recovery_codes.len(), 10);
    assert_eq!(problem_of(&code).await, SecondFactorProblem::AlreadySetUp);
    assert!(ann.staff().await.second_factor.is_set_up);
    ann.pending().await;

    let kept: Vec<(Vec<u8>,)> =
        sqlx::query_as("SELECT secret_sealed FROM totp_factors").fetch_all(database.application.pool()).await.unwrap();
    assert!(sealing_key().open("the seed of one-time codes", &kept[0].0).is_ok(), "and it is kept sealed only");
    assert_eq!(logged(&shop, Action::AddedSecondFactor).await, 1);
}

/// Whoever saw the picture in a page left open could have waited until it is in use.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_waits_for_too_long_is_worth_nothing() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Left open").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    session(&ann).await;
    let secret = begun(&ann).await;
    database.clock.advance(TimeDelta::minutes(31));
    let code = one_time_code(&secret, database.application.clock().now());
    assert_eq!(problem(try_confirm(&ann, &code).await.unwrap_err()), SecondFactorProblem::NotBegun);
    let shown = state(&database.application, &sealing_key(), &ann.staff().await, Tz::UTC).await.unwrap();
    assert_eq!(shown, SecondFactorState::Off);
    assert_ne!(begun(&ann).await, secret);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_once_and_a_step_to_both_sides() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Once").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let factor = Factor::of(&ann).await;
    assert!(refused(ann.show(&ann.pending().await, &factor.code(&database, -30)).await), "it set the factor up");
    database.clock.advance(TimeDelta::minutes(5));
    for seconds in [-60, 60] {
        assert!(refused(ann.show(&ann.pending().await, &factor.code(&database, seconds)).await), "{seconds}");
    }
    let before = factor.code(&database, -30);
    let now = factor.code(&database, 0);
    let next = factor.code(&database, 30);
    for code in [&before, &now, &next] {
        ann.show(&ann.pending().await, code).await.unwrap();
        assert!(refused(ann.show(&ann.pending().await, code).await), "replayed");
    }
    database.clock.advance(TimeDelta::seconds(30));
    assert!(refused(ann.show(&ann.pending().await, &next).await), "it was used early");
    database.clock.advance(TimeDelta::minutes(1));
    assert!(refused(ann.try_in_with(Some(&now)).await), "nor along with the password");
    let code = factor.code(&database, 0);
    assert!(matches!(ann.try_in_with(Some(&code)).await, Ok(Outcome::SignedIn(_))));
    assert_eq!(logged(&shop, Action::LoggedIn).await, 4);
    assert_eq!(logged(&shop, Action::FailedSecondFactor).await, 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_show_one_code_at_the_same_time_one_comes_in() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Race").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let factor = Factor::of(&ann).await;
    for code in [factor.code(&database, 0), factor.recovery_codes[0].clone()] {
        let pending = ann.pending().await;
        let mut race = tokio::task::JoinSet::new();
        for _ in 0..4 {
            race.spawn(ann.show(&pending, &code));
        }
        let came_in = race.join_all().await.iter().filter(|shown| shown.is_ok()).count();
        assert_eq!(came_in, 1, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_stands_in_for_the_app_once() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Recovered").await;
    let (ann, bob) =
        (Person::registered(&shop, "ann@example.com").await, Person::registered(&shop, "bob@example.com").await);
    let factor = Factor::of(&ann).await;
    let (first, second) = (&factor.recovery_codes[0], &factor.recovery_codes[1]);
    ann.show(&ann.pending().await, &first.to_uppercase()).await.unwrap();
    assert!(refused(ann.show(&ann.pending().await, first).await));
    ann.show(&ann.pending().await, &second.replace('-', " ")).await.unwrap();
    assert_eq!(logged(&shop, Action::UsedRecoveryCode).await, 2);
    let shown = state(&database.application, &sealing_key(), &ann.staff().await, Tz::UTC).await.unwrap();
    let since = "4 Mar 2026".to_owned();
    assert_eq!(shown, SecondFactorState::On { since, recovery_codes_left: 8 });

    let staff = ann.staff().await;
    let renewed = renew_recovery_codes(&database.application, &tester(), &staff).await.unwrap();
    assert!(refused(ann.show(&ann.pending().await, &factor.recovery_codes[2]).await));
    ann.show(&ann.pending().await, &renewed[0]).await.unwrap();
    let nobodys = renew_recovery_codes(&database.application, &tester(), &bob.staff().await).await;
    assert_eq!(problem(nobodys.unwrap_err()), SecondFactorProblem::NotSetUp);
}

/// The password is known by then, so nothing else stands between a guesser and the account.
#[tokio::test(flavor = "multi_thread")]
async fn guessed_codes_wait_longer_and_longer() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Guessed").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let factor = Factor::of(&ann).await;
    let waits = |tried: &Result<_, _>| match tried {
        Err(SignInError::Throttle(ThrottleError::Wait(wait))) => Some(wait.num_seconds()),
        _ => None,
    };
    for _ in 0..5 {
        assert!(refused(ann.show(&ann.pending().await, "guess").await));
    }
    let pending = ann.pending().await;
    let mut guesses = tokio::task::JoinSet::new();
    for _ in 0..10 {
        guesses.spawn(ann.show(&pending, "guess"));
    }
    assert!(guesses.join_all().await.iter().all(|tried| waits(tried) == Some(1)), "however many at a time");
    assert_eq!(waits(&ann.show(&pending, &factor.code(&database, 0)).await), Some(1), "the right one with them");
    assert!(matches!(ann.try_in_with(Some("guess")).await, Err(SignInError::Throttle(_))), "and programs, too");
    database.clock.advance(TimeDelta::seconds(1));
    let _ = ann.show(&pending, "guess").await;
    assert_eq!(waits(&ann.show(&pending, "guess").await), Some(2));
    database.clock.advance(TimeDelta::seconds(2));
    ann.show(&pending, &factor.code(&database, 0)).await.unwrap();
    assert!(refused(ann.show(&pending, "guess").await), "it begins anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_password_waits_for_ten_minutes_and_only_as_long_as_it_is_the_password() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Waiting").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let factor = Factor::of(&ann).await;
    let over = |tried: Result<_, _>| matches!(tried, Err(SignInError::Over));
    let pending = ann.pending().await;
    database.clock.advance(TimeDelta::minutes(10));
    assert!(over(ann.show(&pending, &factor.code(&database, 0)).await));

    let pending = ann.pending().await;
    let (mailer, site) = (notifications::Mailer::new(testkit::sealing_key(), false), identity::mail::Site(""));
    let change = NewPassword {
        current: PASSWORD,
        new: "walnut tree garden",
        session: &SESSION,
        end_others: false,
        mailer: &mailer,
        site,
    };
    let staff = ann.staff().await;
    change_password(&database.application, &tester(), ann.passwords(), &staff, &change).await.unwrap();
    assert!(over(ann.show(&pending, &factor.code(&database, 0)).await));
    assert_eq!(logged(&shop, Action::LoggedIn).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_suspended_while_they_look_for_the_code_stays_out() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Let go").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let factor = Factor::of(&ann).await;
    let pending = ann.pending().await;
    database.superuser().await.execute("UPDATE members SET suspended_at = now()").await.unwrap();
    let tried = ann.show(&pending, &factor.code(&database, 0)).await;
    assert!(matches!(tried, Err(SignInError::Refused)), "{tried:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_removed_unless_the_role_requires_it() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Required").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let factor = Factor::of(&ann).await;
    let require = async |required: bool| {
        let statement = "UPDATE roles SET requires_second_factor = $1";
        sqlx::query(statement).bind(required).execute(&mut database.superuser().await).await.unwrap();
    };
    let staff = ann.staff().await;
    require(true).await;
    let kept = remove(&database.application, &tester(), &staff).await;
    assert_eq!(problem(kept.unwrap_err()), SecondFactorProblem::Required);
    assert!(ann.staff().await.second_factor.is_required);

    require(false).await;
    remove(&database.application, &tester(), &staff).await.unwrap();
    let again = remove(&database.application, &tester(), &staff).await;
    assert_eq!(problem(again.unwrap_err()), SecondFactorProblem::NotSetUp);
    assert!(matches!(ann.try_in_with(None).await, Ok(Outcome::SignedIn(_))));
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM recovery_codes").fetch_one(database.application.pool()).await.unwrap();
    assert_eq!(left, 0, "{:?} are worth nothing", factor.recovery_codes);
    require(true).await;
    assert!(ann.staff().await.second_factor.is_missing());
}
