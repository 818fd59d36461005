use crate::staff::{PASSWORD, Person};
use chrono::TimeDelta;
use chrono_tz::Tz;
use identity::access_token::{AccessTokenError, AccessTokens};
use identity::arrival::Arrival;
use identity::epoch::Epoch;
use identity::refresh_token::{Bearer, RemoveEndedTokens, TokenError, TokenPair, begin, log_out, refresh};
use identity::secret_token::SecretToken;
use identity::signing_key::{self, SigningKeys};
use identity::{Passwords, audit, member, user};
use kernel::Clock;
use kernel::installation_log;
use kernel::task::Task;
use model::audit::{Action, AuditQuery};
use model::id::{CorrelationId, TenantId, UserId};
use model::role::BuiltInRole;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use testkit::{Shop, TestDatabase, sealing_key, tester};
use tokio::task::JoinSet;
use uuid::Uuid;

const SITE: &str = "https://shop.example";

/// What one server knows.
fn server(database: &TestDatabase) -> AccessTokens {
    AccessTokens::new(SigningKeys::new(database.application.clone(), sealing_key()), SITE)
}

fn bearer() -> Bearer {
    Bearer { correlation: CorrelationId::from(Uuid::from_u128(9)), address: "203.0.113.66".parse().ok() }
}

/// Somebody whose sessions were never ended.
fn arrived(user: UserId, tenant: TenantId) -> Arrival {
    Arrival { user, tenant, epoch: Epoch::default() }
}

async fn logged_in(person: &Person<'_>, tokens: &AccessTokens) -> TokenPair {
    let signed_in = person.try_in(PASSWORD, "192.0.2.1", None).await.unwrap();
    begin(&person.shop.database.application, tokens, signed_in.arrival).await.unwrap()
}

async fn try_refresh(
    database: &TestDatabase,
    tokens: &AccessTokens,
    token: &SecretToken,
) -> Result<TokenPair, TokenError> {
    refresh(&database.application, tokens, token, &bearer()).await
}

fn is_refused(tried: &Result<TokenPair, TokenError>) -> bool {
    matches!(tried, Err(TokenError::Refused))
}

async fn count(shop: &Shop<'_>, action: Action) -> usize {
    let query = AuditQuery { action: Some(action), ..AuditQuery::default() };
    audit::page(&mut shop.begin().await, Tz::UTC, &query, 50).await.unwrap().rows.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_good_for_one_pair_until_the_month_is_over() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Rotated").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let tokens = server(&database);
    let mut pair = logged_in(&ann, &tokens).await;
    let first = tokens.verify(&pair.access).await.unwrap();
    assert_eq!((first.user, first.tenant), (ann.id, shop.tenant));
    assert_eq!(first.expires_at - first.issued_at, TimeDelta::minutes(10));
    for _ in 0..29 {
        database.clock.advance(TimeDelta::days(1));
        pair = try_refresh(&database, &tokens, &pair.refresh).await.unwrap();
        assert_eq!(tokens.verify(&pair.access).await.unwrap().family, first.family);
    }
    database.clock.advance(TimeDelta::days(1));
    assert!(is_refused(&try_refresh(&database, &tokens, &pair.refresh).await), "use doesn't move the end on");
    assert!(is_refused(&try_refresh(&database, &tokens, &SecretToken::sent("guess".into())).await));

    let rows: Vec<String> = sqlx::query_scalar("SELECT refresh_tokens::text FROM refresh_tokens")
        .fetch_all(database.application.pool())
        .await
        .unwrap();
    assert!(rows.iter().all(|row| !row.contains(pair.refresh.expose())), "the token is nowhere");
    RemoveEndedTokens(database.worker.clone()).run().await.unwrap();
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM refresh_tokens").fetch_one(database.application.pool()).await.unwrap();
    assert_eq!(left, 0);
}

