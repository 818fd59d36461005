use crate::staff::Person;
use identity::account::{AccountError, end_sessions};
use testkit::{Shop, TestDatabase, tester};

/// Each would wait for the other, did they not take turns.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_sessions_that_end_each_other_at_the_same_time_one_stays() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Each other").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let (staff, actor) = (ann.staff().await, tester());
    let end_others_of = async |session: &[u8]| end_sessions(&database.application, &actor, &staff, None, session).await;
    for round in 0..10 {
        ann.session_under(&[1; 32]).await;
        ann.session_under(&[2; 32]).await;
        let (first, second) = tokio::join!(end_others_of(&[1; 32]), end_others_of(&[2; 32]));
        let fits = matches!(
            (&first, &second),
            (Ok(()), Err(AccountError::SignedOut)) | (Err(AccountError::SignedOut), Ok(()))
        );
        assert!(fits, "{round}: {first:?}, {second:?}");
    }
}
