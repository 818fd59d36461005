//! The staff: who works here, as what.

mod list;
mod member;
pub mod server;

pub(crate) use list::PATH;
pub use list::StaffPage;
pub use member::MemberPage;
