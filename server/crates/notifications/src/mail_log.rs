//! What was written to whom, and what became of it.

use crate::mail::{Mailer, opened, permissions};
use chrono_tz::Tz;
use kernel::TenantTx;
use model::id::MailId;
use model::mail::{MailEntry, MailKind, MailState, TextMissing};
use model::page::{Page, PageRequest};
use model::permission::PermissionSet;

/// The log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum MailLogError {
    #[error("could not read the mail log")]
    Read(#[source] sqlx::Error),
}

/// Who looks at the log.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    pub email: &'a str,
    pub held: PermissionSet,
}

/// The latest first. A text is shown to whoever holds all that its link opens, but for the way to their own password; and to nobody once
/// it was sent.
///
/// # Errors
/// The database refused, or the texts were sealed under another key.
pub async fn page(
    tx: &mut TenantTx,
    mailer: &Mailer,
    zone: Tz,
    reader: &Reader<'_>,
    request: &PageRequest<MailId>,
) -> Result<Page<MailEntry, MailId>, MailLogError> {
    let tenant = tx.tenant().uuid();
    let rows = sqlx::query!(
        "SELECT id, kind, recipient, subject, text_sealed, opens, created_at, next_attempt_at, sent_at, failure
         FROM mails WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
        tenant,
        request.after.map(MailId::uuid),
        request.fetch(),
    )
    .fetch_all(tx.conn())
    .await
    .map_err(MailLogError::Read)?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let state = match (row.sent_at, row.next_attempt_at, &row.failure) {
            (Some(_), ..) => MailState::Sent,
            (None, Some(_), _) => MailState::Waiting,
            (None, None, Some(_)) => MailState::Failed,
            (None, None, None) => MailState::Kept,
        };
        let holds = reader.held.lacks(permissions(&row.opens)).is_none();
        // At a browser that was left open, the way to a new password would be a way around the one of now.
        let is_own_way_in = row.kind == MailKind::ResetPassword.word() && row.recipient == reader.email;
        let text = match (state, row.text_sealed) {
            (MailState::Waiting, _) => Err(TextMissing::Waiting),
            (MailState::Sent, _) => Err(TextMissing::Sent),
            (MailState::Failed, _) => Err(TextMissing::GivenUp),
            (MailState::Kept, None) => Err(TextMissing::Past),
            (MailState::Kept, Some(_)) if !holds => Err(TextMissing::HoldsLess),
            (MailState::Kept, Some(_)) if is_own_way_in => Err(TextMissing::OwnWayIn),
            // What was sealed under another key can't be read; the log can.
            (MailState::Kept, Some(sealed)) => opened(&mailer.sealing, &sealed).map_err(|_| TextMissing::OtherKey),
        };
        entries.push(MailEntry {
            id: row.id.into(),
            created_at: row.created_at.with_timezone(&zone).format("%-d %b %Y, %H:%M").to_string(),
            recipient: row.recipient,
            kind: row.kind.parse().ok(),
            subject: row.subject,
            state,
            failure: row.failure,
            text,
        });
    }
    Ok(Page::of(entries, request, |entry| entry.id))
}
