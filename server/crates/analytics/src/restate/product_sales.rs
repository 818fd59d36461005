//! The sales of each product by day and by month: thousands of rows, of which a change to an order touches a few. So what is
//! already right is not written again, and of a month only the products whose days changed are added up.

use super::{RestateError, failed};
use chrono::NaiveDate;
use kernel::TenantTx;
use uuid::Uuid;

pub(super) async fn restate(tx: &mut TenantTx, days: &[NaiveDate]) -> Result<(), RestateError> {
    let changed = restate_days(tx, days).await?;
    if changed.is_empty() {
        return Ok(());
    }
    restate_months(tx, days, &changed).await
}

/// Returns the products that had another amount on one of the days, or none.
async fn restate_days(tx: &mut TenantTx, days: &[NaiveDate]) -> Result<Vec<Uuid>, RestateError> {
    let tenant = tx.tenant().uuid();
    sqlx::query_scalar!(
        r#"WITH sold AS MATERIALIZED (
               SELECT o.business_day AS day, o.channel, v.product_id, sum(l.net_amount) AS revenue, sum(l.quantity) AS units
               FROM orders o
               JOIN order_lines l ON l.tenant_id = o.tenant_id AND l.order_id = o.id
               JOIN variants v ON v.tenant_id = l.tenant_id AND v.id = l.variant_id
               WHERE o.tenant_id = $1 AND o.business_day = ANY($2) AND counts_as_revenue(o.status)
               GROUP BY o.business_day, o.channel, v.product_id
           ), stated AS MATERIALIZED (
               SELECT starts_on AS day, channel, product_id, revenue, units
               FROM rollup_product_sales
               WHERE tenant_id = $1 AND grain = 'day' AND starts_on = ANY($2)
           ), cleared AS (
               DELETE FROM rollup_product_sales r
               USING (SELECT day, channel, product_id FROM stated EXCEPT SELECT day, channel, product_id FROM sold) gone
               WHERE r.tenant_id = $1 AND r.grain = 'day'
                 AND (r.starts_on, r.channel, r.product_id) = (gone.day, gone.channel, gone.product_id)
               RETURNING r.product_id
           ), written AS (
               INSERT INTO rollup_product_sales (tenant_id, grain, starts_on, channel, product_id, revenue, units)
               SELECT $1, 'day', new.* FROM (SELECT * FROM sold EXCEPT SELECT * FROM stated) new
               ON CONFLICT ON CONSTRAINT rollup_product_sales_pkey
               DO UPDATE SET revenue = excluded.revenue, units = excluded.units
               RETURNING product_id
           )
           SELECT product_id AS "product!" FROM cleared UNION SELECT product_id FROM written"#,
        tenant,
        days,
    )
    .fetch_all(tx.conn())
    .await
    .map_err(failed("restate the products of dirty days"))
}

/// A month is the sum of its days, so it follows the days restated above. Each day is looked up by itself: for a range of days
/// PostgreSQL may go through all of them anew for each product.
async fn restate_months(tx: &mut TenantTx, days: &[NaiveDate], products: &[Uuid]) -> Result<(), RestateError> {
    let tenant = tx.tenant().uuid();
    sqlx::query!(
        "DELETE FROM rollup_product_sales
         WHERE tenant_id = $1 AND grain = 'month' AND product_id IN (SELECT unnest($3::uuid[]))
           AND starts_on IN (SELECT DISTINCT date_trunc('month', day)::date FROM unnest($2::date[]) day)",
        tenant,
        days,
        products,
    )
    .execute(tx.conn())
    .await
    .map_err(failed("clear the products of dirty months"))?;
    sqlx::query!(
        "WITH months AS (
             SELECT DISTINCT date_trunc('month', day) AS starts_on FROM unnest($2::date[]) day
         ), days AS (
             SELECT starts_on::date, day::date
             FROM months, generate_series(starts_on, starts_on + interval '1 month' - interval '1 day', interval '1 day') day
         )
         INSERT INTO rollup_product_sales (tenant_id, grain, starts_on, channel, product_id, revenue, units)
         SELECT $1, 'month', d.starts_on, r.channel, r.product_id, sum(r.revenue), sum(r.units)
         FROM days d
         CROSS JOIN unnest($3::uuid[]) product
         JOIN rollup_product_sales r
           ON r.tenant_id = $1 AND r.grain = 'day' AND r.starts_on = d.day AND r.product_id = product
         GROUP BY d.starts_on, r.channel, r.product_id",
        tenant,
        days,
        products,
    )
    .execute(tx.conn())
    .await
    .map_err(failed("restate the products of dirty months"))?;
    Ok(())
}
