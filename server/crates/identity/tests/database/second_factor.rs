use crate::staff::{PASSWORD, Person};
use chrono::TimeDelta;
use chrono_tz::Tz;
use identity::account::{AccountError, NewPassword, change_password};
use identity::second_factor::{
    Asking, SecondFactorError, begin, begin_replacement, confirm, remove, remove_of, renew_recovery_codes, replace,
    state,
};
use identity::sign_in::{Outcome, SignInError};
use identity::throttle::ThrottleError;
use model::audit::{Action, AuditQuery};
use model::credentials::Email;
use model::second_factor::{SecondFactorProblem, SecondFactorState};
use sqlx::Executor;
use testkit::{Shop, TestDatabase, one_time_code, sealing_key, tester};

/// The hash under which the session of [`session`] stands.
const SESSION: [u8; 32] = [1; 32];
/// What most changes are made with: nothing else ends.
const ASKING: Asking<'static> = Asking { session: &SESSION, end_others: false };

/// A session of the person, from which they change their account.
async fn session(person: &Person<'_>) {
    person.session_under(&SESSION).await;
}

/// Another session of the person, and a program that they signed in with.
async fn signed_in_elsewhere(person: &Person<'_>) {
    person.session_under(&[2; 32]).await;
    sqlx::query(
        "INSERT INTO refresh_tokens (token_hash, family, user_id, business_id, created_at, expires_at)
         VALUES (sha256(gen_random_uuid()::text::bytea), gen_random_uuid(), $1, $2, now(), now() + interval '1 day')",
    )
    .bind(person.id.uuid())
    .bind(person.shop.tenant.uuid())
    .execute(person.shop.database.application.pool())
    .await
    .unwrap();
}

/// Sessions of everybody, and tokens of programs that are good.
async fn alive(database: &TestDatabase) -> (i64, i64) {
    sqlx::query_as(
        "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM refresh_tokens WHERE revoked_at IS NULL)",
    )
    .fetch_one(database.application.pool())
    .await
    .unwrap()
}

async fn require(database: &TestDatabase, required: bool) {
    let statement = "UPDATE roles SET requires_second_factor = $1";
    sqlx::query(statement).bind(required).execute(&mut database.superuser().await).await.unwrap();
}

/// What the screen shows while the second factor is set up.
async fn begun(person: &Person<'_>) -> String {
    let (database, staff) = (&person.shop.database.application, person.staff().await);
    begin(database, &sealing_key(), &staff, &SESSION).await.unwrap();
    match state(database, &sealing_key(), &staff, Tz::UTC).await.unwrap() {
        SecondFactorState::Begun(enrolment) => enrolment.secret,
        other => panic!("{other:?}"),
    }
}

async fn try_confirm(person: &Person<'_>, code: &str) -> Result<Vec<String>, SecondFactorError> {
    let (database, staff) = (&person.shop.database.application, person.staff().await);
    confirm(database, &tester(), &sealing_key(), &staff, ASKING, code).await
}

/// What the screen shows of a new device.
async fn next_secret(person: &Person<'_>) -> Option<String> {
    let (database, staff) = (&person.shop.database.application, person.staff().await);
    match state(database, &sealing_key(), &staff, Tz::UTC).await.unwrap() {
        SecondFactorState::On { next, .. } => next.map(|enrolment| enrolment.secret),
        other => panic!("{other:?}"),
    }
}

/// Begins with a new device, and returns its secret.
async fn begun_replacement(person: &Person<'_>) -> String {
    let (database, staff) = (&person.shop.database.application, person.staff().await);
    begin_replacement(database, &sealing_key(), &staff, &SESSION).await.unwrap();
    next_secret(person).await.unwrap()
}

