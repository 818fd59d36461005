//! Somebody comes in: an event and a line in the audit log, whichever way they came.

use kernel::audit::{self, AuditError};
use kernel::event::{self, EventError};
use kernel::{Actor, TenantTx};
use model::audit::Action;
use model::event::UserLoggedIn;
use model::id::{TenantId, UserId};

/// That somebody came in could not be noted.
#[derive(Debug, thiserror::Error)]
pub enum ArrivalError {
    #[error(transparent)]
    Event(#[from] EventError),
    #[error(transparent)]
    Audit(#[from] AuditError),
}

/// Who came in, and to which business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    pub user: UserId,
    pub tenant: TenantId,
}

/// Notes that somebody came in. Their row is locked by then.
///
/// # Errors
/// The database refused; roll back.
pub(crate) async fn record(
    tx: &mut TenantTx,
    actor: &Actor,
    user: UserId,
    email: &str,
) -> Result<Arrival, ArrivalError> {
    event::write(tx, actor, &UserLoggedIn { user }).await?;
    let entry = audit::Entry {
        action: Action::LoggedIn,
        object_type: "user",
        object: user.uuid(),
        name: email,
        changes: Vec::new(),
    };
    audit::record(tx, actor, entry).await?;
    Ok(Arrival { user, tenant: tx.tenant() })
}
