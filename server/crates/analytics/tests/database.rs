//! Rollups against a real PostgreSQL.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops where something is not as it expects")]

#[path = "database/figures.rs"]
mod figures;
#[path = "database/restate.rs"]
mod restate;
