//! Removing a second factor: one's own, and that of somebody who has lost it with all its codes.

use super::{Asking, SecondFactorError, end_others, note};
use crate::{account, staff};
use kernel::installation_log;
use kernel::{Actor, Database, TenantTx};
use model::audit::{Action, InstallationAction};
use model::credentials::Email;
use model::id::UserId;
use model::second_factor::SecondFactorProblem;
use model::session::Staff;

/// Removes the person's second factor with its recovery codes, unless their role requires one.
///
/// # Errors
/// It is required or not there, the session has ended meanwhile, or the database refused.
pub async fn remove(
    database: &Database,
    actor: &Actor,
    staff: &Staff,
    asking: Asking<'_>,
) -> Result<(), SecondFactorError> {
    let mut tx = database.begin(staff.tenant).await?;
    account::check_session(&mut tx, staff, asking.session).await?;
    // As it is now: what the role required when the request came in may have changed.
    let required = staff::find(&mut tx, staff.user).await?.is_none_or(|staff| staff.second_factor.is_required);
    if required {
        return Err(SecondFactorProblem::Required.into());
    }
    delete(&mut tx, staff.user).await?;
    end_others(&mut tx, staff.user, asking).await?;
    note(&mut tx, actor, staff.user, &staff.email, Action::RemovedSecondFactor).await?;
    Ok(tx.commit().await?)
}

/// Removes somebody's second factor for them, whatever their role requires, and ends all their sessions, those of their programs too: all
/// of it or nothing. Where one is required they set up another with their next sign-in.
///
/// # Errors
/// Nobody has the address, they have no second factor, or the database refused.
pub async fn remove_of(database: &Database, actor: &Actor, email: &Email) -> Result<(), SecondFactorError> {
    let user = sqlx::query_scalar!("SELECT id FROM users WHERE email = $1", email.as_str())
        .fetch_optional(database.pool())
        .await
        .map_err(SecondFactorError::Read)?
        .map(UserId::from)
        .ok_or_else(|| SecondFactorError::Unknown(email.clone()))?;
    let tenant = staff::membership(database, user).await?.map(|membership| membership.tenant);
    let mut tx = database.begin(tenant.unwrap_or_else(|| uuid::Uuid::nil().into())).await?;
    account::end_other_sessions(&mut tx, user, None).await?;
    delete(&mut tx, user).await?;
    if tenant.is_some() {
        note(&mut tx, actor, user, email.as_str(), Action::RemovedSecondFactor).await?;
    } else {
        let action = InstallationAction::RemovedSecondFactor;
        let entry = installation_log::Entry { action, object: user.uuid(), name: email.as_str() };
        installation_log::record_in(&mut tx, actor, entry).await?;
    }
    Ok(tx.commit().await?)
}

async fn delete(tx: &mut TenantTx, user: UserId) -> Result<(), SecondFactorError> {
    let removed = sqlx::query!("DELETE FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL", user.uuid())
        .execute(tx.conn())
        .await
        .map_err(SecondFactorError::Write)?;
    if removed.rows_affected() == 0 { Err(SecondFactorProblem::NotSetUp.into()) } else { Ok(()) }
}
