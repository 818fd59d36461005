//! Refresh tokens: the sessions of programs. Each is good for one new pair of tokens; one that comes a second time was stolen, by
//! whoever came first or by whoever comes now, so everything that follows from its login ends (RFC 9700, 4.14.2).

use crate::access_token::{AccessTokenError, AccessTokens};
use crate::arrival::Arrival;
use crate::epoch;
use crate::password::Passwords;
use crate::secret_token::SecretToken;
use crate::sign_in::{Attempt, Outcome, SignInError, sign_in};
use crate::signing_key::KeyError;
use crate::staff::{self, StaffError};
use crate::user;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::audit::{self, AuditError};
use kernel::database::DatabaseError;
use kernel::seal::SealingKey;
use kernel::task::Task;
use kernel::{Actor, Database, TenantTx};
use model::audit::Action;
use model::id::{CorrelationId, TenantId, UserId};
use model::session::Staff;
use std::net::IpAddr;
use std::time::Duration;
use uuid::Uuid;

/// How long a program stays signed in after a login, however often it refreshes.
pub const FAMILY_LIFETIME: TimeDelta = TimeDelta::days(30);

/// Why a program got no tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// One answer for a token that nobody has, that has expired, and whose person may not come in any more.
    #[error("the refresh token is not valid")]
    Refused,
    #[error("the refresh token had been used before")]
    Reused,
    #[error("the person's role requires a second factor, which they haven't set up")]
    FactorMissing,
    #[error("the password is right, and a code of the second factor is needed with it")]
    CodeMissing,
    #[error(transparent)]
    SignIn(#[from] SignInError),
    #[error(transparent)]
    AccessToken(#[from] AccessTokenError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Staff(#[from] StaffError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error("could not read a refresh token")]
    Read(#[source] sqlx::Error),
    #[error("could not write a refresh token")]
    Write(#[source] sqlx::Error),
}

/// What a program goes on with.
#[derive(Clone, Debug)]
pub struct TokenPair {
    /// Good for [`crate::access_token::LIFETIME`].
    pub access: String,
    /// Good for one more pair.
    pub refresh: SecretToken,
    /// Where both are good.
    pub business: TenantId,
}

/// The request that a token comes with.
#[derive(Clone, Copy, Debug)]
pub struct Bearer {
    pub correlation: CorrelationId,
    pub address: Option<IpAddr>,
}

/// All that follows from one login.
#[derive(Clone, Copy, Debug)]
struct Family {
    id: Uuid,
    user: UserId,
    business: TenantId,
    expires_at: DateTime<Utc>,
}

/// Checks the password, and the second factor of who has one, as [`sign_in`] does; and begins a family of tokens.
///
/// # Errors
/// As [`sign_in`]; [`TokenError::CodeMissing`]; or something broke.
pub async fn log_in(
    database: &Database,
    passwords: &Passwords,
    sealing: &SealingKey,
    tokens: &AccessTokens,
    attempt: &Attempt<'_>,
) -> Result<TokenPair, TokenError> {
    match sign_in(database, passwords, sealing, attempt).await? {
        Outcome::SignedIn(signed_in) => begin(database, tokens, signed_in.arrival).await,
        Outcome::SecondFactor(_) => Err(TokenError::CodeMissing),
    }
}

/// Begins a family of tokens for somebody who has just come in.
///
/// # Errors
/// They may not come in any more, or something broke.
pub async fn begin(database: &Database, tokens: &AccessTokens, arrival: Arrival) -> Result<TokenPair, TokenError> {
    let Arrival { user, tenant: business, epoch } = arrival;
    let signer = tokens.signer().await?;
    let mut tx = database.begin(business).await?;
    let staff = lock(&mut tx, user).await?.ok_or(TokenError::Refused)?;
    if staff.second_factor.is_missing() {
        return Err(TokenError::FactorMissing);
    }
    // Where all their sessions were ended since, this one is among them.
    if epoch::hold(&mut tx, user).await.map_err(TokenError::Read)? != Some(epoch) {
        return Err(TokenError::Refused);
    }
    let family = Family { id: tx.ids().at(tx.now()), user, business, expires_at: tx.now() + FAMILY_LIFETIME };
    let refresh = insert(&mut tx, &family).await?;
    let access = tokens.issue(&signer, tx.ids().at(tx.now()), family.id, user, business)?;
    tx.commit().await?;
    Ok(TokenPair { access, refresh, business })
}

/// Takes a refresh token for a new pair.
///
/// # Errors
/// [`TokenError::Refused`]; [`TokenError::Reused`], and then its whole family is revoked; or something broke, and then the token
/// is still good.
pub async fn refresh(
    database: &Database,
    tokens: &AccessTokens,
    sent: &SecretToken,
    bearer: &Bearer,
) -> Result<TokenPair, TokenError> {
    let rotated = rotate(database, tokens, sent, bearer).await;
    let result = match &rotated {
        Ok(_) => "rotated",
        Err(TokenError::Reused) => "reused",
        Err(TokenError::Refused) => "refused",
        Err(_) => return rotated,
    };
    metrics::counter!("token_refreshes_total", "result" => result).increment(1);
    rotated
}

async fn rotate(
    database: &Database,
    tokens: &AccessTokens,
    sent: &SecretToken,
    bearer: &Bearer,
) -> Result<TokenPair, TokenError> {
    let family = find(database, sent).await?.ok_or(TokenError::Refused)?;
    // Before the transaction: it may have to read, and no connection waits for another.
    let signer = tokens.signer().await?;
    let mut tx = database.begin(family.business).await?;
    let staff = lock(&mut tx, family.user).await?.ok_or(TokenError::Refused)?;
    let now = tx.now();
    // Read after the lock: of two who come with the same token, one finds it used by the other.
    let token =
        sqlx::query!("SELECT used_at, revoked_at FROM refresh_tokens WHERE token_hash = $1 FOR UPDATE", sent.hash())
            .fetch_optional(tx.conn())
            .await
            .map_err(TokenError::Read)?;
    let token = token.filter(|token| token.revoked_at.is_none() && now < family.expires_at);
    let token = token.ok_or(TokenError::Refused)?;
    if token.used_at.is_some() {
        return revoke_stolen(tx, &family, &staff, bearer).await;
    }
    sqlx::query!("UPDATE refresh_tokens SET used_at = $2 WHERE token_hash = $1", sent.hash(), now)
        .execute(tx.conn())
        .await
        .map_err(TokenError::Write)?;
    let refresh = insert(&mut tx, &family).await?;
    let access = tokens.issue(&signer, tx.ids().at(now), family.id, family.user, family.business)?;
    tx.commit().await?;
    Ok(TokenPair { access, refresh, business: family.business })
}

/// Whoever has the other half of the pair loses it too, and the business sees that something was stolen.
async fn revoke_stolen<T>(mut tx: TenantTx, family: &Family, staff: &Staff, bearer: &Bearer) -> Result<T, TokenError> {
    revoke_family(&mut tx, family).await?;
    let mut actor = Actor::system("stranger", bearer.correlation);
    actor.address = bearer.address;
    audit::record(&mut tx, &actor, entry(Action::FoundReusedToken, staff)).await?;
    tx.commit().await?;
    Err(TokenError::Reused)
}

/// Whether what follows from a login still counts: nobody ended it.
///
/// # Errors
/// The database refused.
pub async fn counts(tx: &mut TenantTx, family: Uuid) -> Result<bool, sqlx::Error> {
    let tenant = tx.tenant().uuid();
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM refresh_tokens WHERE family = $1 AND business_id = $2 AND revoked_at IS NULL) AS "counts!""#,
        family,
        tenant,
    )
    .fetch_one(tx.conn())
    .await
}

/// Ends the family of a token. One that nobody has, or that has ended, ends nothing.
///
/// # Errors
/// The database refused.
pub async fn log_out(database: &Database, sent: &SecretToken, bearer: &Bearer) -> Result<(), TokenError> {
    let Some(family) = find(database, sent).await? else { return Ok(()) };
    let mut tx = database.begin(family.business).await?;
    // Whoever may not come in has been signed out already.
    let Some(staff) = lock(&mut tx, family.user).await? else { return Ok(()) };
    if revoke_family(&mut tx, &family).await? > 0 {
        let actor = Actor::user(staff.user, bearer.correlation, bearer.address);
        audit::record(&mut tx, &actor, entry(Action::LoggedOut, &staff)).await?;
    }
    Ok(tx.commit().await?)
}

/// Which of a person's families end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Revoked {
    Everywhere,
    In(TenantId),
}

