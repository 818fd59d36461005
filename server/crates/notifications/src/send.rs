//! Sends mail by SMTP (RFC 5321), as often as it takes and no longer than it is worth something.
//!
//! A mail is sent at least once: should the program end between the server's yes and the note of it, it is sent again, under the same
//! Message-ID.

use crate::mail::opened;
use chrono::{DateTime, Utc};
use kernel::database::DatabaseError;
use kernel::problem::chain;
use kernel::seal::{SealError, SealingKey};
use kernel::task::Task;
use kernel::{Database, TenantTx};
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use model::id::{MailId, TenantId};
use std::time::Duration;

/// A mail server that says nothing for so long is taken for gone.
const SMTP_TIMEOUT: Duration = Duration::from_secs(20);
/// After so many attempts a mail is given up.
const ATTEMPTS_MAX: i32 = 6;
/// Mails taken from the line at a time, and tenants found by one look.
const MAILS_PER_TURN: i64 = 20;
const TENANTS_PER_LOOK: i64 = 100;
/// How long the log keeps what was written.
const KEPT_DAYS: i64 = 90;
/// Of what a mail server says, so much is kept.
const FAILURE_CHARS_MAX: usize = 300;

/// What was attempted when sending mail failed.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error("the mail server's address can't be used")]
    Server(#[source] smtp::Error),
    #[error("the sender of mail can't be used")]
    Sender(#[source] lettre::address::AddressError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("could not {attempt}")]
    Query { attempt: &'static str, source: sqlx::Error },
}

fn failed(attempt: &'static str) -> impl FnOnce(sqlx::Error) -> SendError {
    move |source| SendError::Query { attempt, source }
}

/// A mail server, and in whose name mail is sent.
#[derive(Clone, Debug)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// Whether the URL and the sender can be read. Unlike [`Self::new`] it needs no runtime.
    ///
    /// # Errors
    /// One of them can't be.
    pub fn check(url: &str, from: &str) -> Result<(), SendError> {
        AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(SendError::Server)?;
        from.parse::<Mailbox>().map(|_| ()).map_err(SendError::Sender)
    }

    /// By its URL, such as `smtps://user:password@mail.example.com` or `smtp://localhost:1025`; the sender as `Name <address>`.
    ///
    /// # Errors
    /// One of them can't be read.
    pub fn new(url: &str, from: &str) -> Result<Self, SendError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(SendError::Server)?;
        let transport = transport.timeout(Some(SMTP_TIMEOUT)).build();
        Ok(Self { transport, from: from.parse().map_err(SendError::Sender)? })
    }
}

/// Sends what waits in the line, and takes away texts that are worth nothing any more. Needs the worker role.
#[derive(Debug)]
pub struct SendMail {
    pub database: Database,
    pub sealing: SealingKey,
    /// Without one mail stays where it is, and is only cleared up.
    pub smtp: Option<Smtp>,
}

/// A mail whose turn it is.
struct Due {
    id: MailId,
    recipient: String,
    subject: String,
    /// One that was sealed under another key can't be sent, and keeps no other one from it.
    text: Result<String, SealError>,
    attempts: i32,
}

/// What the mail server made of it.
enum Outcome {
    Sent,
    /// It may work later.
    Deferred(String),
    /// It never will.
    Refused(String),
}

impl Task for SendMail {
    const NAME: &'static str = "send mail";
    const PERIOD: Duration = Duration::from_secs(2);
    type Error = SendError;

    async fn run(&self) -> Result<(), SendError> {
        let now = self.database.clock().now();
        let tenants = sqlx::query_scalar!(
            "SELECT DISTINCT tenant_id FROM mails
             WHERE next_attempt_at <= $1 OR (expires_at <= $1 AND text_sealed IS NOT NULL) OR created_at < $2 LIMIT $3",
            now,
            now - chrono::TimeDelta::days(KEPT_DAYS),
            TENANTS_PER_LOOK,
        )
        .fetch_all(self.database.pool())
        .await
        .map_err(failed("look for mail"))?;
        let mut outcome = Ok(());
        for tenant in tenants {
            // One that fails doesn't keep the others waiting.
            if let Err(error) = self.serve(tenant.into(), now).await {
                tracing::error!(%tenant, error = chain(&error), "could not send the mail of a business");
                outcome = outcome.and(Err(error));
            }
        }
        outcome
    }
}

impl SendMail {
    async fn serve(&self, tenant: TenantId, now: DateTime<Utc>) -> Result<(), SendError> {
        let mut tx = self.database.begin(tenant).await?;
        clear_up(&mut tx, now).await?;
        tx.commit().await?;
        let Some(smtp) = &self.smtp else { return Ok(()) };
        loop {
            let due = self.take(tenant, now).await?;
            if due.is_empty() {
                return Ok(());
            }
            for mail in due {
                let outcome = smtp.send(tenant, &mail).await;
                self.note(tenant, &mail, outcome).await?;
            }
        }
    }

