//! Orders against a real PostgreSQL.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops where something is not as it expects")]

use chrono_tz::Tz;
use model::channel::Channel;
use model::page::PageRequest;
use orders::latest::latest;
use testkit::{Shop, TestDatabase};

#[tokio::test]
async fn pages_of_orders_hold_each_once_newest_first_even_those_of_one_moment() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Pages").await;
    let (product, customer) = (shop.product("A1", "Bags").await, shop.customer("7").await);
    // Five at the same noon and two on other days.
    for date in ["2026-03-02", "2026-03-01", "2026-03-02", "2026-03-02", "2026-03-03", "2026-03-02", "2026-03-02"] {
        shop.order(date).customer(customer).line(product, 1, "1").save().await;
    }
    let mut tx = shop.begin().await;
    let (mut seen, mut request) = (Vec::new(), PageRequest::first(3));
    loop {
        let page = latest(&mut tx, Tz::UTC, None, &request).await.unwrap();
        assert!(page.rows.len() <= 3);
        seen.extend(page.rows.iter().map(|order| (order.placed_at, order.order)));
        let Some(next) = page.next else { break };
        request = PageRequest::new(Some(next), 3);
    }
    let mut expected = seen.clone();
    expected.sort();
    expected.reverse();
    expected.dedup();
    assert_eq!((seen.len(), &seen), (7, &expected));

    let first = latest(&mut tx, Tz::Asia__Tokyo, None, &PageRequest::first(1)).await.unwrap();
    assert_eq!(first.rows[0].customer.as_deref(), Some("Customer 7"));
    assert_eq!(first.rows[0].placed_at_local, "3 Mar, 21:00");
    let store = latest(&mut tx, Tz::UTC, Some(Channel::Store), &PageRequest::first(3)).await.unwrap();
    assert_eq!(store.rows, []);
}
