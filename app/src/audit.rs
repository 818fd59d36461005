//! The audit log: who did what.

mod address;
mod page;
pub mod server;

pub use page::AuditPage;
pub(crate) use page::PATH;
