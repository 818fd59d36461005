use super::*;
use crate::source::HEADER;
use crate::{Amount, Problem};
use chrono::NaiveDate;
use model::channel::Channel;
use std::io::Cursor;

/// Lines as `number,code,description,quantity,day,price,customer`, all at 10 o'clock, in the United Kingdom.
fn try_plan(lines: &[&str], keep_dates: bool) -> Result<Plan, DemoError> {
    let mut text = HEADER.to_owned();
    for line in lines {
        let [number, code, description, quantity, day, price, customer]: [&str; 7] =
            line.split(',').collect::<Vec<_>>().try_into().unwrap();
        text += &format!("\n{number},{code},{description},{quantity},{day} 10:00:00,{price},{customer},United Kingdom");
    }
    let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    let options = Options { keep_dates, today, time_zone: crate::TIME_ZONE };
    Plan::of_lines(Lines::read(Box::new(Cursor::new(text)))?, &options)
}

fn plan(lines: &[&str]) -> Plan {
    try_plan(lines, true).unwrap()
}

fn product<'p>(plan: &'p Plan, sku: &str) -> (usize, &'p Product) {
    plan.products.iter().enumerate().find(|(_, product)| &*product.sku == sku).unwrap()
}

fn document<'p>(plan: &'p Plan, number: &str) -> (usize, &'p Document) {
    plan.documents.iter().enumerate().find(|(_, document)| &*document.number == number).unwrap()
}

fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

#[test]
fn an_invoice_whose_lines_are_apart_is_one_document_at_its_first_time() {
    let plan = plan(&[
        "1,A1,RED BAG,2,2011-01-02,1.5,7",
        "2,A1,RED BAG,1,2011-01-01,1.5,7",
        "1,B1,BLUE MUG,4,2011-01-03,0.255,7",
    ]);
    let numbers: Vec<_> = plan.documents.iter().map(|document| &*document.number).collect();
    assert_eq!(numbers, ["2", "1"]);
    let (place, first) = document(&plan, "1");
    assert_eq!((first.lines.clone(), first.net), (1..3, amount("4.02")));
    assert_eq!(first.time.to_string(), "2011-01-02 10:00:00");
    assert!(plan.lines[first.lines.clone()].iter().all(|line| line.document == place));
}

#[test]
fn documents_are_told_apart_by_number_price_and_customer() {
    let plan = plan(&[
        "1,A1,RED BAG,2,2011-01-01,1.5,7",
        "C2,A1,RED BAG,-2,2011-01-02,1.5,7",
        "A3,B,Adjust bad debt,1,2011-01-03,-11062.06,",
        "4,A1,damaged,-3,2011-01-04,0,",
        "5,A1,RED BAG,1,2011-01-05,0,7",
    ]);
    let kinds: Vec<_> = plan.documents.iter().map(|document| document.kind).collect();
    use DocumentKind::{Adjustment, Return, Sale, Stock};
    assert_eq!(kinds, [Sale, Return, Adjustment, Stock, Sale]);
    let summary = plan.summary();
    assert_eq!((summary.lines, summary.order_lines, summary.net.to_string()), (5, 4, "-11062.06".to_owned()));
}

#[test]
fn names_and_prices_are_the_most_frequent_of_priced_lines() {
    let plan = plan(&[
        "1,A1,OLD  NAME,1,2011-01-01,2,7",
        "2,A1,NEW NAME,1,2011-01-02,3,7",
        "3,A1,?,1,2011-01-03,0,7",
        "4,A1,?,1,2011-01-04,0,7",
        "5,B1,,1,2011-01-05,1,7",
        "6,a1,lower,1,2011-01-06,1,7",
    ]);
    let (_, tie) = product(&plan, "A1");
    assert_eq!((&*tie.name, tie.price), ("OLD NAME", amount("3")));
    assert_eq!(tie.first_seen.to_string(), "2011-01-01 10:00:00");
    assert_eq!((&*product(&plan, "B1").1.name, &*product(&plan, "a1").1.name), ("B1", "lower"));
    assert_eq!(plan.description(&plan.lines[4]), "B1");
    assert_eq!(plan.description(&plan.lines[2]), "?");
}

#[test]
fn a_return_reverses_the_latest_sale_at_its_price_that_covers_it() {
    let plan = plan(&[
        "1,A1,RED BAG,5,2011-01-01,2,7",
        "2,A1,RED BAG,5,2011-01-02,3,7",
        "3,A1,RED BAG,5,2011-01-03,2,8",
        "C4,A1,RED BAG,-4,2011-01-04,2,7",
        "C5,A1,RED BAG,-4,2011-01-05,2,7",
        "C6,A1,RED BAG,-4,2011-01-06,2,7",
        "7,A1,RED BAG,9,2011-01-07,2,7",
        "C8,A1,RED BAG,-1,2011-01-08,2,",
    ]);
    let sale = |number: &str| plan.links.documents.get(&document(&plan, number).0).copied();
    // C4 by price; C5 at any price, because of line 1 only one is left; C6 before the sale that would cover it.
    assert_eq!([sale("C4"), sale("C5"), sale("C6"), sale("C8")], [Some(0), Some(1), None, None]);
    assert_eq!(plan.links.lines.len(), 2);
}

