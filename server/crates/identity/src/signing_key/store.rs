//! The keys in the database.

use super::KeyError;
use super::key::{Key, Material, NewKey};
use crate::access_token;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::installation_log::{self, Entry};
use kernel::problem::chain;
use kernel::seal::SealingKey;
use kernel::{Actor, Database};
use model::audit::InstallationAction;
use sqlx::{Executor, PgConnection};
use std::sync::Arc;
use uuid::Uuid;

/// So long a key is published before it signs: longer than others may keep the published keys (a minute) and than a server of ours
/// takes to notice it.
const PUBLISHED_AHEAD: TimeDelta = TimeDelta::minutes(2);
/// So long a key verifies beyond its last token: clocks of servers differ.
const LEEWAY: TimeDelta = TimeDelta::minutes(5);
/// Held while keys are made: two servers that start at the same time make one first key, not two.
const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtext('tradepost signing keys'))";

/// A key, for whoever looks after the installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    pub id: Uuid,
    pub created_at: DateTime<Utc>,
    pub signs_from: DateTime<Utc>,
    /// When its successor takes over; `None` without one.
    pub retires_at: Option<DateTime<Utc>>,
    /// When its last tokens are refused.
    pub verifies_until: Option<DateTime<Utc>>,
}

/// Every key that is still there, the oldest first.
///
/// # Errors
/// The database refused.
pub async fn list(database: &Database) -> Result<Vec<KeyInfo>, KeyError> {
    sqlx::query_as!(
        KeyInfo,
        "SELECT id, created_at, signs_from, retires_at, verifies_until FROM signing_keys ORDER BY signs_from, id",
    )
    .fetch_all(database.pool())
    .await
    .map_err(KeyError::Read)
}

/// Makes a key that takes over soon. The one of now signs until then, and its tokens count to their end. Servers that run need not be told.
///
/// # Errors
/// The database refused, or no key could be made.
pub async fn rotate(database: &Database, actor: &Actor, sealing: &SealingKey) -> Result<KeyInfo, KeyError> {
    let new = NewKey::generate(sealing).await?;
    let mut transaction = database.begin_global().await?;
    (&mut *transaction).execute(LOCK).await.map_err(KeyError::Write)?;
    let now = database.clock().now();
    let takes_over = now + PUBLISHED_AHEAD;
    let retired = sqlx::query!(
        "UPDATE signing_keys SET retires_at = greatest(signs_from, $1), verifies_until = greatest(signs_from, $2)
         WHERE retires_at IS NULL",
        takes_over,
        takes_over + access_token::LIFETIME + LEEWAY,
    )
    .execute(&mut *transaction)
    .await
    .map_err(KeyError::Write)?;
    // Nobody has a token of a key before the first one.
    let signs_from = if retired.rows_affected() == 0 { now } else { takes_over };
    let id = database.ids().at(now);
    insert(&mut transaction, id, &new, now, signs_from).await?;
    note(&mut transaction, database, actor, id).await?;
    transaction.commit().await.map_err(KeyError::Write)?;
    Ok(KeyInfo { id, created_at: now, signs_from, retires_at: None, verifies_until: None })
}

/// Makes the first key, unless another server has made it meanwhile.
pub(super) async fn make_first(database: &Database, sealing: &SealingKey) -> Result<(), KeyError> {
    let new = NewKey::generate(sealing).await?;
    let mut transaction = database.begin_global().await?;
    (&mut *transaction).execute(LOCK).await.map_err(KeyError::Write)?;
    let exists =
        sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM signing_keys WHERE retires_at IS NULL) AS "exists!""#)
            .fetch_one(&mut *transaction)
            .await
            .map_err(KeyError::Read)?;
    if !exists {
        let now = database.clock().now();
        let id = database.ids().at(now);
        insert(&mut transaction, id, &new, now, now).await?;
        let actor = Actor::system("first start", database.ids().at(now).into());
        note(&mut transaction, database, &actor, id).await?;
    }
    transaction.commit().await.map_err(KeyError::Write)
}

async fn insert(
    connection: &mut PgConnection,
    id: Uuid,
    new: &NewKey,
    now: DateTime<Utc>,
    signs_from: DateTime<Utc>,
) -> Result<(), KeyError> {
    sqlx::query!(
        "INSERT INTO signing_keys (id, sealed_key, modulus, exponent, created_at, signs_from) VALUES ($1, $2, $3, $4, $5, $6)",
        id,
        new.sealed,
        new.modulus,
        new.exponent,
        now,
        signs_from,
    )
    .execute(connection)
    .await
    .map_err(KeyError::Write)?;
    Ok(())
}

/// The keys are those of all businesses, so no business's audit log has them.
async fn note(connection: &mut PgConnection, database: &Database, actor: &Actor, id: Uuid) -> Result<(), KeyError> {
    let entry = Entry { action: InstallationAction::MadeSigningKey, object: id, name: &id.to_string() };
    Ok(installation_log::record(connection, database, actor, entry).await?)
}

/// A key as it is read.
struct Row {
    id: Uuid,
    sealed_key: Vec<u8>,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    signs_from: DateTime<Utc>,
    retires_at: Option<DateTime<Utc>>,
    verifies_until: Option<DateTime<Utc>>,
}

/// Those whose tokens count. What was read before is taken from `known`: it is never changed.
pub(super) async fn read(database: &Database, now: DateTime<Utc>, known: &[Key]) -> Result<Vec<Key>, KeyError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, sealed_key, modulus, exponent, signs_from, retires_at, verifies_until FROM signing_keys
         WHERE verifies_until IS NULL OR verifies_until > $1",
        now,
    )
    .fetch_all(database.pool())
    .await
    .map_err(KeyError::Read)?;
    let key = |row: Row| {
        let Row { id, sealed_key, modulus, exponent, signs_from, retires_at, verifies_until } = row;
        let before = known.iter().find(|key| key.material.id == id).map(|key| Arc::clone(&key.material));
        let material = match before {
            Some(material) => material,
            // The others still count.
            None => match Material::new(id, sealed_key, modulus, exponent) {
                Ok(material) => Arc::new(material),
                Err(error) => {
                    tracing::error!(error = chain(&error), "a signing key is left out");
                    return None;
                }
            },
        };
        Some(Key { material, signs_from, retires_at, verifies_until })
    };
    Ok(rows.into_iter().filter_map(key).collect())
}
