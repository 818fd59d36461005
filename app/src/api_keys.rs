//! API keys: by which other programs act for people.

mod form;
mod page;
pub mod server;

pub use page::ApiKeysPage;
pub(crate) use page::PATH;
