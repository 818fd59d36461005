//! Restating: dirty days are computed anew from the orders.

mod product_sales;

use chrono::NaiveDate;
use kernel::database::DatabaseError;
use kernel::problem::chain;
use kernel::task::Task;
use kernel::{Database, TenantTx};
use model::id::TenantId;
use std::time::Duration;

/// How many days one transaction restates: bounds how long it runs and what it locks.
const DAYS_PER_TRANSACTION: i64 = 100;
/// How many tenants one look at the queue finds; the next look finds the others.
const TENANTS_PER_LOOK: i64 = 100;

/// What was attempted when restating failed.
#[derive(Debug, thiserror::Error)]
pub enum RestateError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("could not {attempt}")]
    Query { attempt: &'static str, source: sqlx::Error },
}

fn failed(attempt: &'static str) -> impl FnOnce(sqlx::Error) -> RestateError {
    move |source| RestateError::Query { attempt, source }
}

/// Restates every dirty day of every tenant; one that fails doesn't keep the others waiting. Needs the worker role.
#[derive(Debug)]
pub struct RestateDirtyDays(pub Database);

impl Task for RestateDirtyDays {
    const NAME: &'static str = "restate dirty days";
    const PERIOD: Duration = Duration::from_secs(2);
    type Error = RestateError;

    async fn run(&self) -> Result<(), RestateError> {
        let dirty = sqlx::query_scalar!("SELECT DISTINCT tenant_id FROM dirty_days LIMIT $1", TENANTS_PER_LOOK)
            .fetch_all(self.0.pool())
            .await
            .map_err(failed("look for dirty days"))?;
        let mut outcome = Ok(());
        for tenant in dirty {
            if let Err(error) = restate_all(&self.0, tenant.into(), |_| ()).await {
                tracing::error!(%tenant, error = chain(&error), "could not restate the days of a business");
                outcome = outcome.and(Err(error));
            }
        }
        outcome
    }
}

/// Restates the tenant's dirty days until none is left, and calls `progress` with the number of days done so far. Leaves the
/// work to another server that is already at it. Returns how many days it restated.
///
/// # Errors
/// The database refused; days already committed stay done, the others stay dirty.
pub async fn restate_all(
    database: &Database,
    tenant: TenantId,
    mut progress: impl FnMut(u64) + Send,
) -> Result<u64, RestateError> {
    let mut restated = 0;
    loop {
        let mut tx = database.begin(tenant).await?;
        let days = restate_some(&mut tx).await?;
        // Also when nothing was dirty: a transaction that is only dropped gives the tenant's turn back some time later.
        tx.commit().await?;
        if days == 0 {
            return Ok(restated);
        }
        restated += days;
        progress(restated);
    }
}

/// Restates up to [`DAYS_PER_TRANSACTION`] dirty days. Returns how many; none when nothing is dirty or another server is at it.
///
/// Two servers at one day could each miss what the other's snapshot has, so one at a time restates a tenant. A mark is
/// taken away first and the day computed by later statements: whatever commits in between has a mark of its own, which
/// this transaction doesn't see and so leaves for the next.
async fn restate_some(tx: &mut TenantTx) -> Result<u64, RestateError> {
    let tenant = tx.tenant().uuid();
    let alone = sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_xact_lock(hashtextextended('restate ' || $1::uuid::text, 0)) AS "alone!""#,
        tenant
    )
    .fetch_one(tx.conn())
    .await
    .map_err(failed("take the tenant's turn"))?;
    if !alone {
        return Ok(0);
    }
    let mut days = sqlx::query_scalar!(
        "DELETE FROM dirty_days WHERE tenant_id = $1 AND day IN (
             SELECT DISTINCT day FROM dirty_days WHERE tenant_id = $1 ORDER BY day LIMIT $2)
         RETURNING day",
        tenant,
        DAYS_PER_TRANSACTION,
    )
    .fetch_all(tx.conn())
    .await
    .map_err(failed("take dirty days"))?;
    days.sort_unstable();
    days.dedup();
    if days.is_empty() {
        return Ok(0);
    }
    restate_days(tx, &days).await?;
    Ok(u64::try_from(days.len()).unwrap_or(u64::MAX))
}

/// Computes the rollups of these days, and of the months that they are in.
async fn restate_days(tx: &mut TenantTx, days: &[NaiveDate]) -> Result<(), RestateError> {
    restate_sales(tx, days).await?;
    restate_country_sales(tx, days).await?;
    product_sales::restate(tx, days).await?;
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    sqlx::query!(
        "INSERT INTO rollup_revisions AS r (tenant_id, revision, restated_at) VALUES ($1, 1, $2)
         ON CONFLICT ON CONSTRAINT rollup_revisions_pkey DO UPDATE SET revision = r.revision + 1, restated_at = $2",
        tenant,
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(failed("raise the revision of the rollups"))?;
    Ok(())
}

async fn restate_sales(tx: &mut TenantTx, days: &[NaiveDate]) -> Result<(), RestateError> {
    let tenant = tx.tenant().uuid();
    sqlx::query!("DELETE FROM rollup_sales WHERE tenant_id = $1 AND day = ANY($2)", tenant, days)
        .execute(tx.conn())
        .await
        .map_err(failed("clear the sales of dirty days"))?;
    sqlx::query!(
        "WITH counted AS (
             SELECT * FROM orders WHERE tenant_id = $1 AND business_day = ANY($2) AND counts_as_revenue(status)
         ), first_sales AS (
             SELECT DISTINCT ON (o.customer_id) o.id
             FROM counted o
             WHERE o.kind = 'sale' AND o.customer_id IS NOT NULL AND NOT EXISTS (
                 SELECT FROM orders earlier
                 WHERE earlier.tenant_id = $1 AND earlier.customer_id = o.customer_id
                   AND earlier.business_day < o.business_day AND earlier.kind = 'sale' AND counts_as_revenue(earlier.status))
             ORDER BY o.customer_id, o.placed_at, o.id
         )
         INSERT INTO rollup_sales (tenant_id, day, channel, revenue, orders, sales_amount, new_customers)
         SELECT $1, o.business_day, o.channel, sum(o.net_amount), count(*) FILTER (WHERE o.kind = 'sale'),
                coalesce(sum(o.net_amount) FILTER (WHERE o.kind = 'sale'), 0), count(f.id)
         FROM counted o
         LEFT JOIN first_sales f ON f.id = o.id
         GROUP BY o.business_day, o.channel",
        tenant,
        days,
    )
    .execute(tx.conn())
    .await
    .map_err(failed("restate the sales of dirty days"))?;
    Ok(())
}

async fn restate_country_sales(tx: &mut TenantTx, days: &[NaiveDate]) -> Result<(), RestateError> {
    let tenant = tx.tenant().uuid();
    sqlx::query!("DELETE FROM rollup_country_sales WHERE tenant_id = $1 AND day = ANY($2)", tenant, days)
        .execute(tx.conn())
        .await
        .map_err(failed("clear the countries of dirty days"))?;
    sqlx::query!(
        "INSERT INTO rollup_country_sales (tenant_id, day, channel, country, revenue, orders)
         SELECT $1, business_day, channel, country, sum(net_amount), count(*) FILTER (WHERE kind = 'sale')
         FROM orders
         WHERE tenant_id = $1 AND business_day = ANY($2) AND counts_as_revenue(status)
         GROUP BY business_day, channel, country",
        tenant,
        days,
    )
    .execute(tx.conn())
    .await
    .map_err(failed("restate the countries of dirty days"))?;
    Ok(())
}
