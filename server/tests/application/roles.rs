use crate::client::{Answer, Client, PASSWORD, employ};
use http::StatusCode;
use model::id::RoleId;
use model::permission::Permission;
use model::role::BuiltInRole;
use server::config::Config;
use testkit::{Shop, TestDatabase};

const BOB: &str = "bob@example.com";

/// The page after a form was sent without scripts from `from`.
async fn said(client: &Client, from: &str, answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.text);
    let location = answer.header("location").replace("http://localhost", "");
    let query = location.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
    client.get(&format!("{from}{query}")).await.text
}

async fn save(client: &Client, from: &str, role: Option<RoleId>, name: &str, permissions: &[Permission]) -> String {
    let mut form = format!("name={}", name.replace(' ', "+"));
    form.extend(role.map(|id| format!("&role={id}")));
    form.extend(permissions.iter().map(|permission| format!("&permissions[]={}", permission.word())));
    let answer = client.post("/api/roles/save", &form).await;
    said(client, from, &answer).await
}

async fn role_called(shop: &Shop<'_>, name: &str) -> Option<model::role::Role> {
    let roles = identity::role::list(&mut shop.begin().await).await.unwrap();
    roles.into_iter().find(|role| role.name == name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_of_ones_own_opens_what_it_includes_from_the_moment_it_is_changed() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Roles").await;
    let ann = Client::signed_in(&shop).await;
    save(&ann, "/roles/new", None, " Night <shift> ", &[Permission::ReadOrders]).await;
    let role = role_called(&shop, "Night <shift>").await.unwrap();
    assert_eq!(role.permissions.iter().collect::<Vec<_>>(), [Permission::ReadOrders]);

    let bob_id = employ(&shop, "Bob", BOB, BuiltInRole::Sales).await;
    ann.post("/api/staff/change-role", &format!("user={bob_id}&role={}", role.id)).await;
    let bob = Client::of(&database, &Config::default());
    bob.sign_in(BOB, PASSWORD).await;
    let refused = bob.get("/?period=7d").await;
    assert!(refused.text.contains("Your role, Night &lt;shift&gt;, doesn’t include"), "{}", refused.text);

    let permissions = [Permission::ReadOrders, Permission::ReadAnalytics];
    save(&ann, &format!("/roles/{}", role.id), Some(role.id), "Day shift", &permissions).await;
    assert_eq!(bob.get("/").await.status, StatusCode::OK);
    let log = ann.get("/audit?action=role.changed").await.text;
    assert!(log.contains("name from Night &lt;shift&gt; to Day shift; permission analytics:read"), "{log}");

    let in_use = ann.post("/api/roles/delete", &format!("role={}", role.id)).await;
    let page = said(&ann, &format!("/roles/{}", role.id), &in_use).await;
    assert!(page.contains("Somebody has this role. Give them another one first."), "{page}");
    let sales = role_called(&shop, "Sales").await.unwrap();
    ann.post("/api/staff/change-role", &format!("user={bob_id}&role={}", sales.id)).await;
    ann.post("/api/roles/delete", &format!("role={}", role.id)).await;
    assert_eq!(role_called(&shop, "Day shift").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_somebody_is_invited_to_stays_until_the_invitation_is_over() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Inviting").await;
    let ann = Client::signed_in(&shop).await;
    save(&ann, "/roles/new", None, "Till", &[Permission::WritePayments]).await;
    let till = role_called(&shop, "Till").await.unwrap().id;
    ann.post("/api/staff/invite", &format!("email=zoe%40example.com&role={till}")).await;
    let refused = ann.post("/api/roles/delete", &format!("role={till}")).await;
    let page = said(&ann, &format!("/roles/{till}"), &refused).await;
    assert!(page.contains("Somebody is invited to this role. Take the invitation back first."), "{page}");
    assert!(role_called(&shop, "Till").await.is_some());

    let invitations = identity::invitation::list(&mut shop.begin().await, chrono_tz::UTC).await.unwrap();
    let revoked = ann.post("/api/staff/revoke-invitation", &format!("invitation={}", invitations[0].id)).await;
    assert_eq!(revoked.status, StatusCode::FOUND, "{}", revoked.text);
    ann.post("/api/roles/delete", &format!("role={till}")).await;
    assert_eq!(role_called(&shop, "Till").await, None);
    let log = ann.get("/audit").await.text;
    assert!(log.contains("Took an invitation back") && log.contains("Deleted a role"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_role_is_told_and_what_was_typed_stays() {
    let database = TestDatabase::new().await;
    let (shop, other) = (Shop::open(&database, "Wrong").await, Shop::open(&database, "Other").await);
    let ann = Client::signed_in(&shop).await;
    let long = "x".repeat(61);
    for (name, text) in [
        ("", "Give a name."),
        (long.as_str(), "at most 60"),
        ("sALES", "Another role has this name."),
        ("a%00b", "can be seen"),
    ] {
        let page = save(&ann, "/roles/new", None, name, &[Permission::WriteOrders]).await;
        assert!(page.contains(text), "{name:?}: {page}");
        assert!(page.contains(r#"value="orders:write" checked"#), "{name:?}: {page}");
    }
    let built_in = role_called(&shop, "Sales").await.unwrap().id;
    let foreign = role_called(&other, "Sales").await.unwrap().id;
    for (role, text) in [(built_in, "This role comes with the program"), (foreign, "This role doesn’t exist")] {
        let page = save(&ann, "/roles/new", Some(role), "Mine", &[]).await;
        assert!(page.contains(text), "{page}");
    }
    for unknown in [foreign.to_string(), "mistyped".to_owned(), "%00".to_owned()] {
        let page = ann.get(&format!("/roles/{unknown}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{unknown}");
        assert!(page.text.contains("This role doesn’t exist"), "{unknown}: {}", page.text);
    }
    assert_eq!(identity::role::list(&mut shop.begin().await).await.unwrap().len(), BuiltInRole::ALL.len());
}

/// Somebody who may make roles can't make one that is more than they are, nor shrink one that is.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_a_role_with_what_they_do_not_hold() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Held").await;
    let ann = Client::signed_in(&shop).await;
    let personnel = [Permission::ReadStaff, Permission::WriteStaff, Permission::WriteRoles, Permission::ReadOrders];
    save(&ann, "/roles/new", None, "Personnel", &personnel).await;
    save(&ann, "/roles/new", None, "Till", &[Permission::WritePayments]).await;
    let (role, till) = (role_called(&shop, "Personnel").await.unwrap(), role_called(&shop, "Till").await.unwrap());
    let bob_id = employ(&shop, "Bob", BOB, BuiltInRole::Sales).await;
    ann.post("/api/staff/change-role", &format!("user={bob_id}&role={}", role.id)).await;
    let bob = Client::of(&database, &Config::default());
    bob.sign_in(BOB, PASSWORD).await;

    let text = "You can’t give or take “Take payments”: you don’t hold it yourself.";
    for (id, permissions) in [
        (None, [Permission::WritePayments].as_slice()),
        (Some(role.id), [Permission::WriteRoles, Permission::WritePayments].as_slice()),
        (Some(till.id), [].as_slice()),
    ] {
        assert!(save(&bob, "/roles/new", id, "More", permissions).await.contains(text), "{id:?}");
    }
    let gone = bob.post("/api/roles/delete", &format!("role={}", till.id)).await;
    assert!(said(&bob, &format!("/roles/{}", role.id), &gone).await.contains(text));
    assert!(role_called(&shop, "More").await.is_none() && role_called(&shop, "Till").await.is_some());
    let log = ann.get("/audit?action=access.refused").await.text;
    assert!(log.contains("permission payments:write; path /api/roles/save"), "who tries is seen: {log}");
    save(&bob, "/roles/new", None, "Fewer", &[Permission::ReadOrders]).await;
    assert!(role_called(&shop, "Fewer").await.is_some());
}
