//! The tables of `access.md`, tried out.

use crate::client::{Answer, Client, PASSWORD, employ};
use crate::tokens::{call, read};
use http::{Method, StatusCode, header};
use identity::api_key::{self, NewApiKey};
use model::api_key::KeyLifetime;
use model::id::UserId;
use model::permission::Permission;
use model::role::BuiltInRole;
use serde_json::json;
use server::config::Config;
use server::web::{PAGES, Place, Places};
use std::collections::{BTreeMap, BTreeSet};
use testkit::{Shop, TestDatabase, tester};

/// The column of an owner, in both tables.
const OWNER: usize = 1;

/// What goes where a name stands in the tables.
pub(crate) type Values = BTreeMap<&'static str, String>;

/// A line of a table.
pub(crate) struct Line {
    method: Method,
    path: String,
    body: String,
    /// Whether each column gets in, in their order.
    expected: Vec<bool>,
}

impl Line {
    /// What it is about, as the program names it.
    pub(crate) fn request(&self) -> String {
        format!("{} {}", self.method, self.path.split('?').next().unwrap())
    }

    pub(crate) fn lets_owners_in(&self) -> bool {
        self.expected[OWNER]
    }

    /// Path and body, with the values in them.
    fn filled(&self, values: &Values) -> (String, String) {
        let (mut path, mut body) = (self.path.clone(), self.body.clone());
        for (name, value) in values {
            path = path.replace(&format!("{{{name}}}"), value).replace(&format!(":{name}"), value);
            body = body.replace(&format!("{{{name}}}"), value);
        }
        let is_open = |rest: &str| rest.starts_with(|char: char| char.is_ascii_lowercase());
        assert!(!path.contains([':', '{']), "{path}: there is no value for this");
        assert!(!body.split('{').skip(1).any(is_open), "{body}: there is no value for this");
        (path, body)
    }
}

/// What browsers ask for; signing out stands last in it.
pub(crate) fn of_browsers() -> Vec<Line> {
    lines(tables().0)
}

/// What programs ask for with a token.
pub(crate) fn of_programs() -> Vec<Line> {
    lines(tables().1)
}

fn tables() -> (&'static str, &'static str) {
    include_str!("access.md").split_once("## What programs ask for").unwrap()
}

fn lines(table: &str) -> Vec<Line> {
    let rows = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| request"));
    let line = |row: &str| {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let (method, path) = cells[0].split_once(' ').unwrap();
        let expected = cells[2..].iter().map(|cell| ["no", "yes"].iter().position(|word| word == cell).unwrap() == 1);
        Line {
            method: method.parse().unwrap(),
            path: path.to_owned(),
            body: cells[1].to_owned(),
            expected: expected.collect(),
        }
    };
    rows.map(line).collect()
}

/// With a token for the collector: without one there would be nothing for it to be refused.
pub(crate) fn settings() -> Config {
    let token = serde_json::from_str("\"a token for the collector\"").unwrap();
    Config { metrics_token: Some(token), ..Config::default() }
}

/// One id for everything: of a person, and of nothing else.
fn only(user: UserId) -> Values {
    let names = ["user", "role", "invitation", "key", "mail", "audit", "session", "business", "token"];
    names.into_iter().map(|name| (name, user.to_string())).collect()
}

/// Asks for what the line says, with the browser's cookies and perhaps a program's token.
pub(crate) async fn ask(client: &Client, line: &Line, values: &Values, token: Option<&str>) -> Answer {
    let (path, body) = line.filled(values);
    let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
    let request = client.request(line.method.clone(), &path).header(header::CONTENT_TYPE, kind);
    let mut request = request.body(body.into()).unwrap();
    if path.starts_with("/api/") {
        request.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
    }
    if let Some(token) = token {
        request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    }
    let answer = client.send(request).await;
    let status = answer.status;
    assert!(
        status != StatusCode::BAD_REQUEST && !status.is_server_error(),
        "{} {path}: {status} {}",
        line.method,
        answer.text
    );
    answer
}

/// Whether the answer is anything but a refusal.
pub(crate) fn is_let_in(line: &Line, answer: &Answer) -> bool {
    let sent_to_sign_in = answer.status.is_redirection()
        && answer.header("location").contains("/sign-in")
        && line.path != "/api/sign-out";
    !(answer.status == StatusCode::UNAUTHORIZED || answer.status == StatusCode::FORBIDDEN || sent_to_sign_in)
}

/// A program's login, with [`PASSWORD`].
pub(crate) async fn access_token(client: &Client, email: &str) -> String {
    let answer = call(client, "/api/v1/auth/login", &json!({"email": email, "password": PASSWORD})).await;
    let token = read(&answer)["access_token"].as_str().map(ToOwned::to_owned);
    token.unwrap_or_else(|| panic!("{}", answer.text))
}

