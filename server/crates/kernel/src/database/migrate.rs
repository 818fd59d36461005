//! Bringing the schema up to date.

use super::{DatabaseError, POSTGRES_MAJOR_MIN, roles};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection};

static MIGRATIONS: Migrator = sqlx::migrate!("../../../migrations");

/// The background task that makes later ones may not run yet, or run elsewhere.
const MAKE_PARTITIONS: &str = "SELECT ensure_outbox_partitions(date_trunc('month', now())::date, 3)";

/// Creates the roles and applies the migrations that are missing, as the owner role, and makes the outbox's next partitions,
/// so that an event can be written before any task has run. Safe to run from several servers at once: they queue for one lock.
///
/// # Errors
/// The server can't be reached, is older than [`POSTGRES_MAJOR_MIN`], or a step fails; what failed is rolled back.
pub async fn migrate(url: &str) -> Result<(), DatabaseError> {
    migrate_to(url, None).await
}

/// The same up to the migration of that version: to see how later ones treat what an older program left.
///
/// # Errors
/// As [`migrate`].
pub async fn migrate_to(url: &str, version: Option<i64>) -> Result<(), DatabaseError> {
    let options: PgConnectOptions = url.parse().map_err(DatabaseError::ReadUrl)?;
    let mut connection =
        options.application_name("tradepost migrate").connect().await.map_err(DatabaseError::Connect)?;
    check_version(&connection)?;
    roles::create(&mut connection).await?;
    connection.execute("SET ROLE tradepost_owner").await.map_err(DatabaseError::Connect)?;
    MIGRATIONS.run_direct(version, &mut connection, false).await.map_err(DatabaseError::Migrate)?;
    connection.execute(MAKE_PARTITIONS).await.map_err(DatabaseError::MakePartitions)?;
    connection.close().await.map_err(DatabaseError::Connect)
}

/// Clears away what was rolled back and lets the planner see what there is, as only the tables' owner may. Around a load of many rows:
/// the statistics of a table with nothing but rolled back rows say that it is empty, and so does the plan of every foreign key to it.
///
/// # Errors
/// The server can't be reached or refuses.
pub async fn vacuum(url: &str) -> Result<(), DatabaseError> {
    let options: PgConnectOptions = url.parse().map_err(DatabaseError::ReadUrl)?;
    let mut connection = options.connect().await.map_err(DatabaseError::Connect)?;
    // The system's own tables belong to somebody else; the notices about them say nothing new.
    let prepare = "SET ROLE tradepost_owner; SET client_min_messages = error";
    connection.execute(prepare).await.map_err(DatabaseError::Vacuum)?;
    connection.execute("VACUUM (ANALYZE)").await.map_err(DatabaseError::Vacuum)?;
    connection.close().await.map_err(DatabaseError::Vacuum)
}

/// The server says its version when it greets: 150004 is 15.4.
fn check_version(connection: &PgConnection) -> Result<(), DatabaseError> {
    match connection.server_version_num().map(|number| number / 10_000) {
        Some(found) if found < POSTGRES_MAJOR_MIN => Err(DatabaseError::TooOld { found }),
        _ => Ok(()),
    }
}
