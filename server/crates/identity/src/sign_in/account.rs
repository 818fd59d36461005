//! Whose address somebody at the door gave.

use super::{Attempt, SignInError, note};
use crate::secret_token::SecretToken;
use crate::staff::{self, Membership};
use kernel::{Actor, Database};
use model::audit::Action;
use model::id::UserId;

/// Whose address it is, and where they belong; both `None` for a stranger.
#[derive(Default)]
pub(super) struct Account {
    pub(super) user: Option<UserId>,
    pub(super) hash: Option<String>,
    pub(super) membership: Option<Membership>,
    pub(super) knows_device: bool,
    /// The device is known, as this or another person's.
    pub(super) is_device: bool,
}

pub(super) async fn look_up(database: &Database, attempt: &Attempt<'_>) -> Result<Account, SignInError> {
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

/// In the log of the business that the person belongs to, suspended or not; of a stranger in none, by nearly the same steps. Nobody waits
/// until the entry is on the disk: that would tell who is known.
pub(super) async fn record_failure(
    database: &Database,
    attempt: &Attempt<'_>,
    account: &Account,
) -> Result<(), SignInError> {
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
