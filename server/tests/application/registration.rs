use crate::client::{Answer, Client, PASSWORD, employ};
use chrono::TimeDelta;
use http::StatusCode;
use model::role::BuiltInRole;
use server::config::{Config, Registration};
use testkit::{Shop, TestDatabase};

const FORM: &str = "form[business]=Corner+shop&form[currency]=EUR&form[time_zone]=Europe%2FParis&form[name]=Zo%C3%AB&form[email]=zoe%40example.com";

/// What the page says after a form was sent without scripts.
async fn said(client: &Client, page: &str, answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.text);
    let query = answer.header("location").split_once('?').map_or("", |(_, query)| query).to_owned();
    client.get(&format!("{page}?{query}")).await.text
}

/// Settings with which mail is sent.
fn mailing() -> Config {
    Config { smtp_url: Some(serde_json::from_str("\"smtp://localhost\"").unwrap()), ..Config::default() }
}

/// The address of the link that a mail has, as the mail log shows it to Ann.
async fn link_in_log(ann: &Client, path: &str) -> String {
    let log = ann.get("/mail").await.text;
    let start = log.find(path).unwrap();
    let link: String = log[start..].chars().take_while(|char| !char.is_whitespace() && *char != '<').collect();
    link.replace("&amp;", "&")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_business_is_opened_and_its_owner_stands_before_the_dashboard() {
    let database = TestDatabase::new().await;
    let zoe = Client::of(&database, &Config::default());
    let page = zoe.get("/register").await;
    assert_eq!(page.status, StatusCode::OK);
    for text in ["Name of the business", "Europe/Paris", "EUR", "Open the business"] {
        assert!(page.text.contains(text), "{text}");
    }
    let wrong = zoe.post("/api/registration", "form[business]=Corner+shop&form[email]=zoe&form[password]=short").await;
    let page = said(&zoe, "/register", &wrong).await;
    for text in [
        "Give a name.",
        "Enter an e-mail address such as",
        "Use at least 8 characters.",
        "Choose a currency of the list.",
        "value=\"Corner shop\"",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!wrong.header("location").contains("short"), "a password is in no address");

    let opened = zoe.post("/api/registration", &format!("{FORM}&form[password]={PASSWORD}")).await;
    assert_eq!((opened.status, opened.header("location")), (StatusCode::FOUND, "/"), "{}", opened.text);
    let dashboard = zoe.get("/").await;
    assert_eq!(dashboard.status, StatusCode::OK);
    assert!(dashboard.text.contains("Corner shop"), "{}", dashboard.text);
    assert!(zoe.get("/account").await.text.contains("Not confirmed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_mail_is_sent_a_link_opens_the_business() {
    let database = TestDatabase::new().await;
    let zoe = Client::of(&database, &mailing());
    assert!(!zoe.get("/register").await.text.contains("new-password"), "who follows the link chooses it");
    let asked = zoe.post("/api/registration", FORM).await;
    assert_eq!(asked.header("location"), "/register?sent", "{}", asked.text);
    assert!(zoe.get("/register?sent").await.text.contains("Look into your mail"));
    assert_eq!(zoe.get("/").await.status, StatusCode::SEE_OTHER, "not yet");

    let letter = database.letters().await.remove(0);
    let link = format!("/register/confirm?{}", letter.query());
    let page = zoe.get(&link).await.text;
    assert!(page.contains("Open Corner shop") && page.contains("value=\"zoe@example.com\""), "{page}");
    let short = zoe.post("/api/registration/confirm", &format!("{}&password=short", letter.query())).await;
    assert_eq!(short.status, StatusCode::FOUND);
    let confirmed = zoe.post("/api/registration/confirm", &format!("{}&password={PASSWORD}", letter.query())).await;
    assert_eq!(confirmed.header("location"), "/", "{}", confirmed.text);
    assert_eq!(zoe.get("/").await.status, StatusCode::OK);
    assert!(zoe.get("/account").await.text.contains("Confirmed"));
    let again = zoe.get(&link).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert!(again.text.contains("This link isn’t valid any more"), "{}", again.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_registers_again_and_again_is_told_how_long_to_wait() {
    let database = TestDatabase::new().await;
    let form = format!("{FORM}&form[password]={PASSWORD}");
    for _ in 0..3 {
        Client::of(&database, &Config::default()).post("/api/registration", &form).await;
    }
    let stranger = Client::of(&database, &Config::default());
    let answer = stranger.post("/api/registration", &form).await;
    assert_eq!(answer.header("retry-after"), "2", "{}", answer.text);
    let page = said(&stranger, "/register", &answer).await;
    assert!(page.contains("Too many attempts. The next one is possible in 2 seconds."), "{page}");
    assert!(!page.contains("attempts failed"), "nothing failed: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_closed_opens_no_business() {
    let database = TestDatabase::new().await;
    let zoe = Client::of(&database, &Config { registration: Registration::Closed, ..Config::default() });
    let page = zoe.get("/register").await.text;
    assert!(page.contains("opened by its administrator") && !page.contains("Open the business"), "{page}");
    zoe.post("/api/registration", &format!("{FORM}&form[password]={PASSWORD}")).await;
    assert_eq!(zoe.get("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_invited_and_joins_by_the_link_that_the_mail_log_keeps() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Inviting & Co").await;
    let ann = Client::signed_in(&shop).await;
    let role = identity::role::built_in(&mut shop.begin().await, BuiltInRole::Sales).await.unwrap();
    let wrong = ann.post("/api/staff/invite", &format!("email=zoe&role={role}")).await;
    assert!(said(&ann, "/staff/invite", &wrong).await.contains("Enter an e-mail address such as"));
    let invited = ann.post("/api/staff/invite", &format!("email=zoe%40example.com&role={role}")).await;
    assert_eq!(invited.header("location"), "/staff", "{}", invited.text);
    let staff = ann.get("/staff").await.text;
    assert!(staff.contains("zoe@example.com") && staff.contains("Take back"), "{staff}");
    assert!(!staff.contains("had an invitation already"), "{staff}");
    let replaced = link_in_log(&ann, "/invitation?").await;
    // The latest stands first in the log.
    database.clock.advance(TimeDelta::seconds(1));
    let again = ann.post("/api/staff/invite", &format!("email=zoe%40example.com&role={role}")).await;
    assert_eq!(again.header("location"), "/staff?replaced", "{}", again.text);
    let staff = ann.get("/staff?replaced").await.text;
    assert!(staff.contains("This address had an invitation already. It is replaced"), "{staff}");
    assert_eq!(Client::of(&database, &Config::default()).get(&replaced).await.status, StatusCode::NOT_FOUND);

    let bob = Client::of(&database, &Config::default());
    employ(&shop, "Bob", "bob@example.com", BuiltInRole::Auditor).await;
    bob.sign_in("bob@example.com", PASSWORD).await;
    let log = bob.get("/mail").await.text;
    assert!(log.contains("zoe@example.com") && !log.contains("token="), "an auditor sees that there is a mail: {log}");
    assert!(
        log.contains("Only somebody who looks after the staff and holds everything"),
        "and why not its text: {log}"
    );

    let link = link_in_log(&ann, "/invitation?").await;
    let somebody_else = ann.get(&link).await.text;
    assert!(somebody_else.contains("for somebody else than who is signed in here"), "{somebody_else}");
    let zoe = Client::of(&database, &Config::default());
    let page = zoe.get(&link).await.text;
    assert!(page.contains("Ann invites you to work for Inviting &amp; Co, as Sales."), "{page}");
    let query = link.split_once('?').unwrap().1;
    let wrong = zoe.post("/api/invitation/accept", &format!("{query}&name=Zo%C3%AB&password=short")).await;
    assert_eq!(wrong.status, StatusCode::FOUND);
    let joined = zoe.post("/api/invitation/accept", &format!("{query}&name=Zo%C3%AB&password={PASSWORD}")).await;
    assert_eq!(joined.header("location"), "/account", "where their role begins: {}", joined.text);
    assert!(zoe.get("/account").await.text.contains("Zoë"));
    assert_eq!(zoe.get("/staff").await.status, StatusCode::FORBIDDEN);
    assert_eq!(Client::of(&database, &Config::default()).get(&link).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_with_an_account_joins_and_goes_from_business_to_business() {
    let database = TestDatabase::new().await;
    let (shop, other) = (Shop::open(&database, "First shop").await, Shop::open(&database, "Second shop").await);
    let ann = Client::signed_in(&shop).await;
    employ(&other, "Zoë", "zoe@example.com", BuiltInRole::Manager).await;
    let role = identity::role::built_in(&mut shop.begin().await, BuiltInRole::Manager).await.unwrap();
    ann.post("/api/staff/invite", &format!("email=zoe%40example.com&role={role}")).await;
    let link = link_in_log(&ann, "/invitation?").await;
    let zoe = Client::of(&database, &Config::default());
    let page = zoe.get(&link).await.text;
    assert!(page.contains("has an account already") && page.contains("/sign-in?next=/invitation?business="), "{page}");
    zoe.sign_in("zoe@example.com", PASSWORD).await;
    assert!(zoe.get("/").await.text.contains("Second shop"));
    assert!(zoe.get(&link).await.text.contains("Join First shop"));
    let joined = zoe.post("/api/invitation/accept", link.split_once('?').unwrap().1).await;
    assert_eq!(joined.header("location"), "/", "{}", joined.text);
    assert!(zoe.get("/").await.text.contains("First shop"));
    let account = zoe.get("/account").await.text;
    assert!(account.contains("Your businesses") && account.contains("Second shop"), "{account}");
    let back = zoe.post("/api/businesses/switch", &format!("business={}", other.tenant)).await;
    assert_eq!(back.header("location"), "/", "{}", back.text);
    assert!(zoe.get("/").await.text.contains("Second shop"));
    let third = Shop::open(&database, "Third shop").await;
    for business in [third.tenant.to_string(), "nowhere".to_owned()] {
        let refused = zoe.post("/api/businesses/switch", &format!("business={business}")).await;
        let query = refused.header("location").split_once('?').map(|(_, query)| query.to_owned()).unwrap();
        let account = zoe.get(&format!("/account?{query}")).await.text;
        assert!(account.contains("You don’t work for this business any more."), "{business}: {account}");
    }
    assert!(zoe.get("/").await.text.contains("Second shop"), "where one doesn't work one doesn't get");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_forgot_their_password_is_told_where_the_link_will_be() {
    let database = TestDatabase::new().await;
    let page = Client::of(&database, &mailing()).get("/forgotten-password").await.text;
    assert!(page.contains("Send the link") && !page.contains("No mail is sent from here"), "{page}");
    let page = Client::of(&database, &Config::default()).get("/forgotten-password").await.text;
    assert!(page.contains("No mail is sent from here") && page.contains("ask whoever may read that list"), "{page}");
    assert!(page.contains("tradepost user password --email"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_link_without_a_secret_that_can_be_read_is_not_found() {
    let database = TestDatabase::new().await;
    let zoe = Client::of(&database, &Config::default());
    for path in ["/invitation", "/register/confirm", "/reset-password", "/confirm-email"] {
        for query in ["", "?token=", "?token=guess", "?business=guess&token=guess", "?token=%00"] {
            let page = zoe.get(&format!("{path}{query}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}{query}");
            assert!(page.text.contains("This link isn’t valid any more"), "{path}{query}: {}", page.text);
        }
    }
    assert_eq!(zoe.get("/confirm-email?confirmed").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_by_a_link() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Forgetful").await;
    let ann = Client::signed_in(&shop).await;
    let stranger = Client::of(&database, &Config::default());
    let answers = [
        stranger.post("/api/forgotten-password", "email=nobody%40example.com").await,
        stranger.post("/api/forgotten-password", "email=ann%40example.com").await,
    ];
    let [unknown, known] = answers.map(|answer| (answer.status, answer.header("location").to_owned(), answer.text));
    assert_eq!(unknown, known);
    // Written after the answer: the log is looked at until it is there.
    let mut looks = 0;
    while database.letters().await.is_empty() {
        looks += 1;
        assert!(looks < 10_000, "nothing was written");
        tokio::task::yield_now().await;
    }
    let own = ann.get("/mail").await.text;
    assert!(own.contains("Choose a new password") && !own.contains("token="), "not the way around her own password");
    assert!(own.contains("only somebody else may read it here"), "and she is told so: {own}");
    employ(&shop, "Olga", "olga@example.com", BuiltInRole::Owner).await;
    let olga = Client::of(&database, &Config::default());
    olga.sign_in("olga@example.com", PASSWORD).await;
    let told = stranger.get("/forgotten-password?sent").await.text;
    assert!(told.contains("its link stands in the mail list of your business now"), "{told}");
    let link = link_in_log(&olga, "/reset-password?").await;
    let page = stranger.get(&link).await.text;
    assert!(page.contains("value=\"ann@example.com\""), "{page}");
    let query = link.split_once('?').unwrap().1;
    let set = stranger.post("/api/reset-password", &format!("{query}&password=walnut+tree+garden")).await;
    assert_eq!(set.header("location"), "/sign-in?changed", "{}", set.text);
    assert_eq!(ann.get("/").await.status, StatusCode::SEE_OTHER, "all sessions end");
    assert_eq!(stranger.get("/").await.status, StatusCode::SEE_OTHER, "and none begins");
    assert_eq!(stranger.get(&link).await.status, StatusCode::NOT_FOUND);
    stranger.sign_in("ann@example.com", "walnut tree garden").await;
    assert_eq!(stranger.get("/").await.status, StatusCode::OK);
}
