//! Businesses: which one somebody works in at the moment.

mod panel;
pub mod server;

pub use panel::BusinessesPanel;
