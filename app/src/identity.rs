//! Who uses the application: signing in and out, and who is signed in.

pub mod server;
pub mod sign_in;
