//! The whole application over a real PostgreSQL, asked by HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it expects"
)]

#[path = "application/access.rs"]
mod access;
#[path = "application/account.rs"]
mod account;
#[path = "application/api_keys.rs"]
mod api_keys;
#[path = "application/client.rs"]
mod client;
#[path = "application/dashboard.rs"]
mod dashboard;
#[path = "application/demo.rs"]
mod demo;
#[path = "application/isolation.rs"]
mod isolation;
#[path = "application/registration.rs"]
mod registration;
#[path = "application/roles.rs"]
mod roles;
#[path = "application/second_factor.rs"]
mod second_factor;
#[path = "application/secret_key.rs"]
mod secret_key;
#[path = "application/security.rs"]
mod security;
#[path = "application/sessions.rs"]
mod sessions;
#[path = "application/sign_in.rs"]
mod sign_in;
#[path = "application/staff.rs"]
mod staff;
#[path = "application/tokens.rs"]
mod tokens;
