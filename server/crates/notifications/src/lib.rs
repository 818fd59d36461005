//! Notifications: mail to people, and what became of it.