/// An API key that opens orders and nothing else.
pub(crate) async fn orders_key(shop: &Shop<'_>, name: &str, maker: UserId) -> String {
    let scopes = std::iter::once(Permission::ReadOrders).collect();
    let new = NewApiKey { name, scopes, lifetime: KeyLifetime::Month };
    let mut tx = shop.begin().await;
    // It is made from a session, which is over then.
    let session = [3; 32];
    sqlx::query(
        "INSERT INTO sessions (token_hash, user_id, data, created_at, last_used_at, idle_until, ends_at)
         VALUES ($1, $2, '{}', $3, $3, $3, $3)",
    )
    .bind(session)
    .bind(maker.uuid())
    .bind(tx.now())
    .execute(tx.conn())
    .await
    .unwrap();
    let key = api_key::create(&mut tx, &tester(), maker, &session, &new).await.unwrap();
    sqlx::query("DELETE FROM sessions WHERE token_hash = $1").bind(session).execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    key.expose().to_owned()
}

/// What was found otherwise than a table says.
fn assert_as_in_the_table(found: &[(String, bool)], expected: &[(String, bool)]) {
    let wrong: Vec<_> = found.iter().zip(expected).filter(|(found, expected)| found != expected).collect();
    assert!(wrong.is_empty(), "found, and what the table says: {wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_where_the_table_says_and_nowhere_else() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Access").await;
    let values = only(employ(&shop, "Somebody", "somebody@example.com", BuiltInRole::Auditor).await);
    let client = Client::of(&database, &settings());
    let (mut expected, mut found) = (Vec::new(), Vec::new());
    let visitors = std::iter::once(None).chain(BuiltInRole::ALL.iter().copied().map(Some));
    for (column, role) in visitors.enumerate() {
        let name = role.map_or("out", BuiltInRole::word);
        let email = format!("{name}@example.com");
        if let Some(role) = role {
            employ(&shop, name, &email, role).await;
        }
        client.forget_cookies();
        if role.is_some() {
            client.sign_in(&email, PASSWORD).await;
        }
        for line in of_browsers() {
            let what = format!("{name}: {} {}", line.method, line.path);
            expected.push((what.clone(), line.expected[column]));
            found.push((what, is_let_in(&line, &ask(&client, &line, &values, None).await)));
        }
    }
    assert_as_in_the_table(&found, &expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_token_opens_what_the_table_says_and_nothing_else() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Programs").await;
    let maker = employ(&shop, "Maker", "maker@example.com", BuiltInRole::Owner).await;
    let client = Client::of(&database, &settings());
    let mut tokens = vec![("none", None)];
    for role in BuiltInRole::ALL {
        let email = format!("{}@example.com", role.word());
        employ(&shop, role.word(), &email, *role).await;
        tokens.push((role.word(), Some(access_token(&client, &email).await)));
    }
    tokens.push(("key", Some(orders_key(&shop, "Orders only", maker).await)));
    let values = only(maker);
    let (mut expected, mut found) = (Vec::new(), Vec::new());
    for (column, (name, token)) in tokens.iter().enumerate() {
        for line in of_programs() {
            let what = format!("{name}: {} {}", line.method, line.path);
            expected.push((what.clone(), line.expected[column]));
            found.push((what, is_let_in(&line, &ask(&client, &line, &values, token.as_deref()).await)));
        }
    }
    assert_as_in_the_table(&found, &expected);
}

fn requests_of(lines: &[Line]) -> BTreeSet<String> {
    lines.iter().map(Line::request).collect()
}

fn requests_to(places: &[Place]) -> BTreeSet<String> {
    places.iter().map(|place| format!("{} {}", place.method, named(place.path))).collect()
}

/// `/staff/{user}` as the tables have it: `/staff/:user`
fn named(path: &str) -> String {
    path.replace('{', ":").replace('}', "")
}

#[test]
fn whatever_is_served_stands_in_the_tables_and_what_is_not_served_does_not() {
    let Places { open, behind_session, behind_token } = server::web::places();
    let pages: BTreeSet<_> = PAGES.iter().map(|page| format!("GET {}", named(page.path()))).collect();
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, method)| format!("{method} {path}"));
    let functions: BTreeSet<_> = functions.collect();
    assert!(pages.contains("GET /staff/:user") && functions.contains("POST /api/dashboard"));
    assert!(requests_to(&open).contains("GET /metrics") && requests_to(&behind_session).contains("GET /audit.csv"));

    // What asks for a token stands in both tables: a session doesn't open it.
    let places = [&open, &behind_session, &behind_token].into_iter().flat_map(|places| requests_to(places));
    let served: BTreeSet<_> = pages.into_iter().chain(functions).chain(places).collect();
    for (table, listed, served) in [
        ("browsers", requests_of(&of_browsers()), served),
        ("programs", requests_of(&of_programs()), requests_to(&behind_token)),
    ] {
        let missing: Vec<_> = served.difference(&listed).collect();
        let left_over: Vec<_> = listed.difference(&served).collect();
        assert!(missing.is_empty() && left_over.is_empty(), "{table}: {missing:?} missing, {left_over:?} left over");
    }
}