async fn try_replace(person: &Person<'_>, asking: Asking<'_>, code: &str) -> Result<(), SecondFactorError> {
    let (database, staff) = (&person.shop.database.application, person.staff().await);
    replace(database, &tester(), &sealing_key(), &staff, asking, code).await
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
    for text in [wrong, "no code", "k7f2qa-9mx4tb-03hwzc-8v6ndg"] {
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
    assert_eq!(shown, SecondFactorState::On { since, recovery_codes_left: 8, next: None });

    let staff = ann.staff().await;
    let renewed = renew_recovery_codes(&database.application, &tester(), &staff, &SESSION).await.unwrap();
    assert!(refused(ann.show(&ann.pending().await, &factor.recovery_codes[2]).await));
    ann.show(&ann.pending().await, &renewed[0]).await.unwrap();
    bob.session_under(&[2; 32]).await;
    let nobodys = renew_recovery_codes(&database.application, &tester(), &bob.staff().await, &[2; 32]).await;
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
    let staff = ann.staff().await;
    require(&database, true).await;
    let kept = remove(&database.application, &tester(), &staff, ASKING).await;
    assert_eq!(problem(kept.unwrap_err()), SecondFactorProblem::Required);
    assert!(ann.staff().await.second_factor.is_required);

    require(&database, false).await;
    remove(&database.application, &tester(), &staff, ASKING).await.unwrap();
    let again = remove(&database.application, &tester(), &staff, ASKING).await;
    assert_eq!(problem(again.unwrap_err()), SecondFactorProblem::NotSetUp);
    assert!(matches!(ann.try_in_with(None).await, Ok(Outcome::SignedIn(_))));
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM recovery_codes").fetch_one(database.application.pool()).await.unwrap();
    assert_eq!(left, 0, "{:?} are worth nothing", factor.recovery_codes);
    require(&database, true).await;
    assert!(ann.staff().await.second_factor.is_missing());
}

/// So whoever must have one is never without.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_device_takes_the_place_of_the_old_one_with_its_first_code() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "New phone").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    session(&ann).await;
    let (application, sealing, staff) = (&database.application, sealing_key(), ann.staff().await);
    let nothing = begin_replacement(application, &sealing, &staff, &SESSION).await;
    assert_eq!(problem(nothing.unwrap_err()), SecondFactorProblem::NotSetUp);

    let mut old = Factor::of(&ann).await;
    require(&database, true).await;
    let twice = begin(application, &sealing, &staff, &SESSION).await;
    assert_eq!(problem(twice.unwrap_err()), SecondFactorProblem::AlreadySetUp);
    let problem_of = async |code: &str| problem(try_replace(&ann, ASKING, code).await.unwrap_err());
    assert_eq!(problem_of("123456").await, SecondFactorProblem::NotBegun);
    let secret = begun_replacement(&ann).await;
    assert_ne!(secret, old.secret);
    let new = Factor { secret, recovery_codes: std::mem::take(&mut old.recovery_codes) };
    ann.show(&ann.pending().await, &old.code(&database, 0)).await.unwrap();
    let code = new.code(&database, 0);
    assert!(refused(ann.show(&ann.pending().await, &code).await), "not yet");
    let olds = old.code(&database, 30);
    for wrong in [olds.as_str(), "no code", new.recovery_codes[0].as_str()] {
        assert_eq!(problem_of(wrong).await, SecondFactorProblem::CodeWrong, "{wrong}");
    }

    try_replace(&ann, ASKING, &code).await.unwrap();
    assert!(refused(ann.show(&ann.pending().await, &code).await), "it was used");
    assert!(refused(ann.show(&ann.pending().await, &olds).await), "the old one counts no more");
    database.clock.advance(TimeDelta::seconds(30));
    ann.show(&ann.pending().await, &new.code(&database, 0)).await.unwrap();
    ann.show(&ann.pending().await, &new.recovery_codes[0]).await.unwrap();
    assert_eq!(next_secret(&ann).await, None);
    assert_eq!(problem_of(&new.code(&database, 30)).await, SecondFactorProblem::NotBegun);
    assert_eq!(logged(&shop, Action::ReplacedSecondFactor).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_device_is_waited_for_half_an_hour_and_only_the_latest() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Put off").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let factor = Factor::of(&ann).await;
    let now = || database.application.clock().now();
    let first = begun_replacement(&ann).await;
    let second = begun_replacement(&ann).await;
    let over = try_replace(&ann, ASKING, &one_time_code(&first, now())).await;
    assert_eq!(problem(over.unwrap_err()), SecondFactorProblem::CodeWrong);
    database.clock.advance(TimeDelta::minutes(31));
    assert_eq!(next_secret(&ann).await, None);
    let late = try_replace(&ann, ASKING, &one_time_code(&second, now())).await;
    assert_eq!(problem(late.unwrap_err()), SecondFactorProblem::NotBegun);
    ann.show(&ann.pending().await, &factor.code(&database, 0)).await.unwrap();
}

/// Whoever had the password alone may have come in before.
#[tokio::test(flavor = "multi_thread")]
async fn all_other_sessions_end_with_a_change_if_that_is_wanted() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Elsewhere").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    session(&ann).await;
    let (application, sealing, staff) = (&database.application, sealing_key(), ann.staff().await);
    let ending = Asking { end_others: true, ..ASKING };
    let code_of = |secret: &str| one_time_code(secret, application.clock().now());

    signed_in_elsewhere(&ann).await;
    let secret = begun(&ann).await;
    confirm(application, &tester(), &sealing, &staff, ending, &code_of(&secret)).await.unwrap();
    assert_eq!(alive(&database).await, (1, 0));

    signed_in_elsewhere(&ann).await;
    let secret = begun_replacement(&ann).await;
    try_replace(&ann, ASKING, &code_of(&secret)).await.unwrap();
    assert_eq!(alive(&database).await, (2, 1), "they stay");
    let secret = begun_replacement(&ann).await;
    try_replace(&ann, ending, &code_of(&secret)).await.unwrap();
    assert_eq!(alive(&database).await, (1, 0));

    signed_in_elsewhere(&ann).await;
    remove(application, &tester(), &staff, ending).await.unwrap();
    assert_eq!(alive(&database).await, (1, 0));
}

