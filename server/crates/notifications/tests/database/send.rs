use crate::smtp_server::SmtpServer;
use chrono::TimeDelta;
use kernel::task::Task;
use model::credentials::Email;
use model::mail::{MailKind, MailState, TextMissing};
use model::page::PageRequest;
use model::permission::{Permission, PermissionSet};
use notifications::mail::Mail;
use notifications::mail_log::Reader;
use notifications::send::Smtp;
use notifications::{Mailer, SendMail, mail_log};
use testkit::{Shop, TestDatabase, sealing_key};

async fn write(shop: &Shop<'_>, mailer: &Mailer, to: &str, lifetime: TimeDelta) {
    let mut tx = shop.begin().await;
    let mail = Mail {
        kind: MailKind::Invitation,
        to: Email::parse(to).unwrap(),
        subject: "Zoë invites you".into(),
        text: "Hello,\n\nfollow this link: https://shop.example/invitation?token=secret\n".into(),
        expires_at: tx.now() + lifetime,
        opens: [Permission::ReadOrders].into_iter().collect(),
    };
    mailer.queue(&mut tx, &mail).await.unwrap();
    tx.commit().await.unwrap();
}

fn task(database: &TestDatabase, server: &SmtpServer) -> SendMail {
    let smtp = Smtp::new(&server.url, "Corner shop <shop@example.com>").unwrap();
    SendMail { database: database.worker.clone(), sealing: sealing_key(), smtp: Some(smtp) }
}

type Said = (MailState, Option<String>, Result<String, TextMissing>);

/// What the log says of the latest mail, to somebody who holds these permissions.
async fn latest(shop: &Shop<'_>, mailer: &Mailer, held: PermissionSet) -> Said {
    let mut tx = shop.begin().await;
    let reader = Reader { email: "ann@example.com", held };
    let page = mail_log::page(&mut tx, mailer, chrono_tz::UTC, &reader, &PageRequest::first(10)).await.unwrap();
    let entry = page.rows[0].clone();
    (entry.state, entry.failure, entry.text)
}

#[tokio::test]
async fn a_mail_is_sent_once_and_its_text_is_gone_then() {
    let database = TestDatabase::new().await;
    let (shop, other) = (Shop::open(&database, "Sending").await, Shop::open(&database, "Sending too").await);
    let (mailer, server) = (Mailer::new(sealing_key(), true), SmtpServer::start().await);
    write(&shop, &mailer, "zoe@example.com", TimeDelta::days(1)).await;
    write(&other, &mailer, "yves@example.com", TimeDelta::days(1)).await;
    assert_eq!(
        latest(&shop, &mailer, PermissionSet::all()).await,
        (MailState::Waiting, None, Err(TextMissing::Waiting))
    );
    let task = task(&database, &server);
    task.run().await.unwrap();
    task.run().await.unwrap();
    let taken = server.taken();
    assert_eq!(taken.len(), 2, "{taken:?}");
    let to_zoe = taken.iter().find(|mail| mail.contains("To: zoe@example.com")).unwrap();
    assert!(to_zoe.contains("From: \"Corner shop\" <shop@example.com>"), "{to_zoe}");
    assert!(
        to_zoe.contains("Message-ID: <") && to_zoe.contains("token=3Dsecret") || to_zoe.contains("token=secret"),
        "{to_zoe}"
    );
    assert_eq!(latest(&shop, &mailer, PermissionSet::all()).await, (MailState::Sent, None, Err(TextMissing::Sent)));
    assert!(database.letters().await.is_empty());
}

#[tokio::test]
async fn a_mail_that_is_not_taken_is_tried_again_later() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Later").await;
    let (mailer, server) = (Mailer::new(sealing_key(), true), SmtpServer::start().await);
    write(&shop, &mailer, "zoe@example.com", TimeDelta::days(1)).await;
    let task = task(&database, &server);
    server.answer(Some("451 come back"));
    task.run().await.unwrap();
    let (state, failure, _) = latest(&shop, &mailer, PermissionSet::all()).await;
    assert_eq!(state, MailState::Waiting);
    assert!(failure.as_ref().is_some_and(|failure| failure.contains("come back")), "{failure:?}");
    server.answer(None);
    task.run().await.unwrap();
    assert!(server.taken().is_empty(), "not at once");
    database.clock.advance(TimeDelta::minutes(1));
    task.run().await.unwrap();
    assert_eq!(server.taken().len(), 1);
    assert_eq!(latest(&shop, &mailer, PermissionSet::all()).await, (MailState::Sent, None, Err(TextMissing::Sent)));
}

