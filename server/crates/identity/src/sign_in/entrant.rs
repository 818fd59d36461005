//! Somebody whose password was right, on their way in.

use super::second_step::Pending;
use super::{Outcome, SignInError, SignedIn, note};
use crate::arrival;
use crate::device;
use crate::second_factor;
use crate::secret_token::SecretToken;
use crate::staff;
use crate::throttle::Throttle;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::seal::SealingKey;
use kernel::{Actor, Database, TenantTx};
use model::audit::Action;
use model::id::{CorrelationId, TenantId, UserId};
use model::session::Staff;
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// How long a right password waits for the second factor.
const PENDING_MAX: TimeDelta = TimeDelta::minutes(10);

/// Somebody whose password was right, on their way in.
pub(super) struct Entrant<'a> {
    pub(super) user: UserId,
    pub(super) tenant: TenantId,
    pub(super) email: &'a str,
    /// The hash that the password belongs to.
    pub(super) hash: &'a str,
    pub(super) device: SecretToken,
    /// Whether the device is one to be known again.
    pub(super) is_remembered: bool,
    pub(super) address: Option<IpAddr>,
    pub(super) correlation: CorrelationId,
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

/// Names a password's hash without telling it.
pub(super) fn fingerprint(hash: &str) -> String {
    hex::encode(Sha256::digest(hash))
}

/// Lets somebody in who has no second factor.
pub(super) async fn enter(database: &Database, entrant: Entrant<'_>) -> Result<Outcome, SignInError> {
    let (tx, staff) = hold(database, &entrant).await?;
    if staff.second_factor.is_set_up {
        return Ok(Outcome::SecondFactor(entrant.pending(tx.now())));
    }
    record(tx, entrant).await.map(Outcome::SignedIn)
}

/// Lets somebody in with a code. Attempts are counted before they are made, so however many are made at a time, none goes uncounted.
pub(super) async fn show_code(
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
        device::remember(&mut tx, entrant.user, &entrant.device).await.map_err(SignInError::Remember)?;
    }
    let arrival = arrival::record(&mut tx, &actor, entrant.user, entrant.email).await?;
    tx.commit().await?;
    Ok(SignedIn { arrival, device: entrant.device })
}
