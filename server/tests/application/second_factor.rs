use crate::client::{Answer, Client, EMAIL, PASSWORD, employ};
use axum::body::Body;
use chrono::TimeDelta;
use http::{Method, StatusCode, header};
use model::id::RoleId;
use model::role::BuiltInRole;
use server::config::Config;
use testkit::{Shop, TestDatabase, one_time_code};

const PAGE: &str = "/account/second-factor";
const BOB: &str = "bob@example.com";

/// What `page` says after a form was sent from it without scripts.
async fn said(client: &Client, page: &str, answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.text);
    let query = answer.header("location").split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
    client.get(&format!("{page}{query}")).await.text
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split(after).next().unwrap()
}

/// The recovery codes on the page.
fn recovery_codes(page: &str) -> Vec<String> {
    let list = between(page, r#"<ul class="codes">"#, "</ul>");
    list.split("<li>").skip(1).map(|item| item.split('<').next().unwrap().to_owned()).collect()
}

/// The secret on the page.
async fn shown_secret(client: &Client) -> String {
    let page = client.get(PAGE).await.text;
    between(&page, r#"<code class="secret">"#, "<").to_owned()
}

/// Sets up a second factor as a browser without scripts does it. Returns the secret and the page that follows.
async fn set_up(database: &TestDatabase, client: &Client) -> (String, String) {
    let begun = client.post("/api/account/second-factor/begin", "").await;
    assert_eq!(begun.header("location"), PAGE, "{}", begun.text);
    let secret = shown_secret(client).await;
    let code = one_time_code(&secret, database.application.clock().now());
    let confirmed = client.post("/api/account/second-factor/confirm", &format!("code={code}")).await;
    assert_eq!(confirmed.header("location"), PAGE, "{}", confirmed.text);
    let sessions: Vec<String> =
        sqlx::query_scalar("SELECT data::text FROM sessions").fetch_all(database.application.pool()).await.unwrap();
    let page = client.get(PAGE).await.text;
    let codes = recovery_codes(&page);
    let leaked = codes.iter().any(|code| sessions.iter().any(|session| session.contains(code)));
    assert!(!leaked, "they wait for the page, sealed");
    // The next code of the app is one that wasn't used.
    database.clock.advance(TimeDelta::seconds(30));
    (secret, page)
}

async fn show(client: &Client, code: &str) -> Answer {
    client.post("/api/sign-in/code", &format!("code={code}&next=%2Faudit")).await
}

async fn is_in(client: &Client) -> bool {
    client.get("/account").await.status == StatusCode::OK
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_takes_a_code_even_where_the_device_is_known() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Codes").await;
    let ann = Client::signed_in(&shop).await;
    let session = ann.cookie("session");
    let (secret, page) = set_up(&database, &ann).await;
    assert_ne!(ann.cookie("session"), session, "more may be done with it than before");
    assert!(page.contains("They are shown this once"), "{page}");
    let codes = recovery_codes(&page);
    assert_eq!(codes.len(), 10, "{page}");
    assert!(codes.iter().all(|code| code.split('-').map(str::len).eq([6; 4])), "{codes:?}");
    let again = ann.get(PAGE).await.text;
    assert!(!again.contains("They are shown this once") && !codes.iter().any(|code| again.contains(code)), "{again}");
    ann.post("/api/sign-out", "").await;

    assert_eq!(ann.get("/sign-in/code?next=/audit").await.header("location"), "/sign-in?next=/audit");
    let form = format!("email={EMAIL}&password={}&next=%2Faudit", PASSWORD.replace(' ', "+"));
    let answer = ann.post("/api/sign-in", &form).await;
    assert_eq!(answer.header("location"), "/sign-in/code?next=/audit");
    assert!(!is_in(&ann).await, "nobody is signed in yet");
    assert_eq!(ann.post("/api/visitor", "").await.header("location"), "/sign-in?next=/sign-in");
    let form = ann.get(answer.header("location")).await;
    assert!(form.text.contains(r#"name="next" value="/audit""#), "{}", form.text);

    for (code, text) in [("", "Enter the code."), ("guess", "This code isn’t right, or it was used before.")] {
        let refused = show(&ann, code).await;
        let page = said(&ann, "/sign-in/code", &refused).await;
        assert!(page.contains(text), "{code}: {page}");
    }
    let waiting = ann.cookie("session");
    let code = one_time_code(&secret, database.application.clock().now());
    let answer = show(&ann, &code).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::FOUND, "/audit"));
    assert!(is_in(&ann).await);
    assert_ne!(ann.cookie("session"), waiting);
    let log = ann.get("/audit").await.text;
    for text in ["Set up a second factor", "Failed to show a second factor", "Signed in"] {
        assert!(log.contains(&format!("cell-wrap\">{text}")), "{text}: {log}");
    }

    // The same code, from somebody who watched her type it.
    let eve = Client::of(&database, &Config::default());
    eve.sign_in(EMAIL, PASSWORD).await;
    show(&eve, &code).await;
    assert!(!is_in(&eve).await);
    show(&eve, &codes[0].replace('-', "").to_uppercase()).await;
    assert!(is_in(&eve).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_password_waits_ten_minutes_for_the_code() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Waits").await;
    let ann = Client::signed_in(&shop).await;
    let (secret, _) = set_up(&database, &ann).await;
    ann.sign_in(EMAIL, PASSWORD).await;
    assert_eq!(ann.get("/sign-in/code").await.status, StatusCode::OK);
    database.clock.advance(TimeDelta::minutes(10));
    assert_eq!(ann.get("/sign-in/code").await.header("location"), "/sign-in");
    show(&ann, &one_time_code(&secret, database.application.clock().now())).await;
    assert!(!is_in(&ann).await);
    let stranger = Client::of(&database, &Config::default());
    let answer = show(&stranger, "123456").await;
    assert!(answer.header("location").contains("__err="), "there is nothing to show a code for: {}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_renewed_and_the_factor_is_removed_again() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Removed").await;
    let ann = Client::signed_in(&shop).await;
    let (_, page) = set_up(&database, &ann).await;
    let before = recovery_codes(&page);
    ann.post("/api/account/second-factor/renew-codes", "").await;
    let after = recovery_codes(&ann.get(PAGE).await.text);
    assert_eq!(after.len(), 10);
    assert!(after.iter().all(|code| !before.contains(code)));

    let twice = ann.post("/api/account/second-factor/begin", "").await;
    assert!(said(&ann, PAGE, &twice).await.contains("You have a second factor already."));
    ann.post("/api/account/second-factor/remove", "").await;
    assert!(ann.get("/account").await.text.contains("Your password alone lets you in"));
    ann.post("/api/sign-out", "").await;
    ann.sign_in(EMAIL, PASSWORD).await;
    assert!(is_in(&ann).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_must_have_one_changes_to_a_new_device() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "New phone").await;
    let ann = Client::signed_in(&shop).await;
    let (old, _) = set_up(&database, &ann).await;
    let owner = role(&shop, BuiltInRole::Owner).await;
    ann.post("/api/roles/require-second-factor", &format!("role={owner}&required=true")).await;
    let page = ann.get(PAGE).await.text;
    assert!(page.contains("Set up a new device") && !page.contains("Remove the second factor"), "{page}");

    let begun = ann.post("/api/account/second-factor/begin-replacement", "").await;
    assert_eq!(begun.header("location"), PAGE, "{}", begun.text);
    let new = shown_secret(&ann).await;
    assert_ne!(new, old);
    for (code, text) in [("", "Enter the code."), ("guess", "This code isn’t right")] {
        let refused = ann.post("/api/account/second-factor/replace", &format!("code={code}")).await;
        let page = said(&ann, PAGE, &refused).await;
        assert!(page.contains(text) && page.contains(&new), "{code}: {page}");
    }
    let session = ann.cookie("session");
    let now = || database.application.clock().now();
    let code = one_time_code(&new, now());
    let replaced = ann.post("/api/account/second-factor/replace", &format!("code={code}")).await;
    assert_eq!(replaced.header("location"), PAGE, "{}", replaced.text);
    assert_ne!(ann.cookie("session"), session);
    let page = ann.get(PAGE).await.text;
    assert!(!page.contains(r#"class="secret""#) && page.contains("Set up a new device"), "{page}");
    assert!(ann.get("/audit").await.text.contains("cell-wrap\">Replaced a second factor"));

    ann.post("/api/sign-out", "").await;
    database.clock.advance(TimeDelta::seconds(30));
    ann.sign_in(EMAIL, PASSWORD).await;
    show(&ann, &one_time_code(&old, now())).await;
    assert!(!is_in(&ann).await);
    show(&ann, &one_time_code(&new, now())).await;
    assert!(is_in(&ann).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_ends_the_other_sessions_if_that_is_wanted() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Elsewhere").await;
    let ann = Client::signed_in(&shop).await;
    let other = Client::of(&database, &Config::default());
    other.sign_in(EMAIL, PASSWORD).await;
    let (_, page) = set_up(&database, &ann).await;
    let codes = recovery_codes(&page);
    assert!(is_in(&other).await, "nobody asked for it");
    assert!(page.contains(r#"name="end_others" value="true" checked"#), "{page}");

    ann.post("/api/account/second-factor/begin-replacement", "").await;
    let code = one_time_code(&shown_secret(&ann).await, database.application.clock().now());
    ann.post("/api/account/second-factor/replace", &format!("code={code}&end_others=true")).await;
    assert!(is_in(&ann).await && !is_in(&other).await);

    other.sign_in(EMAIL, PASSWORD).await;
    show(&other, &codes[0]).await;
    assert!(is_in(&other).await);
    ann.post("/api/account/second-factor/remove", "end_others=true").await;
    assert!(is_in(&ann).await && !is_in(&other).await);

    other.sign_in(EMAIL, PASSWORD).await;
    assert!(is_in(&other).await);
    ann.post("/api/account/second-factor/begin", "").await;
    let code = one_time_code(&shown_secret(&ann).await, database.application.clock().now());
    ann.post("/api/account/second-factor/confirm", &format!("code={code}&end_others=true")).await;
    assert!(is_in(&ann).await && !is_in(&other).await);
}

/// Each page that looks for a secret to be told would else write the whole session as it had read it: a slow one over the secret that
/// another request has put there meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_tells_no_secret_leaves_the_session_as_it_is() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Two tabs").await;
    let ann = Client::signed_in(&shop).await;
    set_up(&database, &ann).await;
    let version = async || -> String {
        let query = "SELECT xmin::text FROM sessions";
        sqlx::query_scalar(query).fetch_one(database.application.pool()).await.unwrap()
    };
    let before = version().await;
    for page in [PAGE, "/api-keys"] {
        assert_eq!(ann.get(page).await.status, StatusCode::OK, "{page}");
        assert_eq!(version().await, before, "{page}");
    }
}

async fn role(shop: &Shop<'_>, role: BuiltInRole) -> RoleId {
    identity::role::built_in(&mut shop.begin().await, role).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_must_have_one_gets_nowhere_before_they_have() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Required").await;
    let ann = Client::signed_in(&shop).await;
    employ(&shop, "Bob", BOB, BuiltInRole::Manager).await;
    let bob = Client::of(&database, &Config::default());
    bob.sign_in(BOB, PASSWORD).await;
    assert_eq!(bob.get("/").await.status, StatusCode::OK);

    let manager = role(&shop, BuiltInRole::Manager).await;
    let path = format!("/roles/{manager}");
    assert!(!ann.get(&path).await.text.contains("This is your own role"));
    let form = format!("role={manager}&required=true");
    let answer = ann.post("/api/roles/require-second-factor", &form).await;
    assert_eq!(answer.header("location"), path);
    assert!(ann.get(&path).await.text.contains(r#"value="true" checked"#));
    assert!(ann.get("/audit?action=role.changed").await.text.contains("second factor from not required to required"));
    assert_eq!(bob.post("/api/roles/require-second-factor", &form).await.header("location"), PAGE);

    for path in ["/", "/?period=7d", "/account", "/audit", "/audit.csv", "/nowhere", "/sign-in"] {
        let answer = bob.get(path).await;
        let location = answer.header("location");
        assert!(answer.status == StatusCode::SEE_OTHER && [PAGE, "/"].contains(&location), "{path}: {location}");
    }
    for path in ["/api/dashboard", "/api/account/password", "/api/account/second-factor/remove"] {
        let refused = bob.post(path, "").await;
        assert_eq!((refused.status, refused.header("location")), (StatusCode::SEE_OTHER, PAGE), "{path}");
        let mut by_script = bob.request(Method::POST, path).body(Body::empty()).unwrap();
        by_script.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
        let refused = bob.send(by_script).await;
        assert_eq!(
            (refused.status, refused.text.as_str()),
            (StatusCode::FORBIDDEN, r#""SecondFactorMissing""#),
            "{path}"
        );
    }
    assert!(bob.get(PAGE).await.text.contains("Your role requires a second factor"));
    set_up(&database, &bob).await;
    assert_eq!(bob.get("/").await.status, StatusCode::OK);
    let kept = bob.post("/api/account/second-factor/remove", "").await;
    assert!(said(&bob, PAGE, &kept).await.contains("Your role requires a second factor, so it can’t be removed."));

    let owner = role(&shop, BuiltInRole::Owner).await;
    assert!(ann.get(&format!("/roles/{owner}")).await.text.contains("This is your own role"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_of_ones_own_can_require_one_too() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Own").await;
    let ann = Client::signed_in(&shop).await;
    let answer = ann.post("/api/roles/save", "name=Night+shift&requires_second_factor=true").await;
    let path = answer.header("location").to_owned();
    assert!(path.starts_with("/roles/"), "{}", answer.text);
    assert!(ann.get(&path).await.text.contains(r#"name="requires_second_factor" value="true" checked"#));
    let id = path.trim_start_matches("/roles/");
    ann.post("/api/roles/save", &format!("role={id}&name=Night+shift")).await;
    let roles = identity::role::list(&mut shop.begin().await).await.unwrap();
    assert!(!roles.iter().any(|role| role.requires_second_factor));
}

/// Else whoever may change roles would free themselves of it, and then remove theirs.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_lifts_the_second_factor_of_their_own_role_but_an_owner() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Lifted").await;
    let ann = Client::signed_in(&shop).await;
    let form = "name=Personnel&permissions[]=staff:read&permissions[]=roles:write";
    let made = ann.post("/api/roles/save", &format!("{form}&requires_second_factor=true")).await;
    let path = made.header("location").to_owned();
    let id = path.trim_start_matches("/roles/");
    let bob_id = employ(&shop, "Bob", BOB, BuiltInRole::Sales).await;
    ann.post("/api/staff/change-role", &format!("user={bob_id}&role={id}")).await;
    let bob = Client::of(&database, &Config::default());
    bob.sign_in(BOB, PASSWORD).await;
    set_up(&database, &bob).await;

    let required = async || {
        let roles = identity::role::list(&mut shop.begin().await).await.unwrap();
        roles.into_iter().find(|role| role.id.to_string() == id).unwrap().requires_second_factor
    };
    let lifted = format!("{form}&role={id}");
    let refused = bob.post("/api/roles/save", &lifted).await;
    let page = said(&bob, &path, &refused).await;
    let beside = between(&page, r#"id="requires_second_factor-error""#, "</p>");
    assert!(beside.contains("Your own role’s second factor is lifted by somebody else who may."), "{page}");
    bob.post("/api/roles/require-second-factor", &format!("role={id}")).await;
    assert!(required().await, "nor by the form of roles that come with the program");
    bob.post("/api/account/second-factor/remove", "").await;
    assert!(bob.get(PAGE).await.text.contains("Set up a new device"));
    let renamed = bob.post("/api/roles/save", &format!("{lifted}&requires_second_factor=true")).await;
    assert_eq!(renamed.header("location"), path, "all else may be changed");

    ann.post("/api/roles/save", &lifted).await;
    assert!(!required().await);
    let owner = role(&shop, BuiltInRole::Owner).await;
    set_up(&database, &ann).await;
    for choice in ["&required=true", ""] {
        let form = format!("role={owner}{choice}");
        let answer = ann.post("/api/roles/require-second-factor", &form).await;
        assert_eq!(answer.header("location"), format!("/roles/{owner}"), "{}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sensitive_pages_ask_for_the_password_after_a_while() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Confirmed").await;
    let ann = Client::signed_in(&shop).await;
    let bob = employ(&shop, "Bob", BOB, BuiltInRole::Auditor).await;
    let auditor = Client::of(&database, &Config::default());
    auditor.sign_in(BOB, PASSWORD).await;
    let member = format!("/staff/{bob}");
    database.clock.advance(TimeDelta::minutes(11));

    for path in [PAGE, "/roles/new", member.as_str()] {
        let answer = ann.get(path).await;
        assert_eq!(answer.header("location"), format!("/confirm-password?next={path}"));
    }
    for path in ["/roles", "/staff", "/account", "/audit"] {
        assert_eq!(ann.get(path).await.status, StatusCode::OK, "{path}");
    }
    assert_eq!(auditor.get(&member).await.status, StatusCode::OK, "who may change nothing there only looks");
    let suspend = format!("user={bob}");
    ann.post("/api/staff/end-sessions", &suspend).await;
    assert!(!is_in(&auditor).await, "a form that was filled in meanwhile is still taken");

    database.clock.advance(TimeDelta::minutes(5));
    for (path, form) in [
        ("/api/staff/suspend", suspend.as_str()),
        ("/api/roles/save", "name=Night+shift"),
        ("/api/account/second-factor/begin", ""),
    ] {
        let refused = ann.post(path, form).await;
        assert!(refused.header("location").contains("__err="), "{path}: {}", refused.text);
    }
    let request = ann.request(Method::POST, "/api/roles/editor").header(header::CONTENT_TYPE, "application/json");
    let mut request = request.body("{}".into()).unwrap();
    request.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
    let loaded = ann.send(request).await;
    assert_eq!((loaded.status, loaded.text.as_str()), (StatusCode::FORBIDDEN, r#""ConfirmPassword""#));
    assert!(identity::role::list(&mut shop.begin().await).await.unwrap().iter().all(|role| role.is_built_in));

    let page = format!("/confirm-password?next={member}");
    assert!(ann.get(&page).await.text.contains(&format!(r#"name="next" value="{member}""#)));
    for (password, text) in [("", "Enter your current password."), ("guess", "This isn’t your password.")] {
        let refused = ann.post("/api/confirm-password", &format!("password={password}")).await;
        assert!(said(&ann, "/confirm-password", &refused).await.contains(text), "{password}");
    }
    let session = ann.cookie("session");
    let form = |next: &str| format!("password={}&next={next}", PASSWORD.replace(' ', "+"));
    assert_eq!(ann.post("/api/confirm-password", &form("//evil.example")).await.header("location"), "/");
    assert_eq!(ann.post("/api/confirm-password", &form(&member)).await.header("location"), member);
    assert_ne!(ann.cookie("session"), session);
    assert_eq!(ann.get(&member).await.status, StatusCode::OK);
    let suspended = ann.post("/api/staff/suspend", &suspend).await;
    assert_eq!(suspended.header("location"), member);
    assert!(ann.get("/audit").await.text.contains("cell-wrap\">Failed to confirm their password"));
    ann.set_cookie(&session);
    assert!(!is_in(&ann).await, "the id before is worth nothing");
}

/// Somebody who finds an open browser could try every password, did the attempts not wait.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_of_the_password_have_to_wait() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Guessed").await;
    let ann = Client::signed_in(&shop).await;
    for _ in 0..5 {
        ann.post("/api/confirm-password", "password=guess").await;
    }
    let form = format!("password={}", PASSWORD.replace(' ', "+"));
    let refused = ann.post("/api/confirm-password", &form).await;
    let page = said(&ann, "/confirm-password", &refused).await;
    assert!(page.contains("Too many attempts failed. Try again in 2 seconds."), "{page}");
}
