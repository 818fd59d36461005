//! Who uses the application: signing in and out, and who is signed in.

pub(crate) mod link;
pub mod server;
#[cfg(feature = "ssr")]
pub(crate) mod session;
pub mod sign_in;
