use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use testkit::{Shop, TestDatabase};

/// A client that goes away while its transaction begins: sqlx alone would give the connection back with the transaction open and
/// the tenant set, for the next request to find.
#[tokio::test(flavor = "multi_thread")]
async fn a_begin_that_is_dropped_leaves_no_open_transaction_behind() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Dropped").await;
    for attempt in 0..200_u32 {
        let mut begin = Box::pin(database.application.begin(shop.tenant));
        // Polled a different number of times, so that it is dropped at different points.
        for _ in 0..=attempt % 4 {
            if begin.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(begin);
    }
    // Every connection of the pool is taken at once, so that none escapes the look.
    let mut connections = Vec::new();
    for _ in 0..database.application.pool().options().get_max_connections() {
        connections.push(database.application.pool().acquire().await.unwrap());
    }
    for connection in &mut connections {
        let tenant: Option<String> = sqlx::query_scalar("SELECT current_setting('app.tenant_id', true)")
            .fetch_one(&mut **connection)
            .await
            .unwrap();
        assert_eq!(tenant.unwrap_or_default(), "");
    }
    // Each has just run a statement: one still in a transaction is idle in it now.
    let open: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
    )
    .fetch_one(&mut database.superuser().await)
    .await
    .unwrap();
    assert_eq!(open, 0);
}

#[tokio::test]
async fn what_is_not_committed_is_not_there() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Rolled back").await;
    let mut tx = shop.begin().await;
    sqlx::query("UPDATE tenants SET name = 'Changed'").execute(tx.conn()).await.unwrap();
    drop(tx);
    let mut tx = shop.begin().await;
    let name: String = sqlx::query_scalar("SELECT name FROM tenants").fetch_one(tx.conn()).await.unwrap();
    assert_eq!(name, "Rolled back");
}

#[tokio::test]
async fn a_request_without_the_database_fails_in_time_and_says_so() {
    let clock = std::sync::Arc::new(kernel::SystemClock);
    let ids = std::sync::Arc::new(kernel::Ids::seeded(1));
    let nowhere = "postgresql:///none?host=/nonexistent&user=nobody";
    let connected = pin!(kernel::Database::connect(nowhere, kernel::database::Role::Application, 1, clock, ids)).await;
    assert_eq!(connected.unwrap_err().to_string(), "could not connect to the database");
}
