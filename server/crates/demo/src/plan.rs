//! What is to be written, worked out from the lines alone: no database, no clock, no randomness, so the same file on the
//! same day always makes the same business. Each module states its rule.

pub(crate) mod calendar;
mod category;
mod chance;
mod channel;
mod customer;
mod demand;
mod document;
mod links;
mod movement;
mod product;
mod stock;
#[cfg(test)]
mod tests;
mod text;

pub use customer::Customer;
pub use demand::Reorder;
pub use document::{Document, DocumentKind, Line};
pub use links::Links;
pub use movement::{Movement, Reason};
pub use product::Product;
pub use stock::{Batch, Level, Stock};

use crate::progress::Gauge;
use crate::source::{Lines, Source};
use crate::{DemoError, Options, Summary};
use rust_decimal::Decimal;
use std::sync::Arc;

/// A whole business. Numbers in it are places in its lists.
#[derive(Debug)]
pub struct Plan {
    pub categories: Vec<&'static str>,
    pub products: Vec<Product>,
    pub customers: Vec<Customer>,
    /// In the order of time.
    pub documents: Vec<Document>,
    /// In the order of their documents.
    pub lines: Vec<Line>,
    pub links: Links,
    pub descriptions: Vec<Arc<str>>,
    pub stock: Stock,
}

impl Plan {
    /// Reads a source and plans the business. Takes a second or so and blocks.
    ///
    /// # Errors
    /// Whatever is wrong with the source, and dates that cannot be moved.
    pub fn make(source: &Source, options: &Options) -> Result<Self, DemoError> {
        Self::make_gauged(source, options, &Arc::default())
    }

    pub(crate) fn make_gauged(source: &Source, options: &Options, gauge: &Arc<Gauge>) -> Result<Self, DemoError> {
        Self::of_lines(Lines::open_gauged(source, gauge)?, options)
    }

    fn of_lines(mut lines: Lines, options: &Options) -> Result<Self, DemoError> {
        let mut collector = document::Collector::default();
        while let Some(line) = lines.read_line()? {
            collector.add(&line)?;
        }
        let mut ledger = collector.finish()?;
        let last = ledger.documents.last().ok_or(DemoError::NoLines)?.time.date();
        if !options.keep_dates {
            let today = options.today;
            let weeks = calendar::weeks_to_yesterday(last, today).ok_or(DemoError::Shift { today })?;
            calendar::shift(ledger.documents.iter_mut().map(|document| &mut document.time), weeks, today)?;
        }
        Ok(Self::of_ledger(ledger, options))
    }

    fn of_ledger(mut ledger: document::Ledger, options: &Options) -> Self {
        let links = links::find(&ledger.documents, &ledger.lines);
        channel::assign(&mut ledger.documents, &ledger.lines, &ledger.codes, &links);
        let products = product::of_ledger(&ledger);
        let stock = stock::plan(&ledger.documents, &ledger.lines, &products, &links, options.today);
        Self {
            categories: category::names().collect(),
            products,
            customers: customer::of_documents(&ledger.customers, &ledger.documents),
            documents: ledger.documents,
            lines: ledger.lines,
            links,
            descriptions: ledger.descriptions,
            stock,
        }
    }

    /// What the product was called on the line, or the product's name where the line says nothing.
    #[must_use]
    pub fn description(&self, line: &Line) -> &str {
        let described = self.descriptions.get(line.description).filter(|text| !text.is_empty());
        described.or_else(|| self.products.get(line.product).map(|product| &product.name)).map_or("", |text| &**text)
    }

    /// What this plan comes to.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let documents = |kind| self.documents.iter().filter(|document| document.kind == kind).count();
        Summary {
            lines: self.lines.len(),
            sales: documents(DocumentKind::Sale),
            returns: documents(DocumentKind::Return),
            adjustments: documents(DocumentKind::Adjustment),
            stock_documents: documents(DocumentKind::Stock),
            order_lines: self.order_lines().count(),
            products: self.products.len(),
            customers: self.customers.len(),
            batches: self.stock.batches.len(),
            levels: self.stock.levels.len(),
            movements: self.stock.movements.len(),
            linked_return_lines: self.links.lines.len(),
            linked_returns: self.links.documents.len(),
            net: self.documents.iter().fold(Decimal::ZERO, |sum, document| sum + document.net.to_decimal()),
        }
    }

    /// The lines of orders, with their places: those of stock documents are movements.
    pub(crate) fn order_lines(&self) -> impl Iterator<Item = (usize, &Line, &Document)> {
        self.lines.iter().enumerate().filter_map(|(place, line)| {
            let document = self.documents.get(line.document)?;
            (document.kind != DocumentKind::Stock).then_some((place, line, document))
        })
    }
}
