//! One's own second factor: set up, recovery codes, another device, removal.

mod enrolment;
mod page;
pub mod server;

pub use page::{PATH, SecondFactorPage};
