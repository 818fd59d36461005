use sqlx::{AssertSqlSafe, PgConnection, Row};
use testkit::{Shop, TestDatabase};

async fn tables_with_tenant(connection: &mut PgConnection) -> Vec<(String, bool, bool, i64)> {
    sqlx::query(
        "SELECT c.oid::regclass::text AS name, c.relrowsecurity, c.relforcerowsecurity,
                (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
         FROM pg_class c
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
         ORDER BY 1",
    )
    .fetch_all(connection)
    .await
    .unwrap()
    .into_iter()
    .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)))
    .collect()
}

#[tokio::test]
async fn every_table_with_a_tenant_has_row_level_security_enabled_and_forced() {
    let database = TestDatabase::new().await;
    // Partitions made later have to be protected as those of the migrations.
    sqlx::query("SELECT ensure_outbox_partitions('2026-03-01', 2)").execute(database.worker.pool()).await.unwrap();
    let tables = tables_with_tenant(&mut database.superuser().await).await;
    assert!(tables.len() > 15, "{tables:?}");
    for (name, enabled, forced, policies) in tables {
        assert!(enabled && forced && policies > 0, "{name}: enabled {enabled}, forced {forced}, {policies} policies");
    }
}

#[tokio::test]
async fn another_tenant_and_nobody_see_nothing_and_can_write_nothing() {
    let database = TestDatabase::new().await;
    let ours = Shop::open(&database, "Ours").await;
    let theirs = Shop::open(&database, "Theirs").await;
    let product = ours.product("A1", "Bags").await;
    let customer = ours.customer("1").await;
    let order = ours.order("2026-03-01").customer(customer).line(product, 2, "1.50").save().await;
    ours.restate().await;
    fill_the_rest(&ours, product).await;

    let tables = tables_with_tenant(&mut database.superuser().await).await;
    for (table, ..) in tables.iter().filter(|(name, ..)| name != "dirty_days" && !name.starts_with("outbox_")) {
        let count = || AssertSqlSafe(format!("SELECT count(*) FROM {table} WHERE tenant_id = '{}'", ours.tenant));
        let seen_by_us: i64 = sqlx::query_scalar(count()).fetch_one(ours.begin().await.conn()).await.unwrap();
        let seen_by_them: i64 = sqlx::query_scalar(count()).fetch_one(theirs.begin().await.conn()).await.unwrap();
        let seen_by_nobody: i64 = sqlx::query_scalar(count()).fetch_one(database.application.pool()).await.unwrap();
        assert!(seen_by_us > 0, "{table} has no row to hide: add one to this test");
        assert_eq!((seen_by_them, seen_by_nobody), (0, 0), "{table}");
    }

    // A business is its own tenant.
    let businesses: Vec<String> =
        sqlx::query_scalar("SELECT name FROM tenants").fetch_all(theirs.begin().await.conn()).await.unwrap();
    assert_eq!(businesses, ["Theirs"]);

    // Not even by naming our rows.
    let mut tx = theirs.begin().await;
    let changed =
        sqlx::query("UPDATE orders SET status = 'cancelled' WHERE id = $1").bind(order.uuid()).execute(tx.conn()).await;
    assert_eq!(changed.unwrap().rows_affected(), 0);
    let forged =
        sqlx::query("INSERT INTO categories (tenant_id, id, name, created_at) VALUES ($1, $1, 'Forged', now())")
            .bind(ours.tenant.uuid())
            .execute(tx.conn())
            .await;
    assert!(forged.unwrap_err().to_string().contains("row-level security"));
}

/// A row in each table that the orders above don't reach.
async fn fill_the_rest(shop: &Shop<'_>, product: testkit::Product) {
    let mut tx = shop.begin().await;
    let (tenant, id, variant) = (shop.tenant.uuid(), tx.ids().at(tx.now()), product.variant.uuid());
    for statement in [
        "INSERT INTO users (id, email, name, password_hash, created_at) VALUES ($2, 'a@b', 'A', '-', now())",
        "INSERT INTO members (tenant_id, user_id, role_id, created_at) SELECT $1, $2, id, now() FROM roles WHERE built_in = 'owner'",
        "INSERT INTO api_keys (tenant_id, id, name, token_hash, scopes, created_by, created_at)
         VALUES ($1, $2, 'Till', sha256('till'), '{}', $2, now())",
        "INSERT INTO invitations (tenant_id, id, token_hash, email, role_id, invited_by, created_at, expires_at)
         SELECT $1, $2, sha256('invited'), 'b@c', id, $2, now(), now() FROM roles WHERE built_in = 'sales'",
        "INSERT INTO registrations (tenant_id, token_hash, email, name, business, currency, time_zone, created_at, expires_at)
         VALUES ($1, sha256('asked'), 'c@d', 'C', 'Mine', 'EUR', 'UTC', now(), now())",
        "INSERT INTO mails (tenant_id, id, kind, recipient, subject, opens, created_at, expires_at)
         VALUES ($1, $2, 'invitation', 'b@c', 'Come', '{}', now(), now())",
        "INSERT INTO locations (tenant_id, id, name, created_at) VALUES ($1, $2, 'Here', now())",
        "INSERT INTO batches (tenant_id, id, variant_id, lot_number, created_at) VALUES ($1, $2, $3, 'L1', now())",
        "INSERT INTO stock_levels (tenant_id, location_id, variant_id, batch_id, on_hand) VALUES ($1, $2, $3, $2, 5)",
        "INSERT INTO stock_movements (tenant_id, id, location_id, variant_id, batch_id, reason, quantity, on_hand_after, actor, occurred_at)
         VALUES ($1, $2, $2, $3, $2, 'opening', 5, 5, 'system:test', now())",
    ] {
        // Every parameter is used in every statement, so that one binding serves all.
        let all = format!("WITH p AS (SELECT $1::uuid, $2::uuid, $3::uuid) {statement}");
        sqlx::query(AssertSqlSafe(all)).bind(tenant).bind(id).bind(variant).execute(tx.conn()).await.unwrap();
    }
    kernel::event::write(&mut tx, &testkit::tester(), &model::event::UserLoggedIn { user: id.into() }).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn stock_movements_and_events_can_only_be_added() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Append-only").await;
    for statement in [
        "DELETE FROM stock_movements",
        "UPDATE stock_movements SET note = ''",
        "DELETE FROM outbox",
        "UPDATE outbox SET type = 'a.b'",
    ] {
        let refused = sqlx::query(statement).execute(shop.begin().await.conn()).await;
        assert!(refused.unwrap_err().to_string().contains("permission denied"), "{statement}");
    }
}
