//! Composition: configuration, the private database, the router, background tasks, and the commands that start them.
//!
//! **Invariant:** no business rule lives here. A rule belongs to `model`, a command or query to its context.

pub mod cli;
pub mod command;
pub mod config;
pub mod postgres;
pub mod secret_key;
pub mod shutdown;
pub mod telemetry;
pub mod web;
pub mod worker;
