//! Sessions in PostgreSQL, for tower-sessions. The table has a hash of the cookie's token, never the token.

use crate::epoch::Epoch;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::Database;
use kernel::task::Task;
use sha2::{Digest, Sha256};
use std::time::Duration;
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

/// The key under which a session says who is signed in.
pub const USER_KEY: &str = "user";
/// The key under which a session says for which business.
pub const TENANT_KEY: &str = "tenant";
/// The keys under which a session says with what and from where it was begun.
pub const AGENT_KEY: &str = "agent";
pub const ADDRESS_KEY: &str = "address";
/// The key under which a session says when the person's password was entered last.
pub const CONFIRMED_KEY: &str = "confirmed_at";
/// The key under which a session says whose password was right, whose second factor is still to be shown. Nobody is signed in by it.
pub const PENDING_KEY: &str = "pending";
/// The key under which new recovery codes wait, sealed, for the page that shows them once.
pub const RECOVERY_CODES_KEY: &str = "recovery_codes";
/// The key under which a session has the epochs in which it began.
pub const EPOCH_KEY: &str = "epoch";
/// The key under which a session that goes on under another id has the time at which it began.
pub const BEGUN_KEY: &str = "begun_at";
/// A use moves the end of the idle time on only when this much has passed: a write per minute, not per request. (At idle
/// times of under two minutes half of those, so that a session in use doesn't end.)
const TOUCH_INTERVAL_MAX: TimeDelta = TimeDelta::seconds(60);

/// How long sessions live.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    /// Unused for this long, a session ends.
    pub idle: TimeDelta,
    /// However busy it is, it ends after this long.
    pub absolute: TimeDelta,
}

impl SessionLimits {
    fn touch_interval(self) -> TimeDelta {
        TOUCH_INTERVAL_MAX.min(self.idle / 2)
    }
}

/// Keeps sessions in the `sessions` table.
#[derive(Clone, Debug)]
pub struct PostgresSessionStore {
    database: Database,
    limits: SessionLimits,
}

impl PostgresSessionStore {
    #[must_use]
    pub const fn new(database: Database, limits: SessionLimits) -> Self {
        Self { database, limits }
    }

    fn now(&self) -> DateTime<Utc> {
        self.database.clock().now()
    }

    async fn insert(&self, record: &Record) -> Result<bool> {
        let now = self.now();
        // One that goes on under another id ends when it would have.
        let begun_at =
            record.data.get(BEGUN_KEY).and_then(|time| serde_json::from_value(time.clone()).ok()).unwrap_or(now);
        let ends_at = begun_at + self.limits.absolute;
        let inserted = sqlx::query!(
            "INSERT INTO sessions (token_hash, user_id, data, created_at, last_used_at, idle_until, ends_at)
             VALUES ($1, ($2::jsonb ->> 'user')::uuid, $2, $3, $6, $4, $5)
             ON CONFLICT ON CONSTRAINT sessions_pkey DO NOTHING",
            token_hash(&record.id),
            data(record)?,
            begun_at,
            (now + self.limits.idle).min(ends_at),
            ends_at,
            now,
        )
        .execute(self.database.pool())
        .await
        .map_err(backend)?;
        Ok(inserted.rows_affected() == 1)
    }

    async fn touch(&self, id: &Id, now: DateTime<Utc>) -> Result<()> {
        sqlx::query!(
            "UPDATE sessions SET idle_until = least($2, ends_at), last_used_at = $3 WHERE token_hash = $1",
            token_hash(id),
            now + self.limits.idle,
            now,
        )
        .execute(self.database.pool())
        .await
        .map_err(backend)?;
        Ok(())
    }
}

#[async_trait]
impl SessionStore for PostgresSessionStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // A clash of 128 random bits doesn't happen; should it, another draw ends it.
        while !self.insert(record).await? {
            record.id = Id::default();
        }
        Ok(())
    }

    /// A session that has ended meanwhile stays ended: saving never brings one back. Its epoch is the row's: where all others were ended,
    /// that was moved on behind the back of the request.
    async fn save(&self, record: &Record) -> Result<()> {
        sqlx::query!(
            "UPDATE sessions SET data = $2::jsonb || CASE WHEN data ? 'epoch' THEN jsonb_build_object('epoch', data -> 'epoch') ELSE '{}' END,
                    user_id = ($2::jsonb ->> 'user')::uuid
             WHERE token_hash = $1",
            token_hash(&record.id),
            data(record)?,
        )
        .execute(self.database.pool())
        .await
        .map_err(backend)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let now = self.now();
        let row = sqlx::query!(
            "SELECT data, idle_until, ends_at FROM sessions WHERE token_hash = $1 AND idle_until > $2 AND ends_at > $2",
            token_hash(id),
            now,
        )
        .fetch_optional(self.database.pool())
        .await
        .map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        if row.idle_until < row.ends_at.min(now + self.limits.idle - self.limits.touch_interval()) {
            self.touch(id, now).await?;
        }
        let data = serde_json::from_value(row.data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(row.ends_at.timestamp())
            .map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sqlx::query!("DELETE FROM sessions WHERE token_hash = $1", token_hash(id))
            .execute(self.database.pool())
            .await
            .map_err(backend)?;
        Ok(())
    }
}

/// What a session that goes on under another id takes along.
#[derive(Clone, Copy, Debug)]
pub struct Retired {
    pub begun_at: DateTime<Utc>,
    pub epoch: Epoch,
}

/// Ends a session that is to go on under another id. `None` when it has ended already, whatever its request brought along.
///
/// # Errors
/// The database refused.
pub async fn retire(database: &Database, token_hash: &[u8]) -> std::result::Result<Option<Retired>, sqlx::Error> {
    let row = sqlx::query!(
        "DELETE FROM sessions WHERE token_hash = $1 RETURNING created_at, data -> 'epoch' AS epoch",
        token_hash
    )
    .fetch_optional(database.pool())
    .await?;
    Ok(row.map(|row| Retired {
        begun_at: row.created_at,
        epoch: row.epoch.and_then(|epoch| serde_json::from_value(epoch).ok()).unwrap_or_default(),
    }))
}

/// The token has 128 random bits, so a fast hash is enough: there is nothing to guess.
#[must_use]
pub fn token_hash(id: &Id) -> Vec<u8> {
    Sha256::digest(id.0.to_le_bytes()).to_vec()
}

fn data(record: &Record) -> Result<serde_json::Value> {
    serde_json::to_value(&record.data).map_err(|error| Error::Encode(error.to_string()))
}

fn backend(error: sqlx::Error) -> Error {
    Error::Backend(error.to_string())
}

/// How many browsers somebody is signed in with.
///
/// # Errors
/// The database refused.
pub async fn count(database: &Database) -> std::result::Result<u32, sqlx::Error> {
    let now = database.clock().now();
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM sessions WHERE user_id IS NOT NULL AND idle_until > $1 AND ends_at > $1"#,
        now
    )
    .fetch_one(database.pool())
    .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Removes sessions that have ended.
#[derive(Debug)]
pub struct RemoveEndedSessions(pub Database);

impl Task for RemoveEndedSessions {
    const NAME: &'static str = "remove ended sessions";
    const PERIOD: Duration = Duration::from_secs(600);
    type Error = sqlx::Error;

    async fn run(&self) -> std::result::Result<(), sqlx::Error> {
        let now = self.0.clock().now();
        sqlx::query!("DELETE FROM sessions WHERE idle_until <= $1 OR ends_at <= $1", now)
            .execute(self.0.pool())
            .await?;
        Ok(())
    }
}
