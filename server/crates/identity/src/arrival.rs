//! Somebody comes in: an event and a line in the audit log, whichever way they came.

use crate::epoch::{self, Epoch};
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
    #[error("could not hold on to who comes in")]
    Hold(#[source] sqlx::Error),
    #[error("whoever comes in doesn't work here any more")]
    Gone,
}

/// Who came in, and to which business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    pub user: UserId,
    pub tenant: TenantId,
    /// For their session.
    pub epoch: Epoch,
}

/// Notes that somebody came in.
///
/// # Errors
/// The database refused; roll back.
pub(crate) async fn record(
    tx: &mut TenantTx,
    actor: &Actor,
    user: UserId,
    email: &str,
) -> Result<Arrival, ArrivalError> {
    let epoch = epoch::hold(tx, user).await.map_err(ArrivalError::Hold)?.ok_or(ArrivalError::Gone)?;
    event::write(tx, actor, &UserLoggedIn { user }).await?;
    let entry = audit::Entry {
        action: Action::LoggedIn,
        object_type: "user",
        object: user.uuid(),
        name: email,
        changes: Vec::new(),
    };
    audit::record(tx, actor, entry).await?;
    Ok(Arrival { user, tenant: tx.tenant(), epoch })
}
