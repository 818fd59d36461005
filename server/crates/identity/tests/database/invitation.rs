use crate::staff::{PASSWORD, Person};
use chrono::TimeDelta;
use identity::Passwords;
use identity::arrival::Arrival;
use identity::invitation::{InvitationError, Joiner, Link, accept_as, accept_as_new, invite, list, revoke};
use identity::mail::Site;
use identity::member;
use identity::old_links::RemoveOldLinks;
use identity::role::built_in;
use identity::secret_token::SecretToken;
use identity::user::{RegisterUser, register};
use kernel::task::Task;
use model::credentials::Email;
use model::id::UserId;
use model::permission::Permission;
use model::registration::InvitationProblem;
use model::role::BuiltInRole;
use notifications::Mailer;
use testkit::{Shop, TestDatabase, sealing_key, tester};

const NEW: Joiner<'static> = Joiner { name: "Zoë", password: PASSWORD };

fn mailer() -> Mailer {
    Mailer::new(sealing_key(), true)
}

async fn employ(shop: &Shop<'_>, address: &str, role: BuiltInRole) -> UserId {
    let mut tx = shop.begin().await;
    let user = RegisterUser { name: address.into(), email: Email::parse(address).unwrap(), role };
    let id = register(&mut tx, &tester(), &Passwords::new(1).unwrap(), &user, PASSWORD).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn ask(shop: &Shop<'_>, by: UserId, email: &str, role: BuiltInRole) -> Result<(), InvitationError> {
    let mut tx = shop.begin().await;
    let role = built_in(&mut tx, role).await.unwrap();
    let email = Email::parse(email).unwrap();
    invite(&mut tx, &tester(), &mailer(), Site("https://shop.example"), by, &email, role).await?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn last_token(database: &TestDatabase) -> SecretToken {
    SecretToken::sent(database.letters().await.last().unwrap().token().to_owned())
}

async fn join(shop: &Shop<'_>, token: &SecretToken, joiner: &Joiner<'_>) -> Result<Arrival, InvitationError> {
    let (database, passwords) = (&shop.database.application, Passwords::new(2).unwrap());
    accept_as_new(database, &passwords, &mailer(), &tester(), Link { tenant: shop.tenant, token }, joiner).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_lets_one_person_in_however_many_follow_it_at_a_time() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Inviting").await;
    let ann = employ(&shop, "ann@example.com", BuiltInRole::Owner).await;
    ask(&shop, ann, "zoe@example.com", BuiltInRole::Sales).await.unwrap();
    let token = last_token(&database).await;
    let tenant = shop.tenant;
    let tries: Vec<_> = (0..6)
        .map(|_| {
            let (application, token) = (database.application.clone(), token.clone());
            tokio::spawn(async move {
                let link = Link { tenant, token: &token };
                let passwords = Passwords::new(2).unwrap();
                accept_as_new(&application, &passwords, &mailer(), &tester(), link, &NEW).await.is_ok()
            })
        })
        .collect();
    let mut joined = 0;
    for attempt in tries {
        joined += usize::from(attempt.await.unwrap());
    }
    assert_eq!(joined, 1);
    let mut tx = shop.begin().await;
    let members = member::list(&mut tx, chrono_tz::UTC, None).await.unwrap();
    let roles: Vec<_> = members.iter().map(|member| (member.email.as_str(), member.role_name.as_str())).collect();
    assert_eq!(roles, [("zoe@example.com", "Sales"), ("ann@example.com", "Owner")]);
    assert!(list(&mut tx, chrono_tz::UTC).await.unwrap().is_empty());
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_log WHERE action ~ 'invit' ORDER BY action")
            .fetch_all(tx.conn())
            .await
            .unwrap();
    assert_eq!(actions, ["invitation.accepted", "member.invited"]);
}

#[tokio::test]
async fn what_somebody_new_fills_in_wrong_costs_them_nothing() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Wrong").await;
    let ann = employ(&shop, "ann@example.com", BuiltInRole::Owner).await;
    ask(&shop, ann, "zoe@example.com", BuiltInRole::Sales).await.unwrap();
    let token = last_token(&database).await;
    let nameless = join(&shop, &token, &Joiner { name: "\0", ..NEW }).await;
    assert!(matches!(nameless, Err(InvitationError::Name(_))), "{nameless:?}");
    let common = join(&shop, &token, &Joiner { password: "password1", ..NEW }).await;
    assert!(matches!(common, Err(InvitationError::NewPassword(_))), "{common:?}");
    join(&shop, &token, &NEW).await.unwrap();
}

#[tokio::test]
async fn nobody_invites_to_more_than_they_hold_or_who_works_here() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Held").await;
    let ann = employ(&shop, "ann@example.com", BuiltInRole::Owner).await;
    let bob = employ(&shop, "bob@example.com", BuiltInRole::Manager).await;
    let refused = |outcome: Result<(), InvitationError>| match outcome {
        Err(InvitationError::Refused(problem)) => problem,
        other => panic!("{other:?}"),
    };
    let by_bob = ask(&shop, bob, "zoe@example.com", BuiltInRole::Sales).await;
    assert_eq!(refused(by_bob), InvitationProblem::NotAllowed);
    let there = ask(&shop, ann, "bob@example.com", BuiltInRole::Sales).await;
    assert_eq!(refused(there), InvitationProblem::WorksHere);

    let mut tx = shop.begin().await;
    let held = [Permission::ReadStaff, Permission::WriteStaff].into_iter().collect();
    let change = identity::role::RoleChange { name: "Office", permissions: held, requires_second_factor: false };
    let office = identity::role::create(&mut tx, &tester(), ann, &change).await.unwrap();
    member::change_role(&mut tx, &tester(), ann, bob, office).await.unwrap();
    tx.commit().await.unwrap();
    let owner = ask(&shop, bob, "zoe@example.com", BuiltInRole::Owner).await;
    assert!(matches!(refused(owner), InvitationProblem::NotHeld(_)));
    assert!(database.letters().await.is_empty());
}

