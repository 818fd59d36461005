//! Mail against a real PostgreSQL and a mail server that speaks SMTP.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops where something is not as it expects")]

#[path = "database/send.rs"]
mod send;
#[path = "database/smtp_server.rs"]
mod smtp_server;
