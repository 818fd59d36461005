//! What stops a load.

use std::path::PathBuf;

/// Why the demo business was not loaded. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("cannot open {}", .path.display())]
    Open { path: PathBuf, source: std::io::Error },
    /// `line` is the line that could not be read, counted from 1.
    #[error("line {line}: cannot be read")]
    Read { line: u64, source: std::io::Error },
    /// `line` is counted from 1, which is the header's.
    #[error("line {line}: {problem}")]
    Line { line: u64, problem: Problem },
    #[error("there are no lines below the header")]
    NoLines,
    #[error("there are more than {most} lines")]
    TooManyLines { most: usize },
    #[error("the lines of invoice {invoice} amount to more than can be stored")]
    TooLarge { invoice: String },
    #[error("the dates cannot be moved up to {today}")]
    Shift { today: chrono::NaiveDate },
    #[error("the business has orders already; the demo business is loaded into an empty one")]
    NotEmpty,
    #[error("of {planned} {what} only {written} were written")]
    Incomplete { what: &'static str, planned: u64, written: u64 },
    #[error("planning stopped")]
    Planning(#[from] tokio::task::JoinError),
    #[error("cannot write the demo business")]
    Write(#[from] sqlx::Error),
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("is not the header; it must be {expected}")]
    Header { expected: &'static str },
    #[error("is longer than {most} bytes")]
    LineTooLong { most: u64 },
    #[error("is not valid UTF-8 (byte {byte})")]
    Utf8 { byte: usize },
    #[error("holds a NUL character")]
    Nul,
    #[error("a quoted field does not end on its line")]
    OpenQuote,
    #[error("a quoted field is followed by something else than a comma")]
    AfterQuote,
    #[error("has {found} columns instead of {expected}")]
    Columns { found: usize, expected: usize },
    #[error("{column} is empty")]
    Empty { column: &'static str },
    #[error("{column} is longer than {most} characters")]
    FieldTooLong { column: &'static str, most: usize },
    #[error("Quantity {text:?} is not a whole number from -1,000,000 to 1,000,000")]
    Quantity { text: String },
    #[error("Quantity is 0")]
    NoQuantity,
    #[error("UnitPrice {text:?} is not an amount from -1,000,000 to 1,000,000 with at most four decimals")]
    Price { text: String },
    #[error("InvoiceDate {text:?} is not a time written as 2011-12-09 12:50:00")]
    Date { text: String },
    #[error("Country {text:?} is not known")]
    Country { text: String },
    #[error("{column} differs from the first line of invoice {invoice}")]
    Differs { column: &'static str, invoice: String },
}
