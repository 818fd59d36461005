//! The revenue of a span by product, category and country.

use kernel::TenantTx;
use model::channel::Channel;
use model::country;
use model::dashboard::{ProductSales, RevenueShare};
use model::period::DayRange;

/// What products without a category are shown under.
const UNCATEGORISED: &str = "No category";

/// The best-selling goods, and the revenue by category, from one pass over whole months and the days at the span's ends.
pub(super) async fn products(
    tx: &mut TenantTx,
    days: DayRange,
    channel: Option<Channel>,
    top: usize,
) -> Result<(Vec<ProductSales>, Vec<RevenueShare>), sqlx::Error> {
    let tenant = tx.tenant().uuid();
    let (months, days) = days.months_and_days();
    let rows = sqlx::query!(
        r#"WITH sold AS MATERIALIZED (
               SELECT product_id, sum(revenue) AS revenue, sum(units) AS units
               FROM rollup_product_sales
               WHERE tenant_id = $1 AND ($4::text IS NULL OR channel = $4)
                 AND (grain = 'month' AND starts_on = ANY($2) OR grain = 'day' AND starts_on = ANY($3))
               GROUP BY product_id
           ), by_product AS (
               SELECT p.id, p.name, s.revenue, s.units
               FROM sold s JOIN products p ON p.tenant_id = $1 AND p.id = s.product_id
               WHERE p.kind = 'goods' AND s.revenue > 0
               ORDER BY s.revenue DESC, p.name
               LIMIT $5
           ), by_category AS (
               SELECT c.name, sum(s.revenue) AS revenue
               FROM sold s
               JOIN products p ON p.tenant_id = $1 AND p.id = s.product_id
               LEFT JOIN categories c ON c.tenant_id = $1 AND c.id = p.category_id
               GROUP BY c.id, c.name
           )
           SELECT id AS "product?", name AS "name?", revenue AS "revenue!", units AS "units?" FROM by_product
           UNION ALL
           SELECT NULL, name, revenue, NULL FROM by_category
           ORDER BY 3 DESC, 2"#,
        tenant,
        &months,
        &days,
        channel.map(Channel::word),
        i64::try_from(top).unwrap_or(i64::MAX),
    )
    .fetch_all(tx.conn())
    .await?;
    let (mut products, mut categories) = (Vec::new(), Vec::new());
    for row in rows {
        let name = row.name.unwrap_or_else(|| UNCATEGORISED.to_owned());
        match row.product {
            Some(product) => products.push(ProductSales {
                product: product.into(),
                name,
                units: row.units.unwrap_or_default().normalize(),
                revenue: row.revenue,
            }),
            None => categories.push(RevenueShare { name, revenue: row.revenue }),
        }
    }
    Ok((products, categories))
}

/// The revenue by country, largest first.
pub(super) async fn countries(
    tx: &mut TenantTx,
    days: DayRange,
    channel: Option<Channel>,
) -> Result<Vec<RevenueShare>, sqlx::Error> {
    let tenant = tx.tenant().uuid();
    let rows = sqlx::query!(
        r#"SELECT country, sum(revenue) AS "revenue!"
           FROM rollup_country_sales
           WHERE tenant_id = $1 AND day BETWEEN $2 AND $3 AND ($4::text IS NULL OR channel = $4)
           GROUP BY country
           ORDER BY 2 DESC, 1"#,
        tenant,
        days.first,
        days.last,
        channel.map(Channel::word),
    )
    .fetch_all(tx.conn())
    .await?;
    let share = |country: String, revenue| RevenueShare { name: country::name(&country).to_owned(), revenue };
    Ok(rows.into_iter().map(|row| share(row.country, row.revenue)).collect())
}
