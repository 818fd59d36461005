//! Rollups against a real PostgreSQL.

#[path = "database/figures.rs"]
mod figures;
#[path = "database/restate.rs"]
mod restate;
