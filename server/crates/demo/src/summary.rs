//! What a load came to.

use rust_decimal::Decimal;
use std::fmt;

/// Counts of what a plan holds, and of what was written once a load returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Lines of the file below its header.
    pub lines: usize,
    pub sales: usize,
    pub returns: usize,
    pub adjustments: usize,
    /// Write-offs and finds; with the three above, every invoice of the file.
    pub stock_documents: usize,
    pub order_lines: usize,
    pub products: usize,
    pub customers: usize,
    pub batches: usize,
    pub levels: usize,
    /// Changes of stock: those of the stock documents (of goods), openings and stocktakes.
    pub movements: usize,
    /// Lines of returns whose sale was found.
    pub linked_return_lines: usize,
    /// Returns all of whose found lines reverse one sale.
    pub linked_returns: usize,
    /// Sum of all orders, in the currency of the business.
    pub net: Decimal,
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lines, sales, returns, adjustments, stock_documents, products, customers, net, .. } = self;
        write!(
            formatter,
            "{lines} lines: {sales} sales, {returns} returns ({} of a known sale), {adjustments} adjustments and \
             {stock_documents} stock documents, net {net}; {products} products, {customers} customers, {} stock movements",
            self.linked_returns, self.movements
        )
    }
}
