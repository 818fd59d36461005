//! One's own account: password and sessions.

mod page;
pub mod server;

pub use page::AccountPage;
pub(crate) use page::PATH;
