use crate::client::{Client, EMAIL, PASSWORD};
use http::StatusCode;
use model::role::BuiltInRole;
use server::config::Config;
use std::cell::RefCell;
use std::fmt::Debug;
use testkit::{Shop, TestDatabase};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber, span};

thread_local! {
    static STATEMENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Notes the statements that sqlx reports, per thread: other tests run on threads of their own.
struct NoteStatements;

/// The beginning of a statement, as sqlx reports it.
#[derive(Default)]
struct Summary(String);

impl Visit for Summary {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "summary" {
            self.0 = format!("{value:?}");
        }
    }
}

impl Subscriber for NoteStatements {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }
    fn event(&self, event: &Event<'_>) {
        let mut summary = Summary::default();
        event.record(&mut summary);
        // When the pool opens another connection is its own affair.
        if !summary.0.contains("SET ROLE") {
            STATEMENTS.with_borrow_mut(|statements| statements.push(summary.0));
        }
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

async fn shop_with(database: &TestDatabase, orders: u32) -> Shop<'_> {
    let shop = Shop::open(database, "Dashboard").await;
    let (product, customer) = (shop.product("A1", "Bags").await, shop.customer("1").await);
    for number in 0..orders {
        let date = format!("2026-03-0{}", number % 4 + 1);
        shop.order(&date).customer(customer).line(product, 1, "12.345").save().await;
    }
    shop.restate().await;
    shop
}

/// On one thread, so that every statement of the request is counted there.
#[tokio::test]
async fn the_dashboard_takes_as_many_statements_for_fifty_orders_as_for_two() {
    tracing::subscriber::set_global_default(NoteStatements).unwrap();
    let mut noted = Vec::new();
    for orders in [2, 50] {
        let database = TestDatabase::new().await;
        let shop = shop_with(&database, orders).await;
        let client = Client::signed_in(&shop).await;
        STATEMENTS.take();
        let page = client.get("/?period=year&by=day").await;
        assert!(page.text.contains("Top products"), "{}", page.text);
        noted.push(STATEMENTS.take());
    }
    // Session, person and commit; revision, totals, products, countries, latest orders, low stock and commit.
    let counts: Vec<usize> = noted.iter().map(Vec::len).collect();
    assert_eq!(counts, [10, 10], "a statement per row somewhere, or a screen that is read twice: {noted:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_what_was_sold_and_each_business_its_own() {
    let database = TestDatabase::new().await;
    let shop = shop_with(&database, 4).await;
    let other = Shop::open(&database, "Other").await;
    let foreign = other.product("Z9", "Secrets").await;
    other.order("2026-03-02").line(foreign, 1, "999999").save().await;
    other.restate().await;

    let page = Client::signed_in(&shop).await.get("/?period=7d").await.text;
    for text in ["£49.38", "Product A1", "Bags", "United Kingdom", "26 Feb to 4 Mar 2026", "Delivered"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    for secret in ["Secrets", "Z9", "999,999"] {
        assert!(!page.contains(secret), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_business_is_told_what_to_do_first() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Fresh").await;
    let page = Client::signed_in(&shop).await.get("/").await.text;
    assert!(page.contains("No orders yet"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_span_is_explained_beside_the_dates_and_what_was_typed_stays() {
    let database = TestDatabase::new().await;
    let shop = shop_with(&database, 2).await;
    let client = Client::signed_in(&shop).await;
    for (from, to, text) in [
        ("2026-03-04", "2026-03-01", "The last day is before the first"),
        ("yesterday", "2026-03-01", "is no date"),
        ("", "2026-03-01", "Enter both dates"),
        ("1000-01-01", "2026-03-01", "Choose dates between"),
        ("%3Cscript%3E", "2026-03-01", "&lt;script&gt;"),
    ] {
        let page = client.get(&format!("/?period=custom&from={from}&to={to}")).await.text;
        assert!(page.contains(text), "{from} to {to}: {page}");
        assert!(page.contains(r#"aria-invalid="true""#) && !page.contains("<script>\""), "{from} to {to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_without_the_permission_is_told_which_one_it_lacks() {
    let database = TestDatabase::new().await;
    let shop = shop_with(&database, 1).await;
    let client = Client::with_role(&shop, &Config::default(), BuiltInRole::Warehouse).await;
    client.sign_in(EMAIL, PASSWORD).await;
    let home = client.get("/").await;
    assert_eq!(
        (home.status, home.header("location")),
        (StatusCode::SEE_OTHER, "/account"),
        "there is a page to begin at"
    );
    let page = client.get("/?period=year").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text.contains("Your role, Warehouse, doesn’t include the permission analytics:read"), "{}", page.text);
    assert!(!page.text.contains("£12.35") && !page.text.contains("Product A1"), "{}", page.text);
}
