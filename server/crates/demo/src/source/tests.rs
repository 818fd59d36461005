use super::*;
use crate::amount::Amount;
use std::io::Cursor;

const GOOD: &str = "536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom";

fn read(text: impl Into<Vec<u8>>) -> Result<Vec<u64>, DemoError> {
    let mut lines = Lines::read(Box::new(Cursor::new(text.into())))?;
    let mut numbers = Vec::new();
    while let Some(line) = lines.read_line()? {
        numbers.push(line.number);
    }
    Ok(numbers)
}

/// The problem of `line` when it stands below the header and a good line, which makes it line 3.
fn problem(line: impl AsRef<[u8]>) -> Problem {
    let mut text = format!("{HEADER}\n{GOOD}\n").into_bytes();
    text.extend_from_slice(line.as_ref());
    text.extend_from_slice(format!("\n{GOOD}\n").as_bytes());
    match read(text) {
        Err(DemoError::Line { line: 3, problem }) => problem,
        other => panic!("{other:?}"),
    }
}

fn with(column: usize, text: &str) -> String {
    let mut fields: Vec<&str> = GOOD.split(',').collect();
    fields[column] = text;
    fields.join(",")
}

#[test]
fn a_line_is_read_whole() {
    let text = format!("{HEADER}\r\n536370,POST,\"A \"\"B\"\", C\",-3,2010-12-01 08:45:00,-18.005,,EIRE");
    let mut lines = Lines::read(Box::new(Cursor::new(text.into_bytes()))).unwrap();
    let line = lines.read_line().unwrap().unwrap();
    assert_eq!((line.number, &*line.invoice, &*line.code, &*line.description), (2, "536370", "POST", "A \"B\", C"));
    assert_eq!((line.quantity, line.time.to_string()), (-3, "2010-12-01 08:45:00".to_owned()));
    assert_eq!((Some(line.unit_price), Some(line.net)), (Amount::parse("-18.005"), Amount::parse("54.015")));
    assert_eq!((&*line.customer, line.country), ("", "IE"));
    assert_eq!(lines.read_line().unwrap(), None);
}

#[test]
fn the_last_line_needs_no_end() {
    assert_eq!(read(format!("{HEADER}\n{GOOD}\r\n{GOOD}")).unwrap(), [2, 3]);
    assert_eq!(read(HEADER).unwrap(), [0; 0]);
}

#[test]
fn another_header_is_refused() {
    for text in ["", "\n", "Invoice,StockCode\n", &HEADER.replace("UnitPrice", "Price")] {
        let error = read(text).unwrap_err();
        assert!(matches!(error, DemoError::Line { line: 1, problem: Problem::Header { .. } }), "{error}");
    }
}

#[test]
fn columns_are_counted() {
    assert_eq!(problem(GOOD.rsplit_once(',').unwrap().0), Problem::Columns { found: 7, expected: 8 });
    assert_eq!(problem(format!("{GOOD},")), Problem::Columns { found: 9, expected: 8 });
    assert_eq!(problem(""), Problem::Columns { found: 1, expected: 8 });
    assert_eq!(problem(with(2, "\"WHITE")), Problem::OpenQuote);
    assert_eq!(problem(with(2, "\"WHITE\" HEART")), Problem::AfterQuote);
}

#[test]
fn a_quantity_is_a_whole_number() {
    for text in ["", "six", "1.5", "1 ", "1000001", "-1000001", "99999999999"] {
        assert_eq!(problem(with(3, text)), Problem::Quantity { text: text.to_owned() });
    }
    assert_eq!(problem(with(3, "0")), Problem::NoQuantity);
}

#[test]
fn a_price_is_an_amount() {
    for text in ["", "free", "1.23456", "NaN", "1e3", "1000000.01"] {
        assert_eq!(problem(with(5, text)), Problem::Price { text: text.to_owned() });
    }
}

#[test]
fn a_date_is_a_time_of_the_calendar() {
    for text in
        ["", "2011-02-29 08:00:00", "01/12/2010 08:26", "2010-12-01", "2010-12-01 25:00:00", "1969-12-31 00:00:00"]
    {
        assert_eq!(problem(with(4, text)), Problem::Date { text: text.to_owned() });
    }
}

#[test]
fn text_is_utf8_without_nul() {
    assert_eq!(problem(b"536365,8512\xff"), Problem::Utf8 { byte: 12 });
    assert_eq!(problem(with(2, "A\0B")), Problem::Nul);
}

#[test]
fn fields_and_lines_have_a_longest_length() {
    assert_eq!(problem(with(0, &"5".repeat(33))), Problem::FieldTooLong { column: "InvoiceNo", most: 32 });
    assert_eq!(problem(with(1, &"5".repeat(65))), Problem::FieldTooLong { column: "StockCode", most: 64 });
    assert_eq!(problem(with(2, &"é".repeat(201))), Problem::FieldTooLong { column: "Description", most: 200 });
    assert_eq!(problem(with(6, &"5".repeat(33))), Problem::FieldTooLong { column: "CustomerID", most: 32 });
    assert_eq!(problem(with(2, &"A".repeat(5_000))), Problem::LineTooLong { most: 4_096 });
    assert!(read(format!("{HEADER}\n{}\n", with(2, &"é".repeat(200)))).is_ok());
}

#[test]
fn invoice_code_and_country_are_required() {
    assert_eq!(problem(with(0, "")), Problem::Empty { column: "InvoiceNo" });
    assert_eq!(problem(with(1, " ")), Problem::Empty { column: "StockCode" });
    assert_eq!(problem(with(7, "Atlantis")), Problem::Country { text: "Atlantis".to_owned() });
    assert_eq!(problem(with(7, "")), Problem::Country { text: String::new() });
}

#[test]
fn the_message_names_the_line() {
    let error = read(format!("{HEADER}\n{}\n", with(3, "six"))).unwrap_err();
    assert!(error.to_string().starts_with("line 2: Quantity \"six\" is not a whole number"), "{error}");
}

#[test]
fn zstd_is_recognised_by_its_first_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sales");
    std::fs::write(&path, zstd::encode_all(format!("{HEADER}\n{GOOD}\n").as_bytes(), 1).unwrap()).unwrap();
    let mut lines = Lines::open(&Source::File(path)).unwrap();
    assert_eq!(lines.read_line().unwrap().unwrap().number, 2);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Lines::open(&Source::File("no/such/file.csv".into())).unwrap_err();
    assert_eq!(error.to_string(), "cannot open no/such/file.csv");
}
