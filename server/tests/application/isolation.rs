//! Two businesses on one installation: whoever works for one of them gets nowhere with what belongs to the other, whichever way they try.

use crate::access::{Values, access_token, ask, is_let_in, of_browsers, of_programs, orders_key, settings};
use crate::client::{Answer, Client, PASSWORD, employ};
use http::StatusCode;
use identity::role::RoleChange;
use model::permission::Permission;
use model::role::BuiltInRole;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use testkit::{Shop, TestDatabase, tester};

/// Stands in every text of the other business, and nowhere else.
const MARKER: &str = "marker-of-a";

/// Rows as JSON, by the table and what they were found by.
type Rows = BTreeMap<(String, String), String>;

/// A business with something of everything that the tables ask for.
struct Business<'d> {
    shop: Shop<'d>,
    /// Of its owner, whose password is [`PASSWORD`].
    email: String,
    api_key: String,
    values: Values,
}

/// Opens it, and leaves its owner signed in.
async fn open<'d>(database: &'d TestDatabase, client: &Client, name: &str) -> Business<'d> {
    let shop = Shop::open(database, &format!("{name} shop")).await;
    let (email, guest) = (format!("owner@{name}.example"), format!("guest@{name}.example"));
    let owner = employ(&shop, &format!("{name} owner"), &email, BuiltInRole::Owner).await;
    let colleague = format!("colleague@{name}.example");
    let colleague = employ(&shop, &format!("{name} colleague"), &colleague, BuiltInRole::Sales).await;
    let change = RoleChange {
        name: &format!("{name} role"),
        permissions: std::iter::once(Permission::ReadOrders).collect(),
        requires_second_factor: false,
    };
    let mut tx = shop.begin().await;
    let role = identity::role::create(&mut tx, &tester(), owner, &change).await.unwrap();
    tx.commit().await.unwrap();
    let api_key = orders_key(&shop, &format!("{name} key"), owner).await;
    let product = shop.product(&format!("{name} bag"), &format!("{name} bags")).await;
    let customer = shop.customer(&format!("{name} 1")).await;
    shop.order("2026-03-02").customer(customer).line(product, 1, "5").save().await;
    shop.restate().await;

    // A program of the owner's, and a browser.
    access_token(client, &email).await;
    client.forget_cookies();
    client.sign_in(&email, PASSWORD).await;
    let invited = client.post("/api/staff/invite", &format!("email={guest}&role={role}")).await;
    assert_eq!(invited.header("location"), "/staff", "{}", invited.text);
    let letter = database.letters().await.into_iter().find(|letter| letter.to == guest).unwrap();
    let of_tenant = |table: &str| format!("SELECT id::text FROM {table} WHERE tenant_id = '{}' LIMIT 1", shop.tenant);
    let of_owner = format!("SELECT encode(token_hash, 'hex') FROM sessions WHERE user_id = '{owner}' LIMIT 1");
    let values = BTreeMap::from([
        ("user", colleague.to_string()),
        ("role", role.to_string()),
        ("invitation", text(database, of_tenant("invitations")).await),
        ("key", text(database, of_tenant("api_keys")).await),
        ("mail", text(database, of_tenant("mails")).await),
        ("audit", text(database, of_tenant("audit_log")).await),
        ("session", text(database, of_owner).await),
        ("business", shop.tenant.to_string()),
        ("token", letter.token().to_owned()),
    ]);
    Business { shop, email, api_key, values }
}

async fn text(database: &TestDatabase, sql: String) -> String {
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut database.superuser().await).await.unwrap()
}

impl Business<'_> {
    /// All that is kept of it and of its people.
    async fn rows(&self) -> Rows {
        let tenant = self.shop.tenant;
        let people = format!("IN (SELECT user_id FROM members WHERE tenant_id = '{tenant}')");
        let columns: Vec<(String, String)> = sqlx::query_as(
            "SELECT table_name::text, column_name::text FROM information_schema.columns
             WHERE table_schema = 'public' AND column_name IN ('tenant_id', 'business_id', 'user_id')",
        )
        .fetch_all(&mut self.shop.database.superuser().await)
        .await
        .unwrap();
        let found_by = columns.into_iter().map(|(table, column)| match column.as_str() {
            "user_id" => (table, format!("user_id {people}")),
            _ => (table, format!("{column} = '{tenant}'")),
        });
        let themselves = [("tenants", format!("id = '{tenant}'")), ("users", format!("id {people}"))];
        let themselves = themselves.map(|(table, condition)| (table.to_owned(), condition));
        let mut rows = BTreeMap::new();
        for (table, condition) in found_by.chain(themselves) {
            let sql = format!(
                "SELECT coalesce(json_agg(to_jsonb(r) ORDER BY to_jsonb(r)::text), '[]')::text
                 FROM {table} r WHERE {condition}"
            );
            let found = text(self.shop.database, sql).await;
            rows.insert((table, condition), found);
        }
        rows
    }

    /// Values of this business, but for those names.
    fn values_but(&self, names: &[&str], other: &Self) -> Values {
        let value = |(name, own): (&&'static str, &String)| {
            (*name, if names.contains(name) { other.values[name].clone() } else { own.clone() })
        };
        self.values.iter().map(value).collect()
    }
}

