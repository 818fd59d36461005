//! Inventory: where stock is and how it came to be there.

pub mod bulk;
pub mod low_stock;
