//! Tokens of programs, asked for and shown over HTTP.

use crate::client::{Answer, Client, EMAIL, PASSWORD, employ};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use http::{Method, StatusCode, header};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use model::role::BuiltInRole;
use serde_json::{Value, json};
use server::config::Config;
use testkit::{Shop, TestDatabase, sealing_key};

const REGISTER: &str = "/api/v1/auth/register";

/// What a program sends: JSON, no cookies.
pub(crate) async fn call(client: &Client, path: &str, body: &Value) -> Answer {
    let request = client.request(Method::POST, path).header(header::CONTENT_TYPE, "application/json");
    let mut request = request.body(body.to_string().into()).unwrap();
    request.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
    client.send(request).await
}

pub(crate) async fn me(client: &Client, token: &str) -> Answer {
    shown(client, "/api/v1/me", token).await
}

async fn counts(client: &Client, token: &str) -> Answer {
    shown(client, "/metrics", token).await
}

async fn shown(client: &Client, path: &str, token: &str) -> Answer {
    let request = client.request(Method::GET, path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    client.send(request.body(axum::body::Body::empty()).unwrap()).await
}

pub(crate) fn read(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("{error}: {}", answer.text))
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}")).to_owned()
}

async fn log_in(client: &Client) -> Value {
    let answer = call(client, "/api/v1/auth/login", &json!({"email": EMAIL, "password": PASSWORD})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("set-cookie"), "", "a program has no session");
    read(&answer)
}

/// A problem as RFC 9457 wants it, which asks for a token.
fn assert_unauthorized(answer: &Answer) {
    assert_asks(answer, "Bearer");
}

