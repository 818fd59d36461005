//! Inventory against a real PostgreSQL.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops where something is not as it expects")]

use inventory::low_stock::low_stock;
use rust_decimal::Decimal;
use testkit::{Product, Shop, TestDatabase};

/// So much on hand in two places, some of it reserved, under a reorder point.
async fn stock(shop: &Shop<'_>, product: Product, reorder_point: i64, on_hand: [i64; 2], reserved: i64) {
    let mut tx = shop.begin().await;
    let tenant = shop.tenant.uuid();
    sqlx::query("UPDATE variants SET reorder_point = $2 WHERE id = $1")
        .bind(product.variant.uuid())
        .bind(Decimal::from(reorder_point))
        .execute(tx.conn())
        .await
        .unwrap();
    for (name, quantity, reserved) in [("Shop", on_hand[0], reserved), ("Store room", on_hand[1], 0)] {
        let id = tx.ids().at(tx.now());
        sqlx::query(
            "INSERT INTO locations (tenant_id, id, name, created_at) VALUES ($1, $2, $3, now()) ON CONFLICT DO NOTHING",
        )
        .bind(tenant)
        .bind(id)
        .bind(name)
        .execute(tx.conn())
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO stock_levels (tenant_id, location_id, variant_id, on_hand, reserved)
             SELECT $1, id, $3, $4, $5 FROM locations WHERE name = $2",
        )
        .bind(tenant)
        .bind(name)
        .bind(product.variant.uuid())
        .bind(Decimal::from(quantity))
        .bind(Decimal::from(reserved))
        .execute(tx.conn())
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn low_is_what_is_available_everywhere_against_the_reorder_point_scarcest_first() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Stock").await;
    let products =
        [shop.product("ENOUGH", "Bags").await, shop.product("HALF", "Bags").await, shop.product("NONE", "Bags").await];
    stock(&shop, products[0], 10, [4, 6], 0).await;
    stock(&shop, products[1], 10, [4, 3], 2).await;
    stock(&shop, products[2], 1, [5, 0], 5).await;
    shop.product("UNWATCHED", "Bags").await;

    let low = low_stock(&mut shop.begin().await, 10).await.unwrap();
    let rows: Vec<_> = low.items.iter().map(|item| (item.sku.as_str(), item.available, item.reorder_point)).collect();
    assert_eq!(rows, [("NONE", 0.into(), 1.into()), ("HALF", 5.into(), 10.into())]);
    let first = low_stock(&mut shop.begin().await, 1).await.unwrap();
    assert_eq!((first.items.len(), first.count), (1, 2), "one is shown, two are low");
}

#[tokio::test]
async fn more_can_never_be_reserved_than_is_on_hand() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Reserved").await;
    let product = shop.product("A1", "Bags").await;
    stock(&shop, product, 1, [5, 5], 5).await;
    let refused =
        sqlx::query("UPDATE stock_levels SET reserved = on_hand + 1").execute(shop.begin().await.conn()).await;
    let constraint = refused.unwrap_err().as_database_error().and_then(|error| error.constraint().map(str::to_owned));
    assert_eq!(constraint.as_deref(), Some("stock_levels_reserved_within_on_hand"));
}