#[tokio::test]
async fn an_invitation_ends_when_it_is_taken_back_replaced_too_old_or_its_sender_is_out() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Ended").await;
    let (ann, bob) = (
        employ(&shop, "ann@example.com", BuiltInRole::Owner).await,
        employ(&shop, "bob@example.com", BuiltInRole::Owner).await,
    );
    let is_void = async |token: &SecretToken| matches!(join(&shop, token, &NEW).await, Err(InvitationError::Link(_)));

    ask(&shop, ann, "zoe@example.com", BuiltInRole::Sales).await.unwrap();
    let first = last_token(&database).await;
    ask(&shop, ann, "zoe@example.com", BuiltInRole::Manager).await.unwrap();
    assert!(is_void(&first).await, "replaced");

    let mut tx = shop.begin().await;
    let open = list(&mut tx, chrono_tz::UTC).await.unwrap();
    assert_eq!((open.len(), open[0].role_name.as_str()), (1, "Manager"));
    revoke(&mut tx, &tester(), bob, open[0].id).await.unwrap();
    let again = revoke(&mut tx, &tester(), bob, open[0].id).await;
    assert!(matches!(again, Err(InvitationError::Refused(InvitationProblem::Gone))), "{again:?}");
    tx.commit().await.unwrap();
    assert!(is_void(&last_token(&database).await).await, "taken back");

    ask(&shop, bob, "zoe@example.com", BuiltInRole::Sales).await.unwrap();
    let token = last_token(&database).await;
    let mut tx = shop.begin().await;
    member::suspend(&mut tx, &tester(), ann, bob).await.unwrap();
    tx.commit().await.unwrap();
    assert!(is_void(&token).await, "its sender is out");
    let mut tx = shop.begin().await;
    member::resume(&mut tx, &tester(), ann, bob).await.unwrap();
    tx.commit().await.unwrap();

    let elsewhere = Shop::open(&database, "Elsewhere").await;
    assert!(matches!(join(&elsewhere, &token, &NEW).await, Err(InvitationError::Link(_))), "of another business");
    database.clock.advance(TimeDelta::days(4));
    assert!(is_void(&token).await, "too old");
}

