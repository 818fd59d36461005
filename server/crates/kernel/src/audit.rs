//! The audit log's writer: what was done is noted in the transaction that does it, so that neither exists without the other.

use crate::{Actor, TenantTx};
use model::audit::{Action, Change};
use uuid::Uuid;

/// What was done, to what.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub action: Action,
    /// Such as `user`.
    pub object_type: &'static str,
    pub object: Uuid,
    /// What it is called.
    pub name: &'a str,
    /// What has another value now. Never a secret.
    pub changes: Vec<Change>,
}

/// The log refused; nothing of what it was about may be committed.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error("could not turn the changes of {} into JSON", action.word())]
    Encode { action: Action, source: serde_json::Error },
    #[error("could not write {} to the audit log", action.word())]
    Write { action: Action, source: sqlx::Error },
}

/// Notes what this transaction does.
///
/// # Errors
/// The log refused; roll back.
pub async fn record(tx: &mut TenantTx, actor: &Actor, entry: Entry<'_>) -> Result<(), AuditError> {
    let (tenant, id, now) = (tx.tenant().uuid(), tx.ids().at(tx.now()), tx.now());
    let action = entry.action;
    let changes = serde_json::to_value(entry.changes).map_err(|source| AuditError::Encode { action, source })?;
    sqlx::query!(
        "INSERT INTO audit_log (tenant_id, id, occurred_at, actor, address, correlation_id, action, object_type, object_id,
                                object_name, changes)
         VALUES ($1, $2, $3, $4, $5::text::inet, $6, $7, $8, $9, $10, $11)",
        tenant,
        id,
        now,
        actor.cause.to_string(),
        actor.address.map(|address| address.to_string()),
        actor.correlation.uuid(),
        action.word(),
        entry.object_type,
        entry.object,
        entry.name,
        changes,
    )
    .execute(tx.conn())
    .await
    .map_err(|source| AuditError::Write { action, source })?;
    Ok(())
}
