//! Figures that are still true are not read again.

use super::{SalesError, figures};
use kernel::TenantTx;
use model::channel::Channel;
use model::dashboard::SalesFigures;
use model::id::TenantId;
use model::period::{Bucket, DayRange};
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;

/// Points of charts and rows of lists kept at most, over all figures: some hundred bytes each.
const ROWS_MAX: u64 = 200_000;
/// What isn't part of the rollups (a product's name and category) is at most so old; amounts by day are never out of date.
const NAMES_AGE_MAX: Duration = Duration::from_secs(60);

/// What decides the figures: the state of the rollups among it, so that a restatement anywhere leaves all older ones behind.
type Key = (TenantId, i64, DayRange, Bucket, Option<Channel>);

/// Figures by what decides them. Clones share one cache.
#[derive(Clone, Debug)]
pub struct SalesCache(Cache<Key, Arc<SalesFigures>>);

impl Default for SalesCache {
    fn default() -> Self {
        Self(
            Cache::builder()
                .max_capacity(ROWS_MAX)
                .weigher(|_, figures| rows(figures))
                .time_to_live(NAMES_AGE_MAX)
                .build(),
        )
    }
}

impl SalesCache {
    /// The figures under this revision of the rollups. Many who ask for the same at once wait for one reading.
    ///
    /// # Errors
    /// The database refused.
    pub async fn figures(
        &self,
        tx: &mut TenantTx,
        revision: i64,
        days: DayRange,
        bucket: Bucket,
        channel: Option<Channel>,
    ) -> Result<Arc<SalesFigures>, SalesError> {
        let key = (tx.tenant(), revision, days, bucket, channel);
        let read = async { figures(tx, days, bucket, channel).await.map(Arc::new) };
        Ok(self.0.try_get_with(key, read).await?)
    }
}

/// What the figures weigh, those without any a little as well.
fn rows(figures: &Arc<SalesFigures>) -> u32 {
    let trends = [&figures.revenue, &figures.orders, &figures.average_order, &figures.new_customers];
    let rows = figures.points.len() + figures.top_products.len() + figures.categories.len() + figures.countries.len();
    let points: usize = trends.iter().map(|figure| figure.trend.len()).sum();
    u32::try_from(rows + points + 10).unwrap_or(u32::MAX)
}