#[tokio::test]
async fn somebody_with_an_account_joins_with_it_and_nobody_else_does() {
    let database = TestDatabase::new().await;
    let (shop, other) = (Shop::open(&database, "First").await, Shop::open(&database, "Second").await);
    let zoe = Person::registered(&shop, "zoe@example.com").await;
    let yves = Person::registered(&shop, "yves@example.com").await;
    let ann = employ(&other, "ann@example.com", BuiltInRole::Owner).await;
    ask(&other, ann, "zoe@example.com", BuiltInRole::Accountant).await.unwrap();
    let token = last_token(&database).await;
    let link = Link { tenant: other.tenant, token: &token };
    let new = join(&other, &token, &NEW).await;
    assert!(matches!(new, Err(InvitationError::HasAccount)), "{new:?}");
    let stranger = accept_as(&database.application, &tester(), link, yves.id).await;
    assert!(matches!(stranger, Err(InvitationError::SomebodyElse)), "{stranger:?}");
    accept_as(&database.application, &tester(), link, zoe.id).await.unwrap();
    let staff = identity::staff::find(&mut other.begin().await, zoe.id).await.unwrap().unwrap();
    let workplaces = identity::staff::workplaces(&database.application, &staff).await.unwrap();
    let names: Vec<_> =
        workplaces.iter().map(|place| (place.business.as_str(), place.role.as_str(), place.is_current)).collect();
    assert_eq!(names, [("First", "Manager", false), ("Second", "Accountant", true)]);
    let back = identity::staff::go_to(&database.application, &tester(), &staff, shop.tenant).await.unwrap().unwrap();
    assert_eq!(back.tenant, shop.tenant);
    let third = Shop::open(&database, "Third").await;
    assert_eq!(identity::staff::go_to(&database.application, &tester(), &staff, third.tenant).await.unwrap(), None);
}

/// What was accepted stays, and so does everything that the audit log says.
#[tokio::test]
async fn an_invitation_that_nobody_followed_is_removed_a_month_after_it_expired() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Forgotten").await;
    let ann = employ(&shop, "ann@example.com", BuiltInRole::Owner).await;
    ask(&shop, ann, "zoe@example.com", BuiltInRole::Sales).await.unwrap();
    join(&shop, &last_token(&database).await, &NEW).await.unwrap();
    for email in ["yves@example.com", "xaver@example.com"] {
        ask(&shop, ann, email, BuiltInRole::Sales).await.unwrap();
    }
    let mut tx = shop.begin().await;
    let xaver = list(&mut tx, chrono_tz::UTC).await.unwrap();
    let xaver = xaver.iter().find(|invitation| invitation.email == "xaver@example.com").unwrap().id;
    revoke(&mut tx, &tester(), ann, xaver).await.unwrap();
    tx.commit().await.unwrap();

    let kept = async || {
        RemoveOldLinks(database.worker.clone()).run().await.unwrap();
        let emails: Vec<String> = sqlx::query_scalar("SELECT email FROM invitations ORDER BY email")
            .fetch_all(shop.begin().await.conn())
            .await
            .unwrap();
        emails
    };
    database.clock.advance(TimeDelta::days(34) - TimeDelta::seconds(1));
    assert_eq!(kept().await, ["xaver@example.com", "yves@example.com", "zoe@example.com"]);
    database.clock.advance(TimeDelta::seconds(1));
    assert_eq!(kept().await, ["zoe@example.com"]);
    let told: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_log WHERE action = 'member.invited'")
        .fetch_one(shop.begin().await.conn())
        .await
        .unwrap();
    assert_eq!(told, 3);
}

/// The role is there until its removal is committed, and its row is waited for.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_invites_to_a_role_that_is_removed_meanwhile_is_told_so() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Removed").await;
    let ann = employ(&shop, "ann@example.com", BuiltInRole::Owner).await;
    let mut tx = shop.begin().await;
    let permissions = std::iter::once(Permission::WritePayments).collect();
    let change = identity::role::RoleChange { name: "Till", permissions, requires_second_factor: false };
    let till = identity::role::create(&mut tx, &tester(), ann, &change).await.unwrap();
    tx.commit().await.unwrap();

    let mut removing = shop.begin().await;
    identity::role::delete(&mut removing, &tester(), ann, till).await.unwrap();
    let (application, tenant) = (database.application.clone(), shop.tenant);
    let inviting = tokio::spawn(async move {
        let mut tx = application.begin(tenant).await.unwrap();
        let (email, site) = (Email::parse("zoe@example.com").unwrap(), Site("https://shop.example"));
        invite(&mut tx, &tester(), &mailer(), site, ann, &email, till).await
    });
    database.somebody_waits().await;
    removing.commit().await.unwrap();
    let invited = inviting.await.unwrap();
    assert!(matches!(invited, Err(InvitationError::Refused(InvitationProblem::RoleGone))), "{invited:?}");
    assert!(database.letters().await.is_empty());
}
