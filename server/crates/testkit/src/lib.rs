//! What tests stand on: a fresh database each, a clock that stands still, the same ids at every run, and builders.
//!
//! `DATABASE_URL` names the PostgreSQL to use, such as the one that `tradepost postgres` prints. Databases are left for whoever runs
//! it to throw away with the cluster.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test that can't be set up should stop there, loudly"
)]

mod authenticator;
mod database;
mod mail;
mod shop;

pub use authenticator::one_time_code;
pub use database::{TestDatabase, bare_database};
pub use mail::Letter;
pub use shop::{OrderBuilder, Product, Shop};

use chrono::{DateTime, NaiveDate, Utc};
use kernel::Actor;
use kernel::seal::{SEALING_KEY_BYTES, SealingKey};
use model::id::CorrelationId;
use uuid::Uuid;

/// When every test begins: a Wednesday at noon.
pub const NOON: &str = "2026-03-04T12:00:00Z";

/// A time from its text.
#[must_use]
pub fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A day from its text.
#[must_use]
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Whoever acts in a test.
#[must_use]
pub fn tester() -> Actor {
    Actor::system("test", CorrelationId::from(Uuid::from_u128(7)))
}

/// The installation's key, the same in every test.
#[must_use]
pub fn sealing_key() -> SealingKey {
    SealingKey::new(&[7; SEALING_KEY_BYTES]).unwrap()
}
