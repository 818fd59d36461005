//! Setting up an authenticator app: the first one, and one that takes the place of another. Either counts from its first right code on.

use super::{Asking, Code, SECRET, SecondFactorError, end_others, is_over, note, replace_recovery_codes, totp};
use crate::account;
use chrono::{DateTime, Utc};
use kernel::seal::SealingKey;
use kernel::{Actor, Database};
use model::audit::Action;
use model::second_factor::SecondFactorProblem;
use model::session::Staff;

/// Makes the secret for a new app, in place of one that no code was entered for yet. [`super::state`] shows it from then on. `session` is
/// the one that asks, by the hash of its token.
///
/// # Errors
/// The person has a second factor already, the session has ended meanwhile, or the database refused.
pub async fn begin(
    database: &Database,
    sealing: &SealingKey,
    staff: &Staff,
    session: &[u8],
) -> Result<(), SecondFactorError> {
    let sealed = sealing.seal(SECRET, &totp::new_secret())?;
    let mut tx = database.begin(staff.tenant).await?;
    account::check_session(&mut tx, staff, session).await?;
    let now = tx.now();
    let begun = sqlx::query!(
        "INSERT INTO totp_factors (user_id, secret_sealed, created_at) VALUES ($1, $2, $3)
         ON CONFLICT ON CONSTRAINT totp_factors_pkey DO UPDATE SET secret_sealed = $2, created_at = $3
         WHERE totp_factors.confirmed_at IS NULL",
        staff.user.uuid(),
        sealed,
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(SecondFactorError::Write)?;
    if begun.rows_affected() == 0 {
        return Err(SecondFactorProblem::AlreadySetUp.into());
    }
    Ok(tx.commit().await?)
}

/// Takes the first code of the new app: from now on one is asked for. Returns the recovery codes, which are shown this once.
///
/// # Errors
/// The code is wrong, nothing was begun, the session has ended meanwhile, or something broke.
pub async fn confirm(
    database: &Database,
    actor: &Actor,
    sealing: &SealingKey,
    staff: &Staff,
    asking: Asking<'_>,
    code: &str,
) -> Result<Vec<String>, SecondFactorError> {
    let mut tx = database.begin(staff.tenant).await?;
    account::check_session(&mut tx, staff, asking.session).await?;
    let now = tx.now();
    let begun = sqlx::query!(
        "SELECT secret_sealed, created_at, confirmed_at FROM totp_factors WHERE user_id = $1 FOR UPDATE",
        staff.user.uuid(),
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(SecondFactorError::Read)?
    .filter(|begun| begun.confirmed_at.is_some() || !is_over(begun.created_at, now))
    .ok_or(SecondFactorProblem::NotBegun)?;
    if begun.confirmed_at.is_some() {
        return Err(SecondFactorProblem::AlreadySetUp.into());
    }
    let step = first_step(sealing, &begun.secret_sealed, code, now)?;
    sqlx::query!(
        "UPDATE totp_factors SET confirmed_at = $2, last_step = $3 WHERE user_id = $1",
        staff.user.uuid(),
        now,
        step,
    )
    .execute(tx.conn())
    .await
    .map_err(SecondFactorError::Write)?;
    let codes = replace_recovery_codes(&mut tx, staff.user).await?;
    end_others(&mut tx, staff.user, asking).await?;
    note(&mut tx, actor, staff.user, &staff.email, Action::AddedSecondFactor).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Makes the secret for an app that shall take the place of the one in force, which counts until [`replace`]. [`super::state`] shows it
/// from then on. `session` is the one that asks, by the hash of its token.
///
/// # Errors
/// The person has no second factor, the session has ended meanwhile, or the database refused.
pub async fn begin_replacement(
    database: &Database,
    sealing: &SealingKey,
    staff: &Staff,
    session: &[u8],
) -> Result<(), SecondFactorError> {
    let sealed = sealing.seal(SECRET, &totp::new_secret())?;
    let mut tx = database.begin(staff.tenant).await?;
    account::check_session(&mut tx, staff, session).await?;
    let now = tx.now();
    let begun = sqlx::query!(
        "UPDATE totp_factors SET next_secret_sealed = $2, next_created_at = $3
         WHERE user_id = $1 AND confirmed_at IS NOT NULL",
        staff.user.uuid(),
        sealed,
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(SecondFactorError::Write)?;
    if begun.rows_affected() == 0 {
        return Err(SecondFactorProblem::NotSetUp.into());
    }
    Ok(tx.commit().await?)
}

/// Takes the first code of the app that takes the place of the one in force. The recovery codes stay.
///
/// # Errors
/// The code is wrong, nothing was begun, the session has ended meanwhile, or something broke.
pub async fn replace(
    database: &Database,
    actor: &Actor,
    sealing: &SealingKey,
    staff: &Staff,
    asking: Asking<'_>,
    code: &str,
) -> Result<(), SecondFactorError> {
    let mut tx = database.begin(staff.tenant).await?;
    account::check_session(&mut tx, staff, asking.session).await?;
    let now = tx.now();
    let (sealed, _) = sqlx::query!(
        "SELECT next_secret_sealed, next_created_at FROM totp_factors WHERE user_id = $1",
        staff.user.uuid(),
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(SecondFactorError::Read)?
    .and_then(|begun| begun.next_secret_sealed.zip(begun.next_created_at))
    .filter(|(_, begun)| !is_over(*begun, now))
    .ok_or(SecondFactorProblem::NotBegun)?;
    let step = first_step(sealing, &sealed, code, now)?;
    // It asks for the secret that the code was compared with: the person may have begun with another by now.
    let replaced = sqlx::query!(
        "UPDATE totp_factors
         SET secret_sealed = next_secret_sealed, created_at = next_created_at, confirmed_at = $3, last_step = $4,
             next_secret_sealed = NULL, next_created_at = NULL
         WHERE user_id = $1 AND next_secret_sealed = $2",
        staff.user.uuid(),
        sealed,
        now,
        step,
    )
    .execute(tx.conn())
    .await
    .map_err(SecondFactorError::Write)?;
    if replaced.rows_affected() == 0 {
        return Err(SecondFactorProblem::NotBegun.into());
    }
    end_others(&mut tx, staff.user, asking).await?;
    note(&mut tx, actor, staff.user, &staff.email, Action::ReplacedSecondFactor).await?;
    Ok(tx.commit().await?)
}

/// Of which step the code is. Recovery codes don't show that the app has learned its secret.
fn first_step(sealing: &SealingKey, sealed: &[u8], code: &str, now: DateTime<Utc>) -> Result<i64, SecondFactorError> {
    let Some(Code::OneTime(code)) = Code::read(code) else { return Err(SecondFactorProblem::CodeWrong.into()) };
    let secret = sealing.open(SECRET, sealed)?;
    Ok(totp::matching_step(&secret, &code, now)?.ok_or(SecondFactorProblem::CodeWrong)?)
}
