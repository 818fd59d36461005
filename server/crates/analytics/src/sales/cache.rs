//! Figures that are still true are not read again, and while new ones are read nobody but the reader waits.

use super::{SalesError, figures};
use chrono::{DateTime, Utc};
use kernel::TenantTx;
use model::channel::Channel;
use model::dashboard::SalesFigures;
use model::id::TenantId;
use model::period::{Bucket, DayRange};
use moka::sync::Cache;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// Points of charts and rows of lists kept at most, over all figures: some hundred bytes each.
const ROWS_MAX: u64 = 200_000;
/// What isn't part of the rollups (a product's name and category) is at most so old; amounts by day are never out of date.
const NAMES_AGE_MAX: Duration = Duration::from_secs(60);
/// Readings that are told apart at a time.
const READINGS_MAX: u64 = 10_000;

/// Which state of the rollups is current, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    pub number: i64,
    pub restated_at: DateTime<Utc>,
}

/// Figures, and of which state of the rollups they are; of none before the first restatement.
#[derive(Clone, Debug)]
pub struct Sales {
    pub revision: Option<Revision>,
    pub figures: Arc<SalesFigures>,
}

impl Sales {
    /// Whether they are of that state of the rollups, or of a later one.
    fn is_of(&self, revision: Option<Revision>) -> bool {
        let number = |revision: Option<Revision>| revision.map(|revision| revision.number);
        number(self.revision) >= number(revision)
    }
}

/// What is asked for.
type Key = (TenantId, DayRange, Bucket, Option<Channel>);

/// Figures by what was asked for. Clones share one cache.
#[derive(Clone, Debug)]
pub struct SalesCache {
    latest: Cache<Key, Sales>,
    /// Held by whoever reads.
    readings: Cache<Key, Arc<Mutex<()>>>,
}

impl Default for SalesCache {
    fn default() -> Self {
        let latest =
            Cache::builder().max_capacity(ROWS_MAX).weigher(|_, sales| rows(sales)).time_to_live(NAMES_AGE_MAX);
        Self { latest: latest.build(), readings: Cache::new(READINGS_MAX) }
    }
}

impl SalesCache {
    /// The figures of `revision`, or, to whoever asks while another reads those, the ones before: a fraction of a second old.
    ///
    /// # Errors
    /// The database refused.
    pub async fn figures(
        &self,
        tx: &mut TenantTx,
        revision: Option<Revision>,
        days: DayRange,
        bucket: Bucket,
        channel: Option<Channel>,
    ) -> Result<Sales, SalesError> {
        let key = (tx.tenant(), days, bucket, channel);
        let known = self.latest.get(&key);
        if let Some(sales) = known.as_ref().filter(|sales| sales.is_of(revision)) {
            return Ok(sales.clone());
        }
        let reading = self.readings.get_with(key, Arc::default);
        let _turn = match (reading.try_lock(), known) {
            (Ok(turn), _) => turn,
            (Err(_), Some(before)) => return Ok(before),
            (Err(_), None) => reading.lock().await,
        };
        // Whoever had the turn before may have read just these.
        if let Some(sales) = self.latest.get(&key).filter(|sales| sales.is_of(revision)) {
            return Ok(sales);
        }
        let sales = Sales { revision, figures: Arc::new(figures(tx, days, bucket, channel).await?) };
        self.latest.insert(key, sales.clone());
        Ok(sales)
    }
}

/// What the figures weigh, those without any a little as well.
fn rows(sales: &Sales) -> u32 {
    let figures = &sales.figures;
    let trends = [&figures.revenue, &figures.orders, &figures.average_order, &figures.new_customers];
    let rows = figures.points.len() + figures.top_products.len() + figures.categories.len() + figures.countries.len();
    let points: usize = trends.iter().map(|figure| figure.trend.len()).sum();
    u32::try_from(rows + points + 10).unwrap_or(u32::MAX)
}
