use crate::staff::{PASSWORD, Person};
use chrono::TimeDelta;
use identity::secret_token::SecretToken;
use identity::sign_in::SignInError;
use identity::throttle::{ForgetFailures, ThrottleError};
use kernel::task::Task;
use testkit::{Shop, TestDatabase};

const HOME: &str = "192.0.2.1";
const ELSEWHERE: &str = "203.0.113.66";

fn waits(tried: &Result<identity::sign_in::SignedIn, SignInError>) -> Option<i64> {
    match tried {
        Err(SignInError::Throttle(ThrottleError::Wait(wait))) => Some(wait.num_seconds()),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_wait_longer_and_longer_and_the_right_password_waits_with_them() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Guessed").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    for _ in 0..5 {
        assert!(matches!(ann.try_in("guess", ELSEWHERE, None).await, Err(SignInError::Refused)));
    }
    assert_eq!(waits(&ann.try_in("guess", ELSEWHERE, None).await), Some(1));
    assert_eq!(
        waits(&ann.try_in(PASSWORD, ELSEWHERE, None).await),
        Some(1),
        "or guessers would know it when they have it"
    );
    database.clock.advance(TimeDelta::seconds(1));
    assert!(matches!(ann.try_in("guess", ELSEWHERE, None).await, Err(SignInError::Refused)));
    assert_eq!(waits(&ann.try_in("guess", ELSEWHERE, None).await), Some(2));
    database.clock.advance(TimeDelta::seconds(2));
    ann.try_in(PASSWORD, ELSEWHERE, None).await.unwrap();
    assert!(matches!(ann.try_in("guess", ELSEWHERE, None).await, Err(SignInError::Refused)), "it begins anew");
}

/// Otherwise a thousand guesses could all be made before the first one counts.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_made_at_the_same_time_are_all_counted() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Parallel").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let mut guesses = tokio::task::JoinSet::new();
    for _ in 0..20 {
        guesses.spawn(ann.trying("guess", ELSEWHERE, None));
    }
    let made = guesses.join_all().await;
    let checked = made.iter().filter(|tried| matches!(tried, Err(SignInError::Refused))).count();
    let waiting = made.iter().filter(|tried| waits(tried).is_some()).count();
    assert_eq!((checked, waiting), (5, 15));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_cannot_keep_anybody_out_of_a_device_they_know() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Stranger").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let bob = Person::registered(&shop, "bob@example.com").await;
    let device = ann.try_in(PASSWORD, HOME, None).await.unwrap().device;
    for _ in 0..6 {
        let _ = ann.try_in("guess", ELSEWHERE, None).await;
    }
    assert!(waits(&ann.try_in(PASSWORD, HOME, None).await).is_some(), "on a new device she waits");
    let again = ann.try_in(PASSWORD, HOME, Some(device.clone())).await.unwrap();
    assert_eq!(again.device, device, "it is known already");

    for _ in 0..6 {
        let _ = bob.try_in("guess", ELSEWHERE, Some(device.clone())).await;
    }
    assert!(waits(&bob.try_in(PASSWORD, HOME, Some(device.clone())).await).is_some(), "her device is not his");
    let made_up = SecretToken::sent("made up".to_owned());
    assert!(waits(&bob.try_in(PASSWORD, HOME, Some(made_up)).await).is_some());
}

/// Whoever has the password can sign in as often as they like, and so make themselves known devices.
#[tokio::test(flavor = "multi_thread")]
async fn many_devices_are_no_way_around() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Devices").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let mut devices = Vec::new();
    for _ in 0..12 {
        database.clock.advance(TimeDelta::minutes(1));
        devices.push(ann.try_in(PASSWORD, HOME, None).await.unwrap().device);
    }
    let kept: i64 =
        sqlx::query_scalar("SELECT count(*) FROM devices").fetch_one(database.application.pool()).await.unwrap();
    assert_eq!(kept, 10, "the latest used");
    let mut checked = 0;
    for device in devices.iter().skip(2) {
        for _ in 0..5 {
            let tried = ann.try_in("guess", ELSEWHERE, Some(device.clone())).await;
            checked += usize::from(matches!(tried, Err(SignInError::Refused)));
        }
    }
    assert_eq!(checked, 20);
}

/// At a till several people sign in one after the other: it stays known of each of them.
#[tokio::test(flavor = "multi_thread")]
async fn one_browser_is_the_device_of_all_who_use_it() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Till").await;
    let (ann, bob) =
        (Person::registered(&shop, "ann@example.com").await, Person::registered(&shop, "bob@example.com").await);
    let till = ann.try_in(PASSWORD, HOME, None).await.unwrap().device;
    assert_eq!(bob.try_in(PASSWORD, HOME, Some(till.clone())).await.unwrap().device, till);
    for person in [&ann, &bob] {
        for _ in 0..6 {
            let _ = person.try_in("guess", ELSEWHERE, None).await;
        }
        person.try_in(PASSWORD, HOME, Some(till.clone())).await.unwrap();
    }
}

/// Unknown addresses wait as known ones do, or the wait would tell which exist.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_waits_as_a_known_one() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Unknown").await;
    let nobody = Person::unknown(&shop, "nobody@example.com");
    for _ in 0..5 {
        assert!(matches!(nobody.try_in("guess", ELSEWHERE, None).await, Err(SignInError::Refused)));
    }
    assert_eq!(waits(&nobody.try_in("guess", ELSEWHERE, None).await), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_forgotten_in_the_end() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Forgotten").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let _ = ann.try_in("guess", ELSEWHERE, None).await;
    ForgetFailures(database.worker.clone()).run().await.unwrap();
    assert_eq!(counted(&database).await, 2, "for the account and for the address");
    database.clock.advance(TimeDelta::hours(13));
    ForgetFailures(database.worker.clone()).run().await.unwrap();
    assert_eq!(counted(&database).await, 0);
}

async fn counted(database: &TestDatabase) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM sign_in_throttles").fetch_one(database.application.pool()).await.unwrap()
}

/// What is counted for the office and what is counted for each of them is taken back in the order in which it was charged.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_of_one_office_sign_in_at_a_time_and_none_waits_for_another_for_ever() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Office").await;
    let mut people = Vec::new();
    for number in 0..16 {
        people.push(Person::registered(&shop, &format!("person{number}@example.com")).await);
    }
    for _ in 0..3 {
        let tries: Vec<_> =
            people.iter().map(|person| tokio::spawn(person.trying(PASSWORD, "192.0.2.7", None))).collect();
        for attempt in tries {
            attempt.await.unwrap().unwrap();
        }
    }
}
