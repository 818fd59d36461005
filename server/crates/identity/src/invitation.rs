//! Invitations: somebody is asked to work for a business, by a link that works once and for a time.

use crate::arrival::{self, Arrival, ArrivalError};
use crate::mail::{self, Inviting, Site};
use crate::password::{self, PasswordError, Passwords};
use crate::role::{self, RoleError};
use crate::secret_token::SecretToken;
use crate::staff::{self, StaffError};
use crate::throttle::{Throttle, ThrottleError};
use crate::user::{self, Joining, NewUser, RegisterError};
use chrono::TimeDelta;
use chrono_tz::Tz;
use kernel::audit::{self, AuditError};
use kernel::database::DatabaseError;
use kernel::{Actor, Database, TenantTx};
use model::audit::{Action, Change};
use model::credentials::{CredentialError, Email};
use model::id::{InvitationId, RoleId, TenantId, UserId};
use model::name::{NAME_CHARS_MAX, NameProblem, check_name};
use model::permission::{Permission, PermissionSet};
use model::registration::{InvitationProblem, LinkProblem};
use model::role::Role;
use model::session::Staff;
use model::staff::Invitation;
use notifications::Mailer;
use notifications::mail::MailError;
use std::net::IpAddr;

/// How long the link works: over a weekend.
const LINK_LIFETIME: TimeDelta = TimeDelta::days(4);
/// Invitations that a business may have open at a time.
const OPEN_MAX: i64 = 200;

