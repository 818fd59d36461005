//! The ids of all rows, made before the first is written: rows refer to each other, and each id is made for the time of
//! its row, so that the order of ids is the order of time.

use crate::plan::{Plan, calendar};
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use kernel::TenantTx;
use model::id::{BatchId, CategoryId, CustomerId, LocationId, MovementId, OrderId, OrderLineId, ProductId, VariantId};

/// An id and the time that it was made for.
pub(super) struct Keyed<Id> {
    pub(super) id: Id,
    pub(super) created_at: DateTime<Utc>,
}

pub(super) struct KeyedProduct {
    pub(super) product: ProductId,
    pub(super) variant: VariantId,
    pub(super) created_at: DateTime<Utc>,
}

/// Ids in the order of the plan's lists.
pub(super) struct Keys {
    pub(super) opened_at: DateTime<Utc>,
    pub(super) location: LocationId,
    pub(super) categories: Vec<CategoryId>,
    pub(super) products: Vec<KeyedProduct>,
    pub(super) customers: Vec<Keyed<CustomerId>>,
    /// One for each document; those of stock documents are not used.
    pub(super) orders: Vec<Keyed<OrderId>>,
    pub(super) lines: Vec<OrderLineId>,
    pub(super) batches: Vec<BatchId>,
    pub(super) movements: Vec<Keyed<MovementId>>,
}

impl Keys {
    pub(super) fn make(plan: &Plan, time_zone: Tz, tx: &TenantTx) -> Self {
        let ids = tx.ids();
        let at = |local: NaiveDateTime| calendar::instant(time_zone, local);
        let opened_at = at(plan.stock.opened_at);
        let product = |created_at| KeyedProduct {
            product: ids.at(created_at).into(),
            variant: ids.at(created_at).into(),
            created_at,
        };
        let orders: Vec<Keyed<OrderId>> = plan.documents.iter().map(|document| keyed(tx, at(document.time))).collect();
        let line_time = |document: usize| orders.get(document).map_or(opened_at, |order| order.created_at);
        Self {
            opened_at,
            location: ids.at(opened_at).into(),
            categories: plan.categories.iter().map(|_| ids.at(opened_at).into()).collect(),
            products: plan.products.iter().map(|entry| product(at(entry.first_seen))).collect(),
            customers: plan.customers.iter().map(|customer| keyed(tx, at(customer.since))).collect(),
            lines: plan.lines.iter().map(|line| ids.at(line_time(line.document)).into()).collect(),
            batches: plan.stock.batches.iter().map(|_| ids.at(opened_at).into()).collect(),
            movements: plan.stock.movements.iter().map(|entry| keyed(tx, entry.time.map_or(tx.now(), at))).collect(),
            orders,
        }
    }
}

fn keyed<Id: From<uuid::Uuid>>(tx: &TenantTx, created_at: DateTime<Utc>) -> Keyed<Id> {
    Keyed { id: tx.ids().at(created_at).into(), created_at }
}
