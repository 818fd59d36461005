//! Many locations, batches, levels and movements at once, for loads. The caller keeps the ledger's promise: the sum of
//! a level's movements is the level.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::TenantTx;
use kernel::bulk::{self, Rows, Staging, TextRows};
use model::id::{BatchId, LocationId, MovementId, VariantId};
use rust_decimal::Decimal;

/// A place that holds stock.
#[derive(Clone, Copy, Debug)]
pub struct LocationRow<'a> {
    pub id: LocationId,
    pub name: &'a str,
    pub created_at: DateTime<Utc>,
}

/// A batch of unknown cost.
#[derive(Clone, Copy, Debug)]
pub struct BatchRow<'a> {
    pub id: BatchId,
    pub variant_id: VariantId,
    pub lot_number: &'a str,
    /// Last day on which it may be sold, in the tenant's time zone.
    pub expires_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
}

/// A level of which nothing is reserved.
#[derive(Clone, Copy, Debug)]
pub struct LevelRow {
    pub location_id: LocationId,
    pub variant_id: VariantId,
    pub batch_id: Option<BatchId>,
    /// In units.
    pub on_hand: Decimal,
}

/// A change of a level.
#[derive(Clone, Copy, Debug)]
pub struct MovementRow<'a> {
    pub id: MovementId,
    pub location_id: LocationId,
    pub variant_id: VariantId,
    pub batch_id: Option<BatchId>,
    /// `opening`, `write_off`, `found` or `stocktake`
    pub reason: &'a str,
    /// In units; negative takes.
    pub quantity: Decimal,
    /// The level once this happened, in units.
    pub on_hand_after: Decimal,
    /// A document's number, or empty.
    pub reference: &'a str,
    pub note: &'a str,
    /// `user:<id>` or `system:<task>`
    pub actor: &'a str,
    pub occurred_at: DateTime<Utc>,
}

/// Inserts locations and returns how many.
///
/// # Errors
/// What the database refuses, such as a name that is taken.
pub async fn insert_locations(tx: &mut TenantTx, rows: Rows<'_, LocationRow<'_>>) -> Result<u64, sqlx::Error> {
    bulk::load(tx.conn(), &LOCATIONS, rows, encode_location).await
}

/// Inserts batches, whose variants are there, and returns how many.
///
/// # Errors
/// What the database refuses, such as a lot number that its variant already has.
pub async fn insert_batches(tx: &mut TenantTx, rows: Rows<'_, BatchRow<'_>>) -> Result<u64, sqlx::Error> {
    bulk::load(tx.conn(), &BATCHES, rows, encode_batch).await
}

/// Inserts levels, whose locations, variants and batches are there, and returns how many.
///
/// # Errors
/// What the database refuses, such as a level that is there already.
pub async fn insert_levels(tx: &mut TenantTx, rows: Rows<'_, LevelRow>) -> Result<u64, sqlx::Error> {
    bulk::load(tx.conn(), &LEVELS, rows, encode_level).await
}

/// Inserts movements, whose locations, variants and batches are there, and returns how many. Levels are not changed.
///
/// # Errors
/// What the database refuses, such as an unknown reason.
pub async fn insert_movements(tx: &mut TenantTx, rows: Rows<'_, MovementRow<'_>>) -> Result<u64, sqlx::Error> {
    bulk::load(tx.conn(), &MOVEMENTS, rows, encode_movement).await
}

const LOCATIONS: Staging = Staging {
    create: "CREATE TEMPORARY TABLE staged_locations (id uuid, name text, created_at timestamptz) ON COMMIT DROP",
    copy: "COPY staged_locations FROM STDIN",
    insert: "INSERT INTO locations (tenant_id, id, name, created_at)
             SELECT (SELECT current_tenant_id()), id, name, created_at FROM staged_locations",
    drop: "DROP TABLE staged_locations",
};

const BATCHES: Staging = Staging {
    create: "CREATE TEMPORARY TABLE staged_batches (
                 id uuid, variant_id uuid, lot_number text, expires_on date, created_at timestamptz
             ) ON COMMIT DROP",
    copy: "COPY staged_batches FROM STDIN",
    insert: "INSERT INTO batches (tenant_id, id, variant_id, lot_number, expires_on, created_at)
             SELECT (SELECT current_tenant_id()), id, variant_id, lot_number, expires_on, created_at FROM staged_batches",
    drop: "DROP TABLE staged_batches",
};

const LEVELS: Staging = Staging {
    create: "CREATE TEMPORARY TABLE staged_stock_levels (
                 location_id uuid, variant_id uuid, batch_id uuid, on_hand numeric
             ) ON COMMIT DROP",
    copy: "COPY staged_stock_levels FROM STDIN",
    insert: "INSERT INTO stock_levels (tenant_id, location_id, variant_id, batch_id, on_hand)
             SELECT (SELECT current_tenant_id()), location_id, variant_id, batch_id, on_hand FROM staged_stock_levels",
    drop: "DROP TABLE staged_stock_levels",
};

const MOVEMENTS: Staging = Staging {
    create: "CREATE TEMPORARY TABLE staged_stock_movements (
                 id uuid, location_id uuid, variant_id uuid, batch_id uuid, reason text, quantity numeric,
                 on_hand_after numeric, reference text, note text, actor text, occurred_at timestamptz
             ) ON COMMIT DROP",
    copy: "COPY staged_stock_movements FROM STDIN",
    insert: "INSERT INTO stock_movements (tenant_id, id, location_id, variant_id, batch_id, reason, quantity,
                 on_hand_after, reference, note, actor, occurred_at)
             SELECT (SELECT current_tenant_id()), id, location_id, variant_id, batch_id, reason, quantity,
                 on_hand_after, reference, note, actor, occurred_at
             FROM staged_stock_movements",
    drop: "DROP TABLE staged_stock_movements",
};

fn encode_location(row: &LocationRow<'_>, out: &mut TextRows) {
    out.value(row.id.uuid()).text(row.name).value(row.created_at);
}

fn encode_batch(row: &BatchRow<'_>, out: &mut TextRows) {
    out.value(row.id.uuid())
        .value(row.variant_id.uuid())
        .text(row.lot_number)
        .optional(row.expires_on)
        .value(row.created_at);
}

fn encode_level(row: &LevelRow, out: &mut TextRows) {
    out.value(row.location_id.uuid())
        .value(row.variant_id.uuid())
        .optional(row.batch_id.map(|id| id.uuid()))
        .value(row.on_hand);
}

fn encode_movement(row: &MovementRow<'_>, out: &mut TextRows) {
    out.value(row.id.uuid())
        .value(row.location_id.uuid())
        .value(row.variant_id.uuid())
        .optional(row.batch_id.map(|id| id.uuid()))
        .text(row.reason)
        .value(row.quantity)
        .value(row.on_hand_after)
        .text(row.reference)
        .text(row.note)
        .text(row.actor)
        .value(row.occurred_at);
}
