//! One's own second factor: set up, recovery codes, removal.

mod page;
pub mod server;

pub use page::{PATH, SecondFactorPage};
