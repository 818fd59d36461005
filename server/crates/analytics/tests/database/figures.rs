use analytics::sales::{SalesCache, figures, revision};
use model::channel::Channel;
use model::dashboard::RevenueShare;
use model::period::{Bucket, DayRange};
use rust_decimal::Decimal;
use sqlx::Executor;
use testkit::{Shop, TestDatabase, day};

fn days(first: &str, last: &str) -> DayRange {
    DayRange::new(day(first), day(last)).unwrap()
}

fn shares(of: &[RevenueShare]) -> Vec<(&str, String)> {
    of.iter().map(|share| (share.name.as_str(), share.revenue.normalize().to_string())).collect()
}

#[tokio::test]
async fn a_span_is_read_from_whole_months_and_the_days_at_its_ends() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Figures").await;
    let (bag, card) = (shop.product("A1", "Bags").await, shop.product("B1", "Cards").await);
    let customer = shop.customer("1").await;
    shop.order("2026-01-30").line(bag, 1, "1000").save().await; // before the span
    shop.order("2026-01-31").customer(customer).line(bag, 2, "10").line(card, 1, "5").save().await;
    shop.order("2026-02-14").customer(customer).channel("store").country("FR").line(card, 4, "5.5").save().await;
    shop.order("2026-03-01").kind("return").line(bag, -1, "10").save().await;
    shop.order("2026-03-02").line(bag, 1, "1000").save().await; // after it
    shop.restate().await;

    let span = days("2026-01-31", "2026-03-01");
    let mut tx = shop.begin().await;
    let all = figures(&mut tx, span, Bucket::Month, None).await.unwrap();
    assert_eq!(all.revenue.value, Decimal::from(37));
    assert_eq!(all.revenue.before, Decimal::from(1000));
    assert_eq!((all.orders.value, all.new_customers.value), (2.into(), 1.into()));
    assert_eq!(all.average_order.value, Decimal::new(235, 1));
    assert_eq!(all.points.iter().map(|point| point.revenue).collect::<Vec<_>>(), [25.into(), 22.into(), (-10).into()]);
    assert_eq!(shares(&all.categories), [("Cards", "27".into()), ("Bags", "10".into())]);
    assert_eq!(shares(&all.countries), [("France", "22".into()), ("United Kingdom", "15".into())]);
    let top: Vec<_> = all.top_products.iter().map(|top| (top.name.as_str(), top.units)).collect();
    assert_eq!(top, [("Product B1", 5.into()), ("Product A1", 1.into())]);

    let store = figures(&mut tx, span, Bucket::Day, Some(Channel::Store)).await.unwrap();
    assert_eq!((store.revenue.value, store.points.len()), (22.into(), 30));
    assert_eq!(shares(&store.countries), [("France", "22".into())]);
}

#[tokio::test]
async fn a_business_without_orders_has_figures_of_zero() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Empty").await;
    let figures = figures(&mut shop.begin().await, days("2026-02-01", "2026-03-01"), Bucket::Week, None).await.unwrap();
    assert_eq!(figures.revenue.value, Decimal::ZERO);
    assert!(figures.top_products.is_empty() && figures.categories.is_empty() && figures.countries.is_empty());
}

/// In a busy shop the figures change every two seconds: only whoever asks first waits for the new ones.
#[tokio::test(flavor = "multi_thread")]
async fn while_new_figures_are_read_others_get_those_before() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Busy").await;
    let product = shop.product("A1", "Bags").await;
    let (cache, application, tenant) = (SalesCache::default(), database.application.clone(), shop.tenant);
    let ask = || {
        let (cache, application) = (cache.clone(), application.clone());
        async move {
            let mut tx = application.begin(tenant).await.unwrap();
            let current = revision(&mut tx).await.unwrap();
            let sales =
                cache.figures(&mut tx, current, days("2026-03-01", "2026-03-04"), Bucket::Day, None).await.unwrap();
            (sales.figures.revenue.value, sales.revision.map(|revision| revision.number))
        }
    };
    shop.order("2026-03-01").line(product, 1, "10").save().await;
    shop.restate().await;
    assert_eq!(ask().await, (10.into(), Some(1)));

    shop.order("2026-03-02").line(product, 1, "5").save().await;
    shop.restate().await;
    let mut holdup = database.superuser().await;
    holdup.execute("BEGIN; LOCK TABLE rollup_sales").await.unwrap();
    let first = tokio::spawn(ask());
    database.somebody_waits().await;
    assert_eq!(ask().await, (10.into(), Some(1)), "at once, and it says of when");
    holdup.execute("ROLLBACK").await.unwrap();
    assert_eq!(first.await.unwrap(), (15.into(), Some(2)));
    assert_eq!(ask().await, (15.into(), Some(2)));
}
