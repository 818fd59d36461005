//! Signing in with an e-mail address and a password.

use crate::password::{PasswordError, Passwords};
use crate::secret_token::SecretToken;
use crate::staff::{self, Membership, StaffError};
use crate::throttle::{Throttle, ThrottleError};
use kernel::audit::{self, AuditError};
use kernel::database::DatabaseError;
use kernel::event::{self, EventError};
use kernel::{Actor, Database, TenantTx};
use model::audit::Action;
use model::credentials::{Email, PASSWORD_CHARS_MAX};
use model::event::UserLoggedIn;
use model::id::{CorrelationId, TenantId, UserId};
use model::session::Staff;
use std::net::IpAddr;

/// Devices that are known of a person: the latest used.
const DEVICES_MAX: i64 = 10;

/// Somebody at the door.
#[derive(Clone, Debug)]
pub struct Attempt<'a> {
    pub email: &'a Email,
    pub password: &'a str,
    /// Where they come from.
    pub address: Option<IpAddr>,
    /// The device that they say they are on.
    pub device: Option<SecretToken>,
    pub correlation: CorrelationId,
}

/// Who came in, and to which business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub user: UserId,
    pub tenant: TenantId,
    /// For the cookie by which their browser is known from now on.
    pub device: SecretToken,
}

