//! Signing in and sessions against a real PostgreSQL.

#[path = "database/sessions.rs"]
mod sessions;
#[path = "database/sign_in.rs"]
mod sign_in;
