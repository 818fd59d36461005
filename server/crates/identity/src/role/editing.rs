//! Making, changing and removing the roles of a business.

use super::{RoleError, permissions};
use crate::staff;
use kernel::audit::{self, AuditError};
use kernel::{Actor, TenantTx};
use model::audit::{Action, Change};
use model::id::{RoleId, UserId};
use model::permission::{Permission, PermissionSet};
use model::role::{BuiltInRole, RoleProblem, check_grant, check_role_name};
use model::session::Staff;

/// What somebody makes of a role.
#[derive(Clone, Debug)]
pub struct RoleChange<'a> {
    pub name: &'a str,
    pub permissions: PermissionSet,
    pub requires_second_factor: bool,
}

/// Makes a role.
///
/// # Errors
/// Refused, as [`RoleProblem`] says, or the database refused.
pub async fn create(tx: &mut TenantTx, actor: &Actor, by: UserId, role: &RoleChange<'_>) -> Result<RoleId, RoleError> {
    let name = check_role_name(role.name)?;
    let by = confirm(tx, by).await?;
    check_grant(by.role.permissions, role.permissions)?;
    let (tenant, now, id) = (tx.tenant().uuid(), tx.now(), tx.new_id::<RoleId>());
    sqlx::query!(
        "INSERT INTO roles (tenant_id, id, name, permissions, requires_second_factor, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        tenant,
        id.uuid(),
        name,
        &words(role.permissions),
        role.requires_second_factor,
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(refused)?;
    let required = second_factor_change(false, role.requires_second_factor);
    let changes = permission_changes(PermissionSet::default(), role.permissions).into_iter().chain(required).collect();
    note(tx, actor, Action::CreatedRole, id, name, changes).await?;
    Ok(id)
}

/// Changes a role of the business's own. Whoever has it may do at once what it includes then, and nothing else.
///
/// # Errors
/// As [`create`].
pub async fn change(
    tx: &mut TenantTx,
    actor: &Actor,
    by: UserId,
    id: RoleId,
    role: &RoleChange<'_>,
) -> Result<(), RoleError> {
    let name = check_role_name(role.name)?;
    let by = confirm(tx, by).await?;
    let before = lock_own(tx, &by, id).await?;
    check_grant(by.role.permissions, role.permissions)?;
    check_lifting(&by, id, &before, role.requires_second_factor)?;
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    sqlx::query!(
        "UPDATE roles SET name = $3, permissions = $4, requires_second_factor = $5, updated_at = $6
         WHERE tenant_id = $1 AND id = $2",
        tenant,
        id.uuid(),
        name,
        &words(role.permissions),
        role.requires_second_factor,
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(refused)?;
    let renamed = Change::of("name", Some(before.name.clone()), Some(name.to_owned()));
    let required = second_factor_change(before.requires_second_factor, role.requires_second_factor);
    let permissions = permission_changes(before.permissions, role.permissions);
    let changes: Vec<_> = renamed.into_iter().chain(permissions).chain(required).collect();
    if !changes.is_empty() {
        note(tx, actor, Action::ChangedRole, id, &before.name, changes).await?;
    }
    Ok(())
}

/// Says whether a role requires a second factor, of whoever has it from their next request on. For any role: what the built-in ones include
/// comes with the program, this is the business's own choice.
///
/// # Errors
/// As [`create`].
pub async fn require_second_factor(
    tx: &mut TenantTx,
    actor: &Actor,
    by: UserId,
    id: RoleId,
    required: bool,
) -> Result<(), RoleError> {
    let by = confirm(tx, by).await?;
    let before = lock(tx, &by, id).await?;
    check_lifting(&by, id, &before, required)?;
    let Some(change) = second_factor_change(before.requires_second_factor, required) else { return Ok(()) };
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    sqlx::query!(
        "UPDATE roles SET requires_second_factor = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2",
        tenant,
        id.uuid(),
        required,
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(RoleError::Write)?;
    note(tx, actor, Action::ChangedRole, id, &before.name, vec![change]).await?;
    Ok(())
}

/// Removes a role that nobody has or is invited to.
///
/// # Errors
/// As [`create`].
pub async fn delete(tx: &mut TenantTx, actor: &Actor, by: UserId, id: RoleId) -> Result<(), RoleError> {
    let by = confirm(tx, by).await?;
    let before = lock_own(tx, &by, id).await?;
    check_not_invited(tx, id).await?;
    let tenant = tx.tenant().uuid();
    sqlx::query!("DELETE FROM roles WHERE tenant_id = $1 AND id = $2", tenant, id.uuid())
        .execute(tx.conn())
        .await
        .map_err(refused)?;
    let changes = permission_changes(before.permissions, PermissionSet::default());
    note(tx, actor, Action::DeletedRole, id, &before.name, changes).await?;
    Ok(())
}

/// An invitation that goes with its role would open nothing, and nobody would be told. Those that are over may go: the audit log has them.
async fn check_not_invited(tx: &mut TenantTx, id: RoleId) -> Result<(), RoleError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let is_invited = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM invitations
                          WHERE tenant_id = $1 AND role_id = $2 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $3)
                  AS "is_invited!""#,
        tenant,
        id.uuid(),
        now,
    )
    .fetch_one(tx.conn())
    .await
    .map_err(RoleError::Read)?;
    if is_invited { Err(RoleProblem::Invited.into()) } else { Ok(()) }
}

