//! One's own e-mail address: whether it is confirmed, and the link that confirms it.

mod confirm;
mod panel;
pub mod server;

pub use confirm::ConfirmEmailPage;
pub use panel::EmailPanel;
