//! Users: people, and the businesses that they work for.

use crate::business;
use crate::epoch;
use crate::password::{self, PasswordError, Passwords};
use crate::refresh_token::{self, Revoked};
use crate::role::{self, RoleError};
use crate::staff::{self, StaffError};
use kernel::audit::{self, AuditError};
use kernel::database::DatabaseError;
use kernel::event::{self, EventError};
use kernel::installation_log::{self, InstallationLogError};
use kernel::{Actor, Database, TenantTx};
use model::audit::{Action, Change, InstallationAction};
use model::credentials::{CredentialError, Email};
use model::event::UserRegistered;
use model::id::{RoleId, UserId};
use model::role::BuiltInRole;
use sqlx::PgExecutor;

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
    let business = business::name(tx).await.map_err(RegisterError::Register)?;
    password::check_new(password, &user.email, &[&user.name, business.as_deref().unwrap_or_default()])?;
    let hash = passwords.hash(password).await?;
    let new = NewUser { name: user.name.trim(), email: &user.email, hash: &hash, confirmed: false };
    add(tx, actor, &new, user.role).await
}

/// A person to be, with a password that was hashed before.
#[derive(Clone, Copy)]
pub(crate) struct NewUser<'a> {
    pub(crate) name: &'a str,
    pub(crate) email: &'a Email,
    pub(crate) hash: &'a str,
    /// They followed a link that was sent to their address.
    pub(crate) confirmed: bool,
}

/// Creates a person, in a role that comes built in.
pub(crate) async fn add(
    tx: &mut TenantTx,
    actor: &Actor,
    user: &NewUser<'_>,
    role: BuiltInRole,
) -> Result<UserId, RegisterError> {
    let id = insert(tx, user).await?;
    let role_id = role::built_in(tx, role).await?;
    join(tx, actor, id, user.email, &Joining { role: role_id, word: role.word(), label: role.label() }).await?;
    Ok(id)
}

/// Creates a person who belongs nowhere yet.
pub(crate) async fn insert(tx: &mut TenantTx, user: &NewUser<'_>) -> Result<UserId, RegisterError> {
    let id: UserId = tx.new_id();
    let now = tx.now();
    sqlx::query!(
        "INSERT INTO users (id, email, name, password_hash, created_at, email_confirmed_at) VALUES ($1, $2, $3, $4, $5, $6)",
        id.uuid(),
        user.email.as_str(),
        user.name,
        user.hash,
        now,
        user.confirmed.then_some(now),
    )
    .execute(tx.conn())
    .await
    .map_err(|error| refused(error, user.email))?;
    Ok(id)
}

/// As what somebody joins: in events a role has its word, or its name where it is a business's own.
pub(crate) struct Joining<'a> {
    pub(crate) role: RoleId,
    pub(crate) word: &'a str,
    pub(crate) label: &'a str,
}

/// Makes a person a member of the transaction's tenant.
pub(crate) async fn join(
    tx: &mut TenantTx,
    actor: &Actor,
    user: UserId,
    email: &Email,
    joining: &Joining<'_>,
) -> Result<(), RegisterError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    sqlx::query!(
        "INSERT INTO members (tenant_id, user_id, role_id, created_at) VALUES ($1, $2, $3, $4)",
        tenant,
        user.uuid(),
        joining.role.uuid(),
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(RegisterError::Register)?;
    // A link that lies in another business's log would open this one too.
    sqlx::query!("DELETE FROM account_links WHERE user_id = $1", user.uuid())
        .execute(tx.conn())
        .await
        .map_err(RegisterError::Register)?;
    event::write(tx, actor, &UserRegistered { user, role: joining.word.to_owned() }).await?;
    let entry = audit::Entry {
        action: Action::RegisteredUser,
        object_type: "user",
        object: user.uuid(),
        name: email.as_str(),
        changes: Change::of("role", None, Some(joining.label.to_owned())).into_iter().collect(),
    };
    Ok(audit::record(tx, actor, entry).await?)
}

/// Until the end of the transaction nobody else changes how the person comes in, nor their sessions and tokens.
pub(crate) async fn lock(tx: &mut TenantTx, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE", user.uuid()).fetch_optional(tx.conn()).await?;
    Ok(())
}

/// Whether an address has an account.
///
/// # Errors
/// The database refused.
pub async fn exists(executor: impl PgExecutor<'_>, email: &Email) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM users WHERE email = $1) AS "exists!""#, email.as_str())
        .fetch_one(executor)
        .await
}

/// A named constraint that refused becomes the field's error.
fn refused(error: sqlx::Error, email: &Email) -> RegisterError {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("users_email_key") => RegisterError::EmailTaken(email.clone()),
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
    #[error(transparent)]
    Log(#[from] InstallationLogError),
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
    let user = sqlx::query_scalar!("SELECT id FROM users WHERE email = $1", email.as_str())
        .fetch_optional(database.pool())
        .await
        .map_err(ChangePasswordError::Change)?
        .map(UserId::from)
        .ok_or_else(|| ChangePasswordError::Unknown(email.clone()))?;
    let tenant = staff::membership(database, user).await?.map(|membership| membership.tenant);
    let names = staff::names(database, user, tenant).await?;
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    password::check_new(password, email, &names)?;
    let hash = passwords.hash(password).await?;
    let mut tx = database.begin(tenant.unwrap_or_else(|| uuid::Uuid::nil().into())).await?;
    set_password(&mut tx, user, &hash).await.map_err(ChangePasswordError::Change)?;
    if tenant.is_some() {
        let entry = audit::Entry {
            action: Action::ChangedPassword,
            object_type: "user",
            object: user.uuid(),
            name: email.as_str(),
            changes: Vec::new(),
        };
        audit::record(&mut tx, actor, entry).await?;
    } else {
        let action = InstallationAction::ChangedPassword;
        let entry = installation_log::Entry { action, object: user.uuid(), name: email.as_str() };
        installation_log::record_in(&mut tx, actor, entry).await?;
    }
    Ok(tx.commit().await?)
}

/// Sets a password. Whoever used the one of before is out: sessions, devices and links that were sent are gone.
pub(crate) async fn set_password(tx: &mut TenantTx, user: UserId, hash: &str) -> Result<(), sqlx::Error> {
    epoch::end(tx, user, None).await?;
    sqlx::query!(
        "WITH forgotten AS (DELETE FROM devices WHERE user_id = $1),
              void AS (DELETE FROM account_links WHERE user_id = $1)
         UPDATE users SET password_hash = $2 WHERE id = $1",
        user.uuid(),
        hash,
    )
    .execute(tx.conn())
    .await?;
    refresh_token::revoke(tx, user, Revoked::Everywhere).await?;
    Ok(())
}
