//! Roles of a business: those that come built in, and its own.

mod editing;

pub use editing::{RoleChange, change, create, delete, require_second_factor};

use crate::staff::StaffError;
use kernel::TenantTx;
use kernel::audit::AuditError;
use model::id::RoleId;
use model::permission::{Permission, PermissionSet};
use model::role::{BuiltInRole, Role, RoleProblem};

/// A role could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    #[error(transparent)]
    Refused(#[from] RoleProblem),
    #[error(transparent)]
    Staff(#[from] StaffError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error("could not read the roles of a business")]
    Read(#[source] sqlx::Error),
    #[error("could not write a role")]
    Write(#[source] sqlx::Error),
    #[error("could not give a business its built-in roles")]
    CreateBuiltIn(#[source] sqlx::Error),
    #[error("could not look up the role {0:?}")]
    LookUp(BuiltInRole, #[source] sqlx::Error),
}

/// Gives a new business the roles that come built in.
///
/// # Errors
/// The database refused.
pub async fn create_built_in(tx: &mut TenantTx) -> Result<(), RoleError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let ids: Vec<_> = BuiltInRole::ALL.iter().map(|_| tx.ids().at(now)).collect();
    let words: Vec<_> = BuiltInRole::ALL.iter().map(|role| role.word().to_owned()).collect();
    let names: Vec<_> = BuiltInRole::ALL.iter().map(|role| role.label().to_owned()).collect();
    sqlx::query!(
        "INSERT INTO roles (tenant_id, id, built_in, name, created_at, updated_at)
         SELECT $1, id, built_in, name, $5, $5 FROM unnest($2::uuid[], $3::text[], $4::text[]) AS role (id, built_in, name)",
        tenant,
        &ids,
        &words,
        &names,
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(RoleError::CreateBuiltIn)?;
    Ok(())
}

/// The business's own row of a built-in role.
///
/// # Errors
/// The database refused, or the business has no such role.
pub async fn built_in(tx: &mut TenantTx, role: BuiltInRole) -> Result<RoleId, RoleError> {
    let tenant = tx.tenant().uuid();
    sqlx::query_scalar!("SELECT id FROM roles WHERE tenant_id = $1 AND built_in = $2", tenant, role.word())
        .fetch_one(tx.conn())
        .await
        .map(RoleId::from)
        .map_err(|error| RoleError::LookUp(role, error))
}

/// The roles that there are: first those that come built in.
///
/// # Errors
/// The database refused.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Role>, RoleError> {
    let tenant = tx.tenant().uuid();
    let rows = sqlx::query!(
        r#"SELECT r.id, r.name, r.built_in, r.permissions, r.requires_second_factor,
                  (SELECT count(*) FROM members m WHERE m.tenant_id = r.tenant_id AND m.role_id = r.id) AS "people!"
           FROM roles r WHERE r.tenant_id = $1 ORDER BY r.built_in IS NULL, r.name, r.id"#,
        tenant
    )
    .fetch_all(tx.conn())
    .await
    .map_err(RoleError::Read)?;
    Ok(rows
        .into_iter()
        .map(|row| Role {
            id: row.id.into(),
            name: row.name,
            is_built_in: row.built_in.is_some(),
            permissions: permissions(row.built_in.as_deref(), &row.permissions),
            requires_second_factor: row.requires_second_factor,
            people: row.people,
        })
        .collect())
}

/// What a role's row includes. A word that this version doesn't know gives nothing: it comes from a newer one.
pub(crate) fn permissions(built_in: Option<&str>, words: &[String]) -> PermissionSet {
    match built_in {
        Some(word) => word.parse().map(BuiltInRole::permissions).unwrap_or_default(),
        None => words.iter().filter_map(|word| word.parse::<Permission>().ok()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::permissions;
    use model::permission::{Permission, PermissionSet};

    #[test]
    fn a_word_of_a_newer_version_gives_nothing() {
        let words = ["orders:read".to_owned(), "moon:fly".to_owned()];
        assert_eq!(permissions(None, &words).iter().collect::<Vec<_>>(), [Permission::ReadOrders]);
        assert_eq!(permissions(Some("astronaut"), &words), PermissionSet::default());
    }
}
