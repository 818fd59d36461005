//! Signing in with an e-mail address and a password, and with a second factor where somebody has one.

mod account;
mod entrant;
mod second_step;

pub use second_step::{Pending, SecondStep, finish};

use crate::arrival::{Arrival, ArrivalError};
use crate::device;
use crate::password::{PasswordError, Passwords};
use crate::second_factor::SecondFactorError;
use crate::secret_token::SecretToken;
use crate::staff::StaffError;
use crate::throttle::{Throttle, ThrottleError};
use account::{look_up, record_failure};
use entrant::{Entrant, enter, show_code};
use kernel::audit::{self, AuditError};
use kernel::database::DatabaseError;
use kernel::seal::SealingKey;
use kernel::{Actor, Database, TenantTx};
use model::audit::Action;
use model::credentials::{Email, PASSWORD_CHARS_MAX};
use model::id::{CorrelationId, TenantId, UserId};
use model::session::Staff;
use std::net::IpAddr;

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

/// What a right password leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    SignedIn(SignedIn),
    /// The person has a second factor, and nobody is signed in before it was shown.
    SecondFactor(Pending),
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
    // Whoever knows the password may know where it leads nowhere. Where they do work it is told that somebody tried.
    if attempt.business.is_some_and(|business| business != tenant) {
        record_failure(database, attempt, &account).await?;
        throttle.succeeded(database).await?;
        return Err(SignInError::Business);
    }
    let entrant = Entrant {
        user,
        tenant,
        email: attempt.email.as_str(),
        hash,
        device: device::of_browser(attempt.device.as_ref(), account.is_device),
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

/// Notes that somebody leaves. Their session is ended by whoever keeps it.
///
/// # Errors
/// The database refused.
pub async fn sign_out(database: &Database, actor: &Actor, staff: &Staff) -> Result<(), SignInError> {
    let mut tx = database.begin(staff.tenant).await?;
    note(&mut tx, actor, Action::LoggedOut, staff.user, &staff.email).await?;
    Ok(tx.commit().await?)
}

async fn note(tx: &mut TenantTx, actor: &Actor, action: Action, user: UserId, email: &str) -> Result<(), AuditError> {
    let entry = audit::Entry { action, object_type: "user", object: user.uuid(), name: email, changes: Vec::new() };
    audit::record(tx, actor, entry).await
}
