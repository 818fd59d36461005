//! The event writer: an event goes into the outbox in the transaction of its change, so that neither exists without the other.

use crate::{Actor, TenantTx};
use model::event::Event;
use model::id::EventId;

/// An event could not be written; nothing of its change may be committed.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    #[error("could not turn a {kind} event into JSON")]
    Encode { kind: &'static str, source: serde_json::Error },
    #[error("could not write a {kind} event to the outbox")]
    Write { kind: &'static str, source: sqlx::Error },
}

/// Writes an event with the change that this transaction makes.
///
/// The change must have locked its aggregate's row before (an `UPDATE`, an `INSERT` or `FOR UPDATE` does): then an aggregate's
/// events have rising positions in the order in which its changes commit.
///
/// # Errors
/// The outbox refused; roll back.
pub async fn write<E: Event>(tx: &mut TenantTx, actor: &Actor, event: &E) -> Result<EventId, EventError> {
    let id: EventId = tx.new_id();
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let data = serde_json::to_value(event).map_err(|source| EventError::Encode { kind: E::TYPE, source })?;
    sqlx::query!(
        "INSERT INTO outbox (tenant_id, id, type, version, aggregate_type, aggregate_id, occurred_at, actor, correlation_id, data)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        tenant,
        id.uuid(),
        E::TYPE,
        E::VERSION,
        E::AGGREGATE,
        event.aggregate_id(),
        now,
        actor.cause.to_string(),
        actor.correlation.uuid(),
        data,
    )
    .execute(tx.conn())
    .await
    .map_err(|source| EventError::Write { kind: E::TYPE, source })?;
    Ok(id)
}
