use kernel::database::migrate;
use model::order::Status;
use testkit::{TestDatabase, bare_database};

#[tokio::test]
async fn migrating_twice_and_at_the_same_time_is_migrating_once() {
    let url = bare_database().await;
    let (first, second) = tokio::join!(migrate(&url), migrate(&url));
    first.unwrap();
    second.unwrap();
    migrate(&url).await.unwrap();
}

#[tokio::test]
async fn the_database_and_the_model_agree_on_what_counts_as_revenue() {
    let database = TestDatabase::new().await;
    for status in Status::ALL {
        let counts: bool = sqlx::query_scalar("SELECT counts_as_revenue($1)")
            .bind(status.word())
            .fetch_one(database.application.pool())
            .await
            .unwrap();
        assert_eq!(counts, status.counts_as_revenue(), "{status:?}");
    }
}

#[tokio::test]
async fn every_table_says_what_it_is_for() {
    let database = TestDatabase::new().await;
    let silent: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
           AND relname <> '_sqlx_migrations' AND obj_description(oid, 'pg_class') IS NULL",
    )
    .fetch_all(&mut database.superuser().await)
    .await
    .unwrap();
    assert_eq!(silent, Vec::<String>::new());
}
