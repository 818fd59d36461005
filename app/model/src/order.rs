//! Orders: what a document is and how far it has come.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What an order document records.
    Kind:
    Sale = "sale", "Sale";
    /// Goods come back; its amounts are negative.
    Return = "return", "Return";
    /// Money only, such as a bad debt.
    Adjustment = "adjustment", "Adjustment";
}

vocabulary! {
    /// How far an order has come.
    Status:
    Draft = "draft", "Draft";
    Placed = "placed", "Placed";
    Paid = "paid", "Paid";
    Fulfilling = "fulfilling", "Fulfilling";
    Shipped = "shipped", "Shipped";
    Delivered = "delivered", "Delivered";
    Failed = "failed", "Payment failed";
    Cancelled = "cancelled", "Cancelled";
    PartiallyRefunded = "partially_refunded", "Partially refunded";
    Refunded = "refunded", "Refunded";
}

impl Status {
    /// Whether the order's amounts count as revenue: from payment on. What is given back counts by the return's or the
    /// refund's own document, on its own day.
    #[must_use]
    pub const fn counts_as_revenue(self) -> bool {
        match self {
            Self::Paid
            | Self::Fulfilling
            | Self::Shipped
            | Self::Delivered
            | Self::PartiallyRefunded
            | Self::Refunded => true,
            Self::Draft | Self::Placed | Self::Failed | Self::Cancelled => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Status};

    #[test]
    fn words_read_back_as_what_they_were_written_from() {
        for status in Status::ALL {
            assert_eq!(status.word().parse(), Ok(*status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.word());
        }
        assert!("sold".parse::<Kind>().is_err());
    }

    #[test]
    fn an_unpaid_or_cancelled_order_is_no_revenue() {
        let counted: Vec<_> =
            Status::ALL.iter().filter(|status| status.counts_as_revenue()).map(|s| s.word()).collect();
        assert_eq!(counted, ["paid", "fulfilling", "shipped", "delivered", "partially_refunded", "refunded"]);
    }
}
