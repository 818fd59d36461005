//! The staff: who works here, as what.

mod invite;
mod list;
mod member;
pub mod server;

pub use invite::InvitePage;
pub(crate) use list::PATH;
pub use list::StaffPage;
pub use member::MemberPage;
