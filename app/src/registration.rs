//! Registration: somebody opens a business.

mod confirm;
mod form;
pub mod server;

pub use confirm::ConfirmPage;
pub(crate) use form::PATH;
pub use form::RegisterPage;
