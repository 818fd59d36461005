//! The demo business: a year of a real shop, from the UCI *Online Retail* data.
//!
//! [`load`] reads the file ([`source`]), works out what to write ([`plan`]) and writes it into the caller's transaction.
//! The data set says less than a business knows; every rule that fills a gap stands at the top of its module in `plan`.

mod amount;
mod error;
pub mod plan;
mod progress;
pub mod source;
mod summary;
mod write;

pub use amount::Amount;
pub use error::{DemoError, Problem};
pub use progress::{Progress, Silent, Stage};
pub use source::Source;
pub use summary::Summary;

use chrono::NaiveDate;
use chrono_tz::Tz;
use kernel::TenantTx;
use plan::Plan;
use progress::Gauge;
use std::sync::Arc;
use std::time::Duration;

/// ISO 4217 code of the data set's prices: the currency that its business must have.
pub const CURRENCY: &str = "GBP";
/// Where the data set's shop is: the time zone that its business should have.
pub const TIME_ZONE: Tz = chrono_tz::Europe::London;

/// Between two reports while reading.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// How the demo business is to be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Leaves the dates as they are in the file. Otherwise all move by whole weeks, so that the last falls on yesterday or
    /// as few days before it as weekdays allow.
    pub keep_dates: bool,
    /// Today in the business's time zone: the dates are moved to the day before it, and batches expire relative to it.
    pub today: NaiveDate,
    /// The business's time zone, in which the file's times are read.
    pub time_zone: Tz,
}

/// Loads the demo business into the transaction's business, which must have no orders yet. The caller commits; a
/// future that is dropped half-way leaves nothing, because nothing was committed.
///
/// # Errors
/// When the business has orders, the source cannot be read or is not as it must be (with the line's number), or the
/// database refuses. The transaction is then to be dropped.
pub async fn load(
    tx: &mut TenantTx,
    source: Source,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Summary, DemoError> {
    if orders::bulk::any_orders(tx).await? {
        return Err(DemoError::NotEmpty);
    }
    let plan = make_plan(source, *options, progress).await?;
    write::all(tx, &plan, options.time_zone, progress).await?;
    Ok(plan.summary())
}

/// Reads and plans on a thread of its own: it computes for a second or more without a pause.
async fn make_plan(source: Source, options: Options, progress: &dyn Progress) -> Result<Plan, DemoError> {
    let gauge = Arc::new(Gauge::default());
    let _stop = StopWhenDropped(Arc::clone(&gauge));
    let mut planning = tokio::task::spawn_blocking({
        let gauge = Arc::clone(&gauge);
        move || Plan::make_gauged(&source, &options, &gauge)
    });
    let mut ticks = tokio::time::interval(PROGRESS_INTERVAL);
    let plan = loop {
        tokio::select! {
            plan = &mut planning => break plan??,
            _ = ticks.tick() => {
                let (done, total) = gauge.reading();
                progress.step(Stage::Reading, done, total);
            }
        }
    };
    let (_, total) = gauge.reading();
    progress.step(Stage::Reading, total, total);
    Ok(plan)
}

/// A blocking thread cannot be cancelled from outside: it looks at the gauge.
struct StopWhenDropped(Arc<Gauge>);

impl Drop for StopWhenDropped {
    fn drop(&mut self) {
        self.0.stop();
    }
}
