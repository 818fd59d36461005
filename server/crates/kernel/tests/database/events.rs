use kernel::{Database, event};
use model::event::{Envelope, UserLoggedIn};
use model::id::{TenantId, UserId};
use sqlx::Row;
use testkit::{Shop, TestDatabase, day, tester};
use uuid::Uuid;

fn signed_in(number: u128) -> UserLoggedIn {
    UserLoggedIn { user: UserId::from(Uuid::from_u128(number)) }
}

async fn written(shop: &Shop<'_>) -> Vec<Envelope<serde_json::Value>> {
    let mut tx = shop.begin().await;
    let rows = sqlx::query(
        "SELECT jsonb_build_object('id', id, 'type', type, 'version', version, 'tenant', tenant_id, 'occurred_at', occurred_at,
                                   'actor', actor, 'correlation_id', correlation_id,
                                   'aggregate', jsonb_build_object('type', aggregate_type, 'id', aggregate_id), 'data', data) AS envelope
         FROM outbox ORDER BY position",
    )
    .fetch_all(tx.conn())
    .await
    .unwrap();
    rows.into_iter().map(|row| serde_json::from_value(row.get("envelope")).unwrap()).collect()
}

#[tokio::test]
async fn an_event_has_the_whole_envelope() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Envelope").await;
    let mut tx = shop.begin().await;
    let id = event::write(&mut tx, &tester(), &signed_in(1)).await.unwrap();
    tx.commit().await.unwrap();

    let events = written(&shop).await;
    assert_eq!(events.len(), 1);
    let event = &events[0];
    assert_eq!((event.id, event.kind.as_str(), event.version, event.tenant), (id, "user.logged_in", 1, shop.tenant));
    assert_eq!((event.actor.to_string(), event.correlation_id), ("system:test".to_owned(), tester().correlation));
    assert_eq!((event.aggregate.kind.as_str(), event.aggregate.id), ("user", Uuid::from_u128(1)));
    assert_eq!(event.data, serde_json::json!({"user": Uuid::from_u128(1)}));
    assert_eq!(event.occurred_at.to_rfc3339(), "2026-03-04T12:00:00+00:00");
}

#[tokio::test]
async fn an_event_and_its_change_are_both_there_or_neither() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Rolled back").await;
    let mut tx = shop.begin().await;
    event::write(&mut tx, &tester(), &signed_in(1)).await.unwrap();
    drop(tx);
    assert_eq!(written(&shop).await, []);
}

/// Twenty changes of one aggregate at the same time, each numbered under the aggregate's lock: positions follow the numbers.
#[tokio::test(flavor = "multi_thread")]
async fn events_of_an_aggregate_have_the_order_of_its_changes() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "0").await;
    let mut changes = tokio::task::JoinSet::new();
    for _ in 0..20 {
        changes.spawn(numbered_change(database.application.clone(), shop.tenant));
    }
    changes.join_all().await;
    let order: Vec<_> = written(&shop).await.iter().map(|event| event.aggregate.id.as_u128()).collect();
    assert_eq!(order, (1..=20).collect::<Vec<_>>());
}

async fn numbered_change(database: Database, tenant: TenantId) {
    let mut tx = database.begin(tenant).await.unwrap();
    let number: i32 = sqlx::query_scalar("UPDATE tenants SET name = (name::int + 1)::text RETURNING name::int")
        .fetch_one(tx.conn())
        .await
        .unwrap();
    event::write(&mut tx, &tester(), &signed_in(u128::try_from(number).unwrap())).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn months_have_partitions_and_no_event_is_refused_without_one() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Partitions").await;
    let mut tx = shop.begin().await;
    event::write(&mut tx, &tester(), &signed_in(1)).await.unwrap();
    tx.commit().await.unwrap();

    let make = async |month| -> i32 {
        sqlx::query_scalar("SELECT ensure_outbox_partitions($1, 3)")
            .bind(day(month))
            .fetch_one(database.worker.pool())
            .await
            .unwrap()
    };
    assert_eq!(make("2026-03-01").await, 2, "March stays with the default partition, which has an event of it");
    assert_eq!(make("2026-03-01").await, 0, "made once");
    assert_eq!(make("2026-06-01").await, 3);
    assert_eq!(written(&shop).await.len(), 1);
}
