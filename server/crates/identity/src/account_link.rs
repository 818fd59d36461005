//! Links to one's own account, sent by mail: to choose a new password, and to show that an address is one's own. Each works once and for
//! a time. Neither signs anybody in.

use crate::device;
use crate::mail::{self, Site};
use crate::password::{self, PasswordError, Passwords};
use crate::secret_token::SecretToken;
use crate::staff::{self, StaffError};
use crate::throttle::{Throttle, ThrottleError};
use crate::user;
use chrono::TimeDelta;
use kernel::audit::{self, AuditError};
use kernel::database::DatabaseError;
use kernel::{Actor, Database, TenantTx};
use model::audit::Action;
use model::credentials::{CredentialError, Email};
use model::id::{CorrelationId, UserId};
use model::permission::PermissionSet;
use model::registration::LinkProblem;
use model::session::Staff;
use notifications::Mailer;
use notifications::mail::MailError;
use std::net::IpAddr;

/// How long a link for a new password works.
const RESET_LIFETIME: TimeDelta = TimeDelta::hours(1);
/// How long a link to confirm an address works.
const CONFIRM_LIFETIME: TimeDelta = TimeDelta::days(4);
/// How long a notice is worth sending.
pub(crate) const NOTICE_LIFETIME: TimeDelta = TimeDelta::days(4);

