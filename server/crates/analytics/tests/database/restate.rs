use analytics::restate::{RestateDirtyDays, restate_all};
use kernel::TenantTx;
use kernel::task::Task;
use rust_decimal::Decimal;
use sqlx::Row;
use testkit::{Shop, TestDatabase, day};
use uuid::Uuid;

/// Day, channel, revenue, orders, new customers of every rollup row.
async fn rollups(shop: &Shop<'_>) -> Vec<(String, String, String, i64, i64)> {
    let rows = sqlx::query(
        "SELECT day::text, channel, revenue, orders, new_customers FROM rollup_sales ORDER BY day, channel",
    )
    .fetch_all(shop.begin().await.conn())
    .await
    .unwrap();
    let revenue = |row: &sqlx::postgres::PgRow| row.get::<Decimal, _>(2).normalize().to_string();
    rows.iter().map(|row| (row.get(0), row.get(1), revenue(row), row.get(3), row.get(4))).collect()
}

fn row(day: &str, channel: &str, revenue: &str, orders: i64, new_customers: i64) -> (String, String, String, i64, i64) {
    (day.into(), channel.into(), revenue.into(), orders, new_customers)
}

/// The days on which somebody was new.
async fn new_on(shop: &Shop<'_>) -> Vec<String> {
    rollups(shop).await.into_iter().filter(|row| row.4 > 0).map(|row| row.0).collect()
}

#[tokio::test]
async fn an_order_marks_its_day_in_its_own_transaction() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Marks").await;
    let product = shop.product("A1", "Bags").await;
    let order = shop.order("2026-03-01").line(product, 1, "10");

    let mut rolled_back = shop.begin().await;
    order.save_in(&mut rolled_back).await;
    drop(rolled_back);
    assert_eq!(shop.restate().await, 0, "nothing happened, so nothing is dirty");

    order.save().await;
    assert_eq!(shop.restate().await, 1);
    assert_eq!(rollups(&shop).await, [row("2026-03-01", "web", "10", 1, 0)]);
}

#[tokio::test]
async fn restating_again_changes_nothing() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Twice").await;
    let product = shop.product("A1", "Bags").await;
    shop.order("2026-03-01").line(product, 3, "2.335").save().await;
    shop.restate().await;
    let before = rollups(&shop).await;
    sqlx::query("INSERT INTO dirty_days (tenant_id, day) VALUES ($1, $2), ($1, $2)")
        .bind(shop.tenant.uuid())
        .bind(day("2026-03-01"))
        .execute(&mut shop.database.superuser().await)
        .await
        .unwrap();
    assert_eq!(shop.restate().await, 1);
    assert_eq!(rollups(&shop).await, before);
    assert_eq!(before, [row("2026-03-01", "web", "7.005", 1, 0)]);
}

/// A restatement that found no day left once kept the tenant's turn for a moment, and the next one found it taken.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_restated_gives_the_turn_back() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Turns").await;
    let product = shop.product("A1", "Bags").await;
    for round in 0..50 {
        shop.order("2026-03-01").line(product, 1, "1").save().await;
        assert_eq!(shop.restate().await, 1, "round {round}");
    }
}

#[tokio::test]
async fn a_return_counts_on_its_own_day_and_a_cancelled_order_nowhere() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Returns").await;
    let product = shop.product("A1", "Bags").await;
    let sale = shop.order("2026-03-01").line(product, 5, "4").save().await;
    shop.order("2026-03-03").kind("return").line(product, -2, "4").save().await;
    shop.restate().await;
    assert_eq!(rollups(&shop).await, [row("2026-03-01", "web", "20", 1, 0), row("2026-03-03", "web", "-8", 0, 0)]);

    let mut tx = shop.begin().await;
    sqlx::query("UPDATE orders SET status = 'cancelled' WHERE id = $1")
        .bind(sale.uuid())
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.restate().await, 1, "only the day of the order that changed");
    assert_eq!(rollups(&shop).await, [row("2026-03-03", "web", "-8", 0, 0)]);
}

#[tokio::test]
async fn an_order_that_moves_restates_the_day_it_leaves_and_the_day_it_comes_to() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Moves").await;
    let product = shop.product("A1", "Bags").await;
    let order = shop.order("2026-02-28").line(product, 1, "10").save().await;
    shop.restate().await;
    let mut tx = shop.begin().await;
    sqlx::query("UPDATE orders SET business_day = '2026-03-01', channel = 'store' WHERE id = $1")
        .bind(order.uuid())
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    shop.restate().await;
    assert_eq!(rollups(&shop).await, [row("2026-03-01", "store", "10", 1, 0)]);
    let months: Vec<(String,)> =
        sqlx::query_as("SELECT starts_on::text FROM rollup_product_sales WHERE grain = 'month'")
            .fetch_all(shop.begin().await.conn())
            .await
            .unwrap();
    assert_eq!(months, [("2026-03-01".to_owned(),)]);
}

