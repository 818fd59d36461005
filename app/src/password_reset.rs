//! A forgotten password: a link by mail, and a new one.

mod request;
mod reset;
pub mod server;

pub use request::ForgottenPasswordPage;
pub(crate) use request::PATH;
pub use reset::ResetPasswordPage;
