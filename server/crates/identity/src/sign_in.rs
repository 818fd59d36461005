//! Signing in with an e-mail address and a password.

use crate::password::{PasswordError, Passwords};
use kernel::database::DatabaseError;
use kernel::event::{self, EventError};
use kernel::{Actor, Database};
use model::credentials::{Email, PASSWORD_CHARS_MAX};
use model::event::UserLoggedIn;
use model::id::{CorrelationId, TenantId, UserId};

/// Who came in, and to which business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub user: UserId,
    pub tenant: TenantId,
}

/// Why somebody did not come in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// One answer for an unknown address, a wrong password and somebody without a business: it doesn't tell which
    /// addresses exist.
    #[error("the e-mail address or the password is wrong")]
    Refused,
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Event(#[from] EventError),
    #[error("could not look up who signs in")]
    LookUp(#[source] sqlx::Error),
}

/// Checks the password and records the sign-in. No connection is held while the password is being hashed.
///
/// # Errors
/// Refused, or something broke.
pub async fn sign_in(
    database: &Database,
    passwords: &Passwords,
    correlation: CorrelationId,
    email: &Email,
    password: &str,
) -> Result<SignedIn, SignInError> {
    // Nobody has a longer one; hashing megabytes would be a gift to whoever sends them.
    if password.chars().take(PASSWORD_CHARS_MAX + 1).count() > PASSWORD_CHARS_MAX {
        return Err(SignInError::Refused);
    }
    let account = sqlx::query!("SELECT id, password_hash FROM users WHERE email = $1", email.as_str())
        .fetch_optional(database.pool())
        .await
        .map_err(SignInError::LookUp)?;
    let (user, hash) = account.map(|account| (UserId::from(account.id), account.password_hash)).unzip();
    let right = passwords.verify(password, hash).await?;
    let Some(user) = user.filter(|_| right) else { return Err(SignInError::Refused) };
    let Some(tenant) = first_business(database, user).await? else { return Err(SignInError::Refused) };
    record(database, &Actor::user(user, correlation), user, tenant).await?;
    Ok(SignedIn { user, tenant })
}

/// The business that the person joined first.
async fn first_business(database: &Database, user: UserId) -> Result<Option<TenantId>, SignInError> {
    let mut transaction = database.begin_as(user).await?;
    let tenant = sqlx::query_scalar!(
        "SELECT tenant_id FROM members WHERE user_id = $1 ORDER BY created_at, tenant_id LIMIT 1",
        user.uuid(),
    )
    .fetch_optional(&mut *transaction)
    .await
    .map_err(SignInError::LookUp)?;
    transaction.commit().await.map_err(SignInError::LookUp)?;
    Ok(tenant.map(TenantId::from))
}

async fn record(database: &Database, actor: &Actor, user: UserId, tenant: TenantId) -> Result<(), SignInError> {
    let mut tx = database.begin(tenant).await?;
    // Locks the aggregate, so that its events have the order of their commits.
    sqlx::query!("SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE", user.uuid())
        .fetch_one(tx.conn())
        .await
        .map_err(SignInError::LookUp)?;
    event::write(&mut tx, actor, &UserLoggedIn { user }).await?;
    Ok(tx.commit().await?)
}
