//! Where an order came from.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// The way by which a customer ordered.
    Channel:
    Web = "web", "Web shop";
    Store = "store", "Store";
    Wholesale = "wholesale", "Wholesale";
    Marketplace = "marketplace", "Marketplace";
}
