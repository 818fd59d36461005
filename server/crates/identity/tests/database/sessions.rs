use chrono::TimeDelta;
use identity::PostgresSessionStore;
use identity::session_store::{RemoveEndedSessions, SessionLimits};
use kernel::task::Task;
use std::collections::HashMap;
use testkit::TestDatabase;
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

fn store(database: &TestDatabase) -> PostgresSessionStore {
    let limits = SessionLimits { idle: TimeDelta::hours(1), absolute: TimeDelta::hours(3) };
    PostgresSessionStore::new(database.application.clone(), limits)
}

fn record() -> Record {
    let data = HashMap::from([("note".to_owned(), serde_json::json!("kept"))]);
    Record { id: Id(42), data, expiry_date: OffsetDateTime::UNIX_EPOCH }
}

#[tokio::test]
async fn a_session_is_kept_under_a_hash_of_its_token() {
    let database = TestDatabase::new().await;
    let (store, mut record) = (store(&database), record());
    store.create(&mut record).await.unwrap();
    assert_eq!(store.load(&record.id).await.unwrap().unwrap().data, record.data);
    assert!(store.load(&Id(43)).await.unwrap().is_none());
    let row: String =
        sqlx::query_scalar("SELECT sessions::text FROM sessions").fetch_one(database.application.pool()).await.unwrap();
    assert!(!row.contains(&record.id.to_string()), "the token is nowhere: {row}");

    store.delete(&record.id).await.unwrap();
    assert!(store.load(&record.id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_clash_of_tokens_draws_another() {
    let database = TestDatabase::new().await;
    let (store, mut first, mut second) = (store(&database), record(), record());
    store.create(&mut first).await.unwrap();
    store.create(&mut second).await.unwrap();
    assert_ne!(first.id, second.id);
}

#[tokio::test]
async fn use_keeps_a_session_alive_until_its_absolute_end() {
    let database = TestDatabase::new().await;
    let (store, mut record) = (store(&database), record());
    store.create(&mut record).await.unwrap();
    for _ in 0..3 {
        database.clock.advance(TimeDelta::minutes(50));
        assert!(store.load(&record.id).await.unwrap().is_some());
    }
    database.clock.advance(TimeDelta::minutes(31));
    assert!(store.load(&record.id).await.unwrap().is_none(), "three hours are over");
}

#[tokio::test]
async fn a_session_unused_for_too_long_has_ended_and_nothing_brings_it_back() {
    let database = TestDatabase::new().await;
    let (store, mut record) = (store(&database), record());
    store.create(&mut record).await.unwrap();
    database.clock.advance(TimeDelta::minutes(60));
    assert!(store.load(&record.id).await.unwrap().is_none());
    store.save(&record).await.unwrap();
    assert!(store.load(&record.id).await.unwrap().is_none());

    RemoveEndedSessions(database.worker.clone()).run().await.unwrap();
    store.save(&record).await.unwrap();
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sessions").fetch_one(database.application.pool()).await.unwrap();
    assert_eq!(left, 0);
}
