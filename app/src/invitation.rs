//! Invitations, as those see them who follow one.

mod page;
pub mod server;

pub use page::InvitationPage;
