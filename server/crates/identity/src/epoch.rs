//! Epochs: a session has the ones in which it began. Where all sessions of somebody end, theirs rise; whatever was on its way then,
//! a session that is being written or a request that takes its time, is of one before and doesn't count.

use crate::user;
use kernel::TenantTx;
use model::id::UserId;
use serde::{Deserialize, Serialize};

/// Of a person, and of a person in a business.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epoch {
    pub user: i64,
    pub member: i64,
}

/// The ones of now. Locks the person, so that they stay so, and so that a person's events have the order of their commits.
pub(crate) async fn hold(tx: &mut TenantTx, user: UserId) -> Result<Option<Epoch>, sqlx::Error> {
    let tenant = tx.tenant().uuid();
    let row = sqlx::query!(
        "SELECT u.epoch, m.epoch AS member_epoch FROM users u JOIN members m ON m.user_id = u.id
         WHERE u.id = $1 AND m.tenant_id = $2 FOR NO KEY UPDATE OF u",
        user.uuid(),
        tenant,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Epoch { user: row.epoch, member: row.member_epoch }))
}

/// Ends all sessions of a person, wherever they work. With `but` that one goes on, by the hash of its token. Returns how
/// many ended.
pub(crate) async fn end(tx: &mut TenantTx, user: UserId, but: Option<&[u8]>) -> Result<u64, sqlx::Error> {
    // The person first, as everybody does who locks more.
    let epoch = sqlx::query_scalar!("UPDATE users SET epoch = epoch + 1 WHERE id = $1 RETURNING epoch", user.uuid())
        .fetch_one(tx.conn())
        .await?;
    let ended =
        sqlx::query!("DELETE FROM sessions WHERE user_id = $1 AND token_hash IS DISTINCT FROM $2", user.uuid(), but)
            .execute(tx.conn())
            .await?;
    sqlx::query!(
        "UPDATE sessions SET data = jsonb_set(data, '{epoch,user}', to_jsonb($3::bigint)) WHERE user_id = $1 AND token_hash = $2",
        user.uuid(),
        but,
        epoch,
    )
    .execute(tx.conn())
    .await?;
    Ok(ended.rows_affected())
}

/// Ends all sessions that a person has in the transaction's business.
pub(crate) async fn end_here(tx: &mut TenantTx, user: UserId) -> Result<(), sqlx::Error> {
    let tenant = tx.tenant();
    sqlx::query!(
        "UPDATE members SET epoch = epoch + 1 WHERE tenant_id = $1 AND user_id = $2",
        tenant.uuid(),
        user.uuid()
    )
    .execute(tx.conn())
    .await?;
    user::lock(tx, user).await?;
    sqlx::query!("DELETE FROM sessions WHERE user_id = $1 AND data ->> 'tenant' = $2", user.uuid(), tenant.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}
