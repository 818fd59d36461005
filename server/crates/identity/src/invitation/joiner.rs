//! Whoever follows the link, and joins.

use super::link::{Link, Valid, find, valid};
use super::{InvitationError, note};
use crate::arrival::{self, Arrival};
use crate::password::{self, Passwords};
use crate::throttle::Throttle;
use crate::user::{self, Joining, NewUser, RegisterError};
use kernel::{Actor, Database, TenantTx};
use model::audit::Action;
use model::credentials::Email;
use model::id::UserId;
use model::name::{NAME_CHARS_MAX, check_name};
use notifications::Mailer;

/// What somebody new says of themselves.
#[derive(Clone, Copy)]
pub struct Joiner<'a> {
    pub name: &'a str,
    pub password: &'a str,
}

impl std::fmt::Debug for Joiner<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Joiner").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Somebody new joins, with a name and a password that they choose.
///
/// # Errors
/// The link isn't valid, the name or the password unacceptable, or something broke.
pub async fn accept_as_new(
    database: &Database,
    passwords: &Passwords,
    mailer: &Mailer,
    actor: &Actor,
    link: Link<'_>,
    joiner: &Joiner<'_>,
) -> Result<Arrival, InvitationError> {
    let name = check_name(joiner.name, NAME_CHARS_MAX).map_err(InvitationError::Name)?;
    // Before a password is hashed: that is too much work to do for whoever made a link up.
    let invited = find(database, link).await?;
    if invited.account.is_some() {
        return Err(InvitationError::HasAccount);
    }
    Throttle::of_link(&link.token.hash()).charge(database).await?;
    let email = Email::parse(&invited.email).map_err(InvitationError::Decode)?;
    let names = [name, invited.business.as_str()];
    password::check_new(joiner.password, &email, &names).map_err(InvitationError::NewPassword)?;
    let hash = passwords.hash(joiner.password).await?;
    let mut tx = database.begin(link.tenant).await?;
    let valid = valid(&mut tx, link.token).await?;
    if valid.invited.account.is_some() {
        return Err(InvitationError::HasAccount);
    }
    // Only who got the mail knows the link; where none is sent, somebody passed it on.
    let new = NewUser { name, email: &valid.email, hash: &hash, confirmed: mailer.sends() };
    let user = match user::insert(&mut tx, &new).await {
        // Another link, to another business, was followed at the same time.
        Err(RegisterError::EmailTaken(_)) => return Err(InvitationError::HasAccount),
        inserted => inserted?,
    };
    let arrival = accept(&mut tx, actor, &valid, user).await?;
    tx.commit().await?;
    Ok(arrival)
}

/// Somebody who has an account joins with it; they are signed in.
///
/// # Errors
/// The link isn't valid or is for somebody else, or something broke.
pub async fn accept_as(
    database: &Database,
    actor: &Actor,
    link: Link<'_>,
    user: UserId,
) -> Result<Arrival, InvitationError> {
    let mut tx = database.begin(link.tenant).await?;
    let valid = valid(&mut tx, link.token).await?;
    if valid.invited.account != Some(user) {
        return Err(InvitationError::SomebodyElse);
    }
    let arrival = accept(&mut tx, actor, &valid, user).await?;
    tx.commit().await?;
    Ok(arrival)
}

async fn accept(tx: &mut TenantTx, actor: &Actor, valid: &Valid, user: UserId) -> Result<Arrival, InvitationError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    sqlx::query!(
        "UPDATE invitations SET accepted_at = $3 WHERE tenant_id = $1 AND id = $2",
        tenant,
        valid.id.uuid(),
        now
    )
    .execute(tx.conn())
    .await
    .map_err(InvitationError::Write)?;
    let actor = Actor::user(user, actor.correlation, actor.address);
    note(tx, &actor, Action::AcceptedInvitation, valid.id, valid.email.as_str(), None).await?;
    let joining = Joining { role: valid.role.id, word: &valid.word, label: &valid.role.name };
    user::join(tx, &actor, user, &valid.email, &joining).await?;
    Ok(arrival::record(tx, &actor, user, valid.email.as_str()).await?)
}