/// Why somebody did not come in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// One answer for an unknown address, a wrong password and somebody without a business: it doesn't tell which
    /// addresses exist.
    #[error("the e-mail address or the password is wrong")]
    Refused,
    #[error(transparent)]
    Throttle(#[from] ThrottleError),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Staff(#[from] StaffError),
    #[error(transparent)]
    Event(#[from] EventError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error("could not look up who signs in")]
    LookUp(#[source] sqlx::Error),
    #[error("could not remember the device")]
    Remember(#[source] sqlx::Error),
}

/// Whose address it is, and where they belong; both `None` for a stranger.
#[derive(Default)]
struct Account {
    user: Option<UserId>,
    hash: Option<String>,
    membership: Option<Membership>,
    knows_device: bool,
    /// The device is known, as this or another person's.
    is_device: bool,
}

/// Checks the password and records how it went. No connection is held while the password is being hashed, and what is done for a
/// wrong password is done for an unknown address too: the time doesn't tell which it was.
///
/// # Errors
/// Refused, told to wait, or something broke.
pub async fn sign_in(
    database: &Database,
    passwords: &Passwords,
    attempt: &Attempt<'_>,
) -> Result<SignedIn, SignInError> {
    // Nobody has a longer one; hashing megabytes would be a gift to whoever sends them.
    if attempt.password.chars().take(PASSWORD_CHARS_MAX + 1).count() > PASSWORD_CHARS_MAX {
        return Err(SignInError::Refused);
    }
    let account = look_up(database, attempt).await?;
    let throttle = match (&attempt.device, account.user) {
        (Some(device), Some(user)) if account.knows_device => Throttle::of_device(user, &device.hash()),
        _ => Throttle::of_stranger(attempt.email, attempt.address),
    };
    throttle.charge(database).await?;
    let right = match passwords.verify(attempt.password, account.hash.clone()).await {
        Ok(right) => right,
        Err(error) => {
            throttle.not_made(database).await?;
            return Err(error.into());
        }
    };
    let tenant = account.membership.filter(|membership| !membership.suspended).map(|membership| membership.tenant);
    let (Some(user), Some(hash), Some(tenant), true) = (account.user, &account.hash, tenant, right) else {
        record_failure(database, attempt, &account).await?;
        return Err(SignInError::Refused);
    };
    // A browser keeps its token, whoever of its people signs in.
    let device = attempt.device.clone().filter(|_| account.is_device).unwrap_or_else(SecretToken::random);
    record(database, attempt, &device, user, hash, tenant).await?;
    throttle.succeeded(database).await?;
    Ok(SignedIn { user, tenant, device })
}

async fn look_up(database: &Database, attempt: &Attempt<'_>) -> Result<Account, SignInError> {
    let device = attempt.device.as_ref().map(SecretToken::hash);
    let found = sqlx::query!(
        r#"SELECT u.id, u.password_hash, EXISTS (SELECT FROM devices d WHERE d.token_hash = $2 AND d.user_id = u.id) AS "knows_device!",
                  EXISTS (SELECT FROM devices d WHERE d.token_hash = $2) AS "is_device!"
           FROM users u WHERE u.email = $1"#,
        attempt.email.as_str(),
        device,
    )
    .fetch_optional(database.pool())
    .await
    .map_err(SignInError::LookUp)?;
    // A stranger belongs nowhere, and that is looked up all the same.
    let user = found.as_ref().map(|found| UserId::from(found.id));
    let membership = staff::membership(database, user.unwrap_or_else(|| uuid::Uuid::nil().into())).await?;
    let Some(found) = found else { return Ok(Account::default()) };
    let (knows_device, is_device) = (found.knows_device, found.is_device);
    Ok(Account { user, hash: Some(found.password_hash), membership, knows_device, is_device })
}

async fn record(
    database: &Database,
    attempt: &Attempt<'_>,
    device: &SecretToken,
    user: UserId,
    verified: &str,
    tenant: TenantId,
) -> Result<(), SignInError> {
    let actor = Actor::user(user, attempt.correlation, attempt.address);
    let mut tx = database.begin(tenant).await?;
    // Locks the aggregate, so that its events have the order of their commits; and sees whether the password was changed, or the person
    // suspended, while theirs was being checked.
    let unchanged = sqlx::query!(
        "SELECT id FROM users WHERE id = $1 AND password_hash = $2 FOR NO KEY UPDATE",
        user.uuid(),
        verified
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(SignInError::LookUp)?;
    if unchanged.is_none() || staff::find(&mut tx, user).await?.is_none() {
        return Err(SignInError::Refused);
    }
    let now = tx.now();
    sqlx::query!(
        "WITH forgotten AS (
             DELETE FROM devices WHERE user_id = $2 AND token_hash IN (
                 SELECT token_hash FROM devices WHERE user_id = $2 AND token_hash <> $1 ORDER BY last_used_at DESC OFFSET $4)
         )
         INSERT INTO devices (token_hash, user_id, created_at, last_used_at) VALUES ($1, $2, $3, $3)
         ON CONFLICT ON CONSTRAINT devices_pkey DO UPDATE SET last_used_at = $3",
        device.hash(),
        user.uuid(),
        now,
        DEVICES_MAX - 1,
    )
    .execute(tx.conn())
    .await
    .map_err(SignInError::Remember)?;
    event::write(&mut tx, &actor, &UserLoggedIn { user }).await?;
    note(&mut tx, &actor, Action::LoggedIn, user, attempt.email.as_str()).await?;
    Ok(tx.commit().await?)
}

/// Notes that somebody leaves. Their session is ended by whoever keeps it.
///
/// # Errors
/// The database refused.
pub async fn sign_out(database: &Database, actor: &Actor, staff: &Staff) -> Result<(), SignInError> {
    let mut tx = database.begin(staff.tenant).await?;
    note(&mut tx, actor, Action::LoggedOut, staff.user, &staff.email).await?;
    Ok(tx.commit().await?)
}

/// In the log of the business that the person belongs to, suspended or not; of a stranger in none, by nearly the same steps. Nobody waits
/// until the entry is on the disk: that would tell who is known.
async fn record_failure(database: &Database, attempt: &Attempt<'_>, account: &Account) -> Result<(), SignInError> {
    let mut actor = Actor::system("stranger", attempt.correlation);
    actor.address = attempt.address;
    let tenant = account.membership.map(|membership| membership.tenant);
    let mut tx = database.begin(tenant.unwrap_or_else(|| uuid::Uuid::nil().into())).await?;
    sqlx::query!("SET LOCAL synchronous_commit = off").execute(tx.conn()).await.map_err(SignInError::LookUp)?;
    match account.user.filter(|_| tenant.is_some()) {
        Some(user) => note(&mut tx, &actor, Action::FailedToLogIn, user, attempt.email.as_str()).await?,
        None => {
            sqlx::query!("SELECT 1 AS nothing").fetch_one(tx.conn()).await.map_err(SignInError::LookUp)?;
        }
    }
    Ok(tx.commit().await?)
}

async fn note(tx: &mut TenantTx, actor: &Actor, action: Action, user: UserId, email: &str) -> Result<(), AuditError> {
    let entry = audit::Entry { action, object_type: "user", object: user.uuid(), name: email, changes: Vec::new() };
    audit::record(tx, actor, entry).await
}
