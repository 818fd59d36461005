//! Refusals: somebody asked for what their role doesn't include. The audit log has them, so that whoever tries doors is seen.

use crate::audit::first_id;
use chrono::TimeDelta;
use kernel::audit::{self, AuditError};
use kernel::database::DatabaseError;
use kernel::{Actor, Database, TenantTx};
use model::audit::{Action, Change};
use model::permission::Permission;
use model::session::Staff;

/// A person's refusals for want of one permission stand in the log once in so long: reloading a page doesn't fill it.
const NOTED_EVERY: TimeDelta = TimeDelta::hours(1);
/// The longest path that is kept, in characters; somebody may ask for any.
const PATH_CHARS_MAX: usize = 200;
/// The field of the entry that tells one refusal from another.
const PERMISSION_FIELD: &str = "permission";

/// A refusal could not be noted.
#[derive(Debug, thiserror::Error)]
pub enum RefusalError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error("could not look for an earlier refusal")]
    LookUp(#[source] sqlx::Error),
}

/// Notes that somebody was refused what stands at a path, for want of a permission; unless that was noted a short while ago.
///
/// # Errors
/// The database refused.
pub async fn record(
    database: &Database,
    actor: &Actor,
    staff: &Staff,
    permission: Permission,
    path: &str,
) -> Result<(), RefusalError> {
    let mut tx = database.begin(staff.tenant).await?;
    // Mostly it is: then nobody waits for anybody.
    if is_noted(&mut tx, actor, permission).await? {
        return Ok(());
    }
    take_turn(&mut tx, actor).await?;
    if is_noted(&mut tx, actor, permission).await? {
        return Ok(());
    }
    let path = path.chars().take(PATH_CHARS_MAX).collect();
    let changes =
        [Change::of(PERMISSION_FIELD, None, Some(permission.word().to_owned())), Change::of("path", None, Some(path))];
    let entry = audit::Entry {
        action: Action::RefusedAccess,
        object_type: "user",
        object: staff.user.uuid(),
        name: &staff.email,
        changes: changes.into_iter().flatten().collect(),
    };
    audit::record(&mut tx, actor, entry).await?;
    Ok(tx.commit().await?)
}

/// Requests of one person that found nothing go on one after the other: of several at a time, one is noted.
async fn take_turn(tx: &mut TenantTx, actor: &Actor) -> Result<(), RefusalError> {
    let cause = actor.cause.to_string();
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('refusal of ' || $1::text, 0))", cause)
        .execute(tx.conn())
        .await
        .map_err(RefusalError::LookUp)?;
    Ok(())
}

async fn is_noted(tx: &mut TenantTx, actor: &Actor, permission: Permission) -> Result<bool, RefusalError> {
    let (tenant, cause, now) = (tx.tenant().uuid(), actor.cause.to_string(), tx.now());
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM audit_log
                          WHERE tenant_id = $1 AND actor = $2 AND id >= $3 AND action = $4 AND changes @> $5) AS "is_noted!""#,
        tenant,
        cause,
        first_id(now - NOTED_EVERY),
        Action::RefusedAccess.word(),
        serde_json::json!([{"field": PERMISSION_FIELD, "to": permission.word()}]),
    )
    .fetch_one(tx.conn())
    .await
    .map_err(RefusalError::LookUp)
}