/// Thief and owner both have the token; whoever comes second is noticed, and neither goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_comes_twice_ends_its_family_and_is_in_the_log() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Stolen").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let tokens = server(&database);
    let (stolen, other) = (logged_in(&ann, &tokens).await, logged_in(&ann, &tokens).await);
    let next = try_refresh(&database, &tokens, &stolen.refresh).await.unwrap();
    let again = try_refresh(&database, &tokens, &stolen.refresh).await;
    assert!(matches!(again, Err(TokenError::Reused)), "{again:?}");
    assert!(is_refused(&try_refresh(&database, &tokens, &next.refresh).await), "the newest one has ended with it");
    for _ in 0..3 {
        assert!(is_refused(&try_refresh(&database, &tokens, &stolen.refresh).await));
    }
    assert_eq!(count(&shop, Action::FoundReusedToken).await, 1, "noted once, however often it comes");
    let query = AuditQuery { action: Some(Action::FoundReusedToken), ..AuditQuery::default() };
    let log = audit::page(&mut shop.begin().await, Tz::UTC, &query, 1).await.unwrap().rows;
    assert_eq!((log[0].actor.as_str(), log[0].address.as_deref()), ("stranger", Some("203.0.113.66")));
    assert!(!format!("{log:?}").contains(stolen.refresh.expose()), "secrets are never in it");
    try_refresh(&database, &tokens, &other.refresh).await.expect("another login is not concerned");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_come_at_the_same_moment_one_gets_tokens_that_count_no_more() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Race").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let tokens = server(&database);
    for _ in 0..5 {
        let pair = logged_in(&ann, &tokens).await;
        let mut race = JoinSet::new();
        for _ in 0..2 {
            let (application, tokens, token) = (database.application.clone(), tokens.clone(), pair.refresh.clone());
            race.spawn(async move { refresh(&application, &tokens, &token, &bearer()).await });
        }
        let (won, lost): (Vec<_>, Vec<_>) = race.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1);
        assert!(matches!(lost[..], [Err(TokenError::Reused)]), "{lost:?}");
        let newest = won.into_iter().next().unwrap().unwrap();
        assert!(is_refused(&try_refresh(&database, &tokens, &newest.refresh).await));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_all_sessions_ends_those_of_programs() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Ended").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let tokens = server(&database);
    let passwords = Passwords::new(1).unwrap();
    let boss = {
        let mut tx = shop.begin().await;
        let email = model::credentials::Email::parse("boss@example.com").unwrap();
        let boss = user::RegisterUser { name: "Boss".into(), email, role: BuiltInRole::Owner };
        let id = user::register(&mut tx, &tester(), &passwords, &boss, PASSWORD).await.unwrap();
        tx.commit().await.unwrap();
        id
    };
    let refused = async |pair: TokenPair| is_refused(&try_refresh(&database, &tokens, &pair.refresh).await);

    let pair = logged_in(&ann, &tokens).await;
    log_out(&database.application, &pair.refresh, &bearer()).await.unwrap();
    log_out(&database.application, &pair.refresh, &bearer()).await.unwrap();
    assert!(refused(pair).await);
    assert_eq!(count(&shop, Action::LoggedOut).await, 1);

    let pair = logged_in(&ann, &tokens).await;
    let mut tx = shop.begin().await;
    member::end_sessions(&mut tx, &tester(), boss, ann.id, None).await.unwrap();
    tx.commit().await.unwrap();
    assert!(refused(pair).await);

    let pair = logged_in(&ann, &tokens).await;
    let mut tx = shop.begin().await;
    member::suspend(&mut tx, &tester(), boss, ann.id).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = shop.begin().await;
    member::resume(&mut tx, &tester(), boss, ann.id).await.unwrap();
    tx.commit().await.unwrap();
    assert!(refused(pair).await, "also after they were let in again");

    let pair = logged_in(&ann, &tokens).await;
    sqlx::query("UPDATE members SET suspended_at = now()").execute(&mut database.superuser().await).await.unwrap();
    assert!(refused(pair).await, "whoever is suspended gets no tokens, whatever became of theirs");
    sqlx::query("UPDATE members SET suspended_at = NULL").execute(&mut database.superuser().await).await.unwrap();

    let pair = logged_in(&ann, &tokens).await;
    user::change_password(&database.application, &tester(), &passwords, &ann.email, "another password").await.unwrap();
    assert!(refused(pair).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_of_one_site_and_lasts_ten_minutes() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Lasting").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let (ours, replica) = (server(&database), server(&database));
    let elsewhere =
        AccessTokens::new(SigningKeys::new(database.application.clone(), sealing_key()), "https://other.example");
    let token = logged_in(&ann, &ours).await.access;
    let refused =
        async |tokens: &AccessTokens, token: &str| matches!(tokens.verify(token).await, Err(AccessTokenError::Refused));
    assert!(refused(&elsewhere, &token).await);
    assert!(replica.verify(&token).await.is_ok(), "every server of the installation takes it");
    database.clock.advance(TimeDelta::seconds(599));
    assert!(ours.verify(&token).await.is_ok() && replica.verify(&token).await.is_ok());
    database.clock.advance(TimeDelta::seconds(1));
    assert!(refused(&ours, &token).await && refused(&replica, &token).await);
    assert!(refused(&server(&database), &token).await, "one that has never seen it");
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_at_the_same_time_make_one_first_key() {
    let database = TestDatabase::new().await;
    let mut starting = JoinSet::new();
    for _ in 0..4 {
        let keys = SigningKeys::new(database.application.clone(), sealing_key());
        starting.spawn(async move { serde_json::to_string(&keys.published().await.unwrap()).unwrap() });
    }
    let mut published = starting.join_all().await;
    published.dedup();
    assert_eq!(published.len(), 1, "{published:?}");
    assert_eq!(signing_key::list(&database.application).await.unwrap().len(), 1);
    let row: String = sqlx::query_scalar("SELECT signing_keys::text FROM signing_keys")
        .fetch_one(database.application.pool())
        .await
        .unwrap();
    assert!(!row.contains("2a864886f70d010101"), "the object identifier of an RSA key in the clear: {row}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_published_before_it_signs_and_the_old_one_stays_as_long_as_its_tokens() {
    let database = TestDatabase::new().await;
    let tokens = server(&database);
    let published = async || -> Vec<String> {
        let keys = tokens.keys().published().await.unwrap().keys;
        keys.into_iter().filter_map(|key| key.common.key_id).collect()
    };
    let first = published().await;
    database.clock.advance(TimeDelta::seconds(5));
    let second = signing_key::rotate(&database.application, &tester(), &sealing_key()).await.unwrap();
    assert_eq!(second.signs_from - second.created_at, TimeDelta::minutes(2));
    database.clock.advance(TimeDelta::seconds(5));
    let both = published().await;
    assert!(both.len() == 2 && both.contains(&first[0]) && both.contains(&second.id.to_string()));

    let old = signing_key::list(&database.application).await.unwrap().into_iter().next().unwrap();
    assert_eq!(old.retires_at, Some(second.signs_from));
    database.clock.advance(TimeDelta::minutes(17));
    assert_eq!(published().await, [second.id.to_string()]);
    RemoveEndedTokens(database.worker.clone()).run().await.unwrap();
    assert_eq!(signing_key::list(&database.application).await.unwrap().len(), 1);
}

/// The keys are those of all businesses: no business's audit log has them.
#[tokio::test(flavor = "multi_thread")]
async fn who_made_which_key_is_in_the_log_of_the_installation() {
    let database = TestDatabase::new().await;
    server(&database).keys().published().await.unwrap();
    let first = signing_key::list(&database.application).await.unwrap().remove(0);
    database.clock.advance(TimeDelta::seconds(5));
    let second = signing_key::rotate(&database.application, &tester(), &sealing_key()).await.unwrap();
    let lines = installation_log::latest(&database.application).await.unwrap();
    let told: Vec<_> =
        lines.iter().map(|line| (line.actor.as_str(), line.action.as_str(), line.name.as_str())).collect();
    assert_eq!(
        told,
        [
            ("system:test", "signing_key.made", second.id.to_string().as_str()),
            ("system:first start", "signing_key.made", first.id.to_string().as_str()),
        ]
    );
    assert_eq!(lines[0].occurred_at - lines[1].occurred_at, TimeDelta::seconds(5));
    for statement in
        ["UPDATE installation_log SET actor = 'x'", "DELETE FROM installation_log", "TRUNCATE installation_log"]
    {
        let refused = sqlx::query(statement).execute(&mut database.superuser().await).await.unwrap_err().to_string();
        assert!(refused.contains("never changed or removed"), "{statement}: {refused}");
    }
}

/// Three servers make and check tokens without a pause while keys change and time goes by. Every token that is good is taken by each of
/// them; none that has ended is.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_good_token_is_refused_while_keys_change() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Under load").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let servers: Vec<_> = (0..3).map(|_| server(&database)).collect();
    // The first key is there before it is replaced.
    servers[0].keys().published().await.unwrap();
    let (rotating, checked) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
    // Nobody checks while the clock is put on: what was good when it was asked about would have ended when it is looked at.
    let hands = Arc::new(tokio::sync::RwLock::new(()));
    let mut load = JoinSet::new();
    for number in 0..6 {
        let (database, clock) = (database.application.clone(), Arc::clone(&database.clock));
        let (maker, checkers, user, tenant) = (servers[number % 3].clone(), servers.clone(), ann.id, shop.tenant);
        let (rotating, checked, hands) = (Arc::clone(&rotating), Arc::clone(&checked), Arc::clone(&hands));
        load.spawn(async move {
            let mut kept = Vec::new();
            while rotating.load(Ordering::Relaxed) {
                let _still = hands.read().await;
                kept.push(begin(&database, &maker, arrived(user, tenant)).await.unwrap().access);
                for token in &kept {
                    for checker in &checkers {
                        let now = clock.now();
                        match checker.verify(token).await {
                            Ok(token) => assert!(now < token.expires_at, "taken after its end"),
                            Err(AccessTokenError::Refused) => assert!(issued_at(token) + 600 <= now.timestamp()),
                            Err(error) => panic!("{error}"),
                        }
                        checked.fetch_add(1, Ordering::Relaxed);
                    }
                }
                kept.retain(|token| issued_at(token) + 900 > clock.now().timestamp());
                if kept.len() > 20 {
                    kept.remove(0);
                }
            }
        });
    }
    for _ in 0..4 {
        signing_key::rotate(&database.application, &tester(), &sealing_key()).await.unwrap();
        // Through the moment in which the new key takes over, in steps that are longer and shorter than servers remember.
        for seconds in [1, 3, 6, 50, 59, 1, 1, 2, 4, 30, 120, 200] {
            let before = checked.load(Ordering::Relaxed);
            while checked.load(Ordering::Relaxed) < before + 20 {
                assert!(load.try_join_next().is_none(), "a task ended before its time");
                tokio::task::yield_now().await;
            }
            let _alone = hands.write().await;
            database.clock.advance(TimeDelta::seconds(seconds));
        }
    }
    rotating.store(false, Ordering::Relaxed);
    while let Some(ended) = load.join_next().await {
        ended.unwrap();
    }
    assert_eq!(signing_key::list(&database.application).await.unwrap().len(), 5);
}

/// Of a token of ours, without looking at its signature.
fn issued_at(token: &str) -> i64 {
    let claims: serde_json::Value = jsonwebtoken::dangerous::insecure_decode_claims(token).unwrap();
    claims["iat"].as_i64().unwrap()
}

/// What others do with the published keys: their verifier knows nothing of ours.
#[tokio::test(flavor = "multi_thread")]
async fn anybody_can_verify_a_token_with_the_published_keys() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Published").await;
    let ann = Person::registered(&shop, "ann@example.com").await;
    let tokens = server(&database);
    let token = logged_in(&ann, &tokens).await.access;
    let keys = tokens.keys().published().await.unwrap();
    let kid = jsonwebtoken::decode_header(&token).unwrap().kid.unwrap();
    let key = jsonwebtoken::DecodingKey::from_jwk(keys.find(&kid).unwrap()).unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    validation.set_audience(&["tradepost"]);
    validation.set_issuer(&[SITE]);
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<serde_json::Value>(&token, &key, &validation).unwrap().claims;
    assert_eq!(claims["sub"].as_str(), Some(ann.id.to_string().as_str()));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
}
