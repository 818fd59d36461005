//! Many orders and order lines at once, for loads of what happened elsewhere: no stock is held, no payment is taken
//! and no event is written, because nothing happens now.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::TenantTx;
use kernel::bulk::{self, Rows, Staging, TextRows};
use model::channel::Channel;
use model::id::{CustomerId, OrderId, OrderLineId, VariantId};
use model::order::{Kind, Status};
use rust_decimal::Decimal;

/// A document without tax.
#[derive(Clone, Copy, Debug)]
pub struct OrderRow<'a> {
    pub id: OrderId,
    pub number: &'a str,
    pub kind: Kind,
    pub status: Status,
    pub channel: Channel,
    pub customer_id: Option<CustomerId>,
    /// ISO 3166-1 alpha-2, or a user-assigned code (EU, XC, ZZ).
    pub country: &'a str,
    /// ISO 4217
    pub currency: &'a str,
    /// Sum of the lines' net amounts; the caller's promise.
    pub net_amount: Decimal,
    pub placed_at: DateTime<Utc>,
    /// The day of `placed_at` in the tenant's time zone.
    pub business_day: NaiveDate,
    pub returns_order_id: Option<OrderId>,
}

/// A line without tax.
#[derive(Clone, Copy, Debug)]
pub struct OrderLineRow<'a> {
    pub id: OrderLineId,
    pub order_id: OrderId,
    /// Place in the order, from 1.
    pub position: i32,
    pub variant_id: VariantId,
    pub description: &'a str,
    /// Negative on a return.
    pub quantity: Decimal,
    /// Net, per unit.
    pub unit_price: Decimal,
    /// Net, of the whole line.
    pub net_amount: Decimal,
    pub returns_line_id: Option<OrderLineId>,
}

/// Whether the business has an order of any kind.
///
/// # Errors
/// When the database cannot be asked.
pub async fn any_orders(tx: &mut TenantTx) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM orders)").fetch_one(tx.conn()).await
}

/// Inserts orders, whose customers are there, and returns how many. A return may stand before the sale that it
/// reverses.
///
/// # Errors
/// What the database refuses, such as a number that is taken.
pub async fn insert_orders(tx: &mut TenantTx, rows: Rows<'_, OrderRow<'_>>) -> Result<u64, sqlx::Error> {
    bulk::load(tx.conn(), &ORDERS, rows, encode_order).await
}

/// Inserts lines, whose orders and variants are there, and returns how many.
///
/// # Errors
/// What the database refuses, such as an unknown variant.
pub async fn insert_lines(tx: &mut TenantTx, rows: Rows<'_, OrderLineRow<'_>>) -> Result<u64, sqlx::Error> {
    bulk::load(tx.conn(), &LINES, rows, encode_line).await
}

const ORDERS: Staging = Staging {
    create: "CREATE TEMPORARY TABLE staged_orders (
                 id uuid, number text, kind text, status text, channel text, customer_id uuid, country text, currency text,
                 net_amount numeric, placed_at timestamptz, business_day date, returns_order_id uuid
             ) ON COMMIT DROP",
    copy: "COPY staged_orders FROM STDIN",
    insert: "INSERT INTO orders (tenant_id, id, number, kind, status, channel, customer_id, country, currency,
                 net_amount, tax_amount, placed_at, business_day, returns_order_id, created_at, updated_at)
             SELECT (SELECT current_tenant_id()), id, number, kind, status, channel, customer_id, country, currency,
                 net_amount, 0, placed_at, business_day, returns_order_id, placed_at, placed_at
             FROM staged_orders",
    drop: "DROP TABLE staged_orders",
};

const LINES: Staging = Staging {
    create: "CREATE TEMPORARY TABLE staged_order_lines (
                 id uuid, order_id uuid, position integer, variant_id uuid, description text, quantity numeric,
                 unit_price numeric, net_amount numeric, returns_line_id uuid
             ) ON COMMIT DROP",
    copy: "COPY staged_order_lines FROM STDIN",
    insert: "INSERT INTO order_lines (tenant_id, id, order_id, position, variant_id, description, quantity,
                 unit_price, net_amount, returns_line_id)
             SELECT (SELECT current_tenant_id()), id, order_id, position, variant_id, description, quantity,
                 unit_price, net_amount, returns_line_id
             FROM staged_order_lines",
    drop: "DROP TABLE staged_order_lines",
};

fn encode_order(row: &OrderRow<'_>, out: &mut TextRows) {
    out.value(row.id.uuid())
        .text(row.number)
        .text(row.kind.word())
        .text(row.status.word())
        .text(row.channel.word())
        .optional(row.customer_id.map(|id| id.uuid()))
        .text(row.country)
        .text(row.currency)
        .value(row.net_amount)
        .value(row.placed_at)
        .value(row.business_day)
        .optional(row.returns_order_id.map(|id| id.uuid()));
}

fn encode_line(row: &OrderLineRow<'_>, out: &mut TextRows) {
    out.value(row.id.uuid())
        .value(row.order_id.uuid())
        .value(row.position)
        .value(row.variant_id.uuid())
        .text(row.description)
        .value(row.quantity)
        .value(row.unit_price)
        .value(row.net_amount)
        .optional(row.returns_line_id.map(|id| id.uuid()));
}