/// Why an invitation was not made, changed or accepted.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    #[error(transparent)]
    Refused(#[from] InvitationProblem),
    #[error(transparent)]
    Link(#[from] LinkProblem),
    #[error("{0}")]
    Name(NameProblem),
    #[error("{0}")]
    NewPassword(CredentialError),
    #[error("this address has an account already")]
    HasAccount,
    #[error("the invitation is for somebody else")]
    SomebodyElse,
    #[error(transparent)]
    Throttle(#[from] ThrottleError),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Staff(#[from] StaffError),
    #[error(transparent)]
    Role(#[from] RoleError),
    #[error(transparent)]
    Register(#[from] RegisterError),
    #[error(transparent)]
    Arrival(#[from] ArrivalError),
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error("could not read the invitations of a business")]
    Read(#[source] sqlx::Error),
    #[error("could not write an invitation")]
    Write(#[source] sqlx::Error),
    #[error("the kept address cannot be read")]
    Decode(#[source] CredentialError),
}

/// Asks somebody to join, by mail. One that is open for the same address is replaced: the person gets a new link.
///
/// # Errors
/// Refused, as [`InvitationProblem`] says, or the database refused.
pub async fn invite(
    tx: &mut TenantTx,
    actor: &Actor,
    mailer: &Mailer,
    site: Site<'_>,
    by: UserId,
    email: &Email,
    role: RoleId,
) -> Result<InvitationId, InvitationError> {
    let by = confirm(tx, by).await?;
    let role = find_role(tx, role).await?.ok_or(InvitationProblem::RoleGone)?;
    check_grant(&by, role.permissions)?;
    check_place(tx, email).await?;
    let (tenant, now) = (tx.tenant(), tx.now());
    let (id, token, expires_at) = (tx.new_id::<InvitationId>(), SecretToken::random(), now + LINK_LIFETIME);
    sqlx::query!(
        "UPDATE invitations SET revoked_at = $3 WHERE tenant_id = $1 AND email = $2 AND accepted_at IS NULL AND revoked_at IS NULL",
        tenant.uuid(),
        email.as_str(),
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(InvitationError::Write)?;
    sqlx::query!(
        "INSERT INTO invitations (tenant_id, id, token_hash, email, role_id, invited_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        tenant.uuid(),
        id.uuid(),
        token.hash(),
        email.as_str(),
        role.id.uuid(),
        by.user.uuid(),
        now,
        expires_at,
    )
    .execute(tx.conn())
    .await
    .map_err(refused)?;
    let inviting = Inviting { business: &by.business, by: &by.name, role: &role.name, permissions: role.permissions };
    mailer.queue(tx, &mail::invitation(site, email, &inviting, tenant, &token, expires_at)).await?;
    let change = Change::of("role", None, Some(role.name));
    note(tx, actor, Action::InvitedMember, id, email.as_str(), change).await?;
    Ok(id)
}

/// A named constraint that refused becomes what is wrong: the role was removed meanwhile.
fn refused(error: sqlx::Error) -> InvitationError {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("invitations_role_fkey") => InvitationProblem::RoleGone.into(),
        _ => InvitationError::Write(error),
    }
}

/// Counts that somebody is invited. Mail goes to whoever is named, and who asks for it may be a stranger with a business of their own.
///
/// # Errors
/// Too many were, or the database refused.
pub async fn charge(
    database: &Database,
    tenant: TenantId,
    email: &Email,
    address: Option<IpAddr>,
) -> Result<(), ThrottleError> {
    Throttle::of_invitations(tenant).charge(database).await?;
    Throttle::of_mail("invitation", email, address).charge(database).await
}

/// Whoever asks, if they may. Invitations of a business are made one after the other.
async fn confirm(tx: &mut TenantTx, by: UserId) -> Result<Staff, InvitationError> {
    let tenant = tx.tenant().uuid();
    sqlx::query!("SELECT id FROM tenants WHERE id = $1 FOR NO KEY UPDATE", tenant)
        .fetch_optional(tx.conn())
        .await
        .map_err(InvitationError::Read)?;
    Ok(staff::confirm(tx, by, Permission::WriteStaff).await?.ok_or(InvitationProblem::NotAllowed)?)
}

/// Nobody grants what they don't hold.
fn check_grant(by: &Staff, granted: PermissionSet) -> Result<(), InvitationProblem> {
    by.role.permissions.lacks(granted).map_or(Ok(()), |missing| Err(InvitationProblem::NotHeld(missing)))
}

async fn find_role(tx: &mut TenantTx, id: RoleId) -> Result<Option<Role>, InvitationError> {
    Ok(role::list(tx).await?.into_iter().find(|role| role.id == id))
}

/// Whether there is one to invite, and room for one more.
async fn check_place(tx: &mut TenantTx, email: &Email) -> Result<(), InvitationError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let found = sqlx::query!(
        r#"SELECT EXISTS (SELECT FROM members m JOIN users u ON u.id = m.user_id WHERE m.tenant_id = $1 AND u.email = $2) AS "works_here!",
                  (SELECT count(*) FROM invitations
                   WHERE tenant_id = $1 AND email <> $2 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $3) AS "open!""#,
        tenant,
        email.as_str(),
        now,
    )
    .fetch_one(tx.conn())
    .await
    .map_err(InvitationError::Read)?;
    if found.works_here {
        return Err(InvitationProblem::WorksHere.into());
    }
    if found.open >= OPEN_MAX { Err(InvitationProblem::TooMany.into()) } else { Ok(()) }
}

/// Those that nobody followed yet, the latest first.
///
/// # Errors
/// The database refused.
pub async fn list(tx: &mut TenantTx, zone: Tz) -> Result<Vec<Invitation>, InvitationError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let rows = sqlx::query!(
        "SELECT i.id, i.email, i.expires_at, r.name AS role, u.name AS invited_by
         FROM invitations i
         JOIN roles r ON r.tenant_id = i.tenant_id AND r.id = i.role_id
         JOIN users u ON u.id = i.invited_by
         WHERE i.tenant_id = $1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL
         ORDER BY i.id DESC",
        tenant,
    )
    .fetch_all(tx.conn())
    .await
    .map_err(InvitationError::Read)?;
    let invitation = rows.into_iter().map(|row| Invitation {
        id: row.id.into(),
        email: row.email,
        role_name: row.role,
        invited_by: row.invited_by,
        expired: row.expires_at <= now,
        expires_at: row.expires_at.with_timezone(&zone).format("%-d %b %Y, %H:%M").to_string(),
    });
    Ok(invitation.collect())
}

/// Takes an invitation back: its link opens nothing any more.
///
/// # Errors
/// Refused, as [`InvitationProblem`] says, or the database refused.
pub async fn revoke(tx: &mut TenantTx, actor: &Actor, by: UserId, id: InvitationId) -> Result<(), InvitationError> {
    confirm(tx, by).await?;
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let email = sqlx::query_scalar!(
        "UPDATE invitations SET revoked_at = $3
         WHERE tenant_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL RETURNING email",
        tenant,
        id.uuid(),
        now,
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(InvitationError::Write)?
    .ok_or(InvitationProblem::Gone)?;
    Ok(note(tx, actor, Action::RevokedInvitation, id, &email, None).await?)
}

async fn note(
    tx: &mut TenantTx,
    actor: &Actor,
    action: Action,
    id: InvitationId,
    email: &str,
    change: Option<Change>,
) -> Result<(), AuditError> {
    let changes = change.into_iter().collect();
    let entry = audit::Entry { action, object_type: "invitation", object: id.uuid(), name: email, changes };
    audit::record(tx, actor, entry).await
}

/// What a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    pub business: String,
    pub role_name: String,
    pub invited_by: String,
    pub email: String,
    /// The person has an account already, and joins with it.
    pub account: Option<UserId>,
}

/// An invitation that is still good.
struct Valid {
    id: InvitationId,
    email: Email,
    role: Role,
    word: String,
    invited: Invited,
}

/// What a link is for.
///
/// # Errors
/// The link isn't valid, or the database refused.
pub async fn find(database: &Database, link: Link<'_>) -> Result<Invited, InvitationError> {
    let mut tx = database.begin(link.tenant).await?;
    let valid = valid(&mut tx, link.token).await?;
    tx.commit().await?;
    Ok(valid.invited)
}

/// The invitation, locked: two who follow it at the same time take turns, and the second finds it accepted. It is worth nothing any more
/// when whoever sent it couldn't send it today.
async fn valid(tx: &mut TenantTx, token: &SecretToken) -> Result<Valid, InvitationError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let row = sqlx::query!(
        r#"SELECT i.id, i.email, i.role_id, i.invited_by, r.built_in, u.id AS "account?", t.name AS business
           FROM invitations i
           JOIN tenants t ON t.id = i.tenant_id
           JOIN roles r ON r.tenant_id = i.tenant_id AND r.id = i.role_id
           LEFT JOIN users u ON u.email = i.email
           WHERE i.tenant_id = $1 AND i.token_hash = $2 AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $3
           FOR UPDATE OF i"#,
        tenant,
        token.hash(),
        now,
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(InvitationError::Read)?
    .ok_or(LinkProblem)?;
    let role = find_role(tx, row.role_id.into()).await?.ok_or(LinkProblem)?;
    let by = staff::find(tx, row.invited_by.into()).await?.filter(|by| by.may(Permission::WriteStaff));
    let by = by.filter(|by| check_grant(by, role.permissions).is_ok()).ok_or(LinkProblem)?;
    let invited = Invited {
        business: row.business,
        role_name: role.name.clone(),
        invited_by: by.name,
        email: row.email.clone(),
        account: row.account.map(UserId::from),
    };
    let email = Email::parse(&row.email).map_err(InvitationError::Decode)?;
    let word = row.built_in.unwrap_or_else(|| role.name.clone());
    Ok(Valid { id: row.id.into(), email, role, word, invited })
}

/// Which invitation, by its link.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    pub tenant: TenantId,
    pub token: &'a SecretToken,
}

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
    password::check_new(joiner.password, &email).map_err(InvitationError::NewPassword)?;
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
