//! Customers: who buys.

pub mod bulk;
