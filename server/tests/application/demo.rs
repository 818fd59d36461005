use chrono::NaiveDate;
use demo::{DemoError, Options, Silent, Source};
use model::period::{Bucket, DayRange};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::io::Write;
use testkit::{Shop, TestDatabase, day};

const HEADER: &str = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
const LINE: &str = "536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n";

fn options() -> Options {
    Options { keep_dates: true, today: day("2026-03-04"), time_zone: demo::TIME_ZONE }
}

async fn load(shop: &Shop<'_>, source: Source) -> Result<demo::Summary, DemoError> {
    let mut tx = shop.begin().await;
    sqlx::query("SET LOCAL statement_timeout = '10min'").execute(tx.conn()).await.unwrap();
    let summary = demo::load(&mut tx, source, &options(), &Silent).await?;
    tx.commit().await.unwrap();
    Ok(summary)
}

/// Rows of every table that a load fills.
async fn rows(shop: &Shop<'_>) -> i64 {
    let mut tx = shop.begin().await;
    sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM categories) + (SELECT count(*) FROM products) + (SELECT count(*) FROM variants)
              + (SELECT count(*) FROM customers) + (SELECT count(*) FROM orders) + (SELECT count(*) FROM order_lines)
              + (SELECT count(*) FROM batches) + (SELECT count(*) FROM stock_levels) + (SELECT count(*) FROM stock_movements)
              + (SELECT count(*) FROM locations) + (SELECT count(*) FROM dirty_days)",
    )
    .fetch_one(tx.conn())
    .await
    .unwrap()
}

/// The year as it was, against sums made line by line from the file itself.
#[tokio::test(flavor = "multi_thread")]
async fn the_figures_of_the_demo_business_are_those_of_its_file() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Online Retail").await;
    let summary = load(&shop, Source::Bundled).await.unwrap();
    assert_eq!(summary.lines, 541_909);
    assert_eq!(shop.restate().await, 305);

    let mut tx = shop.begin().await;
    let whole = DayRange::new(day("2010-12-01"), day("2011-12-09")).unwrap();
    let figures = analytics::sales::figures(&mut tx, whole, Bucket::Month, None).await.unwrap();
    let (months, countries) = sums_of_the_file();
    assert_eq!(figures.revenue.value, "9747747.934".parse::<Decimal>().unwrap());
    let shown: BTreeMap<NaiveDate, Decimal> =
        figures.points.iter().map(|point| (point.starts_on, point.revenue)).collect();
    assert_eq!(shown, months);
    assert_eq!(figures.countries.len(), 38);
    let sorted = |amounts: Vec<Decimal>| {
        let mut amounts = amounts;
        amounts.sort();
        amounts
    };
    assert_eq!(
        sorted(figures.countries.iter().map(|share| share.revenue).collect()),
        sorted(countries.values().copied().collect())
    );
    let categories: Decimal = figures.categories.iter().map(|share| share.revenue).sum();
    assert_eq!(categories, figures.revenue.value, "every product has its place in the breakdown");
    assert_eq!(figures.new_customers.value, customers_with_a_sale(&mut tx).await);

    let unequal: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM stock_levels s
         WHERE on_hand IS DISTINCT FROM (SELECT coalesce(sum(quantity), 0) FROM stock_movements m
             WHERE m.variant_id = s.variant_id AND m.location_id = s.location_id AND m.batch_id IS NOT DISTINCT FROM s.batch_id)",
    )
    .fetch_one(tx.conn())
    .await
    .unwrap();
    assert_eq!(unequal, 0, "levels that are not the sum of their movements");
    drop(tx);

    let before = rows(&shop).await;
    assert!(matches!(load(&shop, Source::Bundled).await, Err(DemoError::NotEmpty)));
    assert_eq!(rows(&shop).await, before, "a second load changes nothing");
}

async fn customers_with_a_sale(tx: &mut kernel::TenantTx) -> Decimal {
    let count: i64 = sqlx::query_scalar("SELECT count(DISTINCT customer_id) FROM orders WHERE kind = 'sale'")
        .fetch_one(tx.conn())
        .await
        .unwrap();
    count.into()
}

/// Quantity times price by month and by country, with nothing of the importer's.
fn sums_of_the_file() -> (BTreeMap<NaiveDate, Decimal>, BTreeMap<String, Decimal>) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/crates/demo/data/online-retail.csv.zst");
    let text = zstd::decode_all(std::fs::File::open(file).unwrap()).unwrap();
    let (mut months, mut countries) = (BTreeMap::new(), BTreeMap::new());
    for record in csv::Reader::from_reader(&*text).records().map(Result::unwrap) {
        let net = record[3].parse::<Decimal>().unwrap() * record[5].parse::<Decimal>().unwrap();
        let month = format!("{}-01", &record[4][..7]);
        *months.entry(day(&month)).or_insert(Decimal::ZERO) += net;
        *countries.entry(record[7].to_owned()).or_insert(Decimal::ZERO) += net;
    }
    (months, countries)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_line_stops_the_load_with_its_number_and_leaves_nothing() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Malformed").await;
    for (wrong, text) in [
        (&b"536366,71053,LANTERN,6,2010-12-01 08:28:00,3.39,17850\n"[..], "line 3"),
        (b"536366,71053,LANTERN,six,2010-12-01 08:28:00,3.39,17850,France\n", "line 3"),
        (b"536366,71053,LANT\xffERN,6,2010-12-01 08:28:00,3.39,17850,France\n", "line 3"),
        (b"536366,71053,LANTERN,6,2010-13-01 08:28:00,3.39,17850,France\n", "line 3"),
    ] {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all([HEADER.as_bytes(), LINE.as_bytes(), wrong].concat().as_slice()).unwrap();
        let error = load(&shop, Source::File(file.path().to_owned())).await.unwrap_err();
        assert!(error.to_string().starts_with(text), "{error}");
        assert_eq!(rows(&shop).await, 0);
    }
}

/// The user presses Ctrl-C: what was written so far goes with the transaction.
#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_is_cut_off_leaves_nothing() {
    struct StopAtOrders(tokio_util::sync::CancellationToken);
    impl demo::Progress for StopAtOrders {
        fn step(&self, stage: demo::Stage, done: u64, _: u64) {
            if stage == demo::Stage::OrderLines && done > 10_000 {
                self.0.cancel();
            }
        }
    }
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Cut off").await;
    let stop = tokio_util::sync::CancellationToken::new();
    let mut tx = shop.begin().await;
    let options = options();
    let progress = StopAtOrders(stop.clone());
    tokio::select! {
        loaded = demo::load(&mut tx, Source::Bundled, &options, &progress) => panic!("it was to be cut off: {loaded:?}"),
        () = stop.cancelled() => {}
    }
    drop(tx);
    assert_eq!(rows(&shop).await, 0);
}
