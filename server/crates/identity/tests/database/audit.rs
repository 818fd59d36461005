use crate::staff::{PASSWORD, Person};
use chrono::TimeDelta;
use chrono_tz::Tz;
use identity::audit::page;
use identity::refusal;
use kernel::Actor;
use model::audit::{Action, AuditEntry, AuditQuery};
use model::id::CorrelationId;
use model::permission::Permission;
use sqlx::Executor;
use testkit::{Shop, TestDatabase, day};
use uuid::Uuid;

async fn found(shop: &Shop<'_>, query: &AuditQuery) -> Vec<AuditEntry> {
    page(&mut shop.begin().await, Tz::Europe__London, query, 50).await.unwrap().rows
}

#[tokio::test(flavor = "multi_thread")]
async fn coming_in_and_failing_to_is_in_the_log_of_ones_own_business() {
    let database = TestDatabase::new().await;
    let (shop, other) = (Shop::open(&database, "Logged").await, Shop::open(&database, "Other").await);
    database.clock.advance(TimeDelta::milliseconds(1));
    let ann = Person::registered(&shop, "ann@example.com").await;
    database.clock.advance(TimeDelta::seconds(1));
    let _ = ann.try_in("guess", "203.0.113.66", None).await;
    database.clock.advance(TimeDelta::seconds(1));
    ann.try_in(PASSWORD, "2001:db8::7", None).await.unwrap();

    let log = found(&shop, &AuditQuery::default()).await;
    let seen: Vec<_> = log
        .iter()
        .map(|entry| (entry.action.as_str(), entry.actor.as_str(), entry.address.as_deref(), entry.object.as_str()))
        .collect();
    let email = "ann@example.com";
    assert_eq!(
        seen,
        [
            ("Signed in", email, Some("2001:db8::7"), email),
            ("Failed to sign in", "stranger", Some("203.0.113.66"), email),
            ("Registered a person", "test", None, email),
            ("Opened the business", "test", None, "Logged"),
        ]
    );
    assert_eq!(log[0].occurred_at, "4 Mar 2026, 12:00:02");
    let role = &log[2].changes[0];
    assert_eq!((role.field.as_str(), role.from.as_deref(), role.to.as_deref()), ("role", None, Some("Manager")));
    assert!(!format!("{log:?}").contains("guess"), "secrets are never in it");
    assert_eq!(found(&other, &AuditQuery::default()).await.len(), 1, "that it was opened, and nothing of ours");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_searched_by_who_what_and_when_and_read_by_pages() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Searched").await;
    let (ann, bob) =
        (Person::registered(&shop, "ann@example.com").await, Person::registered(&shop, "bob@example.com").await);
    for person in [&ann, &bob, &ann] {
        database.clock.advance(TimeDelta::days(1));
        person.try_in(PASSWORD, "192.0.2.1", None).await.unwrap();
    }
    let all = AuditQuery::default();
    let count = async |query: AuditQuery| found(&shop, &query).await.len();
    assert_eq!(count(AuditQuery { actor: Some(ann.id), ..all.clone() }).await, 2);
    assert_eq!(count(AuditQuery { action: Some(Action::RegisteredUser), ..all.clone() }).await, 2);
    assert_eq!(count(AuditQuery { actor: Some(bob.id), action: Some(Action::RegisteredUser), ..all.clone() }).await, 0);
    assert_eq!(count(AuditQuery { from: Some(day("2026-03-06")), ..all.clone() }).await, 2, "that day and the next");
    assert_eq!(count(AuditQuery { to: Some(day("2026-03-05")), ..all.clone() }).await, 4, "the first two days");

    let (mut query, mut ids) = (all.clone(), Vec::new());
    loop {
        let read = page(&mut shop.begin().await, Tz::UTC, &query, 2).await.unwrap();
        ids.extend(read.rows.iter().map(|entry| entry.id));
        match read.next {
            Some(next) => query.before = Some(next),
            None => break,
        }
    }
    let once: Vec<_> = found(&shop, &all).await.iter().map(|entry| entry.id).collect();
    assert_eq!(ids, once);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_the_log_not_even_who_owns_the_database() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Kept").await;
    let _ann = Person::registered(&shop, "ann@example.com").await;
    for statement in ["UPDATE audit_log SET actor = 'system:nobody'", "DELETE FROM audit_log", "TRUNCATE audit_log"] {
        let refused = shop.begin().await.conn().execute(statement).await.unwrap_err().to_string();
        assert!(refused.contains("permission denied"), "{statement}: {refused}");
        let refused = database.superuser().await.execute(statement).await.unwrap_err().to_string();
        assert!(refused.contains("never changed or removed"), "{statement}: {refused}");
    }
    assert_eq!(found(&shop, &AuditQuery::default()).await.len(), 2);
}

/// That somebody who was let go still knows their password, and tries it, is worth knowing.
#[tokio::test(flavor = "multi_thread")]
async fn attempts_of_the_suspended_are_in_the_log() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Let go").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    sqlx::query("UPDATE members SET suspended_at = now()").execute(&mut database.superuser().await).await.unwrap();
    assert!(ann.try_in(PASSWORD, "192.0.2.1", None).await.is_err());
    let failures = AuditQuery { action: Some(Action::FailedToLogIn), ..AuditQuery::default() };
    assert_eq!(found(&shop, &failures).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_refusals_at_a_time_one_is_in_the_log() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Refused").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let staff = identity::staff::find(&mut shop.begin().await, ann.id).await.unwrap().unwrap();
    let tries: Vec<_> = (0..12)
        .map(|number| {
            let (application, staff) = (database.application.clone(), staff.clone());
            let permission = if number % 2 == 0 { Permission::WriteRoles } else { Permission::WriteStaff };
            tokio::spawn(async move {
                let actor = Actor::user(staff.user, CorrelationId::from(Uuid::from_u128(9)), None);
                refusal::record(&application, &actor, &staff, permission, &"/x".repeat(1_000)).await
            })
        })
        .collect();
    for attempt in tries {
        attempt.await.unwrap().unwrap();
    }
    let refused = AuditQuery { action: Some(Action::RefusedAccess), ..AuditQuery::default() };
    let log = found(&shop, &refused).await;
    let mut permissions: Vec<_> = log.iter().map(|entry| entry.changes[0].to.clone().unwrap()).collect();
    permissions.sort();
    assert_eq!(permissions, ["roles:write", "staff:write"]);
    assert!(log.iter().all(|entry| entry.changes[1].to.as_ref().unwrap().len() == 200), "{log:?}");
}