    /// Counts the attempt before it is made, and puts the next one off: no other server takes the mail meanwhile, and one that is cut
    /// off here is tried again.
    async fn take(&self, tenant: TenantId, now: DateTime<Utc>) -> Result<Vec<Due>, SendError> {
        let mut tx = self.database.begin(tenant).await?;
        let rows = sqlx::query!(
            r#"UPDATE mails SET attempts = attempts + 1, next_attempt_at = $2 + make_interval(mins => power(4, least(attempts, 5))::integer)
               WHERE tenant_id = $1 AND id IN (
                   SELECT id FROM mails WHERE tenant_id = $1 AND next_attempt_at <= $2 AND text_sealed IS NOT NULL
                   ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED)
               RETURNING id, recipient, subject, text_sealed AS "text_sealed!", attempts"#,
            tenant.uuid(),
            now,
            MAILS_PER_TURN,
        )
        .fetch_all(tx.conn())
        .await
        .map_err(failed("take mail from the line"))?;
        tx.commit().await?;
        let due = rows.into_iter().map(|row| Due {
            id: row.id.into(),
            recipient: row.recipient,
            subject: row.subject,
            text: opened(&self.sealing, &row.text_sealed),
            attempts: row.attempts,
        });
        Ok(due.collect())
    }

    /// What was sent needs no text any more: the person has it.
    async fn note(&self, tenant: TenantId, mail: &Due, outcome: Outcome) -> Result<(), SendError> {
        let given_up = mail.attempts >= ATTEMPTS_MAX;
        let (sent, failure, ends) = match outcome {
            Outcome::Sent => (true, None, true),
            Outcome::Deferred(reason) => (false, Some(reason), given_up),
            Outcome::Refused(reason) => (false, Some(reason), true),
        };
        let mut tx = self.database.begin(tenant).await?;
        let now = tx.now();
        sqlx::query!(
            "UPDATE mails SET sent_at = CASE WHEN $3 THEN $4::timestamptz END, failure = $5,
                    next_attempt_at = CASE WHEN $6 THEN NULL ELSE next_attempt_at END,
                    text_sealed = CASE WHEN $6 THEN NULL ELSE text_sealed END
             WHERE tenant_id = $1 AND id = $2",
            tenant.uuid(),
            mail.id.uuid(),
            sent,
            now,
            failure,
            ends,
        )
        .execute(tx.conn())
        .await
        .map_err(failed("note what became of a mail"))?;
        Ok(tx.commit().await?)
    }
}

/// Takes away what is worth nothing any more, and rows that are old.
async fn clear_up(tx: &mut TenantTx, now: DateTime<Utc>) -> Result<(), SendError> {
    let tenant = tx.tenant().uuid();
    sqlx::query!(
        "UPDATE mails SET text_sealed = NULL,
                failure = CASE WHEN next_attempt_at IS NULL THEN failure ELSE coalesce(failure, 'not sent in time') END,
                next_attempt_at = NULL
         WHERE tenant_id = $1 AND expires_at <= $2 AND text_sealed IS NOT NULL",
        tenant,
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(failed("clear up mail"))?;
    sqlx::query!(
        "DELETE FROM mails WHERE tenant_id = $1 AND created_at < $2",
        tenant,
        now - chrono::TimeDelta::days(KEPT_DAYS)
    )
    .execute(tx.conn())
    .await
    .map_err(failed("remove old mail"))?;
    Ok(())
}

impl Smtp {
    async fn send(&self, tenant: TenantId, mail: &Due) -> Outcome {
        let message = match self.message(tenant, mail) {
            Ok(message) => message,
            Err(error) => return Outcome::Refused(short(&chain(&*error))),
        };
        match self.transport.send(message).await {
            Ok(_) => Outcome::Sent,
            Err(error) if error.is_permanent() => Outcome::Refused(short(&chain(&error))),
            Err(error) => {
                tracing::warn!(%tenant, mail = %mail.id, error = chain(&error), "a mail was not taken and will be tried again");
                Outcome::Deferred(short(&chain(&error)))
            }
        }
    }

    fn message(&self, tenant: TenantId, mail: &Due) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
        let text = mail.text.as_ref().map_err(ToString::to_string)?;
        Ok(Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, mail.recipient.parse()?))
            .subject(&mail.subject)
            .message_id(Some(format!("<{}.{tenant}@{}>", mail.id, self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(text.clone())?)
    }
}

fn short(text: &str) -> String {
    text.chars().take(FAILURE_CHARS_MAX).collect()
}
