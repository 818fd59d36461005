//! Rollups against a real PostgreSQL.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops where something is not as it expects")]

#[path = "database/figures.rs"]
mod figures;
#[path = "database/restate.rs"]
mod restate;

use testkit::TestDatabase;

/// Looks until a transaction of this database waits for another one.
pub(crate) async fn somebody_waits(database: &TestDatabase) {
    let mut connection = database.superuser().await;
    loop {
        let waits: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0)",
        )
        .fetch_one(&mut connection)
        .await
        .unwrap();
        if waits {
            return;
        }
        tokio::task::yield_now().await;
    }
}
