//! Users: people, and the businesses that they work for.

use crate::password::{PasswordError, Passwords};
use kernel::event::{self, EventError};
use kernel::{Actor, Database, TenantTx};
use model::credentials::{CredentialError, Email, check_new_password};
use model::event::UserRegistered;
use model::id::UserId;
use model::role::Role;

/// A person who joins a business.
#[derive(Clone, Debug)]
pub struct RegisterUser {
    pub name: String,
    pub email: Email,
    pub role: Role,
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
    Event(#[from] EventError),
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
    check_new_password(password)?;
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
    sqlx::query!(
        "INSERT INTO members (tenant_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)",
        tenant,
        id.uuid(),
        user.role.word(),
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(RegisterError::Register)?;
    event::write(tx, actor, &UserRegistered { user: id, role: user.role }).await?;
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
    #[error("could not change the password")]
    Change(#[source] sqlx::Error),
}

/// Gives a person a new password and ends all their sessions, both or neither.
///
/// # Errors
/// The password is unacceptable, nobody has the address, or the database refused.
pub async fn change_password(
    database: &Database,
    passwords: &Passwords,
    email: &Email,
    password: &str,
) -> Result<(), ChangePasswordError> {
    check_new_password(password)?;
    let hash = passwords.hash(password).await?;
    let changed = sqlx::query_scalar!(
        "WITH changed AS (UPDATE users SET password_hash = $2 WHERE email = $1 RETURNING id),
              ended AS (DELETE FROM sessions WHERE user_id IN (SELECT id FROM changed))
         SELECT id FROM changed",
        email.as_str(),
        hash,
    )
    .fetch_optional(database.pool())
    .await
    .map_err(ChangePasswordError::Change)?;
    changed.map(|_| ()).ok_or_else(|| ChangePasswordError::Unknown(email.clone()))
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
