use crate::client::{Client, EMAIL, PASSWORD};
use axum::body::Body;
use http::{Method, StatusCode, header};
use server::config::Config;
use testkit::{Shop, TestDatabase};

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_sent_to_sign_in_and_back_to_where_they_were_going() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Protected").await;
    let client = Client::with_staff(&shop, &Config::default()).await;
    let answer = client.get("/?period=year&channel=web").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/sign-in?next=/%3Fperiod%3Dyear%26channel%3Dweb");

    let form = client.get(answer.header("location")).await;
    assert!(form.text.contains(r#"name="next" value="/?period=year&amp;channel=web""#), "{}", form.text);
    let sent = format!("email={EMAIL}&password={}&next=%2F%3Fperiod%3Dyear", PASSWORD.replace(' ', "+"));
    let answer = client.post("/api/sign-in", &sent).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::FOUND, "/?period=year"));
    let page = client.get("/?period=year").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Protected"), "the business's name");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_but_the_open_ones_is_closed() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Closed").await;
    let client = Client::with_staff(&shop, &Config::default()).await;
    for path in ["/", "/ui", "/orders", "/nowhere", "/sign-in/x", "/%2e%2e/", "//sign-in"] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
    }
    for path in ["/api/dashboard", "/api/visitor", "/api/sign-out", "/api/sign-in/"] {
        let answer = client.post(path, "").await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::SEE_OTHER, "/sign-in?next=/sign-in"),
            "{path}"
        );
        let by_script = client.request(Method::POST, path).header(header::CONTENT_TYPE, "application/json");
        let mut by_script = by_script.body(Body::from("{}")).unwrap();
        by_script.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
        assert_eq!(client.send(by_script).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_gets_a_new_id_at_sign_in_and_ends_at_sign_out() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Sessions").await;
    let client = Client::with_staff(&shop, &Config::default()).await;
    client.set_cookie("session=AAAAAAAAAAAAAAAAAAAAAA");
    client.sign_in(EMAIL, PASSWORD).await;
    let session = client.cookie("session");
    assert!(!session.contains("AAAAAAAAAAAAAAAAAAAAAA"));
    assert_eq!(client.get("/").await.status, StatusCode::OK);

    client.post("/api/sign-out", "").await;
    client.set_cookie(&session);
    assert_eq!(client.get("/").await.status, StatusCode::SEE_OTHER, "the old cookie is worth nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_removed_from_the_business_is_out_at_once() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Removed").await;
    let client = Client::signed_in(&shop).await;
    assert_eq!(client.get("/").await.status, StatusCode::OK);
    let mut tx = shop.begin().await;
    sqlx::query("DELETE FROM members").execute(tx.conn()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(client.get("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_comes_back_to_the_form_with_what_was_typed() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Refused").await;
    let client = Client::with_staff(&shop, &Config::default()).await;
    for (email, password, text) in [
        (EMAIL, "wrong", "don’t match"),
        ("nobody@example.com", "wrong", "don’t match"),
        ("not an address", PASSWORD, "Enter an e-mail address such as"),
        (EMAIL, "", "Enter your password."),
        (EMAIL, "\u{0}", "don’t match"),
    ] {
        let answer = client.sign_in(email, password).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{email}");
        let location = answer.header("location").replace("http://localhost", "");
        let form = client.get(&location).await.text;
        assert!(form.contains(text), "{email}: {form}");
        assert!(form.contains(&format!(r#"value="{email}""#)), "{email}: {form}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn under_https_the_cookie_is_bound_to_the_host() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Secure").await;
    let config = Config { public_url: Some("https://shop.example".into()), ..Config::default() };
    let client = Client::with_staff(&shop, &config).await;
    let answer = client.sign_in(EMAIL, PASSWORD).await;
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    for name in ["__Host-session=", "__Host-device="] {
        let cookie = cookies.iter().find(|cookie| cookie.starts_with(name)).unwrap();
        for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
    }
    assert!(answer.header("strict-transport-security").contains("max-age="));
}

/// A page without scripts and a program both learn how long to wait; somebody on their own device doesn't wait at all.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_have_to_wait_and_are_told_how_long() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Guessed").await;
    let ann = Client::with_staff(&shop, &Config::default()).await;
    ann.sign_in(EMAIL, PASSWORD).await;
    ann.post("/api/sign-out", "").await;

    let stranger = Client::of(&database, &Config::default());
    for _ in 0..5 {
        stranger.sign_in(EMAIL, "guess").await;
    }
    let answer = stranger.sign_in(EMAIL, PASSWORD).await;
    let form = stranger.get(&answer.header("location").replace("http://localhost", "")).await.text;
    assert!(form.contains("Too many attempts failed. The next one is possible in 2 seconds."), "{form}");
    let program = stranger
        .request(http::Method::POST, "/api/sign-in")
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("email={EMAIL}&password=guess").into());
    let mut program = program.unwrap();
    program.headers_mut().insert("accept", "application/json".parse().unwrap());
    let answer = stranger.send(program).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "2"), "{}", answer.text);

    assert_eq!(ann.sign_in(EMAIL, PASSWORD).await.header("location"), "/");
}
