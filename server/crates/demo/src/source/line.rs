//! One line's fields into values.

use super::{country, field};
use crate::amount::Amount;
use crate::error::Problem;
use chrono::{Datelike, NaiveDateTime};
use std::borrow::Cow;

/// The database's longest invoice number, stock code, name and customer number, in characters.
const MAX_INVOICE: usize = 32;
const MAX_CODE: usize = 64;
const MAX_DESCRIPTION: usize = 200;
const MAX_CUSTOMER: usize = 32;

/// Far above what is sold in a line, and low enough that a line's amount always fits.
const MAX_QUANTITY: u32 = 1_000_000;

const TIME_FORMAT: &str = "%Y-%m-%d %H:%M:%S";
const TIME_LENGTH: usize = "2011-12-09 12:50:00".len();
/// Years that the ids of rows (UUIDv7, from 1970) and every calendar can hold after a shift.
const YEARS: std::ops::RangeInclusive<i32> = 1971..=2999;

/// A line of an invoice, as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Counted from 1, the header's.
    pub number: u64,
    pub invoice: Cow<'a, str>,
    pub code: Cow<'a, str>,
    /// May be empty.
    pub description: Cow<'a, str>,
    /// Never 0; negative on returns and write-offs.
    pub quantity: i32,
    /// Local time of the business.
    pub time: NaiveDateTime,
    pub unit_price: Amount,
    /// Quantity times unit price.
    pub net: Amount,
    /// Empty when the customer is not known.
    pub customer: Cow<'a, str>,
    /// ISO 3166-1 alpha-2, or EU, XC (Channel Islands), ZZ (unspecified).
    pub country: &'static str,
}

pub(super) fn parse<'a>(
    number: u64,
    bytes: &'a [u8],
    last_time: &mut (String, NaiveDateTime),
) -> Result<Line<'a>, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| Problem::Utf8 { byte: error.valid_up_to() + 1 })?;
    if text.contains('\0') {
        return Err(Problem::Nul);
    }
    let [invoice, code, description, quantity, time, unit_price, customer, country] = field::split::<8>(text)?;
    let quantity = read_quantity(&quantity)?;
    let (unit_price, net) = read_price(&unit_price, quantity)?;
    Ok(Line {
        number,
        invoice: required("InvoiceNo", invoice, MAX_INVOICE)?,
        code: required("StockCode", code, MAX_CODE)?,
        description: bounded("Description", description, MAX_DESCRIPTION)?,
        quantity,
        time: read_time(&time, last_time)?,
        unit_price,
        net,
        customer: bounded("CustomerID", customer, MAX_CUSTOMER)?,
        country: country::code(&country).ok_or_else(|| Problem::Country { text: country.into_owned() })?,
    })
}

fn required<'a>(column: &'static str, text: Cow<'a, str>, most: usize) -> Result<Cow<'a, str>, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::Empty { column });
    }
    bounded(column, text, most)
}

fn bounded<'a>(column: &'static str, text: Cow<'a, str>, most: usize) -> Result<Cow<'a, str>, Problem> {
    // Text has no more characters than bytes, so most lines are not counted.
    if text.len() > most && text.chars().count() > most {
        return Err(Problem::FieldTooLong { column, most });
    }
    Ok(text)
}

fn read_quantity(text: &str) -> Result<i32, Problem> {
    match text.parse::<i32>() {
        Ok(0) => Err(Problem::NoQuantity),
        Ok(quantity) if quantity.unsigned_abs() <= MAX_QUANTITY => Ok(quantity),
        _ => Err(Problem::Quantity { text: text.to_owned() }),
    }
}

/// The price of one and of all.
fn read_price(text: &str, quantity: i32) -> Result<(Amount, Amount), Problem> {
    Amount::parse(text)
        .filter(|price| price.is_within(Amount::MILLION))
        .and_then(|price| Some((price, price.times(quantity)?)))
        .ok_or_else(|| Problem::Price { text: text.to_owned() })
}

fn read_time(text: &str, last: &mut (String, NaiveDateTime)) -> Result<NaiveDateTime, Problem> {
    if last.0 == text && !text.is_empty() {
        return Ok(last.1);
    }
    let time = NaiveDateTime::parse_from_str(text, TIME_FORMAT)
        .ok()
        .filter(|time| text.len() == TIME_LENGTH && YEARS.contains(&time.year()))
        .ok_or_else(|| Problem::Date { text: text.to_owned() })?;
    text.clone_into(&mut last.0);
    last.1 = time;
    Ok(time)
}
