//! The kernel against a real PostgreSQL.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops where something is not as it expects")]

#[path = "database/begin.rs"]
mod begin;
#[path = "database/events.rs"]
mod events;
#[path = "database/isolation.rs"]
mod isolation;
#[path = "database/migrations.rs"]
mod migrations;
#[path = "database/seal.rs"]
mod seal;
