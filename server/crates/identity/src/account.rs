//! A person's own account: their password, and where they are signed in.

use crate::account_link::NOTICE_LIFETIME;
use crate::epoch;
use crate::mail::{self, Site};
use crate::password::{self, PasswordError, Passwords};
use crate::refresh_token::{self, Revoked};
use crate::throttle::{Throttle, ThrottleError};
use crate::user;
use chrono_tz::Tz;
use kernel::audit::{self, AuditError};
use kernel::database::DatabaseError;
use kernel::{Actor, Database, TenantTx};
use model::account::{OwnSession, browser_name};
use model::audit::Action;
use model::credentials::{CredentialError, Email, PASSWORD_CHARS_MAX};
use model::id::UserId;
use model::session::Staff;
use notifications::Mailer;
use notifications::mail::MailError;

/// Why something about the account could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("the current password is wrong")]
    WrongPassword,
    #[error("the session has ended meanwhile")]
    SignedOut,
    #[error(transparent)]
    New(#[from] CredentialError),
    #[error(transparent)]
    Throttle(#[from] ThrottleError),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error("could not read the account")]
    Read(#[source] sqlx::Error),
    #[error("could not change the password")]
    ChangePassword(#[source] sqlx::Error),
    #[error("could not end a session")]
    EndSession(#[source] sqlx::Error),
}

/// A change of one's own password.
#[derive(Clone, Debug)]
pub struct NewPassword<'a> {
    pub current: &'a str,
    pub new: &'a str,
    /// The session that asks, which stays. By the hash of its token.
    pub session: &'a [u8],
    pub end_others: bool,
    /// Tells the person: it may not have been them.
    pub mailer: &'a Mailer,
    pub site: Site<'a>,
}

/// Where the person is signed in, the session that asks first, then the latest used.
///
/// # Errors
/// The database refused.
pub async fn sessions(
    database: &Database,
    staff: &Staff,
    zone: Tz,
    current: &[u8],
) -> Result<Vec<OwnSession>, AccountError> {
    let now = database.clock().now();
    let rows = sqlx::query!(
        r#"SELECT encode(token_hash, 'hex') AS "id!", token_hash = $2 AS "is_current!", last_used_at,
                  data ->> 'agent' AS agent, data ->> 'address' AS address
           FROM sessions
           WHERE user_id = $1 AND idle_until > $3 AND ends_at > $3
           ORDER BY token_hash = $2 DESC, last_used_at DESC, token_hash"#,
        staff.user.uuid(),
        current,
        now,
    )
    .fetch_all(database.pool())
    .await
    .map_err(AccountError::Read)?;
    Ok(rows
        .into_iter()
        .map(|row| OwnSession {
            id: row.id,
            browser: browser_name(row.agent.as_deref().unwrap_or_default()),
            address: row.address,
            last_used: row.last_used_at.with_timezone(&zone).format("%-d %b %Y, %H:%M").to_string(),
            is_current: row.is_current,
        })
        .collect())
}

/// Whether the person followed a link that was sent to their address.
///
/// # Errors
/// The database refused.
pub async fn has_confirmed_email(database: &Database, user: UserId) -> Result<bool, AccountError> {
    sqlx::query_scalar!(
        r#"SELECT email_confirmed_at IS NOT NULL AS "confirmed!" FROM users WHERE id = $1"#,
        user.uuid()
    )
    .fetch_one(database.pool())
    .await
    .map_err(AccountError::Read)
}

/// Ends one of the person's sessions, by its id; with `None` all but the one that asks.
///
/// # Errors
/// The database refused.
pub async fn end_sessions(
    database: &Database,
    actor: &Actor,
    staff: &Staff,
    session: Option<&str>,
    current: &[u8],
) -> Result<(), AccountError> {
    let mut tx = database.begin(staff.tenant).await?;
    check_session(&mut tx, staff, current).await?;
    let ended = match session {
        Some(id) => end_session(&mut tx, staff.user, id).await?,
        None => end_other_sessions(&mut tx, staff.user, Some(current)).await?,
    };
    if ended > 0 {
        audit::record(&mut tx, actor, entry(staff, Action::EndedSession)).await?;
    }
    Ok(tx.commit().await?)
}

/// What is no id of a session ends none.
async fn end_session(tx: &mut TenantTx, user: UserId, id: &str) -> Result<u64, AccountError> {
    if id.len() != 64 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(0);
    }
    let ended =
        sqlx::query!("DELETE FROM sessions WHERE user_id = $1 AND encode(token_hash, 'hex') = $2", user.uuid(), id)
            .execute(tx.conn())
            .await
            .map_err(AccountError::EndSession)?;
    Ok(ended.rows_affected())
}

/// Ends all sessions of a person but the one that stays, if any does, by the hash of its token. Programs stand in no list: they end with
/// the others. Returns how many ended.
pub(crate) async fn end_other_sessions(
    tx: &mut TenantTx,
    user: UserId,
    session: Option<&[u8]>,
) -> Result<u64, AccountError> {
    let revoked = refresh_token::revoke(tx, user, Revoked::Everywhere).await.map_err(AccountError::EndSession)?;
    let ended = epoch::end(tx, user, session).await.map_err(AccountError::EndSession)?;
    Ok(ended + revoked)
}

/// A request may take its time to arrive: the session that it came with must still be there, and is until the end of the transaction. The
/// person is locked before it, here and wherever both are: else two sessions that end each other could wait for each other.
pub(crate) async fn check_session(tx: &mut TenantTx, staff: &Staff, session: &[u8]) -> Result<(), AccountError> {
    user::lock(tx, staff.user).await.map_err(AccountError::Read)?;
    let there = sqlx::query!(
        "SELECT user_id FROM sessions WHERE token_hash = $1 AND user_id = $2 FOR SHARE",
        session,
        staff.user.uuid()
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(AccountError::Read)?;
    there.map(|_| ()).ok_or(AccountError::SignedOut)
}

/// Changes the person's own password. They say the one of now, for the session may have been left open to somebody else.
///
/// # Errors
/// The current password is wrong, the new one unacceptable, too many attempts failed, or something broke.
pub async fn change_password(
    database: &Database,
    actor: &Actor,
    passwords: &Passwords,
    staff: &Staff,
    change: &NewPassword<'_>,
) -> Result<(), AccountError> {
    // An address that is stored can be read.
    let email = Email::parse(&staff.email)?;
    password::check_new(change.new, &email, &[&staff.name, &staff.business])?;
    let failure = Action::FailedToChangePassword;
    let hash = check_password(database, actor, passwords, staff, change.current, failure).await?;
    let new_hash = passwords.hash(change.new).await?;
    let mut tx = database.begin(staff.tenant).await?;
    check_session(&mut tx, staff, change.session).await?;
    // Devices are forgotten: somebody else may have made them theirs with the password of before.
    let changed = sqlx::query!(
        "WITH forgotten AS (DELETE FROM devices WHERE user_id = $1),
              void AS (DELETE FROM account_links WHERE user_id = $1 AND purpose = 'reset_password')
         UPDATE users SET password_hash = $2 WHERE id = $1 AND password_hash = $3",
        staff.user.uuid(),
        new_hash,
        hash,
    )
    .execute(tx.conn())
    .await
    .map_err(AccountError::ChangePassword)?;
    if changed.rows_affected() == 0 {
        return Err(AccountError::WrongPassword);
    }
    if change.end_others {
        end_other_sessions(&mut tx, staff.user, Some(change.session)).await?;
    }
    audit::record(&mut tx, actor, entry(staff, Action::ChangedPassword)).await?;
    let expires_at = tx.now() + NOTICE_LIFETIME;
    change.mailer.queue(&mut tx, &mail::password_changed(change.site, &email, expires_at)).await?;
    Ok(tx.commit().await?)
}

/// Asks for the person's own password again: the session may have been left open to somebody else.
///
/// # Errors
/// The password is wrong, too many attempts failed, the session has ended meanwhile, or something broke.
pub async fn confirm_password(
    database: &Database,
    actor: &Actor,
    passwords: &Passwords,
    staff: &Staff,
    password: &str,
    session: &[u8],
) -> Result<(), AccountError> {
    check_password(database, actor, passwords, staff, password, Action::FailedToConfirmPassword).await?;
    let mut tx = database.begin(staff.tenant).await?;
    check_session(&mut tx, staff, session).await?;
    Ok(tx.commit().await?)
}

/// Whether it is the person's own password; notes `failure` when it isn't. Returns the hash that it belongs to.
async fn check_password(
    database: &Database,
    actor: &Actor,
    passwords: &Passwords,
    staff: &Staff,
    password: &str,
    failure: Action,
) -> Result<String, AccountError> {
    // Nobody has a longer one; hashing megabytes would be a gift to whoever sends them.
    if password.chars().take(PASSWORD_CHARS_MAX + 1).count() > PASSWORD_CHARS_MAX {
        return Err(AccountError::WrongPassword);
    }
    let throttle = Throttle::of_own_account(staff.user);
    throttle.charge(database).await?;
    let hash = sqlx::query_scalar!("SELECT password_hash FROM users WHERE id = $1", staff.user.uuid())
        .fetch_one(database.pool())
        .await
        .map_err(AccountError::Read)?;
    match passwords.verify(password, Some(hash.clone())).await {
        Ok(true) => {}
        Ok(false) => {
            let mut tx = database.begin(staff.tenant).await?;
            audit::record(&mut tx, actor, entry(staff, failure)).await?;
            tx.commit().await?;
            return Err(AccountError::WrongPassword);
        }
        Err(error) => {
            throttle.not_made(database).await?;
            return Err(error.into());
        }
    }
    throttle.succeeded(database).await?;
    Ok(hash)
}

fn entry(staff: &Staff, action: Action) -> audit::Entry<'_> {
    audit::Entry { action, object_type: "user", object: staff.user.uuid(), name: &staff.email, changes: Vec::new() }
}