#[tokio::test]
async fn a_mail_that_will_never_be_taken_is_given_up() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Never").await;
    let (mailer, server) = (Mailer::new(sealing_key(), true), SmtpServer::start().await);
    write(&shop, &mailer, "zoe@example.com", TimeDelta::days(1)).await;
    server.answer(Some("550 nobody of this name"));
    task(&database, &server).run().await.unwrap();
    let (state, failure, text) = latest(&shop, &mailer, PermissionSet::all()).await;
    assert_eq!((state, text), (MailState::Failed, Err(TextMissing::GivenUp)));
    assert!(failure.as_ref().is_some_and(|failure| failure.contains("nobody of this name")), "{failure:?}");
}

#[tokio::test]
async fn a_mail_that_was_sealed_under_another_key_keeps_no_other_one_waiting() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Another key").await;
    let (mailer, server) = (Mailer::new(sealing_key(), true), SmtpServer::start().await);
    let other = Mailer::new(kernel::seal::SealingKey::new(&[9; 32]).unwrap(), true);
    write(&shop, &other, "zoe@example.com", TimeDelta::days(1)).await;
    write(&shop, &mailer, "yves@example.com", TimeDelta::days(1)).await;
    task(&database, &server).run().await.unwrap();
    assert_eq!(server.taken().len(), 1);
    let states: Vec<(String, bool)> =
        sqlx::query_as("SELECT recipient, sent_at IS NOT NULL FROM mails ORDER BY recipient")
            .fetch_all(&mut database.superuser().await)
            .await
            .unwrap();
    assert_eq!(states, [("yves@example.com".to_owned(), true), ("zoe@example.com".to_owned(), false)]);
}

#[tokio::test]
async fn a_mail_that_is_worth_nothing_any_more_is_not_sent() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Late").await;
    let (mailer, server) = (Mailer::new(sealing_key(), true), SmtpServer::start().await);
    write(&shop, &mailer, "zoe@example.com", TimeDelta::hours(1)).await;
    database.clock.advance(TimeDelta::hours(1));
    task(&database, &server).run().await.unwrap();
    assert!(server.taken().is_empty());
    let late = (MailState::Failed, Some("not sent in time".to_owned()), Err(TextMissing::GivenUp));
    assert_eq!(latest(&shop, &mailer, PermissionSet::all()).await, late);
    database.clock.advance(TimeDelta::days(91));
    task(&database, &server).run().await.unwrap();
    let rows: i64 =
        sqlx::query_scalar("SELECT count(*) FROM mails").fetch_one(&mut database.superuser().await).await.unwrap();
    assert_eq!(rows, 0, "old rows go");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_send_each_mail_once() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Two").await;
    let (mailer, server) = (Mailer::new(sealing_key(), true), SmtpServer::start().await);
    for number in 0..30 {
        write(&shop, &mailer, &format!("person{number}@example.com"), TimeDelta::days(1)).await;
    }
    let (one, other) = (task(&database, &server), task(&database, &server));
    let (one, other) = tokio::join!(one.run(), other.run());
    one.unwrap();
    other.unwrap();
    assert_eq!(server.taken().len(), 30);
}

#[tokio::test]
async fn where_no_mail_is_sent_whoever_may_follow_a_link_reads_it_until_it_ends() {
    let database = TestDatabase::new().await;
    let shop = Shop::open(&database, "Kept").await;
    let mailer = Mailer::new(sealing_key(), false);
    write(&shop, &mailer, "zoe@example.com", TimeDelta::days(1)).await;
    let (state, _, text) = latest(&shop, &mailer, PermissionSet::all()).await;
    assert_eq!(state, MailState::Kept);
    assert!(text.unwrap().contains("token=secret"));
    let lesser = [Permission::ReadStaff, Permission::WriteStaff].into_iter().collect();
    assert_eq!(latest(&shop, &mailer, lesser).await.2, Err(TextMissing::HoldsLess));
    let other = Mailer::new(kernel::seal::SealingKey::new(&[9; 32]).unwrap(), false);
    assert_eq!(latest(&shop, &other, PermissionSet::all()).await.2, Err(TextMissing::OtherKey));
    database.clock.advance(TimeDelta::days(1));
    SendMail { database: database.worker.clone(), sealing: sealing_key(), smtp: None }.run().await.unwrap();
    assert_eq!(latest(&shop, &mailer, PermissionSet::all()).await, (MailState::Kept, None, Err(TextMissing::Past)));
}
