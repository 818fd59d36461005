//! A plan into the database, by the contexts' bulk writers.

mod keys;
mod stock;

use crate::plan::{DocumentKind, Plan};
use crate::progress::{Progress, Reported, Stage};
use crate::{CURRENCY, DemoError};
use catalog::bulk::{CategoryRow, ProductRow, VariantRow};
use chrono_tz::Tz;
use customers::bulk::CustomerRow;
use kernel::TenantTx;
use keys::Keys;
use model::order::{Kind, Status};
use orders::bulk::{OrderLineRow, OrderRow};
use rust_decimal::Decimal;

pub(crate) async fn all(
    tx: &mut TenantTx,
    plan: &Plan,
    time_zone: Tz,
    progress: &dyn Progress,
) -> Result<(), DemoError> {
    let keys = Keys::make(plan, time_zone, tx);
    categories(tx, plan, &keys, progress).await?;
    products(tx, plan, &keys, progress).await?;
    variants(tx, plan, &keys, progress).await?;
    customers(tx, plan, &keys, progress).await?;
    orders(tx, plan, &keys, progress).await?;
    order_lines(tx, plan, &keys, progress).await?;
    stock::all(tx, plan, &keys, progress).await
}

async fn categories(tx: &mut TenantTx, plan: &Plan, keys: &Keys, progress: &dyn Progress) -> Result<(), DemoError> {
    let planned = count(plan.categories.len());
    let rows = (0_i32..).zip(plan.categories.iter().zip(&keys.categories)).map(|(position, (name, id))| CategoryRow {
        id: *id,
        name,
        position,
        created_at: keys.opened_at,
    });
    let mut rows = Reported::new(rows, planned, Stage::Catalog, progress);
    written("categories", planned, catalog::bulk::insert_categories(tx, &mut rows).await?)
}

async fn products(tx: &mut TenantTx, plan: &Plan, keys: &Keys, progress: &dyn Progress) -> Result<(), DemoError> {
    let planned = count(plan.products.len());
    let rows = plan.products.iter().zip(&keys.products).map(|(product, keyed)| ProductRow {
        id: keyed.product,
        category_id: keys.categories.get(product.category).copied(),
        kind: if product.is_service { "service" } else { "goods" },
        name: &product.name,
        created_at: keyed.created_at,
    });
    let mut rows = Reported::new(rows, planned, Stage::Catalog, progress);
    written("products", planned, catalog::bulk::insert_products(tx, &mut rows).await?)
}

async fn variants(tx: &mut TenantTx, plan: &Plan, keys: &Keys, progress: &dyn Progress) -> Result<(), DemoError> {
    let planned = count(plan.products.len());
    let rows = plan.products.iter().zip(&keys.products).enumerate().map(|(place, (product, keyed))| {
        let reorder = plan.stock.reorder.get(&place);
        let tracked = plan.stock.tracks_batches(place);
        VariantRow {
            id: keyed.variant,
            product_id: keyed.product,
            sku: &product.sku,
            price: product.price.to_decimal(),
            lead_time_days: reorder.map_or(0, |reorder| reorder.lead_time_days),
            safety_stock: reorder.map(|reorder| Decimal::from(reorder.safety_stock)),
            reorder_point: reorder.map(|reorder| Decimal::from(reorder.reorder_point)),
            tracks_batches: tracked,
            tracks_expiry: tracked,
            created_at: keyed.created_at,
        }
    });
    let mut rows = Reported::new(rows, planned, Stage::Catalog, progress);
    written("variants", planned, catalog::bulk::insert_variants(tx, &mut rows).await?)
}

async fn customers(tx: &mut TenantTx, plan: &Plan, keys: &Keys, progress: &dyn Progress) -> Result<(), DemoError> {
    let planned = count(plan.customers.len());
    let rows = plan.customers.iter().zip(&keys.customers).map(|(customer, keyed)| CustomerRow {
        id: keyed.id,
        number: &customer.number,
        name: &customer.name,
        country: customer.country,
        created_at: keyed.created_at,
    });
    let mut rows = Reported::new(rows, planned, Stage::Customers, progress);
    written("customers", planned, customers::bulk::insert_customers(tx, &mut rows).await?)
}

async fn orders(tx: &mut TenantTx, plan: &Plan, keys: &Keys, progress: &dyn Progress) -> Result<(), DemoError> {
    let planned = count(plan.documents.iter().filter(|document| order_kind(document.kind).is_some()).count());
    let rows = plan.documents.iter().zip(&keys.orders).enumerate().filter_map(|(place, (document, keyed))| {
        let sale = plan.links.documents.get(&place).and_then(|sale| keys.orders.get(*sale));
        Some(OrderRow {
            id: keyed.id,
            number: &document.number,
            kind: order_kind(document.kind)?,
            // It is all long done: the data set has no order on its way.
            status: Status::Delivered,
            channel: document.channel,
            customer_id: document.customer.and_then(|customer| keys.customers.get(customer)).map(|keyed| keyed.id),
            country: document.country,
            currency: CURRENCY,
            net_amount: document.net.to_decimal(),
            placed_at: keyed.created_at,
            business_day: document.time.date(),
            returns_order_id: sale.map(|sale| sale.id),
        })
    });
    let mut rows = Reported::new(rows, planned, Stage::Orders, progress);
    written("orders", planned, orders::bulk::insert_orders(tx, &mut rows).await?)
}

async fn order_lines(tx: &mut TenantTx, plan: &Plan, keys: &Keys, progress: &dyn Progress) -> Result<(), DemoError> {
    let planned = count(plan.order_lines().count());
    let rows = plan.order_lines().filter_map(|(place, line, document)| {
        let sale_line = plan.links.lines.get(&place).and_then(|sale_line| keys.lines.get(*sale_line));
        Some(OrderLineRow {
            id: *keys.lines.get(place)?,
            order_id: keys.orders.get(line.document)?.id,
            position: i32::try_from(place - document.lines.start + 1).ok()?,
            variant_id: keys.products.get(line.product)?.variant,
            description: plan.description(line),
            quantity: Decimal::from(line.quantity),
            unit_price: line.unit_price.to_decimal(),
            net_amount: line.net.to_decimal(),
            returns_line_id: sale_line.copied(),
        })
    });
    let mut rows = Reported::new(rows, planned, Stage::OrderLines, progress);
    written("order lines", planned, orders::bulk::insert_lines(tx, &mut rows).await?)
}

/// Stock documents are no orders.
const fn order_kind(kind: DocumentKind) -> Option<Kind> {
    match kind {
        DocumentKind::Sale => Some(Kind::Sale),
        DocumentKind::Return => Some(Kind::Return),
        DocumentKind::Adjustment => Some(Kind::Adjustment),
        DocumentKind::Stock => None,
    }
}

/// A plan whose lists contradict each other would lose rows silently: it is stopped here instead.
fn written(what: &'static str, planned: u64, written: u64) -> Result<(), DemoError> {
    if planned == written { Ok(()) } else { Err(DemoError::Incomplete { what, planned, written }) }
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
