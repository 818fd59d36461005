//! What is running out.

use kernel::TenantTx;
use model::dashboard::{LowStock, LowStockItem};
use model::id::TenantId;
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;

/// Businesses whose list is kept.
const TENANTS_MAX: u64 = 1_000;
/// What is shown may be so old: the list is worked out from the whole stock, too much to do for every page.
const AGE_MAX: Duration = Duration::from_secs(5);

/// The list of each business, worked out at most once per [`AGE_MAX`]. Clones share one cache.
#[derive(Clone, Debug)]
pub struct LowStockCache(Cache<(TenantId, u16), Arc<LowStock>>);

impl Default for LowStockCache {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(TENANTS_MAX).time_to_live(AGE_MAX).build())
    }
}

impl LowStockCache {
    /// See [`low_stock`]. Many who ask at once wait for one reading.
    ///
    /// # Errors
    /// The database refused.
    pub async fn get(&self, tx: &mut TenantTx, count: u16) -> Result<Arc<LowStock>, Arc<sqlx::Error>> {
        let key = (tx.tenant(), count);
        self.0.try_get_with(key, async { low_stock(tx, count).await.map(Arc::new) }).await
    }
}

/// Active variants with less available (on hand less reserved, over all locations) than their reorder point: the
/// `count` scarcest in relation to it, and how many there are.
///
/// # Errors
/// The database refused.
pub async fn low_stock(tx: &mut TenantTx, count: u16) -> Result<LowStock, sqlx::Error> {
    let tenant = tx.tenant().uuid();
    let rows = sqlx::query!(
        r#"WITH available AS (
               SELECT variant_id, sum(on_hand - reserved) AS quantity FROM stock_levels WHERE tenant_id = $1 GROUP BY variant_id
           )
           SELECT v.id, v.sku, p.name, v.reorder_point AS "reorder_point!", coalesce(a.quantity, 0) AS "available!",
                  count(*) OVER () AS "count!"
           FROM variants v
           JOIN products p ON p.tenant_id = v.tenant_id AND p.id = v.product_id
           LEFT JOIN available a ON a.variant_id = v.id
           WHERE v.tenant_id = $1 AND p.status = 'active' AND v.reorder_point > coalesce(a.quantity, 0)
           ORDER BY coalesce(a.quantity, 0) / v.reorder_point, v.reorder_point DESC, v.sku
           LIMIT $2"#,
        tenant,
        i64::from(count),
    )
    .fetch_all(tx.conn())
    .await?;
    let total = rows.first().map_or(0, |row| row.count);
    let items = rows
        .into_iter()
        .map(|row| LowStockItem {
            variant: row.id.into(),
            sku: row.sku,
            name: row.name,
            available: row.available.normalize(),
            reorder_point: row.reorder_point.normalize(),
        })
        .collect();
    Ok(LowStock { items, count: total })
}
