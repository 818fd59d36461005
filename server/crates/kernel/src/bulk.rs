//! Many rows at once, by `COPY`.
//!
//! PostgreSQL refuses `COPY` into a table with row-level security, so rows are copied into a temporary table of the
//! transaction and moved from there by one `INSERT ... SELECT`, which the policies do check. The four statements of a
//! [`Staging`] are checked when they run and not when they are compiled: a temporary table that exists only inside
//! the transaction is unknown to `sqlx::query!`.

use std::fmt::{Display, Write as _};

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

/// Encoded rows are sent when they reach this many bytes: large enough that a round of sending costs nothing, small
/// enough that a load of any size needs no memory.
pub const FLUSH_BYTES: usize = 256 * 1024;

/// The rows of one bulk write. A trait object, so that the future of a load does not carry the iterator's closures in
/// its type.
pub type Rows<'r, T> = &'r mut (dyn Iterator<Item = T> + Send + 'r);

/// How rows reach one table.
#[derive(Debug)]
pub struct Staging {
    /// `CREATE TEMPORARY TABLE staged_x (...) ON COMMIT DROP`
    pub create: &'static str,
    /// `COPY staged_x FROM STDIN`, in the text format, columns in the order of encoding
    pub copy: &'static str,
    /// `INSERT INTO x (...) SELECT ... FROM staged_x`
    pub insert: &'static str,
    /// `DROP TABLE staged_x`: frees the space at once and lets a transaction stage the same table again
    pub drop: &'static str,
}

/// Writes `rows` to the table of `staging` and returns how many were inserted.
///
/// # Errors
/// What the database refuses (a broken constraint, another tenant's row), and text with a NUL character, which
/// PostgreSQL cannot store. The transaction is then good for nothing but rolling back.
pub async fn load<T: Send>(
    conn: &mut PgConnection,
    staging: &Staging,
    rows: Rows<'_, T>,
    encode: fn(&T, &mut TextRows),
) -> Result<u64, sqlx::Error> {
    execute(conn, staging.create).await?;
    copy(conn, staging.copy, rows, encode).await?;
    let inserted = execute(conn, staging.insert).await?;
    execute(conn, staging.drop).await?;
    Ok(inserted)
}

/// Not kept as a prepared statement: a later transaction has another temporary table of the same name.
async fn execute(conn: &mut PgConnection, statement: &'static str) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(statement).persistent(false).execute(conn).await?;
    Ok(done.rows_affected())
}

async fn copy<T: Send>(
    conn: &mut PgConnection,
    statement: &'static str,
    rows: Rows<'_, T>,
    encode: fn(&T, &mut TextRows),
) -> Result<u64, sqlx::Error> {
    let mut copy = conn.copy_in_raw(statement).await?;
    let mut text = TextRows::default();
    for row in rows {
        encode(&row, &mut text);
        if let Err(problem) = text.end_row() {
            copy.abort("a row could not be encoded").await?;
            return Err(problem);
        }
        if text.as_bytes().len() >= FLUSH_BYTES {
            copy.send(text.as_bytes()).await?;
            text.clear();
        }
    }
    copy.send(text.as_bytes()).await?;
    copy.finish().await
}

/// Values whose written form never needs escaping in `COPY`'s text format.
pub trait Plain: Display {}

impl Plain for bool {}
impl Plain for i32 {}
impl Plain for i64 {}
impl Plain for Decimal {}
impl Plain for Uuid {}
impl Plain for NaiveDate {}
impl Plain for DateTime<Utc> {}

/// Rows in `COPY`'s text format: columns parted by tabs, rows by newlines, `\N` for NULL.
/// <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2>
#[derive(Debug, Default)]
pub struct TextRows {
    text: String,
    row_begun: bool,
    has_nul: bool,
}

impl TextRows {
    /// Adds a column of text, escaped.
    pub fn text(&mut self, value: &str) -> &mut Self {
        self.begin_column();
        let mut rest = value;
        while let Some(at) = rest.find(['\\', '\t', '\n', '\r', '\0']) {
            let (plain, from) = rest.split_at(at);
            self.text.push_str(plain);
            let mut characters = from.chars();
            match characters.next() {
                Some('\t') => self.text.push_str("\\t"),
                Some('\n') => self.text.push_str("\\n"),
                Some('\r') => self.text.push_str("\\r"),
                Some('\0') => self.has_nul = true,
                _ => self.text.push_str("\\\\"),
            }
            rest = characters.as_str();
        }
        self.text.push_str(rest);
        self
    }

    /// Adds a column of text, or NULL.
    pub fn optional_text(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(value),
            None => self.null(),
        }
    }

    /// Adds a column that needs no escaping.
    pub fn value(&mut self, value: impl Plain) -> &mut Self {
        self.begin_column();
        // Writing to a string cannot fail.
        let _ = write!(self.text, "{value}");
        self
    }

    /// Adds a column that needs no escaping, or NULL.
    pub fn optional(&mut self, value: Option<impl Plain>) -> &mut Self {
        match value {
            Some(value) => self.value(value),
            None => self.null(),
        }
    }

    /// Adds NULL.
    pub fn null(&mut self) -> &mut Self {
        self.begin_column();
        self.text.push_str("\\N");
        self
    }

    fn begin_column(&mut self) {
        if self.row_begun {
            self.text.push('\t');
        }
        self.row_begun = true;
    }

    fn end_row(&mut self) -> Result<(), sqlx::Error> {
        self.text.push('\n');
        self.row_begun = false;
        if self.has_nul {
            return Err(sqlx::Error::Encode("text with a NUL character cannot be stored".into()));
        }
        Ok(())
    }

    fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn clear(&mut self) {
        self.text.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fill: impl FnOnce(&mut TextRows)) -> String {
        let mut rows = TextRows::default();
        fill(&mut rows);
        rows.end_row().unwrap();
        rows.text
    }

    #[test]
    fn columns_are_parted_by_tabs_and_rows_by_newlines() {
        let mut rows = TextRows::default();
        for number in 1..=2 {
            rows.value(number).text("plain").value(true);
            rows.end_row().unwrap();
        }
        assert_eq!(rows.text, "1\tplain\ttrue\n2\tplain\ttrue\n");
    }

    #[test]
    fn what_copy_reads_as_its_own_is_escaped() {
        let text = row(|row| {
            row.text("a\tb\nc\rd\\e").text("\\N").text("\\.");
        });
        assert_eq!(text, "a\\tb\\nc\\rd\\\\e\t\\\\N\t\\\\.\n");
    }

    #[test]
    fn null_differs_from_empty_text() {
        let text = row(|row| {
            row.null().text("").optional_text(None).optional(None::<i64>).optional_text(Some("x"));
        });
        assert_eq!(text, "\\N\t\t\\N\t\\N\tx\n");
    }

    #[test]
    fn text_beyond_ascii_is_kept() {
        let text = row(|row| {
            row.text("£40 – à");
        });
        assert_eq!(text, "£40 – à\n");
    }

    #[test]
    fn a_nul_character_is_refused() {
        let mut rows = TextRows::default();
        rows.text("a\0b");
        assert!(rows.end_row().is_err());
    }

    #[test]
    fn amounts_keep_their_decimals_and_times_their_zone() {
        let text = row(|row| {
            row.value(Decimal::new(8245, 4)).value(DateTime::<Utc>::UNIX_EPOCH).value(NaiveDate::default());
        });
        assert_eq!(text, "0.8245\t1970-01-01 00:00:00 UTC\t1970-01-01\n");
    }
}
