//! Notifications: mail to people, and what became of it.

pub mod mail;
pub mod mail_log;
pub mod send;

pub use mail::Mailer;
pub use send::SendMail;
