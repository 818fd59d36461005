//! Following a link to one's account.

use super::{AccountLinkError, NOTICE_LIFETIME, Purpose, note};
use crate::device;
use crate::mail::{self, Site};
use crate::password::{self, Passwords};
use crate::secret_token::SecretToken;
use crate::staff;
use crate::throttle::Throttle;
use crate::user;
use kernel::{Actor, Database, TenantTx};
use model::audit::Action;
use model::credentials::Email;
use model::id::{CorrelationId, UserId};
use model::registration::LinkProblem;
use notifications::Mailer;
use std::net::IpAddr;

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
    let tenant = staff::membership(database, user).await?.ok_or(LinkProblem)?.tenant;
    let names = staff::names(database, user, Some(tenant)).await?;
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    password::check_new(new, &email, &names).map_err(AccountLinkError::NewPassword)?;
    let hash = passwords.hash(new).await?;
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
