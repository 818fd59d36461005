//! Signing in with an e-mail address and a password, and with a second factor where somebody has one.

use crate::arrival::{self, Arrival, ArrivalError};
use crate::password::{PasswordError, Passwords};
use crate::second_factor::{self, SecondFactorError};
use crate::secret_token::SecretToken;
use crate::staff::{self, Membership, StaffError};
use crate::throttle::{Throttle, ThrottleError};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::audit::{self, AuditError};
use kernel::database::DatabaseError;
use kernel::seal::SealingKey;
use kernel::{Actor, Database, TenantTx};
use model::audit::Action;
use model::credentials::{Email, PASSWORD_CHARS_MAX};
use model::id::{CorrelationId, TenantId, UserId};
use model::session::Staff;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// Devices that are known of a person: the latest used.
const DEVICES_MAX: i64 = 10;
/// How long a right password waits for the second factor.
const PENDING_MAX: TimeDelta = TimeDelta::minutes(10);

/// Somebody at the door.
#[derive(Clone, Debug)]
pub struct Attempt<'a> {
    pub email: &'a Email,
    pub password: &'a str,
    /// A code of their second factor, from whoever sends it along with the password. Who has none needs none.
    pub code: Option<&'a str>,
    /// Where they want to go; `None` for the business that they joined first.
    pub business: Option<TenantId>,
    /// Where they come from.
    pub address: Option<IpAddr>,
    /// The device that they say they are on.
    pub device: Option<SecretToken>,
    /// A program signs in for them, which is no device to be known again.
    pub by_program: bool,
    pub correlation: CorrelationId,
}

/// Somebody whose password was right, who shows their second factor.
#[derive(Clone, Debug)]
pub struct SecondStep<'a> {
    pub pending: &'a Pending,
    pub code: &'a str,
    /// Where they come from.
    pub address: Option<IpAddr>,
    /// The device that they say they are on.
    pub device: Option<SecretToken>,
    pub correlation: CorrelationId,
}

/// What a right password leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    SignedIn(SignedIn),
    /// The person has a second factor, and nobody is signed in before it was shown.
    SecondFactor(Pending),
}

/// A right password that waits for the second factor: kept where only whoever gave it has it, such as in their session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub user: UserId,
    pub tenant: TenantId,
    /// Tells whether the password is still the one that was right.
    pub password_fingerprint: String,
    /// Then it is over.
    pub until: DateTime<Utc>,
}

