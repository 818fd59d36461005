use kernel::seal::{SEALING_KEY_BYTES, SealingKey, check, has_key};
use testkit::{TestDatabase, sealing_key};

#[tokio::test]
async fn a_database_is_used_with_the_key_of_its_first_start() {
    let database = TestDatabase::new().await;
    assert!(!has_key(&database.application).await.unwrap());
    check(&database.application, &sealing_key()).await.unwrap();
    assert!(has_key(&database.worker).await.unwrap());
    check(&database.worker, &sealing_key()).await.unwrap();
    let other = SealingKey::new(&[8; SEALING_KEY_BYTES]).unwrap();
    let refused = check(&database.application, &other).await.unwrap_err().to_string();
    assert!(refused.contains("give the program the secret key that this database was used with"), "{refused}");
    check(&database.application, &sealing_key()).await.unwrap();
}
