//! The mail log: what was written to whom, and what became of it.

mod page;
pub mod server;

pub use page::MailPage;
pub(crate) use page::PATH;