/// The same, which says that the one that was sent is not valid.
fn assert_not_valid(answer: &Answer) {
    assert_asks(answer, r#"Bearer error="invalid_token""#);
}

fn assert_asks(answer: &Answer, challenge: &str) {
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("www-authenticate"), challenge);
    assert_eq!(read(answer)["request_id"].as_str(), Some(answer.header("x-request-id")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_signs_in_works_refreshes_and_leaves() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Programs").await;
    let client = Client::with_staff(&shop, &Config::default()).await;
    let tokens = log_in(&client).await;
    assert_eq!((tokens["token_type"].as_str(), tokens["expires_in"].as_i64()), (Some("Bearer"), Some(600)));
    let access = text(&tokens, "access_token");
    let known = read(&me(&client, &access).await);
    assert_eq!(
        (known["user"]["email"].as_str(), known["business"]["name"].as_str(), known["credential"].as_str()),
        (Some(EMAIL), Some("Programs"), Some("access_token"))
    );
    assert!(known["permissions"].as_array().unwrap().contains(&json!("staff:write")));

    let validity = read(&call(&client, "/api/v1/auth/validate", &json!({"token": access})).await);
    assert_eq!((validity["active"].as_bool(), &validity["sub"]), (Some(true), &known["user"]["id"]));
    assert_eq!(validity["tenant"], known["business"]["id"]);
    assert_eq!(validity["exp"].as_i64().unwrap() - validity["iat"].as_i64().unwrap(), 600);

    let first = json!({"refresh_token": text(&tokens, "refresh_token")});
    let next = read(&call(&client, "/api/v1/auth/refresh", &first).await);
    assert_eq!(me(&client, &text(&next, "access_token")).await.status, StatusCode::OK);
    let second = json!({"refresh_token": text(&next, "refresh_token")});
    for body in [&second, &second, &json!({"refresh_token": "guess"})] {
        let answer = call(&client, "/api/v1/auth/logout", body).await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NO_CONTENT, ""));
    }
    assert_unauthorized(&call(&client, "/api/v1/auth/refresh", &second).await);
    assert_not_valid(&me(&client, &text(&next, "access_token")).await);

    database.clock.advance(TimeDelta::minutes(10));
    assert_not_valid(&me(&client, &access).await);
    let validity = call(&client, "/api/v1/auth/validate", &json!({"token": access})).await;
    assert_eq!((validity.status, validity.text.as_str()), (StatusCode::OK, r#"{"active":false}"#));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_request_is_told_and_nothing_else() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Wrong").await;
    let client = Client::with_staff(&shop, &Config::default()).await;
    let login = async |body: &str, kind: &str| {
        let request = client.request(Method::POST, "/api/v1/auth/login").header(header::CONTENT_TYPE, kind);
        client.send(request.body(body.to_owned().into()).unwrap()).await
    };
    for (body, kind, status) in [
        ("email=a&password=b", "application/x-www-form-urlencoded", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("{", "application/json", StatusCode::BAD_REQUEST),
        (r#"{"email":"ann@example.com"}"#, "application/json", StatusCode::UNPROCESSABLE_ENTITY),
        (r#"{"email":"ann","password":"x"}"#, "application/json", StatusCode::UNPROCESSABLE_ENTITY),
        (r#"{"email":"ann@example.com","password":""}"#, "application/json", StatusCode::UNPROCESSABLE_ENTITY),
        (r#"{"email":"ann@example.com","password":5}"#, "application/json", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = login(body, kind).await;
        assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{body}");
        assert!(read(&answer)["detail"].is_string(), "{}", answer.text);
    }
    for (path, body, fields) in [
        ("login", r"{}", &["/email", "/password"][..]),
        ("login", r#"{"email":"ann","password":"x"}"#, &["/email"][..]),
        ("login", r#"{"email":"ann@example.com","password":5}"#, &["/password"][..]),
        ("register", r#"{"business":["mine"]}"#, &["/business"][..]),
        ("refresh", r"{}", &["/refresh_token"][..]),
        ("logout", r#"{"refresh_token":null}"#, &["/refresh_token"][..]),
        ("validate", r#"{"token":""}"#, &["/token"][..]),
    ] {
        let answer = call(&client, &format!("/api/v1/auth/{path}"), &serde_json::from_str(body).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body}: {}", answer.text);
        let problem = read(&answer);
        let errors = problem["errors"].as_array().unwrap();
        let pointers: Vec<_> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, fields, "{path} {body}: {problem}");
        assert!(errors.iter().all(|error| error["detail"].is_string()), "{path} {body}: {problem}");
    }
    let nothing = call(&client, "/api/v1/auth/login", &json!(5)).await;
    assert_eq!((nothing.status, &read(&nothing)["errors"]), (StatusCode::UNPROCESSABLE_ENTITY, &Value::Null));
    let long = "x".repeat(100_000);
    for password in ["guess", &long] {
        let body = json!({"email": EMAIL, "password": password, "code": "123456"});
        assert_unauthorized(&call(&client, "/api/v1/auth/login", &body).await);
    }
    let nobody = call(&client, "/api/v1/auth/login", &json!({"email": "bob@example.com", "password": "guess"})).await;
    let guess = call(&client, "/api/v1/auth/login", &json!({"email": EMAIL, "password": "guess"})).await;
    assert_eq!(read(&nobody)["detail"], read(&guess)["detail"], "it doesn't tell who is known");

    for _ in 0..4 {
        call(&client, "/api/v1/auth/login", &json!({"email": EMAIL, "password": "guess"})).await;
    }
    let waits = call(&client, "/api/v1/auth/login", &json!({"email": EMAIL, "password": PASSWORD})).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "{}", waits.text);
    assert_eq!(waits.header("retry-after"), "2");
    assert_eq!(read(&waits)["detail"], "Too many attempts. The next one is possible in 2 seconds.");
    let nothing = client.get("/api/v1/nothing").await;
    assert_eq!((nothing.status, nothing.header("content-type")), (StatusCode::NOT_FOUND, "application/problem+json"));
}

/// Somebody who works for two businesses, and is kept out of a third.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_says_for_which_business_it_signs_in() {
    let database = TestDatabase::new().await;
    let shops = [
        Shop::open(&database, "First").await,
        Shop::open(&database, "Second").await,
        Shop::open(&database, "Third").await,
        Shop::open(&database, "Foreign").await,
    ];
    let [first, second, third, foreign] = &shops;
    let client = Client::with_staff(first, &Config::default()).await;
    for (shop, column) in [(second, "NULL::timestamptz"), (third, "now()")] {
        let mut tx = shop.begin().await;
        let join = format!(
            "INSERT INTO members (tenant_id, user_id, role_id, created_at, suspended_at)
             SELECT r.tenant_id, u.id, r.id, now() + interval '1 day', {column} FROM roles r, users u
             WHERE r.built_in = 'sales' AND u.email = $1"
        );
        sqlx::query(sqlx::AssertSqlSafe(join)).bind(EMAIL).execute(tx.conn()).await.unwrap();
        tx.commit().await.unwrap();
    }
    let log_in = async |business: Value, password: &str| {
        let body = json!({"email": EMAIL, "password": password, "business": business});
        call(&client, "/api/v1/auth/login", &body).await
    };
    for (asked, got) in [(Value::Null, first), (json!(first.tenant), first), (json!(second.tenant), second)] {
        let tokens = read(&log_in(asked, PASSWORD).await);
        assert_eq!(tokens["business"], json!(got.tenant), "{tokens}");
        let known = read(&me(&client, &text(&tokens, "access_token")).await);
        assert_eq!(known["business"]["id"], json!(got.tenant));
        let refresh = json!({"refresh_token": text(&tokens, "refresh_token")});
        assert_eq!(read(&call(&client, "/api/v1/auth/refresh", &refresh).await)["business"], json!(got.tenant));
    }
    for nowhere in [json!(third.tenant), json!(foreign.tenant), json!(uuid::Uuid::nil()), json!("mine")] {
        let refused = log_in(nowhere.clone(), PASSWORD).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{nowhere}: {}", refused.text);
        assert_eq!(read(&refused)["errors"][0]["pointer"], "/business", "{nowhere}: {}", refused.text);
    }
    // Without the password nobody learns where somebody works.
    for business in [second, foreign] {
        assert_unauthorized(&log_in(json!(business.tenant), "guess").await);
    }
    let failures = async |shop: &Shop<'_>| {
        let count = "SELECT count(*) FROM audit_log WHERE action = 'user.login_failed'";
        let count: i64 = sqlx::query_scalar(count).fetch_one(shop.begin().await.conn()).await.unwrap();
        count
    };
    let counted = (failures(first).await, failures(second).await, failures(third).await, failures(foreign).await);
    assert_eq!(counted, (4, 1, 0, 0), "with the right password three times, and each guess, where the person works");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_opens_nothing_and_a_token_no_page() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Apart").await;
    let ann = Client::signed_in(&shop).await;
    assert_unauthorized(&ann.get("/api/v1/me").await);
    let access = text(&log_in(&Client::of(&database, &Config::default())).await, "access_token");
    ann.forget_cookies();
    let request = ann.request(Method::GET, "/staff").header(header::AUTHORIZATION, format!("Bearer {access}"));
    let answer = ann.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_suspended_loses_their_programs_at_once() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Suspended").await;
    let ann = Client::signed_in(&shop).await;
    let bob = employ(&shop, "Bob", "bob@example.com", BuiltInRole::Manager).await;
    let program = Client::of(&database, &Config::default());
    let body = json!({"email": "bob@example.com", "password": PASSWORD});
    let tokens = read(&call(&program, "/api/v1/auth/login", &body).await);
    let access = text(&tokens, "access_token");
    assert_eq!(me(&program, &access).await.status, StatusCode::OK);
    ann.post("/api/staff/suspend", &format!("user={bob}")).await;
    assert_not_valid(&me(&program, &access).await);
    let refresh = json!({"refresh_token": text(&tokens, "refresh_token")});
    assert_unauthorized(&call(&program, "/api/v1/auth/refresh", &refresh).await);
    let validity = call(&program, "/api/v1/auth/validate", &json!({"token": access})).await;
    assert_eq!(validity.text, r#"{"active":false}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_refresh_token_is_seen_in_the_audit_log() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Stolen").await;
    let ann = Client::signed_in(&shop).await;
    let program = Client::of(&database, &Config::default());
    let body = json!({"refresh_token": text(&log_in(&program).await, "refresh_token")});
    let next = read(&call(&program, "/api/v1/auth/refresh", &body).await);
    assert_unauthorized(&call(&program, "/api/v1/auth/refresh", &body).await);
    let newest = json!({"refresh_token": text(&next, "refresh_token")});
    assert_unauthorized(&call(&program, "/api/v1/auth/refresh", &newest).await);
    let log = ann.get("/audit?action=token.reused").await.text;
    assert!(log.contains("Refused a token that had been used before") && log.contains(EMAIL), "{log}");
}

/// The key that signs, as only the installation has it.
async fn installations_key(database: &TestDatabase) -> (String, KeyPair) {
    let (id, sealed): (uuid::Uuid, Vec<u8>) =
        sqlx::query_as("SELECT id, sealed_key FROM signing_keys").fetch_one(database.application.pool()).await.unwrap();
    let opened = sealing_key().open("a signing key", &sealed).unwrap();
    (id.to_string(), KeyPair::from_pkcs8(&opened).unwrap())
}

fn signed(header: &Value, claims: &Value, pair: &KeyPair) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn with(value: &Value, name: &str, changed: Value) -> Value {
    let mut value = value.clone();
    value[name] = changed;
    value
}

/// As somebody would who knows all that is public, and then some.
#[tokio::test(flavor = "multi_thread")]
async fn forged_tokens_are_refused_each_for_the_one_thing_that_is_wrong_with_it() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Forged").await;
    let client = Client::with_staff(&shop, &Config::default()).await;
    let real = text(&log_in(&client).await, "access_token");
    let (kid, pair) = installations_key(&database).await;
    let claims: Value = jsonwebtoken::dangerous::insecure_decode_claims(&real).unwrap();
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": kid});
    let now = claims["iat"].as_i64().unwrap();
    assert_eq!(me(&client, &signed(&header, &claims, &pair)).await.status, StatusCode::OK, "a right one is taken");
    // From now on its signature is remembered.
    assert_eq!(me(&client, &real).await.status, StatusCode::OK);

    let mut forged: Vec<(String, String)> = [
        ("aud", json!("another program")),
        ("aud", Value::Null),
        ("iss", json!("https://evil.example")),
        ("iss", Value::Null),
        ("exp", json!(now)),
        ("exp", Value::Null),
        ("exp", json!("tomorrow")),
        ("nbf", json!(now + 6)),
        ("nbf", Value::Null),
        ("sub", Value::Null),
        ("tenant", Value::Null),
        ("sub", json!(uuid::Uuid::nil())),
        ("tenant", json!(uuid::Uuid::nil())),
    ]
    .into_iter()
    .map(|(name, value)| (format!("{name} {value}"), signed(&header, &with(&claims, name, value), &pair)))
    .collect();

    let own = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let jwk = json!({"kty": "RSA", "alg": "RS256", "kid": kid, "n": "AQAB", "e": "AQAB"});
    for (name, value) in [
        ("jwk", jwk),
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example/certificate")),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["exp"])),
    ] {
        let header = with(&header, name, value);
        forged.push((format!("{name}, rightly signed"), signed(&header, &claims, &pair)));
        forged.push((format!("{name}, signed by a key of one's own"), signed(&header, &claims, &own)));
    }
    forged.push(("a key of one's own".into(), signed(&header, &claims, &own)));
    let foreign = with(&header, "kid", json!(uuid::Uuid::from_u128(1)));
    forged.push(("a foreign kid".into(), signed(&foreign, &claims, &pair)));
    forged.push(("another type".into(), signed(&with(&header, "typ", json!("JOSE")), &claims, &pair)));

    let (message, signature) = real.rsplit_once('.').unwrap();
    for none in ["none", "None", "NONE", ""] {
        let part = URL_SAFE_NO_PAD.encode(with(&header, "alg", json!(none)).to_string());
        let body = message.split_once('.').unwrap().1;
        forged.push((format!("alg {none:?}"), format!("{part}.{body}.")));
        forged.push((format!("alg {none:?} with a signature"), format!("{part}.{body}.{signature}")));
    }
    // The public key as the secret of an HMAC, in each form that a program might hold it in.
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(public.as_ref()));
    let modulus = pair.public_key().modulus().big_endian_without_leading_zero().to_vec();
    for secret in [pem.as_bytes(), public.as_ref(), pair.public_key().as_ref(), modulus.as_slice()] {
        let header = Header { kid: Some(kid.clone()), ..Header::new(Algorithm::HS256) };
        forged.push(("HS256".into(), encode(&header, &claims, &EncodingKey::from_secret(secret)).unwrap()));
    }
    let other_body = URL_SAFE_NO_PAD.encode(with(&claims, "exp", json!(now + 86_400)).to_string());
    let header_part = message.split_once('.').unwrap().0;
    forged.push(("tampered".into(), format!("{header_part}.{other_body}.{signature}")));
    forged.push(("cut off".into(), real[..real.len() - 4].to_owned()));
    forged.push(("without a signature".into(), format!("{message}.")));
    forged.push(("with more behind it".into(), format!("{real}.{signature}")));
    forged.push(("far too long".into(), "a".repeat(5_000)));
    forged.push(("no token".into(), "nothing".into()));

    for (what, token) in forged {
        let answer = me(&client, &token).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{what}: {}", answer.text);
        assert_not_valid(&answer);
        let validity = call(&client, "/api/v1/auth/validate", &json!({"token": token})).await;
        assert_eq!(validity.text, r#"{"active":false}"#, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_keys_verify_a_token() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Published").await;
    let client = Client::with_staff(&shop, &Config::default()).await;
    let access = text(&log_in(&client).await, "access_token");
    let answer = client.get("/.well-known/jwks.json").await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "public, max-age=60"));
    assert!(answer.header("content-type").starts_with("application/json"));
    let keys: jsonwebtoken::jwk::JwkSet = serde_json::from_str(&answer.text).unwrap();
    let kid = jsonwebtoken::decode_header(&access).unwrap().kid.unwrap();
    let key = jsonwebtoken::DecodingKey::from_jwk(keys.find(&kid).unwrap()).unwrap();
    let mut validation = jsonwebtoken::Validation::new(Algorithm::RS256);
    validation.set_audience(&["tradepost"]);
    validation.set_issuer(&[&client.state.app.site.url]);
    validation.validate_exp = false;
    jsonwebtoken::decode::<Value>(&access, &key, &validation).unwrap();
    let named = read(&answer);
    let mut names: Vec<_> = named["keys"][0].as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"], "nothing private is among it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_opens_a_business_and_goes_on_with_its_tokens() {
    let database = TestDatabase::new().await;
    let client = Client::of(&database, &Config::default());
    let form = json!({
        "business": "Corner shop",
        "currency": "EUR",
        "time_zone": "Europe/Paris",
        "name": "Zoë",
        "email": "zoe@example.com",
        "password": PASSWORD,
    });
    let wrong = call(&client, REGISTER, &json!({"business": " ", "email": "zoe@example.com"})).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let problem = read(&wrong);
    let fields: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(fields, ["/business", "/currency", "/time_zone", "/name", "/password"], "{problem}");
    let opened = call(&client, REGISTER, &form).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text);
    let me = me(&client, &text(&read(&opened), "access_token")).await;
    assert!(me.text.contains("Corner shop"), "{}", me.text);

    let mailing = Config { smtp_url: Some(serde_json::from_str("\"smtp://localhost\"").unwrap()), ..Config::default() };
    let mailed = call(&Client::of(&database, &mailing), REGISTER, &form).await;
    assert_eq!((mailed.status, mailed.text.as_str()), (StatusCode::ACCEPTED, ""), "also where there is an account");
    let closed = Config { registration: server::config::Registration::Closed, ..Config::default() };
    let refused = call(&Client::of(&database, &closed), REGISTER, &form).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_read_with_the_token_of_the_settings_only() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Counted").await;
    let token = "a token for the collector";
    let config =
        Config { metrics_token: Some(serde_json::from_str(&format!("{token:?}")).unwrap()), ..Config::default() };
    let ann = Client::with_staff(&shop, &config).await;
    ann.sign_in(crate::client::EMAIL, "guess").await;
    ann.sign_in(crate::client::EMAIL, PASSWORD).await;
    let (without, wrong) = (ann.get("/metrics").await, counts(&ann, "another token of 16").await);
    assert_unauthorized(&without);
    assert_not_valid(&wrong);
    for refused in [without, wrong] {
        let detail = text(&read(&refused), "detail");
        assert_eq!(detail, "Send the metrics token of the settings: Authorization: Bearer …");
    }
    let told = counts(&ann, token).await;
    assert_eq!(told.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    for line in [
        "# TYPE login_attempts_total counter",
        "login_attempts_total{result=\"signed_in\"}",
        "login_attempts_total{result=\"refused\"}",
        "sessions_active 1",
    ] {
        assert!(told.text.contains(line), "{line}: {}", told.text);
    }
    let without = Client::of(&database, &Config::default());
    let answer = counts(&without, token).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(text(&read(&answer), "detail").contains("no metrics token is set"), "{}", answer.text);
}
