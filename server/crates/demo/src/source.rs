//! The file: one line per invoice line, in the columns of the UCI *Online Retail* data set.
//!
//! It is read strictly and by physical lines, so that an error names the line that an editor shows: a field may be
//! quoted, but not go on to the next line. Quotes are as in RFC 4180.

mod country;
mod field;
mod input;
mod line;

pub use line::Line;

use crate::DemoError;
use crate::error::Problem;
use crate::progress::Gauge;
use chrono::NaiveDateTime;
use std::io::{BufRead, Read};
use std::path::PathBuf;
use std::sync::Arc;

/// The first line of every file.
pub const HEADER: &str = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";

/// A longer line is refused before it is held in memory.
const MAX_LINE_BYTES: u64 = 4_096;

/// Where the lines come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The data that comes with the program: `data/ATTRIBUTION.md` says whose it is.
    Bundled,
    /// A CSV file with the same columns, plain or compressed with zstd.
    File(PathBuf),
}

/// The lines of a source, one after the other.
pub struct Lines {
    input: Box<dyn BufRead + Send>,
    /// The line in `bytes`, counted from 1.
    number: u64,
    bytes: Vec<u8>,
    /// The last time that was read and its text: lines of a minute follow each other.
    last_time: (String, NaiveDateTime),
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Lines").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Lines {
    /// Opens a source and reads its header.
    ///
    /// # Errors
    /// When it cannot be opened or read, or has another header.
    pub fn open(source: &Source) -> Result<Self, DemoError> {
        Self::open_gauged(source, &Arc::default())
    }

    pub(crate) fn open_gauged(source: &Source, gauge: &Arc<Gauge>) -> Result<Self, DemoError> {
        let input = match source {
            Source::Bundled => input::bundled(gauge).map_err(|source| DemoError::Read { line: 1, source })?,
            Source::File(path) => {
                input::file(path, gauge).map_err(|source| DemoError::Open { path: path.clone(), source })?
            }
        };
        Self::read(input)
    }

    pub(crate) fn read(input: Box<dyn BufRead + Send>) -> Result<Self, DemoError> {
        let mut lines = Self { input, number: 0, bytes: Vec::new(), last_time: Default::default() };
        if lines.advance()? && lines.bytes == HEADER.as_bytes() {
            return Ok(lines);
        }
        Err(DemoError::Line { line: 1, problem: Problem::Header { expected: HEADER } })
    }

    /// The next line, or `None` at the end.
    ///
    /// # Errors
    /// When it cannot be read, or is not as it must be: both with its number.
    pub fn read_line(&mut self) -> Result<Option<Line<'_>>, DemoError> {
        if !self.advance()? {
            return Ok(None);
        }
        let line = self.number;
        line::parse(line, &self.bytes, &mut self.last_time)
            .map(Some)
            .map_err(|problem| DemoError::Line { line, problem })
    }

    /// Puts the next line into `bytes`, without its end; false at the end of the file.
    fn advance(&mut self) -> Result<bool, DemoError> {
        self.number += 1;
        let line = self.number;
        self.bytes.clear();
        // The two bytes more are the line's end.
        let mut bounded = self.input.by_ref().take(MAX_LINE_BYTES + 2);
        let read = bounded.read_until(b'\n', &mut self.bytes).map_err(|source| DemoError::Read { line, source })?;
        if self.bytes.last() == Some(&b'\n') {
            self.bytes.pop();
            if self.bytes.last() == Some(&b'\r') {
                self.bytes.pop();
            }
        }
        if u64::try_from(self.bytes.len()).is_ok_and(|bytes| bytes <= MAX_LINE_BYTES) {
            return Ok(read > 0);
        }
        Err(DemoError::Line { line, problem: Problem::LineTooLong { most: MAX_LINE_BYTES } })
    }
}

#[cfg(test)]
mod tests;
