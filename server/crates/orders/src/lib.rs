//! Orders: what was sold, to whom, for how much.

pub mod bulk;
pub mod latest;