/// Why a link was not sent, or not followed.
#[derive(Debug, thiserror::Error)]
pub enum AccountLinkError {
    #[error(transparent)]
    Link(#[from] LinkProblem),
    #[error("{0}")]
    NewPassword(CredentialError),
    #[error(transparent)]
    Throttle(#[from] ThrottleError),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Staff(#[from] StaffError),
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error("could not look up whose account it is")]
    LookUp(#[source] sqlx::Error),
    #[error("could not keep a link")]
    Keep(#[source] sqlx::Error),
    #[error("could not take a link")]
    Take(#[source] sqlx::Error),
    #[error("could not set a password")]
    SetPassword(#[source] sqlx::Error),
    #[error("could not remember the device")]
    Remember(#[source] sqlx::Error),
    #[error("could not confirm an address")]
    Confirm(#[source] sqlx::Error),
    #[error("the kept address cannot be read")]
    Decode(#[source] CredentialError),
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    ResetPassword,
    ConfirmEmail,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
            Self::ConfirmEmail => "confirm_email",
        }
    }
}

/// Counts that a link for a new password is asked for.
///
/// # Errors
/// Too many were, or the database refused.
pub async fn charge(database: &Database, email: &Email, address: Option<IpAddr>) -> Result<(), ThrottleError> {
    Throttle::of_mail("password", email, address).charge(database).await
}

/// Sends somebody a link to choose a new password, if the address has an account that gets in somewhere. Whoever asks is told the same
/// whether it has; they are answered before this is done, so that the time doesn't tell either.
///
/// # Errors
/// The database refused.
pub async fn ask_for_password(
    database: &Database,
    mailer: &Mailer,
    site: Site<'_>,
    email: &Email,
    address: Option<IpAddr>,
    correlation: CorrelationId,
) -> Result<(), AccountLinkError> {
    let user = sqlx::query_scalar!("SELECT id FROM users WHERE email = $1", email.as_str())
        .fetch_optional(database.pool())
        .await
        .map_err(AccountLinkError::LookUp)?;
    let Some(user) = user.map(UserId::from) else { return Ok(()) };
    let Some(membership) = staff::membership(database, user).await?.filter(|membership| !membership.suspended) else {
        return Ok(());
    };
    if !mailer.sends() && !membership.is_only {
        // The log in which the link would stay belongs to one business, and the account opens others too.
        tracing::warn!(%user, "a link for a new password was not written: the person works for several businesses, and no mail is sent");
        return Ok(());
    }
    let mut actor = Actor::system("stranger", correlation);
    actor.address = address;
    let mut tx = database.begin(membership.tenant).await?;
    let token = keep(&mut tx, user, Purpose::ResetPassword, RESET_LIFETIME).await?;
    let opens = permissions(&mut tx, user).await?;
    let expires_at = tx.now() + RESET_LIFETIME;
    mailer.queue(&mut tx, &mail::reset_password(site, email, &token, opens, expires_at)).await?;
    note(&mut tx, &actor, Action::AskedForPassword, user, email).await?;
    Ok(tx.commit().await?)
}

/// Sends somebody who is signed in a link to show that their address is theirs.
///
/// # Errors
/// Too many were asked for, or the database refused.
pub async fn ask_to_confirm(
    database: &Database,
    mailer: &Mailer,
    site: Site<'_>,
    staff: &Staff,
    address: Option<IpAddr>,
) -> Result<(), AccountLinkError> {
    let email = Email::parse(&staff.email).map_err(AccountLinkError::Decode)?;
    // A link that stays in a log shows nothing of who has the address.
    if !mailer.sends() {
        return Err(LinkProblem.into());
    }
    Throttle::of_mail("confirmation", &email, address).charge(database).await?;
    let mut tx = database.begin(staff.tenant).await?;
    let token = keep(&mut tx, staff.user, Purpose::ConfirmEmail, CONFIRM_LIFETIME).await?;
    let expires_at = tx.now() + CONFIRM_LIFETIME;
    let mail = mail::confirm_email(site, &email, &token, staff.role.permissions, expires_at);
    mailer.queue(&mut tx, &mail).await?;
    Ok(tx.commit().await?)
}

async fn keep(
    tx: &mut TenantTx,
    user: UserId,
    purpose: Purpose,
    lifetime: TimeDelta,
) -> Result<SecretToken, AccountLinkError> {
    let (token, now) = (SecretToken::random(), tx.now());
    sqlx::query!(
        "INSERT INTO account_links (token_hash, purpose, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        token.hash(),
        purpose.word(),
        user.uuid(),
        now,
        now + lifetime,
    )
    .execute(tx.conn())
    .await
    .map_err(AccountLinkError::Keep)?;
    Ok(token)
}

/// What somebody may do here.
async fn permissions(tx: &mut TenantTx, user: UserId) -> Result<PermissionSet, AccountLinkError> {
    Ok(staff::find(tx, user).await?.map_or_else(PermissionSet::default, |staff| staff.role.permissions))
}

/// Whose account a link is to.
#[derive(Clone, Debug)]
pub struct Owner {
    pub user: UserId,
    pub email: Email,
}

/// Whose account a link is to.
///
/// # Errors
/// It isn't valid, or the database refused.
pub async fn find(database: &Database, token: &SecretToken, purpose: Purpose) -> Result<Owner, AccountLinkError> {
    let row = sqlx::query!(
        "SELECT u.id, u.email FROM account_links l JOIN users u ON u.id = l.user_id
         WHERE l.token_hash = $1 AND l.purpose = $2 AND l.expires_at > $3",
        token.hash(),
        purpose.word(),
        database.clock().now(),
    )
    .fetch_optional(database.pool())
    .await
    .map_err(AccountLinkError::LookUp)?
    .ok_or(LinkProblem)?;
    Ok(Owner { user: row.id.into(), email: Email::parse(&row.email).map_err(AccountLinkError::Decode)? })
}

/// Takes a link: two who follow it at the same time take turns, and the second finds nothing.
async fn take(tx: &mut TenantTx, token: &SecretToken, purpose: Purpose) -> Result<UserId, AccountLinkError> {
    let now = tx.now();
    let user = sqlx::query_scalar!(
        "DELETE FROM account_links WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3 RETURNING user_id",
        token.hash(),
        purpose.word(),
        now,
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(AccountLinkError::Take)?;
    Ok(user.ok_or(LinkProblem)?.into())
}

/// Where a link is followed.
#[derive(Clone, Copy, Debug)]
pub struct Browser<'a> {
    /// What it shows of itself, if somebody was known in it.
    pub device: Option<&'a SecretToken>,
    pub address: Option<IpAddr>,
    pub correlation: CorrelationId,
}

/// Sets the password that the person chose. All their sessions end; they sign in with it, and with their second factor if they have one.
///
/// Whoever has the link reads the person's mail, so the browser is one that they are known in: this is how somebody gets in while strangers
/// guess at their account. The result is what the browser has to show for it.
///
/// # Errors
/// The link isn't valid, the password unacceptable, or something broke.
pub async fn set_password(
    database: &Database,
    passwords: &Passwords,
    mailer: &Mailer,
    site: Site<'_>,
    token: &SecretToken,
    new: &str,
    browser: Browser<'_>,
) -> Result<SecretToken, AccountLinkError> {
    // Before a password is hashed: that is too much work to do for whoever made a link up.
    let Owner { user, email } = find(database, token, Purpose::ResetPassword).await?;
    Throttle::of_link(&token.hash()).charge(database).await?;
    password::check_new(new, &email).map_err(AccountLinkError::NewPassword)?;
    let hash = passwords.hash(new).await?;
    let tenant = staff::membership(database, user).await?.ok_or(LinkProblem)?.tenant;
    let mut tx = database.begin(tenant).await?;
    let user = take(&mut tx, token, Purpose::ResetPassword).await?;
    let is_known = match browser.device {
        Some(device) => device::is_known(&mut tx, device).await.map_err(AccountLinkError::Remember)?,
        None => false,
    };
    user::set_password(&mut tx, user, &hash).await.map_err(AccountLinkError::SetPassword)?;
    let device = device::of_browser(browser.device, is_known);
    device::remember(&mut tx, user, &device).await.map_err(AccountLinkError::Remember)?;
    if mailer.sends() {
        mark_confirmed(&mut tx, user).await?;
    }
    let expires_at = tx.now() + NOTICE_LIFETIME;
    mailer.queue(&mut tx, &mail::password_changed(site, &email, expires_at)).await?;
    // Whoever had the link, which may have been somebody else.
    let mut actor = Actor::system("link", browser.correlation);
    actor.address = browser.address;
    note(&mut tx, &actor, Action::ResetPassword, user, &email).await?;
    tx.commit().await?;
    Ok(device)
}

/// Notes that the address is the person's own.
///
/// # Errors
/// The link isn't valid, or the database refused.
pub async fn confirm_email(
    database: &Database,
    token: &SecretToken,
    address: Option<IpAddr>,
    correlation: CorrelationId,
) -> Result<(), AccountLinkError> {
    let Owner { user, email } = find(database, token, Purpose::ConfirmEmail).await?;
    let tenant = staff::membership(database, user).await?.ok_or(LinkProblem)?.tenant;
    let mut tx = database.begin(tenant).await?;
    let user = take(&mut tx, token, Purpose::ConfirmEmail).await?;
    mark_confirmed(&mut tx, user).await?;
    note(&mut tx, &Actor::user(user, correlation, address), Action::ConfirmedEmail, user, &email).await?;
    Ok(tx.commit().await?)
}

async fn mark_confirmed(tx: &mut TenantTx, user: UserId) -> Result<(), AccountLinkError> {
    let now = tx.now();
    sqlx::query!(
        "UPDATE users SET email_confirmed_at = coalesce(email_confirmed_at, $2) WHERE id = $1",
        user.uuid(),
        now
    )
    .execute(tx.conn())
    .await
    .map_err(AccountLinkError::Confirm)?;
    Ok(())
}

async fn note(tx: &mut TenantTx, actor: &Actor, action: Action, user: UserId, email: &Email) -> Result<(), AuditError> {
    let entry =
        audit::Entry { action, object_type: "user", object: user.uuid(), name: email.as_str(), changes: Vec::new() };
    audit::record(tx, actor, entry).await
}
