//! The dashboard: how the business is doing.

mod address;
#[cfg(feature = "ssr")]
mod chart;
mod controls;
mod page;
mod panels;
mod server;

pub use page::DashboardPage;