fn tells_of_marker(answer: &Answer) -> bool {
    format!("{:?} {}", answer.headers, answer.text).to_lowercase().contains(MARKER)
}

fn assert_same(rows: &Rows, before: &Rows, what: &str) {
    for (table, before) in before {
        assert_eq!(&rows[table], before, "{what}: {table:?}");
    }
}

/// Else nothing would follow from what is the same afterwards, or is not told.
async fn assert_there_is_something_to_find(client: &Client, rows: &Rows) {
    for name in [
        "members",
        "roles",
        "invitations",
        "api_keys",
        "mails",
        "audit_log",
        "orders",
        "tenants",
        "users",
        "sessions",
        "refresh_tokens",
    ] {
        assert!(rows.iter().any(|((table, _), rows)| table == name && rows != "[]"), "{name} has nothing to keep");
    }
    for (page, text) in [
        ("/?period=7d", "Product marker-of-a bag"),
        ("/staff", "marker-of-a colleague"),
        ("/staff", "guest@marker-of-a.example"),
        ("/roles", "marker-of-a role"),
        ("/api-keys", "marker-of-a key"),
        ("/mail", "guest@marker-of-a.example"),
        ("/audit", "marker-of-a role"),
        ("/audit.csv", "marker-of-a role"),
    ] {
        let answer = client.get(page).await;
        assert!(answer.text.contains(text), "{page} doesn't tell its own business {text}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_works_for_one_business_gets_nowhere_with_what_belongs_to_another() {
    let database = TestDatabase::new().await;
    // One program for both, with all that it keeps in memory.
    let client = Client::of(&database, &settings());
    let ours = open(&database, &client, "ours").await;
    let theirs = open(&database, &client, MARKER).await;
    assert_there_is_something_to_find(&client, &theirs.rows().await).await;
    let before = theirs.rows().await;

    // What names them and what opens them, each with its fellows and with ours.
    for (what, values) in [
        ("theirs, with our link's secret", theirs.values_but(&["token"], &ours)),
        ("their role for our colleague", theirs.values_but(&["user", "business"], &ours)),
        ("our role for their colleague", theirs.values_but(&["role", "business"], &ours)),
    ] {
        client.forget_cookies();
        client.sign_in(&ours.email, PASSWORD).await;
        for line in of_browsers() {
            let answer = ask(&client, &line, &values, None).await;
            let what = format!("{what}: {}", line.request());
            // Turned away at the door they would not have tried anything.
            assert_eq!(is_let_in(&line, &answer), line.lets_owners_in(), "{what}: {}", answer.text);
            assert!(!tells_of_marker(&answer), "{what}: {}", answer.text);
        }
        assert_same(&theirs.rows().await, &before, what);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_of_one_business_gets_nowhere_with_what_belongs_to_another() {
    let database = TestDatabase::new().await;
    let client = Client::of(&database, &settings());
    let (ours, theirs) = (open(&database, &client, "ours").await, open(&database, &client, MARKER).await);
    let before = theirs.rows().await;
    client.forget_cookies();
    let token = access_token(&client, &ours.email).await;
    // The secret of their key, in the name of our business.
    let (_, secret) = theirs.api_key.rsplit_once('_').unwrap();
    let forged = format!("tp_{}_{secret}", ours.shop.tenant.uuid().simple());
    for line in of_programs() {
        let [by_token, by_key, by_forged] = [
            ask(&client, &line, &theirs.values, Some(&token)).await,
            ask(&client, &line, &theirs.values, Some(&ours.api_key)).await,
            ask(&client, &line, &theirs.values, Some(&forged)).await,
        ];
        let what = line.request();
        assert_eq!(is_let_in(&line, &by_token), line.lets_owners_in(), "{what}: {}", by_token.text);
        assert!(!is_let_in(&line, &by_forged), "{what}: {}", by_forged.text);
        for answer in [by_token, by_key, by_forged] {
            assert!(!tells_of_marker(&answer), "{what}: {}", answer.text);
        }
    }
    assert_same(&theirs.rows().await, &before, "programs");
}

/// A whole link, which is somebody else's: they may read what it says, and don't become who was invited.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_for_somebody_else_is_not_accepted() {
    let database = TestDatabase::new().await;
    let client = Client::of(&database, &settings());
    let (ours, theirs) = (open(&database, &client, "ours").await, open(&database, &client, MARKER).await);
    let before = theirs.rows().await;
    client.forget_cookies();
    client.sign_in(&ours.email, PASSWORD).await;
    let line = of_browsers().into_iter().find(|line| line.request() == "POST /api/invitation/accept").unwrap();
    let answer = ask(&client, &line, &theirs.values, None).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    assert!(!tells_of_marker(&answer), "{}", answer.text);
    assert_same(&theirs.rows().await, &before, "a whole link");
}