/// An earlier sale that comes in late takes the "new" from the day that had it, which no order of that day changed.
#[tokio::test]
async fn a_customer_is_new_once_whatever_order_sales_arrive_in() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "New").await;
    let (product, customer) = (shop.product("A1", "Bags").await, shop.customer("1").await);
    let sale = |date| shop.order(date).customer(customer).line(product, 1, "10");
    // Days before that count for nothing must not hide the first that does.
    shop.order("2026-02-01").customer(customer).status("cancelled").line(product, 1, "1").save().await;
    shop.order("2026-02-02").customer(customer).kind("return").line(product, -1, "1").save().await;
    sale("2026-03-03").save().await;
    sale("2026-03-04").save().await;
    shop.restate().await;
    assert_eq!(new_on(&shop).await, ["2026-03-03"]);

    let earlier = sale("2026-03-01").save().await;
    shop.restate().await;
    assert_eq!(new_on(&shop).await, ["2026-03-01"]);

    let mut tx = shop.begin().await;
    sqlx::query("DELETE FROM orders WHERE id = $1").bind(earlier.uuid()).execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    shop.restate().await;
    assert_eq!(new_on(&shop).await, ["2026-03-03"]);
}

/// One statement may bring several earlier sales: the first of the customer's *other* days is looked for, however many come.
#[tokio::test]
async fn earlier_sales_that_come_together_take_the_new_from_a_later_day() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Together").await;
    let (product, customer) = (shop.product("A1", "Bags").await, shop.customer("1").await);
    let sale = |date| shop.order(date).customer(customer).line(product, 1, "10");
    sale("2026-03-01").status("placed").save().await;
    sale("2026-03-02").status("placed").save().await;
    sale("2026-03-05").save().await;
    shop.restate().await;
    assert_eq!(new_on(&shop).await, ["2026-03-05"], "an order that nobody paid makes nobody a customer");

    let mut tx = shop.begin().await;
    sqlx::query("UPDATE orders SET status = 'paid' WHERE status = 'placed'").execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    shop.restate().await;
    assert_eq!(new_on(&shop).await, ["2026-03-01"]);
}

/// Neither of two transactions sees the other's sale, so they take turns: the second one's mark covers both days.
#[tokio::test(flavor = "multi_thread")]
async fn two_sales_of_one_customer_at_the_same_time_make_them_new_once() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Twins").await;
    let (product, customer) = (shop.product("A1", "Bags").await.variant.uuid(), shop.customer("1").await.uuid());
    let mut later = shop.begin().await;
    insert_order(&mut later, 1, "2026-03-05", product, Some(customer)).await;
    let (application, tenant) = (database.application.clone(), shop.tenant);
    let earlier = tokio::spawn(async move {
        let mut tx = application.begin(tenant).await.unwrap();
        insert_order(&mut tx, 2, "2026-03-01", product, Some(customer)).await;
        tx.commit().await.unwrap();
    });
    database.somebody_waits().await;
    later.commit().await.unwrap();
    shop.restate().await;
    earlier.await.unwrap();
    shop.restate().await;
    assert_eq!(new_on(&shop).await, ["2026-03-01"]);
}

#[tokio::test]
async fn a_line_that_changes_its_product_restates_the_products() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Lines").await;
    let (first, second) = (shop.product("A1", "Bags").await, shop.product("B1", "Cards").await);
    shop.order("2026-03-01").line(first, 1, "10").save().await;
    shop.restate().await;
    let mut tx = shop.begin().await;
    sqlx::query("UPDATE order_lines SET variant_id = $1").bind(second.variant.uuid()).execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shop.restate().await, 1);
    let products: Vec<(Uuid,)> = sqlx::query_as("SELECT DISTINCT product_id FROM rollup_product_sales")
        .fetch_all(shop.begin().await.conn())
        .await
        .unwrap();
    assert_eq!(products, [(second.product.uuid(),)]);
}

/// Product, grain, channel, revenue and the transaction that wrote it, of every row of the products' rollup.
async fn product_rows(shop: &Shop<'_>) -> Vec<(Uuid, String, String, Decimal, String)> {
    sqlx::query_as(
        "SELECT product_id, grain, channel, revenue, xmin::text FROM rollup_product_sales ORDER BY product_id, grain, starts_on, channel",
    )
    .fetch_all(shop.begin().await.conn())
    .await
    .unwrap()
}