#[test]
fn a_return_of_several_sales_links_its_lines_only() {
    let plan = plan(&[
        "1,A1,RED BAG,5,2011-01-01,2,7",
        "2,B1,BLUE MUG,5,2011-01-02,3,7",
        "C3,A1,RED BAG,-1,2011-01-03,2,7",
        "C3,B1,BLUE MUG,-1,2011-01-03,3,7",
        "C3,X1,NEVER SOLD,-1,2011-01-03,3,7",
        "C4,B1,BLUE MUG,-1,2011-01-04,3,7",
        "C4,X1,NEVER SOLD,-1,2011-01-04,3,7",
    ]);
    assert_eq!(plan.links.lines.len(), 3);
    assert_eq!(plan.links.documents.get(&document(&plan, "C3").0), None);
    assert_eq!(plan.links.documents.get(&document(&plan, "C4").0), Some(&1));
}

#[test]
fn channels_follow_the_stated_rule() {
    let plan = plan(&[
        "1,DOT,DOTCOM POSTAGE,1,2011-01-01,9,7",
        "1,A1,RED BAG,5,2011-01-01,2,7",
        "2,AMAZONFEE,AMAZON FEE,1,2011-01-02,3,",
        "3,A1,RED BAG,1,2011-01-03,2,",
        "4,A1,RED BAG,1,2011-01-04,2.5,7",
        "C5,A1,RED BAG,-5,2011-01-05,2,7",
        "C6,A1,RED BAG,-1,2011-01-06,2,",
    ]);
    let channels: Vec<_> = plan.documents.iter().map(|document| document.channel).collect();
    use Channel::{Marketplace, Store, Web, Wholesale};
    assert_eq!(channels, [Web, Marketplace, Store, Wholesale, Web, Store]);
}

#[test]
fn a_customer_has_the_latest_country_and_the_first_time() {
    let text = format!(
        "{HEADER}\n1,A1,BAG,1,2011-01-01 09:00:00,1,7,EIRE\n2,A1,BAG,1,2011-01-02 09:00:00,1,7,France\n\
         3,A1,BAG,1,2011-01-03 09:00:00,1,,Japan"
    );
    let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    let options = Options { keep_dates: true, today, time_zone: crate::TIME_ZONE };
    let plan = Plan::of_lines(Lines::read(Box::new(Cursor::new(text))).unwrap(), &options).unwrap();
    assert_eq!(plan.customers.len(), 1);
    let customer = &plan.customers[0];
    assert_eq!((&*customer.number, &*customer.name, customer.country), ("7", "Customer 7", "FR"));
    assert_eq!(customer.since.to_string(), "2011-01-01 09:00:00");
}

#[test]
fn dates_move_by_whole_weeks_unless_they_are_kept() {
    let lines = ["1,A1,RED BAG,5,2010-12-01,2,7", "2,A1,RED BAG,5,2011-12-09,2,7"];
    let days = |keep| -> Vec<_> {
        try_plan(&lines, keep).unwrap().documents.iter().map(|document| document.time.date().to_string()).collect()
    };
    assert_eq!(days(true), ["2010-12-01", "2011-12-09"]);
    assert_eq!(days(false), ["2025-11-12", "2026-11-20"]);
}

#[test]
fn what_contradicts_an_invoices_first_line_is_an_error_with_its_line() {
    let error =
        try_plan(&["1,A1,BAG,1,2011-01-01,1,7", "2,A1,BAG,1,2011-01-01,1,7", "1,A1,BAG,1,2011-01-01,1,8"], true);
    match error {
        Err(DemoError::Line { line: 4, problem: Problem::Differs { column: "CustomerID", invoice } }) => {
            assert_eq!(invoice, "1");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_without_lines_is_no_business() {
    assert!(matches!(try_plan(&[], true), Err(DemoError::NoLines)));
}

#[test]
fn write_offs_and_finds_are_movements_of_goods() {
    let plan = plan(&[
        "1,A1,RED BAG,5,2011-01-01,2,7",
        "2,A1,damaged,-30,2011-01-02,0,",
        "3,A1,,12,2011-01-03,0,",
        "4,POST,,750,2011-01-04,0,",
    ]);
    let recorded: Vec<_> = plan.stock.movements.iter().filter(|movement| movement.line.is_some()).collect();
    assert_eq!(recorded.iter().map(|movement| movement.reason).collect::<Vec<_>>(), [Reason::WriteOff, Reason::Found]);
    assert_eq!(recorded.iter().map(|movement| movement.quantity).collect::<Vec<_>>(), [-30, 12]);
    assert!(plan.stock.levels.iter().all(|level| level.product == product(&plan, "A1").0));
    sums_are_levels(&plan.stock);
}

#[test]
fn what_spoils_is_split_over_batches_one_of_which_has_expired() {
    let plan = plan(&[
        "1,A1,FAIRY DREAMS INCENSE,500,2011-01-01,2,7",
        "2,B1,VANILLA SCENTED CANDLE,700,2011-01-01,2,7",
        "3,A1,damaged,-9,2011-01-02,0,",
    ]);
    let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    assert!((4..=6).contains(&plan.stock.batches.len()));
    assert_eq!(plan.stock.levels.len(), plan.stock.batches.len());
    assert!(plan.stock.tracks_batches(0) && plan.stock.tracks_batches(1));
    assert!(plan.stock.batches.iter().filter(|batch| batch.expires_on < today).count() <= 1);
    sums_are_levels(&plan.stock);
}

fn sums_are_levels(stock: &Stock) {
    for (place, level) in stock.levels.iter().enumerate() {
        let mut on_hand = 0;
        for movement in stock.movements.iter().filter(|movement| movement.level == place) {
            on_hand += movement.quantity;
            assert_eq!(movement.on_hand_after, on_hand);
        }
        assert_eq!(on_hand, level.on_hand);
    }
}
