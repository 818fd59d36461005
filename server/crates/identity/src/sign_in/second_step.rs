//! The second factor, shown after the password.

use super::entrant::{Entrant, fingerprint, show_code};
use super::{SignInError, SignedIn, count, failure};
use crate::device;
use crate::secret_token::SecretToken;
use chrono::{DateTime, Utc};
use kernel::Database;
use kernel::seal::SealingKey;
use model::id::{CorrelationId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

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
        device: device::of_browser(step.device.as_ref(), found.is_device),
        is_remembered: true,
        address: step.address,
        correlation: step.correlation,
    };
    show_code(database, sealing, entrant, step.code).await
}
