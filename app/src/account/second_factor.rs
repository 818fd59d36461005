//! One's own second factor: set up, recovery codes, another device, removal.

mod codes;
mod enrolment;
mod page;
mod replacement;
pub mod server;

pub use page::{PATH, SecondFactorPage};