/// Who came in, and to which business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub arrival: Arrival,
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
    #[error("the person doesn't work for the business that they ask for")]
    Business,
    #[error("the code is wrong or was used before")]
    Code,
    #[error("the password was given too long ago or has changed")]
    Over,
    #[error(transparent)]
    SecondFactor(#[from] SecondFactorError),
    #[error(transparent)]
    Throttle(#[from] ThrottleError),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Staff(#[from] StaffError),
    #[error(transparent)]
    Arrival(#[from] ArrivalError),
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
    sealing: &SealingKey,
    attempt: &Attempt<'_>,
) -> Result<Outcome, SignInError> {
    let outcome = try_password(database, passwords, sealing, attempt).await;
    count(match &outcome {
        Ok(Outcome::SignedIn(_)) => "signed_in",
        Ok(Outcome::SecondFactor(_)) => "code_needed",
        Err(error) => failure(error),
    });
    outcome
}

/// Counts an attempt by what came of it.
fn count(result: &'static str) {
    metrics::counter!("login_attempts_total", "result" => result).increment(1);
}

const fn failure(error: &SignInError) -> &'static str {
    match error {
        SignInError::Refused | SignInError::Business | SignInError::Code | SignInError::Over => "refused",
        SignInError::Throttle(ThrottleError::Wait(_)) => "throttled",
        SignInError::Password(PasswordError::Busy) => "busy",
        _ => "failed",
    }
}

async fn try_password(
    database: &Database,
    passwords: &Passwords,
    sealing: &SealingKey,
    attempt: &Attempt<'_>,
) -> Result<Outcome, SignInError> {
    // Nobody has a longer one; hashing megabytes would be a gift to whoever sends them.
    if attempt.password.chars().take(PASSWORD_CHARS_MAX + 1).count() > PASSWORD_CHARS_MAX {
        return Err(SignInError::Refused);
    }
    if passwords.is_busy() {
        return Err(PasswordError::Busy.into());
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
    // Whoever knows the password may know where it leads nowhere.
    if attempt.business.is_some_and(|business| business != tenant) {
        throttle.succeeded(database).await?;
        return Err(SignInError::Business);
    }
    let entrant = Entrant {
        user,
        tenant,
        email: attempt.email.as_str(),
        hash,
        device: device(attempt.device.as_ref(), account.is_device),
        is_remembered: !attempt.by_program,
        address: attempt.address,
        correlation: attempt.correlation,
    };
    // The password was right, whatever becomes of the second factor: that has a throttle of its own.
    let Some(code) = attempt.code else {
        let outcome = enter(database, entrant).await?;
        throttle.succeeded(database).await?;
        return Ok(outcome);
    };
    throttle.succeeded(database).await?;
    show_code(database, sealing, entrant, code).await.map(Outcome::SignedIn)
}

/// Lets somebody in whose password was right, and now the code of their second factor.
///
/// # Errors
/// The code is wrong, told to wait, the password was given too long ago or has changed, or something broke.
pub async fn finish(database: &Database, sealing: &SealingKey, step: &SecondStep<'_>) -> Result<SignedIn, SignInError> {
    let shown = try_code(database, sealing, step).await;
    count(shown.as_ref().map_or_else(failure, |_| "signed_in"));
    shown
}

async fn try_code(database: &Database, sealing: &SealingKey, step: &SecondStep<'_>) -> Result<SignedIn, SignInError> {
    let pending = step.pending;
    if database.clock().now() >= pending.until {
        return Err(SignInError::Over);
    }
    let found = sqlx::query!(
        r#"SELECT u.email, u.password_hash, EXISTS (SELECT FROM devices d WHERE d.token_hash = $2) AS "is_device!"
           FROM users u WHERE u.id = $1"#,
        pending.user.uuid(),
        step.device.as_ref().map(SecretToken::hash),
    )
    .fetch_optional(database.pool())
    .await
    .map_err(SignInError::LookUp)?
    .filter(|found| fingerprint(&found.password_hash) == pending.password_fingerprint)
    .ok_or(SignInError::Over)?;
    let entrant = Entrant {
        user: pending.user,
        tenant: pending.tenant,
        email: &found.email,
        hash: &found.password_hash,
        device: device(step.device.as_ref(), found.is_device),
        is_remembered: true,
        address: step.address,
        correlation: step.correlation,
    };
    show_code(database, sealing, entrant, step.code).await
}

/// Somebody whose password was right, on their way in.
struct Entrant<'a> {
    user: UserId,
    tenant: TenantId,
    email: &'a str,
    /// The hash that the password belongs to.
    hash: &'a str,
    device: SecretToken,
    /// Whether the device is one to be known again.
    is_remembered: bool,
    address: Option<IpAddr>,
    correlation: CorrelationId,
}

impl Entrant<'_> {
    fn actor(&self) -> Actor {
        Actor::user(self.user, self.correlation, self.address)
    }

    fn pending(&self, now: DateTime<Utc>) -> Pending {
        let password_fingerprint = fingerprint(self.hash);
        Pending { user: self.user, tenant: self.tenant, password_fingerprint, until: now + PENDING_MAX }
    }
}

/// A browser keeps its token, whoever of its people signs in; one that nobody knows gets another.
fn device(sent: Option<&SecretToken>, is_known: bool) -> SecretToken {
    sent.filter(|_| is_known).cloned().unwrap_or_else(SecretToken::random)
}

