//! Signing in and sessions against a real PostgreSQL.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it expects"
)]

#[path = "database/account.rs"]
mod account;
#[path = "database/account_link.rs"]
mod account_link;
#[path = "database/api_key.rs"]
mod api_key;
#[path = "database/audit.rs"]
mod audit;
#[path = "database/invitation.rs"]
mod invitation;
#[path = "database/registration.rs"]
mod registration;
#[path = "database/second_factor.rs"]
mod second_factor;
#[path = "database/sessions.rs"]
mod sessions;
#[path = "database/sign_in.rs"]
mod sign_in;
#[path = "database/staff.rs"]
mod staff;
#[path = "database/throttle.rs"]
mod throttle;
#[path = "database/tokens.rs"]
mod tokens;
