//! Many categories, products and variants at once, for loads. Rules that need the old state of a row are not asked
//! here: everything is new.

use chrono::{DateTime, Utc};
use kernel::TenantTx;
use kernel::bulk::{self, Rows, Staging, TextRows};
use model::id::{CategoryId, ProductId, VariantId};
use rust_decimal::Decimal;

/// A category at the top of the tree.
#[derive(Clone, Copy, Debug)]
pub struct CategoryRow<'a> {
    pub id: CategoryId,
    pub name: &'a str,
    /// Place among its siblings, from 0.
    pub position: i32,
    pub created_at: DateTime<Utc>,
}

/// An active product.
#[derive(Clone, Copy, Debug)]
pub struct ProductRow<'a> {
    pub id: ProductId,
    pub category_id: Option<CategoryId>,
    /// `goods` or `service`
    pub kind: &'a str,
    pub name: &'a str,
    pub created_at: DateTime<Utc>,
}

/// A variant sold by the piece.
#[derive(Clone, Copy, Debug)]
pub struct VariantRow<'a> {
    pub id: VariantId,
    pub product_id: ProductId,
    pub sku: &'a str,
    /// Net, per unit, in the tenant's currency.
    pub price: Decimal,
    pub lead_time_days: i32,
    /// In units.
    pub safety_stock: Option<Decimal>,
    /// In units; `None`: not watched.
    pub reorder_point: Option<Decimal>,
    pub tracks_batches: bool,
    pub tracks_expiry: bool,
    pub created_at: DateTime<Utc>,
}

/// Inserts categories and returns how many.
///
/// # Errors
/// What the database refuses, such as a name that is taken.
pub async fn insert_categories(tx: &mut TenantTx, rows: Rows<'_, CategoryRow<'_>>) -> Result<u64, sqlx::Error> {
    bulk::load(tx.conn(), &CATEGORIES, rows, encode_category).await
}

/// Inserts products, whose categories are there, and returns how many.
///
/// # Errors
/// What the database refuses, such as an unknown category.
pub async fn insert_products(tx: &mut TenantTx, rows: Rows<'_, ProductRow<'_>>) -> Result<u64, sqlx::Error> {
    bulk::load(tx.conn(), &PRODUCTS, rows, encode_product).await
}

/// Inserts variants, whose products are there, and returns how many.
///
/// # Errors
/// What the database refuses, such as a SKU that is taken.
pub async fn insert_variants(tx: &mut TenantTx, rows: Rows<'_, VariantRow<'_>>) -> Result<u64, sqlx::Error> {
    bulk::load(tx.conn(), &VARIANTS, rows, encode_variant).await
}

const CATEGORIES: Staging = Staging {
    create: "CREATE TEMPORARY TABLE staged_categories (id uuid, name text, position integer, created_at timestamptz)
             ON COMMIT DROP",
    copy: "COPY staged_categories FROM STDIN",
    insert: "INSERT INTO categories (tenant_id, id, name, position, created_at)
             SELECT (SELECT current_tenant_id()), id, name, position, created_at FROM staged_categories",
    drop: "DROP TABLE staged_categories",
};

const PRODUCTS: Staging = Staging {
    create: "CREATE TEMPORARY TABLE staged_products (id uuid, category_id uuid, kind text, name text, created_at timestamptz)
             ON COMMIT DROP",
    copy: "COPY staged_products FROM STDIN",
    insert: "INSERT INTO products (tenant_id, id, category_id, kind, status, name, created_at, updated_at)
             SELECT (SELECT current_tenant_id()), id, category_id, kind, 'active', name, created_at, created_at
             FROM staged_products",
    drop: "DROP TABLE staged_products",
};

const VARIANTS: Staging = Staging {
    create: "CREATE TEMPORARY TABLE staged_variants (
                 id uuid, product_id uuid, sku text, price numeric, lead_time_days integer, safety_stock numeric,
                 reorder_point numeric, tracks_batches boolean, tracks_expiry boolean, created_at timestamptz
             ) ON COMMIT DROP",
    copy: "COPY staged_variants FROM STDIN",
    insert: "INSERT INTO variants (tenant_id, id, product_id, sku, price, lead_time_days, safety_stock, reorder_point,
                 tracks_batches, tracks_expiry, created_at, updated_at)
             SELECT (SELECT current_tenant_id()), id, product_id, sku, price, lead_time_days, safety_stock, reorder_point,
                 tracks_batches, tracks_expiry, created_at, created_at
             FROM staged_variants",
    drop: "DROP TABLE staged_variants",
};

fn encode_category(row: &CategoryRow<'_>, out: &mut TextRows) {
    out.value(row.id.uuid()).text(row.name).value(row.position).value(row.created_at);
}

fn encode_product(row: &ProductRow<'_>, out: &mut TextRows) {
    out.value(row.id.uuid())
        .optional(row.category_id.map(|id| id.uuid()))
        .text(row.kind)
        .text(row.name)
        .value(row.created_at);
}

fn encode_variant(row: &VariantRow<'_>, out: &mut TextRows) {
    out.value(row.id.uuid())
        .value(row.product_id.uuid())
        .text(row.sku)
        .value(row.price)
        .value(row.lead_time_days)
        .optional(row.safety_stock)
        .optional(row.reorder_point)
        .value(row.tracks_batches)
        .value(row.tracks_expiry)
        .value(row.created_at);
}
