//! Lines into documents: the invoices and credit notes that they belong to.

use super::text::{Interner, tidy_into};
use crate::amount::Amount;
use crate::error::Problem;
use crate::{DemoError, source};
use chrono::NaiveDateTime;
use model::channel::Channel;
use std::ops::Range;
use std::sync::Arc;

/// Lines that are held in memory at most (about 50 bytes each).
const MAX_LINES: usize = 5_000_000;

/// What a document records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    Sale,
    /// Number begins with C: goods come back.
    Return,
    /// Number begins with A: money only (a bad debt).
    Adjustment,
    /// All lines free and no customer: written off, or found. It is no order.
    Stock,
}

/// An invoice, a credit note, or a note about stock.
#[derive(Clone, Debug)]
pub struct Document {
    pub number: Arc<str>,
    pub kind: DocumentKind,
    pub channel: Channel,
    /// Place in the plan's customers.
    pub customer: Option<usize>,
    pub country: &'static str,
    /// Local time of its first line, moved as the whole plan is.
    pub time: NaiveDateTime,
    /// Sum of its lines.
    pub net: Amount,
    /// Its lines in the plan's lines.
    pub lines: Range<usize>,
}

/// A line of a document. Numbers are places in the plan's lists.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub document: usize,
    pub product: usize,
    pub description: usize,
    /// Never 0.
    pub quantity: i32,
    pub unit_price: Amount,
    /// Quantity times unit price.
    pub net: Amount,
}

/// All documents by time, their lines in the order of the documents, and the texts that they refer to.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) documents: Vec<Document>,
    pub(super) lines: Vec<Line>,
    /// Stock codes, by product.
    pub(super) codes: Vec<Arc<str>>,
    /// Customer numbers, by customer.
    pub(super) customers: Vec<Arc<str>>,
    /// Tidied; one of them may be empty.
    pub(super) descriptions: Vec<Arc<str>>,
}

/// What a document's first line says about all of it.
#[derive(Debug)]
struct Head {
    customer: Option<usize>,
    country: &'static str,
    time: NaiveDateTime,
}

/// Takes lines in any order: the lines of one invoice need not follow each other.
#[derive(Debug, Default)]
pub(super) struct Collector {
    numbers: Interner,
    heads: Vec<Head>,
    codes: Interner,
    customers: Interner,
    descriptions: Interner,
    lines: Vec<Line>,
    tidy: String,
}

impl Collector {
    pub(super) fn add(&mut self, line: &source::Line<'_>) -> Result<(), DemoError> {
        if self.lines.len() >= MAX_LINES {
            return Err(DemoError::TooManyLines { most: MAX_LINES });
        }
        let document = self.document(line)?;
        tidy_into(&line.description, &mut self.tidy);
        self.lines.push(Line {
            document,
            product: self.codes.intern(&line.code),
            description: self.descriptions.intern(&self.tidy),
            quantity: line.quantity,
            unit_price: line.unit_price,
            net: line.net,
        });
        Ok(())
    }

    fn document(&mut self, line: &source::Line<'_>) -> Result<usize, DemoError> {
        let customer = if line.customer.is_empty() { None } else { Some(self.customers.intern(&line.customer)) };
        let document = self.numbers.intern(&line.invoice);
        let Some(head) = self.heads.get(document) else {
            self.heads.push(Head { customer, country: line.country, time: line.time });
            return Ok(document);
        };
        let differs = |column| DemoError::Line {
            line: line.number,
            problem: Problem::Differs { column, invoice: line.invoice.clone().into_owned() },
        };
        if head.customer != customer {
            return Err(differs("CustomerID"));
        }
        if head.country != line.country {
            return Err(differs("Country"));
        }
        Ok(document)
    }

    pub(super) fn finish(mut self) -> Result<Ledger, DemoError> {
        let by_time = self.sort_by_time();
        let numbers = self.numbers.into_texts();
        let mut documents = Vec::with_capacity(by_time.len());
        let mut start = 0;
        // Every document has a line, so groups and documents go in step.
        for (place, lines) in by_time.iter().zip(self.lines.chunk_by(|a, b| a.document == b.document)) {
            if let (Some(number), Some(head)) = (numbers.get(*place), self.heads.get(*place)) {
                let end = start + lines.len();
                documents.push(document(number, head, lines, start..end)?);
                start = end;
            }
        }
        Ok(Ledger {
            documents,
            lines: self.lines,
            codes: self.codes.into_texts(),
            customers: self.customers.into_texts(),
            descriptions: self.descriptions.into_texts(),
        })
    }

    /// Puts the lines into the order of their documents, and these into the order of time; what came first in the file
    /// comes first. Returns the documents' places in `heads`.
    fn sort_by_time(&mut self) -> Vec<usize> {
        let mut by_time: Vec<usize> = (0..self.heads.len()).collect();
        by_time.sort_by_key(|place| self.heads.get(*place).map(|head| head.time));
        let mut ranks = vec![0; by_time.len()];
        for (rank, place) in by_time.iter().enumerate() {
            if let Some(slot) = ranks.get_mut(*place) {
                *slot = rank;
            }
        }
        for line in &mut self.lines {
            if let Some(rank) = ranks.get(line.document) {
                line.document = *rank;
            }
        }
        self.lines.sort_by_key(|line| line.document);
        by_time
    }
}

fn document(number: &Arc<str>, head: &Head, lines: &[Line], range: Range<usize>) -> Result<Document, DemoError> {
    let net = Amount::total(lines.iter().map(|line| line.net))
        .ok_or_else(|| DemoError::TooLarge { invoice: number.to_string() })?;
    Ok(Document {
        number: Arc::clone(number),
        kind: kind(number, head, lines),
        // Until the plan tells them apart, which takes the returns' sales.
        channel: Channel::Wholesale,
        customer: head.customer,
        country: head.country,
        time: head.time,
        net,
        lines: range,
    })
}

fn kind(number: &str, head: &Head, lines: &[Line]) -> DocumentKind {
    match number.chars().next() {
        Some('C') => DocumentKind::Return,
        Some('A') => DocumentKind::Adjustment,
        _ if head.customer.is_none() && lines.iter().all(|line| line.unit_price.is_zero()) => DocumentKind::Stock,
        _ => DocumentKind::Sale,
    }
}
