//! The table of `access.md`, tried out.

use crate::client::{Client, PASSWORD, employ};
use http::{Method, StatusCode, header};
use model::role::BuiltInRole;
use server::config::Config;
use std::collections::BTreeSet;
use testkit::{Shop, TestDatabase};

/// A line of the table.
struct Line {
    method: Method,
    path: String,
    body: String,
    /// Whether somebody signed out gets in, then each built-in role in its order.
    expected: Vec<bool>,
}

fn table() -> Vec<Line> {
    let rows = include_str!("access.md").lines().filter(|line| line.starts_with("| GET") || line.starts_with("| POST"));
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

/// As `None` somebody who isn't signed in.
async fn gets_in(client: &Client, line: &Line, somebody: &str) -> bool {
    let path = line.path.replace(":user", somebody).replace(":role", somebody);
    let body = line.body.replace("{somebody}", somebody);
    let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
    let request = client.request(line.method.clone(), &path).header(header::CONTENT_TYPE, kind);
    let mut request = request.body(body.into()).unwrap();
    if path.starts_with("/api/") {
        request.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
    }
    let answer = client.send(request).await;
    let status = answer.status;
    assert!(
        status != StatusCode::BAD_REQUEST && !status.is_server_error(),
        "{} {path}: {status} {}",
        line.method,
        answer.text
    );
    let sent_to_sign_in =
        status.is_redirection() && answer.header("location").contains("/sign-in") && path != "/api/sign-out";
    !(status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN || sent_to_sign_in)
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_where_the_table_says_and_nowhere_else() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Access").await;
    let somebody = employ(&shop, "Somebody", "somebody@example.com", BuiltInRole::Auditor).await.to_string();
    let client = Client::of(&database, &Config::default());
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
        // Signing out stands last in the table.
        for line in table() {
            let what = format!("{name}: {} {}", line.method, line.path);
            expected.push((what.clone(), line.expected[column]));
            found.push((what, gets_in(&client, &line, &somebody).await));
        }
    }
    let wrong: Vec<_> = found.iter().zip(&expected).filter(|(found, expected)| found != expected).collect();
    assert!(wrong.is_empty(), "found, and what the table says: {wrong:#?}");
}

#[test]
fn every_page_and_every_server_function_stands_in_the_table() {
    let listed: BTreeSet<String> =
        table().iter().map(|line| format!("{} {}", line.method, line.path.split('?').next().unwrap())).collect();
    let pages: Vec<_> = server::web::PAGES
        .iter()
        .map(|page| format!("GET {}", page.path().replace("{user}", ":user").replace("{role}", ":role")))
        .collect();
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, method)| format!("{method} {path}"));
    let functions: Vec<_> = functions.collect();
    assert!(pages.contains(&"GET /staff/:user".to_owned()) && functions.contains(&"POST /api/dashboard".to_owned()));
    let missing: Vec<_> = pages.iter().chain(&functions).filter(|request| !listed.contains(*request)).collect();
    assert_eq!(missing, Vec::<&String>::new());
}
