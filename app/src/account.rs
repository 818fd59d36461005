//! One's own account: password, second factor and sessions.

mod page;
mod second_factor;
pub mod server;

pub use page::AccountPage;
pub(crate) use page::PATH;
pub use second_factor::{PATH as SECOND_FACTOR_PATH, SecondFactorPage};
