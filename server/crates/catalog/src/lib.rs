//! Catalog: what is sold.

pub mod bulk;
