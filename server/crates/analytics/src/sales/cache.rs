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

/// Figures kept at most, a few kilobytes each.
const FIGURES_MAX: u64 = 2_000;
/// The names in them (of a product that was renamed, say) are at most so old; the amounts are never out of date.
const NAMES_AGE_MAX: Duration = Duration::from_secs(60);

/// What decides the figures: the state of the rollups among it, so that a restatement anywhere leaves all older ones behind.
type Key = (TenantId, i64, DayRange, Bucket, Option<Channel>);

/// Figures by what decides them. Clones share one cache.
#[derive(Clone, Debug)]
pub struct SalesCache(Cache<Key, Arc<SalesFigures>>);

impl Default for SalesCache {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(FIGURES_MAX).time_to_live(NAMES_AGE_MAX).build())
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
