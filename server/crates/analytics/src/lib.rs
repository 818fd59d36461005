//! Analytics: the figures of the business, served from rollups.
//!
//! **Invariant:** a rollup is never added to. A change to an order marks its day dirty in its own transaction (a trigger does,
//! whichever code made the change), and [`restate`] computes dirty days anew from the orders.

pub mod restate;
pub mod sales;
