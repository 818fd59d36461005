//! A mail on its way: it is written with the change that it tells of, in the same transaction, and sent after that.

use chrono::{DateTime, Utc};
use kernel::TenantTx;
use kernel::seal::{SealError, SealingKey};
use model::credentials::Email;
use model::id::MailId;
use model::mail::MailKind;
use model::permission::{Permission, PermissionSet};

/// What the texts are sealed for.
const PURPOSE: &str = "the text of a mail";

/// A mail to one person.
#[derive(Clone)]
pub struct Mail {
    pub kind: MailKind,
    pub to: Email,
    pub subject: String,
    pub text: String,
    /// When it is worth nothing any more, because its link is.
    pub expires_at: DateTime<Utc>,
    /// What whoever follows its link may do.
    pub opens: PermissionSet,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Mail").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A mail could not be written; nothing of what it tells may be committed.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("could not put a mail into the line")]
    Queue(#[source] sqlx::Error),
}

/// Takes mail. Where no mail server is set it stays in the log, where whoever may do all that its link opens reads it.
#[derive(Clone, Debug)]
pub struct Mailer {
    pub(crate) sealing: SealingKey,
    sends: bool,
}

impl Mailer {
    #[must_use]
    pub const fn new(sealing: SealingKey, sends: bool) -> Self {
        Self { sealing, sends }
    }

    /// Whether mail leaves the program.
    #[must_use]
    pub const fn sends(&self) -> bool {
        self.sends
    }

    /// Writes a mail, to be sent when the transaction has committed.
    ///
    /// # Errors
    /// The database refused; roll back.
    pub async fn queue(&self, tx: &mut TenantTx, mail: &Mail) -> Result<(), MailError> {
        let (tenant, now, id) = (tx.tenant().uuid(), tx.now(), tx.new_id::<MailId>());
        let opens: Vec<_> = mail.opens.iter().map(|permission| permission.word().to_owned()).collect();
        sqlx::query!(
            "INSERT INTO mails (tenant_id, id, kind, recipient, subject, text_sealed, opens, created_at, expires_at, next_attempt_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            tenant,
            id.uuid(),
            mail.kind.word(),
            mail.to.as_str(),
            mail.subject,
            self.sealing.seal(PURPOSE, mail.text.as_bytes())?,
            &opens,
            now,
            mail.expires_at,
            self.sends.then_some(now),
        )
        .execute(tx.conn())
        .await
        .map_err(MailError::Queue)?;
        Ok(())
    }
}

/// A text that was sealed for a mail.
pub(crate) fn opened(sealing: &SealingKey, sealed: &[u8]) -> Result<String, SealError> {
    sealing.open(PURPOSE, sealed).map(|text| String::from_utf8_lossy(&text).into_owned())
}

/// Words of permissions; one that this version doesn't know counts as all of them.
pub(crate) fn permissions(words: &[String]) -> PermissionSet {
    let known: Option<PermissionSet> = words.iter().map(|word| word.parse::<Permission>().ok()).collect();
    known.unwrap_or_else(PermissionSet::all)
}