/// Whoever is held to a second factor doesn't free themselves of it. An owner may: there may be nobody else who could.
fn check_lifting(by: &Staff, id: RoleId, before: &Before, required: bool) -> Result<(), RoleProblem> {
    let lifts = before.requires_second_factor && !required;
    if lifts && by.role.id == id && !before.is_owner { Err(RoleProblem::OwnSecondFactor) } else { Ok(()) }
}

async fn confirm(tx: &mut TenantTx, by: UserId) -> Result<Staff, RoleError> {
    Ok(staff::confirm(tx, by, Permission::WriteRoles).await?.ok_or(RoleProblem::NotAllowed)?)
}

/// A role as it was before a change.
struct Before {
    name: String,
    is_built_in: bool,
    is_owner: bool,
    permissions: PermissionSet,
    requires_second_factor: bool,
}

/// Holds on to a role of the business's own.
async fn lock_own(tx: &mut TenantTx, by: &Staff, id: RoleId) -> Result<Before, RoleError> {
    let before = lock(tx, by, id).await?;
    if before.is_built_in { Err(RoleProblem::BuiltIn.into()) } else { Ok(before) }
}

/// Holds on to a role. Who doesn't hold all that it includes can't change it for others either.
async fn lock(tx: &mut TenantTx, by: &Staff, id: RoleId) -> Result<Before, RoleError> {
    let tenant = tx.tenant().uuid();
    let row = sqlx::query!(
        "SELECT name, built_in, permissions, requires_second_factor FROM roles WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
        tenant,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(RoleError::Read)?
    .ok_or(RoleProblem::Gone)?;
    let permissions = permissions(row.built_in.as_deref(), &row.permissions);
    check_grant(by.role.permissions, permissions)?;
    Ok(Before {
        name: row.name,
        is_built_in: row.built_in.is_some(),
        is_owner: row.built_in.as_deref() == Some(BuiltInRole::Owner.word()),
        permissions,
        requires_second_factor: row.requires_second_factor,
    })
}

/// A named constraint that refused becomes what is wrong.
fn refused(error: sqlx::Error) -> RoleError {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("roles_name_key") => RoleProblem::NameTaken.into(),
        Some("members_role_fkey") => RoleProblem::InUse.into(),
        _ => RoleError::Write(error),
    }
}

fn words(permissions: PermissionSet) -> Vec<String> {
    permissions.iter().map(|permission| permission.word().to_owned()).collect()
}

fn permission_changes(before: PermissionSet, after: PermissionSet) -> Vec<Change> {
    let label = |permission: Permission| Some(permission.word().to_owned());
    let given = after.without(before).iter().filter_map(|permission| Change::of("permission", None, label(permission)));
    let taken = before.without(after).iter().filter_map(|permission| Change::of("permission", label(permission), None));
    given.chain(taken).collect()
}

fn second_factor_change(before: bool, after: bool) -> Option<Change> {
    let word = |required| Some(if required { "required" } else { "not required" }.to_owned());
    Change::of("second factor", word(before), word(after))
}

async fn note(
    tx: &mut TenantTx,
    actor: &Actor,
    action: Action,
    id: RoleId,
    name: &str,
    changes: Vec<Change>,
) -> Result<(), AuditError> {
    audit::record(tx, actor, audit::Entry { action, object_type: "role", object: id.uuid(), name, changes }).await
}
