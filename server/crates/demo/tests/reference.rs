//! The bundled data against its reference figures, and against sums made straight from the CSV without any of the
//! crate's own code.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops where something is not as it expects")]

use chrono::{Datelike, Days, NaiveDate};
use demo::plan::{DocumentKind, Plan, Reason};
use demo::{DemoError, Options, Source};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::sync::LazyLock;

static PLAN: LazyLock<Plan> = LazyLock::new(|| Plan::make(&Source::Bundled, &options(true)).unwrap());
static CSV: LazyLock<Vec<csv::StringRecord>> = LazyLock::new(|| {
    let mut text = String::new();
    let data = include_bytes!("../data/online-retail.csv.zst");
    zstd::stream::read::Decoder::new(&data[..]).unwrap().read_to_string(&mut text).unwrap();
    csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect()
});

const INVOICE: usize = 0;
const CODE: usize = 1;
const QUANTITY: usize = 3;
const TIME: usize = 4;
const PRICE: usize = 5;
const CUSTOMER: usize = 6;
const COUNTRY: usize = 7;

fn options(keep_dates: bool) -> Options {
    Options { keep_dates, today: today(), time_zone: demo::TIME_ZONE }
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn net(record: &csv::StringRecord) -> Decimal {
    decimal(&record[QUANTITY]) * decimal(&record[PRICE])
}

fn distinct(column: usize) -> usize {
    let values: HashSet<&str> = CSV.iter().map(|record| &record[column]).filter(|value| !value.is_empty()).collect();
    values.len()
}

/// Sums of the CSV's lines by a key.
fn sums<K: Ord>(key: impl Fn(&csv::StringRecord) -> K) -> BTreeMap<K, Decimal> {
    let mut sums = BTreeMap::new();
    for record in CSV.iter() {
        *sums.entry(key(record)).or_insert(Decimal::ZERO) += net(record);
    }
    sums
}

#[test]
fn totals_are_the_reference_figures() {
    let summary = PLAN.summary();
    assert_eq!((summary.lines, CSV.len()), (541_909, 541_909));
    assert_eq!(summary.net, decimal("9747747.934"));
    assert_eq!(CSV.iter().map(net).sum::<Decimal>(), decimal("9747747.934"));
    assert_eq!((summary.products, distinct(CODE)), (4_070, 4_070));
    assert_eq!((summary.customers, distinct(CUSTOMER)), (4_372, 4_372));
}

#[test]
fn every_invoice_is_accounted_for() {
    let summary = PLAN.summary();
    assert_eq!(
        (summary.sales, summary.returns, summary.adjustments, summary.stock_documents),
        (19_963, 3_836, 3, 2_098)
    );
    assert_eq!(summary.sales + summary.returns + summary.adjustments + summary.stock_documents, 25_900);
    assert_eq!(distinct(INVOICE), 25_900);
}

#[test]
fn every_invoice_has_its_amount() {
    let mut csv = sums(|record| record[INVOICE].to_owned());
    for document in &PLAN.documents {
        assert_eq!(csv.remove(&*document.number), Some(document.net.to_decimal()), "{}", document.number);
    }
    assert!(csv.is_empty());
}

#[test]
fn months_have_their_amounts_in_orders_alone() {
    let csv = sums(|record| record[TIME][..7].to_owned());
    let mut months = BTreeMap::new();
    for document in PLAN.documents.iter().filter(|document| document.kind != DocumentKind::Stock) {
        *months.entry(document.time.format("%Y-%m").to_string()).or_insert(Decimal::ZERO) += document.net.to_decimal();
    }
    assert_eq!(months, csv);
    assert_eq!(months.keys().next_back().map(String::as_str), Some("2011-12"));
    assert_eq!(months.len(), 13);
}

#[test]
fn countries_have_their_amounts() {
    let csv = sums(|record| record[COUNTRY].to_owned());
    let mut countries = BTreeMap::new();
    for document in &PLAN.documents {
        *countries.entry(document.country).or_insert(Decimal::ZERO) += document.net.to_decimal();
    }
    let sorted = |values: Vec<Decimal>| {
        let mut values = values;
        values.sort();
        values
    };
    assert_eq!(countries.len(), 38);
    assert_eq!(sorted(countries.values().copied().collect()), sorted(csv.values().copied().collect()));
    for (name, code) in
        [("United Kingdom", "GB"), ("EIRE", "IE"), ("RSA", "ZA"), ("Channel Islands", "XC"), ("USA", "US")]
    {
        assert_eq!(countries[code], csv[name], "{name}");
    }
}

#[test]
fn products_have_their_units_and_amounts() {
    let csv = sums(|record| record[CODE].to_owned());
    let mut products: HashMap<usize, Decimal> = HashMap::new();
    for line in &PLAN.lines {
        *products.entry(line.product).or_default() += line.net.to_decimal();
    }
    for (place, product) in PLAN.products.iter().enumerate() {
        assert_eq!(products[&place], csv[&*product.sku], "{}", product.sku);
    }
}

#[test]
fn most_returns_are_linked_to_their_sales() {
    let summary = PLAN.summary();
    assert_eq!((summary.linked_return_lines, summary.linked_returns), (7_471, 2_711));
    let mut returned: HashMap<usize, i32> = HashMap::new();
    for (line, sale_line) in &PLAN.links.lines {
        let (line, sale) = (PLAN.lines[*line], PLAN.lines[*sale_line]);
        assert_eq!(line.product, sale.product);
        assert!(PLAN.documents[sale.document].time <= PLAN.documents[line.document].time);
        assert_eq!(PLAN.documents[sale.document].customer, PLAN.documents[line.document].customer);
        *returned.entry(*sale_line).or_default() -= line.quantity;
    }
    assert!(returned.iter().all(|(sale_line, returned)| *returned <= PLAN.lines[*sale_line].quantity));
}

#[test]
fn names_prices_and_categories_are_sensible() {
    let product = |sku: &str| PLAN.products.iter().find(|product| &*product.sku == sku).unwrap();
    let hearts = product("85123A");
    assert_eq!((&*hearts.name, hearts.price.to_decimal()), ("WHITE HANGING HEART T-LIGHT HOLDER", decimal("2.95")));
    assert_eq!(PLAN.categories[hearts.category], "Candles and lighting");
    assert!(product("POST").is_service && !product("PADS").is_service);
    assert_eq!(&*product("21134").name, "21134");
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for product in &PLAN.products {
        *sizes.entry(PLAN.categories[product.category]).or_default() += 1;
    }
    assert_eq!(sizes.len(), 15);
    assert_eq!((sizes["Other gifts"], sizes["Services and fees"], sizes["Kitchen and dining"]), (240, 17, 650));
}

#[test]
fn levels_are_the_sums_of_their_movements() {
    let stock = &PLAN.stock;
    let mut sums: HashMap<usize, i64> = HashMap::new();
    for movement in &stock.movements {
        let sum = sums.entry(movement.level).or_default();
        *sum += movement.quantity;
        assert_eq!(*sum, movement.on_hand_after);
        assert!(movement.on_hand_after >= 0 && movement.quantity != 0);
    }
    for (place, level) in stock.levels.iter().enumerate() {
        assert_eq!(sums.get(&place).copied().unwrap_or_default(), level.on_hand);
    }
    let recorded = |reason| stock.movements.iter().filter(|movement| movement.reason == reason).count();
    assert_eq!((recorded(Reason::WriteOff), recorded(Reason::Found)), (1_336, 761));
}

#[test]
fn some_products_are_low_and_some_batches_expire() {
    let stock = &PLAN.stock;
    let mut on_hand: HashMap<usize, i64> = HashMap::new();
    for level in &stock.levels {
        *on_hand.entry(level.product).or_default() += level.on_hand;
    }
    let low = stock.reorder.iter().filter(|(product, reorder)| on_hand[*product] < reorder.reorder_point).count();
    assert_eq!(stock.reorder.len(), 3_223);
    assert!((130..260).contains(&low), "{low}");
    let within = |days: u64| stock.batches.iter().filter(|batch| batch.expires_on <= today() + Days::new(days)).count();
    assert!((80..150).contains(&stock.batches.len()), "{}", stock.batches.len());
    assert_eq!(stock.batches.iter().filter(|batch| batch.expires_on < today()).count(), 1);
    assert!(1 < within(30) && within(30) < within(60) && within(60) < within(90));
}

#[test]
fn moved_dates_keep_weekdays_and_amounts_and_end_yesterday() {
    let moved = Plan::make(&Source::Bundled, &options(false)).unwrap();
    assert_eq!(moved.documents.last().unwrap().time.date(), today() - Days::new(1));
    for (moved, kept) in moved.documents.iter().zip(&PLAN.documents) {
        assert_eq!((&moved.number, moved.net), (&kept.number, kept.net));
        assert_eq!((moved.time.weekday(), moved.time.time()), (kept.time.weekday(), kept.time.time()));
    }
    assert_eq!(moved.summary(), PLAN.summary());
}

#[test]
fn a_malformed_line_deep_in_a_file_is_named() {
    let mut text = format!("{}\n", demo::source::HEADER);
    for line in 2..=20_000 {
        let quantity = if line == 19_999 { "many" } else { "1" };
        text += &format!("{line},A1,BAG,{quantity},2011-01-01 08:00:00,1.25,,France\n");
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let error = Plan::make(&Source::File(file.path().to_owned()), &options(false)).unwrap_err();
    assert!(matches!(error, DemoError::Line { line: 19_999, .. }), "{error}");
}
