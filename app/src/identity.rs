//! Who uses the application: signing in and out, and who is signed in.

pub mod code;
pub mod confirm;
pub(crate) mod link;
pub mod server;
#[cfg(feature = "ssr")]
pub(crate) mod session;
pub mod sign_in;
