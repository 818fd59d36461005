//! The log of the installation: what was done to what belongs to no business. As in the audit log it is noted in the transaction that
//! does it.

use crate::{Actor, Database, TenantTx};
use chrono::{DateTime, Utc};
use model::audit::InstallationAction;
use sqlx::PgConnection;
use uuid::Uuid;

/// The most lines that are read at a time: years of them.
const LINES_MAX: i64 = 1000;

/// What was done, to what.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub action: InstallationAction,
    pub object: Uuid,
    /// What it is called. Never a secret.
    pub name: &'a str,
}

/// The log could not be written, and nothing of what it was about may be committed; or not be read.
#[derive(Debug, thiserror::Error)]
pub enum InstallationLogError {
    #[error("could not write {} to the installation's log", action.word())]
    Write { action: InstallationAction, source: sqlx::Error },
    #[error("could not read the installation's log")]
    Read(#[source] sqlx::Error),
}

/// A line of it, as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub occurred_at: DateTime<Utc>,
    /// Such as `system:tradepost keys rotate`.
    pub actor: String,
    /// Its word: another version of the program may have written it.
    pub action: String,
    pub name: String,
}

/// Notes what this transaction does, at its time.
///
/// # Errors
/// The log refused; roll back.
pub async fn record_in(tx: &mut TenantTx, actor: &Actor, entry: Entry<'_>) -> Result<(), InstallationLogError> {
    let (id, now) = (tx.new_id(), tx.now());
    write(tx.conn(), id, now, actor, entry).await
}

/// Notes what this connection's transaction does, which belongs to no tenant and has no time of its own.
///
/// # Errors
/// The log refused; roll back.
pub async fn record(
    connection: &mut PgConnection,
    database: &Database,
    actor: &Actor,
    entry: Entry<'_>,
) -> Result<(), InstallationLogError> {
    let now = database.clock().now();
    write(connection, database.ids().at(now), now, actor, entry).await
}

async fn write(
    connection: &mut PgConnection,
    id: Uuid,
    now: DateTime<Utc>,
    actor: &Actor,
    entry: Entry<'_>,
) -> Result<(), InstallationLogError> {
    let action = entry.action;
    sqlx::query!(
        "INSERT INTO installation_log (id, occurred_at, actor, correlation_id, action, object_id, object_name)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id,
        now,
        actor.cause.to_string(),
        actor.correlation.uuid(),
        action.word(),
        entry.object,
        entry.name,
    )
    .execute(connection)
    .await
    .map_err(|source| InstallationLogError::Write { action, source })?;
    Ok(())
}

/// The latest lines, the newest first.
///
/// # Errors
/// The database refused.
pub async fn latest(database: &Database) -> Result<Vec<Line>, InstallationLogError> {
    sqlx::query_as!(
        Line,
        "SELECT occurred_at, actor, action, object_name AS name FROM installation_log ORDER BY id DESC LIMIT $1",
        LINES_MAX,
    )
    .fetch_all(database.pool())
    .await
    .map_err(InstallationLogError::Read)
}