/// Whoever sends a request slowly could else go on with a session that was ended meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_session_has_ended_changes_nothing() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Held back").await;
    let (ann, bob) =
        (Person::registered(&shop, "ann@example.com").await, Person::registered(&shop, "bob@example.com").await);
    Factor::of(&ann).await;
    let (database, sealing) = (&database.application, sealing_key());
    let next = one_time_code(&begun_replacement(&ann).await, database.clock().now());
    sqlx::query("DELETE FROM sessions").execute(database.pool()).await.unwrap();
    bob.session_under(&SESSION).await;
    let signed_out =
        |error: SecondFactorError| assert!(matches!(error, SecondFactorError::Account(AccountError::SignedOut)));
    let (staff, actor) = (ann.staff().await, tester());
    signed_out(begin(database, &sealing, &staff, &SESSION).await.unwrap_err());
    signed_out(try_confirm(&ann, "123456").await.unwrap_err());
    signed_out(begin_replacement(database, &sealing, &staff, &SESSION).await.unwrap_err());
    signed_out(try_replace(&ann, ASKING, &next).await.unwrap_err());
    signed_out(renew_recovery_codes(database, &actor, &staff, &SESSION).await.unwrap_err());
    signed_out(remove(database, &actor, &staff, ASKING).await.unwrap_err());
    ann.pending().await;
}

/// By whoever runs the installation.
#[tokio::test(flavor = "multi_thread")]
async fn it_is_removed_for_somebody_who_has_lost_it_with_all_codes() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Lost").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    Factor::of(&ann).await;
    require(&database, true).await;
    signed_in_elsewhere(&ann).await;
    remove_of(&database.application, &tester(), &ann.email).await.unwrap();
    assert_eq!(alive(&database).await, (0, 0));
    assert!(matches!(ann.try_in_with(None).await, Ok(Outcome::SignedIn(_))));
    assert!(ann.staff().await.second_factor.is_missing(), "they set up another");
    assert_eq!(logged(&shop, Action::RemovedSecondFactor).await, 1);

    session(&ann).await;
    let again = remove_of(&database.application, &tester(), &ann.email).await;
    assert_eq!(problem(again.unwrap_err()), SecondFactorProblem::NotSetUp);
    assert_eq!(alive(&database).await, (1, 0), "nothing ends where nothing was removed");
    let nobody = Email::parse("nobody@example.com").unwrap();
    let unknown = remove_of(&database.application, &tester(), &nobody).await;
    assert!(matches!(unknown, Err(SecondFactorError::Unknown(_))));
}
