use crate::staff::Person;
use identity::account::AccountError;
use identity::api_key::{ApiKeyError, NewApiKey, create};
use model::api_key::KeyLifetime;
use model::permission::Permission;
use testkit::{Shop, TestDatabase, tester};

/// Whoever sends a request slowly could else make a key, which stays, by a session that was ended meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_session_has_ended_makes_no_key() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Held back").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let promote =
        "UPDATE members m SET role_id = r.id FROM roles r WHERE r.tenant_id = m.tenant_id AND r.built_in = 'owner'";
    sqlx::query(promote).execute(&mut database.superuser().await).await.unwrap();
    let new = NewApiKey {
        name: "Web shop",
        scopes: [Permission::ReadOrders].into_iter().collect(),
        lifetime: KeyLifetime::Quarter,
    };
    let mut tx = shop.begin().await;
    let refused = create(&mut tx, &tester(), ann.id, &[1; 32], &new).await;
    assert!(matches!(refused, Err(ApiKeyError::Account(AccountError::SignedOut))), "{refused:?}");
    ann.session_under(&[1; 32]).await;
    create(&mut tx, &tester(), ann.id, &[1; 32], &new).await.unwrap();
}
