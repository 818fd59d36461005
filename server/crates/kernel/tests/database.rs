//! The kernel against a real PostgreSQL.

#[path = "database/begin.rs"]
mod begin;
#[path = "database/events.rs"]
mod events;
#[path = "database/isolation.rs"]
mod isolation;
#[path = "database/migrations.rs"]
mod migrations;