/// Ends families of a person, with what else ends there. Returns how many tokens that were good are not any more. A statement of its
/// own after the lock: it sees what a refresh wrote that it waited for.
pub(crate) async fn revoke(tx: &mut TenantTx, user: UserId, revoked: Revoked) -> Result<u64, sqlx::Error> {
    user::lock(tx, user).await?;
    let business = match revoked {
        Revoked::Everywhere => None,
        Revoked::In(business) => Some(business.uuid()),
    };
    let now = tx.now();
    let ended = sqlx::query!(
        "UPDATE refresh_tokens SET revoked_at = $3
         WHERE user_id = $1 AND revoked_at IS NULL AND ($2::uuid IS NULL OR business_id = $2)",
        user.uuid(),
        business,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(ended.rows_affected())
}

async fn revoke_family(tx: &mut TenantTx, family: &Family) -> Result<u64, TokenError> {
    let now = tx.now();
    let ended = sqlx::query!(
        "UPDATE refresh_tokens SET revoked_at = $2 WHERE family = $1 AND revoked_at IS NULL",
        family.id,
        now
    )
    .execute(tx.conn())
    .await
    .map_err(TokenError::Write)?;
    Ok(ended.rows_affected())
}

async fn find(database: &Database, sent: &SecretToken) -> Result<Option<Family>, TokenError> {
    let found = sqlx::query!(
        "SELECT family, user_id, business_id, expires_at FROM refresh_tokens WHERE token_hash = $1",
        sent.hash(),
    )
    .fetch_optional(database.pool())
    .await
    .map_err(TokenError::Read)?;
    Ok(found.map(|row| Family {
        id: row.family,
        user: row.user_id.into(),
        business: row.business_id.into(),
        expires_at: row.expires_at,
    }))
}

/// The person as they are now, and stay until the end of the transaction; until then nobody else changes their tokens. The member is
/// locked before the person, here and wherever both are: else two could wait for each other.
async fn lock(tx: &mut TenantTx, user: UserId) -> Result<Option<Staff>, TokenError> {
    let tenant = tx.tenant().uuid();
    sqlx::query!("SELECT user_id FROM members WHERE tenant_id = $1 AND user_id = $2 FOR SHARE", tenant, user.uuid())
        .fetch_optional(tx.conn())
        .await
        .map_err(TokenError::Read)?;
    user::lock(tx, user).await.map_err(TokenError::Read)?;
    Ok(staff::find(tx, user).await?)
}

async fn insert(tx: &mut TenantTx, family: &Family) -> Result<SecretToken, TokenError> {
    let (token, now) = (SecretToken::random(), tx.now());
    sqlx::query!(
        "INSERT INTO refresh_tokens (token_hash, family, user_id, business_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        token.hash(),
        family.id,
        family.user.uuid(),
        family.business.uuid(),
        now,
        family.expires_at,
    )
    .execute(tx.conn())
    .await
    .map_err(TokenError::Write)?;
    Ok(token)
}

fn entry(action: Action, staff: &Staff) -> audit::Entry<'_> {
    audit::Entry { action, object_type: "user", object: staff.user.uuid(), name: &staff.email, changes: Vec::new() }
}

/// Removes refresh tokens that have ended, and keys whose last tokens have. Needs the worker role.
#[derive(Debug)]
pub struct RemoveEndedTokens(pub Database);

impl Task for RemoveEndedTokens {
    const NAME: &'static str = "remove ended tokens";
    const PERIOD: Duration = Duration::from_hours(1);
    type Error = sqlx::Error;

    async fn run(&self) -> Result<(), sqlx::Error> {
        let now = self.0.clock().now();
        sqlx::query!("DELETE FROM refresh_tokens WHERE expires_at <= $1 OR revoked_at <= $1", now)
            .execute(self.0.pool())
            .await?;
        sqlx::query!("DELETE FROM signing_keys WHERE verifies_until <= $1", now).execute(self.0.pool()).await?;
        Ok(())
    }
}
