//! Identity: who may come in, and as whom.

pub mod business;
pub mod password;
pub mod session_store;
pub mod sign_in;
pub mod staff;
pub mod user;

pub use password::Passwords;
pub use session_store::PostgresSessionStore;
