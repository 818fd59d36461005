//! Staff: a person within a business.

use kernel::TenantTx;
use model::id::UserId;
use model::session::Staff;

/// Why the member of staff could not be found.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    #[error("could not read the member of staff")]
    Read(#[source] sqlx::Error),
    #[error("the stored {0} cannot be read")]
    Decode(&'static str),
}

/// The person as a member of the transaction's tenant; `None` when they don't belong to it (any more).
///
/// # Errors
/// The database refused, or holds what this version doesn't know.
pub async fn find(tx: &mut TenantTx, user: UserId) -> Result<Option<Staff>, StaffError> {
    let tenant = tx.tenant();
    let row = sqlx::query!(
        "SELECT u.name, u.email, m.role, t.name AS business, t.currency, t.time_zone
         FROM members m
         JOIN users u ON u.id = m.user_id
         JOIN tenants t ON t.id = m.tenant_id
         WHERE m.tenant_id = $1 AND m.user_id = $2",
        tenant.uuid(),
        user.uuid(),
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(StaffError::Read)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Staff {
        user,
        name: row.name,
        email: row.email,
        role: row.role.parse().map_err(|_| StaffError::Decode("role"))?,
        tenant,
        business: row.business,
        currency: row.currency.parse().map_err(|_| StaffError::Decode("currency"))?,
        time_zone: row.time_zone,
    }))
}
