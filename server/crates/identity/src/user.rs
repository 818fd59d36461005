//! Users: people, and the businesses that they work for.

use crate::password::{self, PasswordError, Passwords};
use crate::refresh_token::{self, Revoked};
use crate::role::{self, RoleError};
use crate::staff::{self, StaffError};
use kernel::audit::{self, AuditError};
use kernel::database::DatabaseError;
use kernel::event::{self, EventError};
use kernel::{Actor, Database, TenantTx};
use model::audit::{Action, Change};
use model::credentials::{CredentialError, Email};
use model::event::UserRegistered;
use model::id::UserId;
use model::role::BuiltInRole;

/// A person who joins a business.
#[derive(Clone, Debug)]
pub struct RegisterUser {
    pub name: String,
    pub email: Email,
    pub role: BuiltInRole,
}

/// Why a person could not be registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    #[error(transparent)]
    Password(#[from] CredentialError),
    #[error("a name has 1 to 200 characters")]
    Name,
    #[error("{0} already has an account")]
    EmailTaken(Email),
    #[error(transparent)]
    Hash(#[from] PasswordError),
    #[error(transparent)]
    Role(#[from] RoleError),
    #[error(transparent)]
    Event(#[from] EventError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error("could not register a user")]
    Register(#[source] sqlx::Error),
}

/// Creates a person with a password, as a member of the transaction's tenant.
///
/// # Errors
/// The password or the name is unacceptable, the address is taken, or the database refused.
pub async fn register(
    tx: &mut TenantTx,
    actor: &Actor,
    passwords: &Passwords,
    user: &RegisterUser,
    password: &str,
) -> Result<UserId, RegisterError> {
    password::check_new(password, &user.email)?;
    let hash = passwords.hash(password).await?;
    let id: UserId = tx.new_id();
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    sqlx::query!(
        "INSERT INTO users (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)",
        id.uuid(),
        user.email.as_str(),
        user.name.trim(),
        hash,
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(|error| refused(error, user))?;
    let role = role::built_in(tx, user.role).await?;
    sqlx::query!(
        "INSERT INTO members (tenant_id, user_id, role_id, created_at) VALUES ($1, $2, $3, $4)",
        tenant,
        id.uuid(),
        role.uuid(),
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(RegisterError::Register)?;
    event::write(tx, actor, &UserRegistered { user: id, role: user.role.word().to_owned() }).await?;
    let entry = audit::Entry {
        action: Action::RegisteredUser,
        object_type: "user",
        object: id.uuid(),
        name: user.email.as_str(),
        changes: Change::of("role", None, Some(user.role.label().to_owned())).into_iter().collect(),
    };
    audit::record(tx, actor, entry).await?;
    Ok(id)
}

/// A named constraint that refused becomes the field's error.
fn refused(error: sqlx::Error, user: &RegisterUser) -> RegisterError {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("users_email_key") => RegisterError::EmailTaken(user.email.clone()),
        Some("users_name_length") => RegisterError::Name,
        _ => RegisterError::Register(error),
    }
}

/// Why a password could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    #[error(transparent)]
    Password(#[from] CredentialError),
    #[error("nobody has the address {0}")]
    Unknown(Email),
    #[error(transparent)]
    Hash(#[from] PasswordError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Staff(#[from] StaffError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error("could not change the password")]
    Change(#[source] sqlx::Error),
}

/// Gives a person a new password, ends all their sessions, those of their programs too, and forgets their devices: all of it or nothing.
///
/// # Errors
/// The password is unacceptable, nobody has the address, or the database refused.
pub async fn change_password(
    database: &Database,
    actor: &Actor,
    passwords: &Passwords,
    email: &Email,
    password: &str,
) -> Result<(), ChangePasswordError> {
    password::check_new(password, email)?;
    let hash = passwords.hash(password).await?;
    let user = sqlx::query_scalar!("SELECT id FROM users WHERE email = $1", email.as_str())
        .fetch_optional(database.pool())
        .await
        .map_err(ChangePasswordError::Change)?
        .map(UserId::from)
        .ok_or_else(|| ChangePasswordError::Unknown(email.clone()))?;
    let tenant = staff::membership(database, user).await?.map(|membership| membership.tenant);
    let mut tx = database.begin(tenant.unwrap_or_else(|| uuid::Uuid::nil().into())).await?;
    sqlx::query!(
        "WITH ended AS (DELETE FROM sessions WHERE user_id = $1),
              forgotten AS (DELETE FROM devices WHERE user_id = $1)
         UPDATE users SET password_hash = $2 WHERE id = $1",
        user.uuid(),
        hash,
    )
    .execute(tx.conn())
    .await
    .map_err(ChangePasswordError::Change)?;
    refresh_token::revoke(&mut tx, user, Revoked::Everywhere).await.map_err(ChangePasswordError::Change)?;
    if tenant.is_some() {
        let entry = audit::Entry {
            action: Action::ChangedPassword,
            object_type: "user",
            object: user.uuid(),
            name: email.as_str(),
            changes: Vec::new(),
        };
        audit::record(&mut tx, actor, entry).await?;
    }
    Ok(tx.commit().await?)
}

/// Whether somebody has the address.
///
/// # Errors
/// The database refused.
pub async fn exists(database: &Database, email: &Email) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM users WHERE email = $1) AS "exists!""#, email.as_str())
        .fetch_one(database.pool())
        .await
}
