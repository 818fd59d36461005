//! The warehouse.

use super::keys::Keys;
use super::{count, written};
use crate::DemoError;
use crate::plan::{Movement, Plan, Reason};
use crate::progress::{Progress, Reported, Stage};
use inventory::bulk::{BatchRow, LevelRow, LocationRow, MovementRow};
use kernel::TenantTx;
use rust_decimal::Decimal;

const LOCATION: &str = "Main warehouse";
/// Who the movements say did it.
const ACTOR: &str = "system:demo";

pub(super) async fn all(tx: &mut TenantTx, plan: &Plan, keys: &Keys, progress: &dyn Progress) -> Result<(), DemoError> {
    location(tx, keys).await?;
    batches(tx, plan, keys, progress).await?;
    levels(tx, plan, keys, progress).await?;
    movements(tx, plan, keys, progress).await
}

async fn location(tx: &mut TenantTx, keys: &Keys) -> Result<(), DemoError> {
    let location = LocationRow { id: keys.location, name: LOCATION, created_at: keys.opened_at };
    written("locations", 1, inventory::bulk::insert_locations(tx, &mut std::iter::once(location)).await?)
}

async fn batches(tx: &mut TenantTx, plan: &Plan, keys: &Keys, progress: &dyn Progress) -> Result<(), DemoError> {
    let planned = count(plan.stock.batches.len());
    let rows = plan.stock.batches.iter().zip(&keys.batches).filter_map(|(batch, id)| {
        Some(BatchRow {
            id: *id,
            variant_id: keys.products.get(batch.product)?.variant,
            lot_number: &batch.lot_number,
            expires_on: Some(batch.expires_on),
            created_at: keys.opened_at,
        })
    });
    let mut rows = Reported::new(rows, planned, Stage::Stock, progress);
    written("batches", planned, inventory::bulk::insert_batches(tx, &mut rows).await?)
}

async fn levels(tx: &mut TenantTx, plan: &Plan, keys: &Keys, progress: &dyn Progress) -> Result<(), DemoError> {
    let planned = count(plan.stock.levels.len());
    let rows = plan.stock.levels.iter().filter_map(|level| {
        Some(LevelRow {
            location_id: keys.location,
            variant_id: keys.products.get(level.product)?.variant,
            batch_id: level.batch.and_then(|batch| keys.batches.get(batch).copied()),
            on_hand: Decimal::from(level.on_hand),
        })
    });
    let mut rows = Reported::new(rows, planned, Stage::Stock, progress);
    written("levels", planned, inventory::bulk::insert_levels(tx, &mut rows).await?)
}

async fn movements(tx: &mut TenantTx, plan: &Plan, keys: &Keys, progress: &dyn Progress) -> Result<(), DemoError> {
    let planned = count(plan.stock.movements.len());
    let rows = plan.stock.movements.iter().zip(&keys.movements).filter_map(|(movement, keyed)| {
        let level = plan.stock.levels.get(movement.level)?;
        let (reference, note) = paper(plan, movement);
        Some(MovementRow {
            id: keyed.id,
            location_id: keys.location,
            variant_id: keys.products.get(level.product)?.variant,
            batch_id: level.batch.and_then(|batch| keys.batches.get(batch).copied()),
            reason: movement.reason.word(),
            quantity: Decimal::from(movement.quantity),
            on_hand_after: Decimal::from(movement.on_hand_after),
            reference,
            note,
            actor: ACTOR,
            occurred_at: keyed.created_at,
        })
    });
    let mut rows = Reported::new(rows, planned, Stage::Stock, progress);
    written("movements", planned, inventory::bulk::insert_movements(tx, &mut rows).await?)
}

/// The document's number and what it says, or why the loader made the movement.
fn paper<'a>(plan: &'a Plan, movement: &Movement) -> (&'a str, &'a str) {
    let line = movement.line.and_then(|place| plan.lines.get(place));
    let document = line.and_then(|line| plan.documents.get(line.document));
    match (line, document, movement.reason) {
        (Some(line), Some(document), _) => {
            (&*document.number, plan.descriptions.get(line.description).map_or("", |text| &**text))
        }
        (_, _, Reason::Stocktake) => ("", "Counted when the demo business was loaded"),
        _ => ("", "Opening stock of the demo business"),
    }
}