/// Most of a day and of a month stays as it is when an order comes in: writing that again would be thousands of rows for nothing.
#[tokio::test]
async fn only_the_products_that_changed_are_written_again() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Few").await;
    let (sold, quiet) = (shop.product("A1", "Bags").await, shop.product("B1", "Cards").await);
    shop.order("2026-03-01").line(sold, 1, "10").line(quiet, 1, "7").save().await;
    shop.order("2026-03-02").line(quiet, 1, "5").save().await;
    shop.restate().await;
    let before = product_rows(&shop).await;

    let order = shop.order("2026-03-01").channel("store").line(sold, 1, "3").save().await;
    shop.order("2026-03-01").line(sold, 1, "2").save().await;
    shop.restate().await;
    let after = product_rows(&shop).await;
    let of = |rows: &[(Uuid, String, String, Decimal, String)], product: testkit::Product| -> Vec<_> {
        rows.iter().filter(|row| row.0 == product.product.uuid()).cloned().collect()
    };
    assert_eq!(of(&after, quiet), of(&before, quiet), "amounts and rows as they were");
    let amounts = |rows: &[(Uuid, String, String, Decimal, String)]| -> Vec<_> {
        of(rows, sold).into_iter().map(|row| (row.1, row.2, row.3.normalize().to_string())).collect()
    };
    let amount = |grain: &str, channel: &str, revenue: &str| (grain.to_owned(), channel.to_owned(), revenue.to_owned());
    assert_eq!(
        amounts(&after),
        [
            amount("day", "store", "3"),
            amount("day", "web", "12"),
            amount("month", "store", "3"),
            amount("month", "web", "12")
        ]
    );

    let mut tx = shop.begin().await;
    sqlx::query("UPDATE orders SET status = 'cancelled' WHERE id = $1")
        .bind(order.uuid())
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    shop.restate().await;
    assert_eq!(amounts(&product_rows(&shop).await), [amount("day", "web", "12"), amount("month", "web", "12")]);
}

/// Sales keep coming while two servers restate: in the end the figures are those of the orders, whoever came first.
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_restate_while_orders_come_in() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Busy").await;
    let product = shop.product("A1", "Bags").await;
    let (application, worker, tenant) = (database.application.clone(), database.worker.clone(), shop.tenant);

    let mut work = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let worker = worker.clone();
        work.spawn(async move {
            for _ in 0..30 {
                restate_all(&worker, tenant, |_| ()).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
    }
    let order = |number: u32| format!("2026-03-0{}", number % 3 + 1);
    for number in 0..40 {
        let (application, date) = (application.clone(), order(number));
        work.spawn(async move {
            let mut tx = application.begin(tenant).await.unwrap();
            insert_order(&mut tx, number, &date, product.variant.uuid(), None).await;
            tx.commit().await.unwrap();
        });
    }
    work.join_all().await;
    shop.restate().await;
    let total: Decimal =
        sqlx::query_scalar("SELECT sum(revenue) FROM rollup_sales").fetch_one(shop.begin().await.conn()).await.unwrap();
    assert_eq!(total, Decimal::from(40));
    let dirty: i64 =
        sqlx::query_scalar("SELECT count(*) FROM dirty_days").fetch_one(shop.begin().await.conn()).await.unwrap();
    assert_eq!(dirty, 0);
}

async fn insert_order(tx: &mut TenantTx, number: u32, date: &str, variant: Uuid, customer: Option<Uuid>) {
    let (tenant, id) = (tx.tenant().uuid(), tx.ids().at(tx.now()));
    sqlx::query(
        "INSERT INTO orders (tenant_id, id, number, kind, status, channel, country, currency, net_amount, tax_amount, placed_at,
                             business_day, customer_id, created_at, updated_at)
         VALUES ($1, $2, $3, 'sale', 'paid', 'web', 'GB', 'GBP', 1, 0, now(), $4, $5, now(), now())",
    )
    .bind(tenant)
    .bind(id)
    .bind(number.to_string())
    .bind(day(date))
    .bind(customer)
    .execute(tx.conn())
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO order_lines (tenant_id, id, order_id, position, variant_id, description, quantity, unit_price, net_amount)
         VALUES ($1, $2, $2, 0, $3, 'line', 1, 1, 1)",
    )
    .bind(tenant)
    .bind(id)
    .bind(variant)
    .execute(tx.conn())
    .await
    .unwrap();
}

#[tokio::test]
async fn the_task_finds_the_dirty_days_of_every_tenant() {
    let database = TestDatabase::new().await;
    let (first, second) = (Shop::open(&database, "First").await, Shop::open(&database, "Second").await);
    for shop in [&first, &second] {
        let product = shop.product("A1", "Bags").await;
        shop.order("2026-03-01").line(product, 1, "10").save().await;
    }
    RestateDirtyDays(database.worker.clone()).run().await.unwrap();
    for shop in [&first, &second] {
        assert_eq!(rollups(shop).await, [row("2026-03-01", "web", "10", 1, 0)]);
    }
}