/// Names a password's hash without telling it.
fn fingerprint(hash: &str) -> String {
    hex::encode(Sha256::digest(hash))
}

/// Lets somebody in who has no second factor.
async fn enter(database: &Database, entrant: Entrant<'_>) -> Result<Outcome, SignInError> {
    let (tx, staff) = hold(database, &entrant).await?;
    if staff.second_factor.is_set_up {
        return Ok(Outcome::SecondFactor(entrant.pending(tx.now())));
    }
    record(tx, entrant).await.map(Outcome::SignedIn)
}

/// Lets somebody in with a code. Attempts are counted before they are made, so however many are made at a time, none goes uncounted.
async fn show_code(
    database: &Database,
    sealing: &SealingKey,
    entrant: Entrant<'_>,
    code: &str,
) -> Result<SignedIn, SignInError> {
    let throttle = Throttle::of_second_factor(entrant.user);
    throttle.charge(database).await?;
    let shown = enter_with_code(database, sealing, entrant, code).await;
    match &shown {
        Ok(_) => throttle.succeeded(database).await?,
        Err(SignInError::Code) => {}
        Err(_) => throttle.not_made(database).await?,
    }
    shown
}

/// The code is used up in the transaction that records the sign-in.
async fn enter_with_code(
    database: &Database,
    sealing: &SealingKey,
    entrant: Entrant<'_>,
    code: &str,
) -> Result<SignedIn, SignInError> {
    let (mut tx, staff) = hold(database, &entrant).await?;
    let actor = entrant.actor();
    if staff.second_factor.is_set_up && !second_factor::check(&mut tx, &actor, sealing, &staff, code).await? {
        let mut stranger = Actor::system("stranger", entrant.correlation);
        stranger.address = entrant.address;
        note(&mut tx, &stranger, Action::FailedSecondFactor, entrant.user, entrant.email).await?;
        tx.commit().await?;
        return Err(SignInError::Code);
    }
    record(tx, entrant).await
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
    let stranger = uuid::Uuid::nil().into();
    let membership = staff::membership_preferring(database, user.unwrap_or(stranger), attempt.business).await?;
    let Some(found) = found else { return Ok(Account::default()) };
    let (knows_device, is_device) = (found.knows_device, found.is_device);
    Ok(Account { user, hash: Some(found.password_hash), membership, knows_device, is_device })
}

/// Begins to let somebody in. It locks the person, so that their events have the order of their commits; and sees whether the password was
/// changed, or the person suspended, while theirs was being checked.
async fn hold(database: &Database, entrant: &Entrant<'_>) -> Result<(TenantTx, Staff), SignInError> {
    let mut tx = database.begin(entrant.tenant).await?;
    let unchanged = sqlx::query!(
        "SELECT id FROM users WHERE id = $1 AND password_hash = $2 FOR NO KEY UPDATE",
        entrant.user.uuid(),
        entrant.hash,
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(SignInError::LookUp)?;
    match staff::find(&mut tx, entrant.user).await? {
        Some(staff) if unchanged.is_some() => Ok((tx, staff)),
        _ => Err(SignInError::Refused),
    }
}

async fn record(mut tx: TenantTx, entrant: Entrant<'_>) -> Result<SignedIn, SignInError> {
    let actor = entrant.actor();
    if entrant.is_remembered {
        remember(&mut tx, entrant.user, &entrant.device).await?;
    }
    let arrival = arrival::record(&mut tx, &actor, entrant.user, entrant.email).await?;
    tx.commit().await?;
    Ok(SignedIn { arrival, device: entrant.device })
}

/// The browser is known from now on, in place of the one that wasn't used for longest.
async fn remember(tx: &mut TenantTx, user: UserId, device: &SecretToken) -> Result<(), SignInError> {
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
    Ok(())
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
