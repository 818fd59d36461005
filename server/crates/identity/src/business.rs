//! Businesses: the tenants.

use kernel::TenantTx;
use model::money::Currency;

/// A business to open.
#[derive(Clone, Debug)]
pub struct OpenBusiness {
    pub name: String,
    pub currency: Currency,
    /// IANA name.
    pub time_zone: String,
}

/// Creates the tenant whose transaction this is: the new tenant's id is chosen by whoever begins it.
///
/// # Errors
/// The database refused.
pub async fn open(tx: &mut TenantTx, business: &OpenBusiness) -> Result<(), sqlx::Error> {
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
    .await?;
    Ok(())
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
