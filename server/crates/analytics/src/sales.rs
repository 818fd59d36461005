//! The figures of a span of days, from the rollups.

mod breakdown;
mod cache;
mod totals;

pub use cache::{Revision, Sales, SalesCache};

use kernel::TenantTx;
use model::channel::Channel;
use model::dashboard::SalesFigures;
use model::period::{Bucket, DayRange};

/// How many of the best-selling products are named.
const TOP_PRODUCTS: usize = 8;

/// Why the figures could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SalesError {
    #[error("could not read the daily totals")]
    Totals(#[source] sqlx::Error),
    #[error("could not read the sales by product")]
    Products(#[source] sqlx::Error),
    #[error("could not read the sales by country")]
    Countries(#[source] sqlx::Error),
    #[error("could not read the revision of the rollups")]
    Revision(#[source] sqlx::Error),
}

/// The figures of `days` against the span before, per `bucket`; `channel` narrows to one. Three statements, whatever the span.
///
/// # Errors
/// The database refused.
pub async fn figures(
    tx: &mut TenantTx,
    days: DayRange,
    bucket: Bucket,
    channel: Option<Channel>,
) -> Result<SalesFigures, SalesError> {
    let totals = totals::read(tx, days, channel).await.map_err(SalesError::Totals)?;
    let (top_products, categories) =
        breakdown::products(tx, days, channel, TOP_PRODUCTS).await.map_err(SalesError::Products)?;
    let countries = breakdown::countries(tx, days, channel).await.map_err(SalesError::Countries)?;
    Ok(totals.figures(days, bucket, top_products, categories, countries))
}

/// Which state of the rollups is current, and since when; `None` before the first restatement.
///
/// # Errors
/// The database refused.
pub async fn revision(tx: &mut TenantTx) -> Result<Option<Revision>, SalesError> {
    let tenant = tx.tenant().uuid();
    sqlx::query_as!(
        Revision,
        "SELECT revision AS number, restated_at FROM rollup_revisions WHERE tenant_id = $1",
        tenant
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(SalesError::Revision)
}
