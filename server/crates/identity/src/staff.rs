//! Staff: a person within a business.

use crate::arrival::{self, Arrival, ArrivalError};
use crate::epoch::Epoch;
use crate::role;
use kernel::database::DatabaseError;
use kernel::{Actor, Database, TenantTx};
use model::id::{TenantId, UserId};
use model::permission::Permission;
use model::second_factor::SecondFactor;
use model::session::{Staff, StaffRole, Workplace};

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
    #[error(transparent)]
    Arrival(#[from] ArrivalError),
}

/// The person as a member of the transaction's tenant; `None` when they don't belong to it, or
/// not any more.
///
/// # Errors
/// The database refused, or holds what this version doesn't know.
pub async fn find(tx: &mut TenantTx, user: UserId) -> Result<Option<Staff>, StaffError> {
    Ok(find_now(tx, user).await?.map(|(staff, _)| staff))
}

/// The same, and the epochs in which a session of theirs counts.
///
/// # Errors
/// As [`find`].
pub async fn find_now(tx: &mut TenantTx, user: UserId) -> Result<Option<(Staff, Epoch)>, StaffError> {
    let tenant = tx.tenant();
    let row = sqlx::query!(
        r#"SELECT u.name, u.email, r.id AS role_id, r.name AS role, r.built_in, r.permissions, t.name AS business, t.currency, t.time_zone,
                  r.requires_second_factor, u.epoch, m.epoch AS member_epoch,
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
    let epoch = Epoch { user: row.epoch, member: row.member_epoch };
    let staff = Staff {
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
    };
    Ok(Some((staff, epoch)))
}

/// Whoever asks for a change, as they are now: what they were when their request came in may be over. They stay so until the end of the
/// transaction. `None` when they may not do it any more.
pub(crate) async fn confirm(
    tx: &mut TenantTx,
    by: UserId,
    permission: Permission,
) -> Result<Option<Staff>, StaffError> {
    let tenant = tx.tenant().uuid();
    sqlx::query!("SELECT user_id FROM members WHERE tenant_id = $1 AND user_id = $2 FOR SHARE", tenant, by.uuid())
        .fetch_optional(tx.conn())
        .await
        .map_err(StaffError::Read)?;
    Ok(find(tx, by).await?.filter(|by| by.may(permission)))
}

/// Where a person belongs: the business that they joined first, of those that let them in if there is one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Membership {
    pub(crate) tenant: TenantId,
    pub(crate) suspended: bool,
    /// They belong nowhere else.
    pub(crate) is_only: bool,
}

/// Where a person belongs, if anywhere.
///
/// # Errors
/// The database refused.
pub(crate) async fn membership(database: &Database, user: UserId) -> Result<Option<Membership>, StaffError> {
    membership_preferring(database, user, None).await
}

/// The same; but the business that is asked for, where it lets them in.
///
/// # Errors
/// The database refused.
pub(crate) async fn membership_preferring(
    database: &Database,
    user: UserId,
    business: Option<TenantId>,
) -> Result<Option<Membership>, StaffError> {
    let mut transaction = database.begin_as(user).await?;
    let found = sqlx::query!(
        r#"SELECT tenant_id, suspended_at IS NOT NULL AS "suspended!", count(*) OVER () = 1 AS "is_only!" FROM members WHERE user_id = $1
           ORDER BY suspended_at IS NOT NULL, (tenant_id = $2) IS TRUE DESC, created_at, tenant_id LIMIT 1"#,
        user.uuid(),
        business.map(TenantId::uuid),
    )
    .fetch_optional(&mut *transaction)
    .await
    .map_err(StaffError::ReadBusiness)?;
    transaction.commit().await.map_err(StaffError::ReadBusiness)?;
    Ok(found.map(|found| Membership {
        tenant: found.tenant_id.into(),
        suspended: found.suspended,
        is_only: found.is_only,
    }))
}

/// The names that others know of a person: theirs, and that of a business.
///
/// # Errors
/// The database refused.
pub(crate) async fn names(
    database: &Database,
    user: UserId,
    tenant: Option<TenantId>,
) -> Result<Vec<String>, StaffError> {
    let mut tx = database.begin(tenant.unwrap_or_else(|| uuid::Uuid::nil().into())).await?;
    let tenant = tx.tenant().uuid();
    let names = sqlx::query_scalar!(
        r#"SELECT name AS "name!" FROM users WHERE id = $1 UNION ALL SELECT name FROM tenants WHERE id = $2"#,
        user.uuid(),
        tenant,
    )
    .fetch_all(tx.conn())
    .await
    .map_err(StaffError::Read)?;
    tx.commit().await?;
    Ok(names)
}

/// Where a person works, by the names of the businesses; without those that keep them out.
///
/// # Errors
/// The database refused.
pub async fn workplaces(database: &Database, staff: &Staff) -> Result<Vec<Workplace>, StaffError> {
    let mut transaction = database.begin_as(staff.user).await?;
    let tenants = sqlx::query_scalar!(
        "SELECT tenant_id FROM members WHERE user_id = $1 AND suspended_at IS NULL ORDER BY tenant_id",
        staff.user.uuid()
    )
    .fetch_all(&mut *transaction)
    .await
    .map_err(StaffError::ReadBusiness)?;
    transaction.commit().await.map_err(StaffError::ReadBusiness)?;
    let mut workplaces = Vec::with_capacity(tenants.len());
    for tenant in tenants.into_iter().map(TenantId::from) {
        // Each business's rows are seen by its own transaction only. People work for one or two.
        let mut tx = database.begin(tenant).await?;
        let there = find(&mut tx, staff.user).await?;
        tx.commit().await?;
        workplaces.extend(there.map(|there| Workplace {
            tenant,
            business: there.business,
            role: there.role.name,
            is_current: tenant == staff.tenant,
        }));
    }
    workplaces.sort_by(|one, other| one.business.cmp(&other.business));
    Ok(workplaces)
}

/// Goes on in another business; `None` where the person doesn't work, or not any more.
///
/// # Errors
/// The database refused.
pub async fn go_to(
    database: &Database,
    actor: &Actor,
    staff: &Staff,
    tenant: TenantId,
) -> Result<Option<Arrival>, StaffError> {
    let mut tx = database.begin(tenant).await?;
    if find(&mut tx, staff.user).await?.is_none() {
        return Ok(None);
    }
    let arrival = arrival::record(&mut tx, actor, staff.user, &staff.email).await?;
    tx.commit().await?;
    Ok(Some(arrival))
}
