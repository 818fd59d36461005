//! Asking for a link to one's account.

use super::{AccountLinkError, Purpose, note};
use crate::mail::{self, Site};
use crate::secret_token::SecretToken;
use crate::staff;
use crate::throttle::{Throttle, ThrottleError};
use chrono::TimeDelta;
use kernel::{Actor, Database, TenantTx};
use model::audit::Action;
use model::credentials::Email;
use model::id::{CorrelationId, UserId};
use model::permission::PermissionSet;
use model::registration::LinkProblem;
use model::session::Staff;
use notifications::Mailer;
use std::net::IpAddr;

/// How long a link for a new password works.
const RESET_LIFETIME: TimeDelta = TimeDelta::hours(1);
/// How long a link to confirm an address works.
const CONFIRM_LIFETIME: TimeDelta = TimeDelta::days(4);

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
