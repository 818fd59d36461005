//! Staff: a person within a business.

use crate::role;
use kernel::database::DatabaseError;
use kernel::{Database, TenantTx};
use model::id::{TenantId, UserId};
use model::second_factor::SecondFactor;
use model::session::{Staff, StaffRole};

/// Why the member of staff could not be found.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    #[error("could not read the member of staff")]
    Read(#[source] sqlx::Error),
    #[error("could not read where somebody belongs")]
    ReadBusiness(#[source] sqlx::Error),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("the stored {0} cannot be read")]
    Decode(&'static str),
}

/// The person as a member of the transaction's tenant; `None` when they don't belong to it, or
/// not any more.
///
/// # Errors
/// The database refused, or holds what this version doesn't know.
pub async fn find(tx: &mut TenantTx, user: UserId) -> Result<Option<Staff>, StaffError> {
    let tenant = tx.tenant();
    let row = sqlx::query!(
        r#"SELECT u.name, u.email, r.id AS role_id, r.name AS role, r.built_in, r.permissions, t.name AS business, t.currency, t.time_zone,
                  r.requires_second_factor,
                  EXISTS (SELECT FROM totp_factors f WHERE f.user_id = m.user_id AND f.confirmed_at IS NOT NULL) AS "has_second_factor!"
           FROM members m
           JOIN users u ON u.id = m.user_id
           JOIN roles r ON r.tenant_id = m.tenant_id AND r.id = m.role_id
           JOIN tenants t ON t.id = m.tenant_id
           WHERE m.tenant_id = $1 AND m.user_id = $2 AND m.suspended_at IS NULL"#,
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
        role: StaffRole {
            id: row.role_id.into(),
            permissions: role::permissions(row.built_in.as_deref(), &row.permissions),
            name: row.role,
        },
        second_factor: SecondFactor { is_set_up: row.has_second_factor, is_required: row.requires_second_factor },
        tenant,
        business: row.business,
        currency: row.currency.parse().map_err(|_| StaffError::Decode("currency"))?,
        time_zone: row.time_zone,
    }))
}

/// Where a person belongs: the business that they joined first, of those that let them in if there is one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Membership {
    pub(crate) tenant: TenantId,
    pub(crate) suspended: bool,
}

/// Where a person belongs, if anywhere.
///
/// # Errors
/// The database refused.
pub(crate) async fn membership(database: &Database, user: UserId) -> Result<Option<Membership>, StaffError> {
    let mut transaction = database.begin_as(user).await?;
    let found = sqlx::query!(
        r#"SELECT tenant_id, suspended_at IS NOT NULL AS "suspended!" FROM members WHERE user_id = $1
           ORDER BY suspended_at IS NOT NULL, created_at, tenant_id LIMIT 1"#,
        user.uuid(),
    )
    .fetch_optional(&mut *transaction)
    .await
    .map_err(StaffError::ReadBusiness)?;
    transaction.commit().await.map_err(StaffError::ReadBusiness)?;
    Ok(found.map(|found| Membership { tenant: found.tenant_id.into(), suspended: found.suspended }))
}
