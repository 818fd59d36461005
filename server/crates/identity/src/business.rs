//! Businesses: the tenants.

use crate::role::{self, RoleError};
use kernel::audit::{self, AuditError};
use kernel::{Actor, TenantTx};
use model::audit::Action;
use model::money::Currency;

/// A business to open.
#[derive(Clone, Debug)]
pub struct OpenBusiness {
    pub name: String,
    pub currency: Currency,
    /// IANA name.
    pub time_zone: String,
}

/// Why a business could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("could not create the business")]
    Create(#[source] sqlx::Error),
    #[error(transparent)]
    Role(#[from] RoleError),
    #[error(transparent)]
    Audit(#[from] AuditError),
}

/// Creates the tenant whose transaction this is: the new tenant's id is chosen by whoever begins it. It has the
/// built-in roles and nobody in them.
///
/// # Errors
/// The database refused.
pub async fn open(tx: &mut TenantTx, actor: &Actor, business: &OpenBusiness) -> Result<(), OpenError> {
    let (id, now) = (tx.tenant().uuid(), tx.now());
    sqlx::query!(
        "INSERT INTO tenants (id, name, currency, time_zone, created_at) VALUES ($1, $2, $3, $4, $5)",
        id,
        business.name,
        business.currency.code(),
        business.time_zone,
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(OpenError::Create)?;
    role::create_built_in(tx).await?;
    let entry = audit::Entry {
        action: Action::OpenedBusiness,
        object_type: "tenant",
        object: id,
        name: &business.name,
        changes: Vec::new(),
    };
    Ok(audit::record(tx, actor, entry).await?)
}

/// The name of the transaction's tenant; `None` when it isn't there.
///
/// # Errors
/// The database refused.
pub(crate) async fn name(tx: &mut TenantTx) -> Result<Option<String>, sqlx::Error> {
    let id = tx.tenant().uuid();
    sqlx::query_scalar!("SELECT name FROM tenants WHERE id = $1", id).fetch_optional(tx.conn()).await
}

/// Whether the transaction's tenant is there.
///
/// # Errors
/// The database refused.
pub async fn exists(tx: &mut TenantTx) -> Result<bool, sqlx::Error> {
    let id = tx.tenant().uuid();
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM tenants WHERE id = $1) AS "exists!""#, id)
        .fetch_one(tx.conn())
        .await
}
