//! Invitations: somebody is asked to work for a business, by a link that works once and for a time.

mod joiner;
mod link;

pub use joiner::{Joiner, accept_as, accept_as_new};
pub use link::{Invited, Link, find};

use crate::arrival::ArrivalError;
use crate::mail::{self, Inviting, Site};
use crate::password::PasswordError;
use crate::role::{self, RoleError};
use crate::secret_token::SecretToken;
use crate::staff::{self, StaffError};
use crate::throttle::{Throttle, ThrottleError};
use crate::user::RegisterError;
use chrono::TimeDelta;
use chrono_tz::Tz;
use kernel::audit::{self, AuditError};
use kernel::database::DatabaseError;
use kernel::{Actor, Database, TenantTx};
use model::audit::{Action, Change};
use model::credentials::{CredentialError, Email};
use model::id::{InvitationId, RoleId, TenantId, UserId};
use model::name::NameProblem;
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

/// An invitation that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    pub id: InvitationId,
    /// One that the person had is worth nothing any more.
    pub replaces_another: bool,
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
) -> Result<Made, InvitationError> {
    let by = confirm(tx, by).await?;
    let role = find_role(tx, role).await?.ok_or(InvitationProblem::RoleGone)?;
    check_grant(&by, role.permissions)?;
    check_place(tx, email).await?;
    let (tenant, now) = (tx.tenant(), tx.now());
    let (id, token, expires_at) = (tx.new_id::<InvitationId>(), SecretToken::random(), now + LINK_LIFETIME);
    let replaced = sqlx::query!(
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
    Ok(Made { id, replaces_another: replaced.rows_affected() > 0 })
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
