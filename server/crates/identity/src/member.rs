//! Members: who works for a business, as what, and who doesn't any more.

use crate::epoch;
use crate::refresh_token::{self, Revoked};
use crate::role::{self, RoleError};
use crate::staff::{self, StaffError};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use kernel::audit::{self, AuditError};
use kernel::{Actor, TenantTx};
use model::account::{OwnSession, browser_name};
use model::audit::{Action, Change};
use model::id::{RoleId, UserId};
use model::permission::{Permission, PermissionSet};
use model::role::BuiltInRole;
use model::session::Staff;
use model::staff::{Member, MemberProblem, check_reach};
use uuid::Uuid;

/// Why a member could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    #[error(transparent)]
    Refused(#[from] MemberProblem),
    #[error("could not read the members of a business")]
    Read(#[source] sqlx::Error),
    #[error(transparent)]
    Role(#[from] RoleError),
    #[error("could not hold on to the owners of a business")]
    LockOwners(#[source] sqlx::Error),
    #[error("could not change a member of a business")]
    Change(#[source] sqlx::Error),
    #[error("could not end the sessions of a member")]
    EndSessions(#[source] sqlx::Error),
    #[error(transparent)]
    Staff(#[from] StaffError),
    #[error(transparent)]
    Audit(#[from] AuditError),
}

/// Everybody, by name; with `only`, that one person.
///
/// # Errors
/// The database refused.
pub async fn list(tx: &mut TenantTx, zone: Tz, only: Option<UserId>) -> Result<Vec<Member>, MemberError> {
    struct Row {
        user_id: Uuid,
        name: String,
        email: String,
        role_id: Uuid,
        role_name: String,
        suspended_at: Option<DateTime<Utc>>,
        created_at: DateTime<Utc>,
        sessions: i64,
    }
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT m.user_id, u.name, u.email, m.role_id, r.name AS role_name, m.suspended_at, m.created_at,
                  (SELECT count(*) FROM sessions s
                   WHERE s.user_id = m.user_id AND s.data ->> 'tenant' = m.tenant_id::text AND s.idle_until > $2 AND s.ends_at > $2) AS "sessions!"
           FROM members m
           JOIN users u ON u.id = m.user_id
           JOIN roles r ON r.tenant_id = m.tenant_id AND r.id = m.role_id
           WHERE m.tenant_id = $1 AND ($3::uuid IS NULL OR m.user_id = $3)
           ORDER BY m.suspended_at IS NOT NULL, u.name, u.id"#,
        tenant,
        now,
        only.map(UserId::uuid),
    )
    .fetch_all(tx.conn())
    .await
    .map_err(MemberError::Read)?;
    let member = |row: Row| Member {
        user: row.user_id.into(),
        name: row.name,
        email: row.email,
        role: row.role_id.into(),
        role_name: row.role_name,
        suspended: row.suspended_at.is_some(),
        sessions: row.sessions,
        joined_on: row.created_at.with_timezone(&zone).format("%-d %b %Y").to_string(),
    };
    Ok(rows.into_iter().map(member).collect())
}

/// Gives somebody another role. They keep their sessions: what they may do is looked up at every request.
///
/// # Errors
/// Refused, as [`MemberProblem`] says, or the database refused.
pub async fn change_role(
    tx: &mut TenantTx,
    actor: &Actor,
    by: UserId,
    user: UserId,
    role: RoleId,
) -> Result<(), MemberError> {
    let subject = Subject::lock(tx, by, user).await?;
    // Held until the end: a role that is being given is neither removed nor made more of meanwhile.
    let tenant = tx.tenant().uuid();
    sqlx::query!("SELECT id FROM roles WHERE tenant_id = $1 AND id = $2 FOR SHARE", tenant, role.uuid())
        .fetch_optional(tx.conn())
        .await
        .map_err(MemberError::Read)?;
    let role = role::list(tx).await?.into_iter().find(|choice| choice.id == role).ok_or(MemberProblem::RoleGone)?;
    check_grant(&subject.by, role.permissions)?;
    if subject.role == role.id {
        return Ok(());
    }
    subject.check_replaceable()?;
    let tenant = tx.tenant().uuid();
    sqlx::query!(
        "UPDATE members SET role_id = $3 WHERE tenant_id = $1 AND user_id = $2",
        tenant,
        user.uuid(),
        role.id.uuid()
    )
    .execute(tx.conn())
    .await
    .map_err(MemberError::Change)?;
    drop_links(tx, user).await?;
    let change = Change::of("role", Some(subject.role_name.clone()), Some(role.name));
    Ok(subject.note(tx, actor, Action::ChangedMemberRole, change).await?)
}

/// Keeps somebody out from now on, whatever session they have.
///
/// # Errors
/// As [`change_role`].
pub async fn suspend(tx: &mut TenantTx, actor: &Actor, by: UserId, user: UserId) -> Result<(), MemberError> {
    let subject = Subject::lock(tx, by, user).await?;
    if subject.suspended {
        return Ok(());
    }
    subject.check_replaceable()?;
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    sqlx::query!(
        "UPDATE members SET suspended_at = $3 WHERE tenant_id = $1 AND user_id = $2",
        tenant,
        user.uuid(),
        now
    )
    .execute(tx.conn())
    .await
    .map_err(MemberError::Change)?;
    delete_sessions(tx, user).await?;
    Ok(subject.note(tx, actor, Action::SuspendedMember, None).await?)
}

/// Lets somebody in again, as what they were.
///
/// # Errors
/// As [`change_role`].
pub async fn resume(tx: &mut TenantTx, actor: &Actor, by: UserId, user: UserId) -> Result<(), MemberError> {
    let subject = Subject::lock(tx, by, user).await?;
    if !subject.suspended {
        return Ok(());
    }
    check_grant(&subject.by, subject.permissions)?;
    let tenant = tx.tenant().uuid();
    sqlx::query!("UPDATE members SET suspended_at = NULL WHERE tenant_id = $1 AND user_id = $2", tenant, user.uuid())
        .execute(tx.conn())
        .await
        .map_err(MemberError::Change)?;
    Ok(subject.note(tx, actor, Action::ResumedMember, None).await?)
}

/// The browsers in which somebody is signed in here, the latest used first.
///
/// # Errors
/// The database refused.
pub async fn sessions(tx: &mut TenantTx, zone: Tz, user: UserId) -> Result<Vec<OwnSession>, MemberError> {
    let (tenant, now) = (tx.tenant().to_string(), tx.now());
    let rows = sqlx::query!(
        r#"SELECT encode(token_hash, 'hex') AS "id!", last_used_at, data ->> 'agent' AS agent, data ->> 'address' AS address
           FROM sessions
           WHERE user_id = $1 AND data ->> 'tenant' = $2 AND idle_until > $3 AND ends_at > $3
           ORDER BY last_used_at DESC, token_hash"#,
        user.uuid(),
        tenant,
        now,
    )
    .fetch_all(tx.conn())
    .await
    .map_err(MemberError::Read)?;
    let session = |id, agent: Option<String>, address, last_used_at: DateTime<Utc>| OwnSession {
        id,
        browser: browser_name(agent.as_deref().unwrap_or_default()),
        address,
        last_used: last_used_at.with_timezone(&zone).format("%-d %b %Y, %H:%M").to_string(),
        is_current: false,
    };
    Ok(rows.into_iter().map(|row| session(row.id, row.agent, row.address, row.last_used_at)).collect())
}

/// Ends a session that somebody has in this business, by its id; with `None` every one, those of their programs too.
///
/// # Errors
/// As [`change_role`].
pub async fn end_sessions(
    tx: &mut TenantTx,
    actor: &Actor,
    by: UserId,
    user: UserId,
    session: Option<&str>,
) -> Result<(), MemberError> {
    let subject = Subject::lock(tx, by, user).await?;
    match session {
        None => delete_sessions(tx, user).await?,
        Some(session) => delete_session(tx, user, session).await?,
    }
    Ok(subject.note(tx, actor, Action::EndedSession, None).await?)
}

/// Links to somebody's account, that lie where whoever held as much as they did could read them, open nothing any more.
pub(crate) async fn drop_links(tx: &mut TenantTx, user: UserId) -> Result<(), MemberError> {
    sqlx::query!("DELETE FROM account_links WHERE user_id = $1", user.uuid())
        .execute(tx.conn())
        .await
        .map_err(MemberError::Change)?;
    Ok(())
}

/// Nobody grants what they don't hold.
fn check_grant(by: &Staff, granted: PermissionSet) -> Result<(), MemberProblem> {
    by.role.permissions.lacks(granted).map_or(Ok(()), |missing| Err(MemberProblem::NotHeld(missing)))
}

async fn delete_session(tx: &mut TenantTx, user: UserId, session: &str) -> Result<(), MemberError> {
    let tenant = tx.tenant().to_string();
    sqlx::query!(
        "DELETE FROM sessions WHERE user_id = $1 AND data ->> 'tenant' = $2 AND encode(token_hash, 'hex') = $3",
        user.uuid(),
        tenant,
        session.replace('\0', ""),
    )
    .execute(tx.conn())
    .await
    .map_err(MemberError::EndSessions)?;
    Ok(())
}

async fn delete_sessions(tx: &mut TenantTx, user: UserId) -> Result<(), MemberError> {
    epoch::end_here(tx, user).await.map_err(MemberError::EndSessions)?;
    let here = Revoked::In(tx.tenant());
    refresh_token::revoke(tx, user, here).await.map_err(MemberError::EndSessions)?;
    Ok(())
}

/// Whom a change is about, locked.
struct Subject {
    user: UserId,
    email: String,
    role: RoleId,
    role_name: String,
    permissions: PermissionSet,
    suspended: bool,
    is_oneself: bool,
    by: Staff,
    is_last_owner: bool,
}

impl Subject {
    /// Whoever may change the person holds at least as much as they do.
    async fn lock(tx: &mut TenantTx, by: UserId, user: UserId) -> Result<Self, MemberError> {
        let tenant = tx.tenant().uuid();
        // All owners are locked with the person and whoever asks, in one order: two who remove each other at the same time take turns.
        let owners = sqlx::query_scalar!(
            "SELECT m.user_id FROM members m JOIN roles r ON r.tenant_id = m.tenant_id AND r.id = m.role_id
             WHERE m.tenant_id = $1 AND (m.user_id IN ($2, $4) OR r.built_in = $3 AND m.suspended_at IS NULL)
             ORDER BY m.user_id FOR UPDATE OF m",
            tenant,
            user.uuid(),
            BuiltInRole::Owner.word(),
            by.uuid(),
        )
        .fetch_all(tx.conn())
        .await
        .map_err(MemberError::LockOwners)?;
        // Read after the lock: what it waited for may have changed it, and also what whoever asks may do.
        let by =
            staff::find(tx, by).await?.filter(|by| by.may(Permission::WriteStaff)).ok_or(MemberProblem::NotAllowed)?;
        let row = sqlx::query!(
            r#"SELECT u.email, m.role_id, m.suspended_at, r.name, r.built_in, r.permissions,
                      (SELECT count(*) FROM members o JOIN roles owner ON owner.tenant_id = o.tenant_id AND owner.id = o.role_id
                       WHERE o.tenant_id = $1 AND owner.built_in = $3 AND o.suspended_at IS NULL) AS "owners!"
               FROM members m
               JOIN users u ON u.id = m.user_id
               JOIN roles r ON r.tenant_id = m.tenant_id AND r.id = m.role_id
               WHERE m.tenant_id = $1 AND m.user_id = $2 AND m.user_id = ANY($4)"#,
            tenant,
            user.uuid(),
            BuiltInRole::Owner.word(),
            &owners,
        )
        .fetch_optional(tx.conn())
        .await
        .map_err(MemberError::Read)?
        .ok_or(MemberProblem::Gone)?;
        let permissions = role::permissions(row.built_in.as_deref(), &row.permissions);
        check_reach(by.role.permissions, permissions).map_err(MemberProblem::HoldsMore)?;
        let is_owner = row.built_in.as_deref() == Some(BuiltInRole::Owner.word());
        Ok(Self {
            user,
            email: row.email,
            role: row.role_id.into(),
            role_name: row.name,
            permissions,
            suspended: row.suspended_at.is_some(),
            is_oneself: by.user == user,
            by,
            is_last_owner: is_owner && row.suspended_at.is_none() && row.owners <= 1,
        })
    }

    fn check_replaceable(&self) -> Result<(), MemberProblem> {
        if self.is_last_owner {
            return Err(MemberProblem::LastOwner);
        }
        if self.is_oneself { Err(MemberProblem::Yourself) } else { Ok(()) }
    }

    async fn note(
        &self,
        tx: &mut TenantTx,
        actor: &Actor,
        action: Action,
        change: Option<Change>,
    ) -> Result<(), AuditError> {
        let entry = audit::Entry {
            action,
            object_type: "user",
            object: self.user.uuid(),
            name: &self.email,
            changes: change.into_iter().collect(),
        };
        audit::record(tx, actor, entry).await
    }
}
