//! The second factor: something that a person has, besides the password that they know. It is an authenticator app that makes one-time
//! codes, with recovery codes for when it is lost.

mod recovery;
mod removal;
mod set_up;
mod totp;

pub use removal::{remove, remove_of};
pub use set_up::{begin, begin_replacement, confirm, replace};
pub use totp::EnrolmentError;

use crate::account::{self, AccountError};
use crate::staff::StaffError;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use kernel::audit::{self, AuditError};
use kernel::database::DatabaseError;
use kernel::installation_log::InstallationLogError;
use kernel::seal::{SealError, SealingKey};
use kernel::{Actor, Database, TenantTx};
use model::audit::Action;
use model::credentials::Email;
use model::id::UserId;
use model::second_factor::{Enrolment, ONE_TIME_CODE_DIGITS, RECOVERY_CODES, SecondFactorProblem, SecondFactorState};
use model::session::Staff;
use recovery::RecoveryCode;
use totp_rs::TotpError;

/// What the secret of one-time codes is sealed for.
const SECRET: &str = "the seed of one-time codes";
/// How long a secret waits for the first code of its app. Whoever saw it in a page left open must not find it in use much later.
const BEGUN_MAX: TimeDelta = TimeDelta::minutes(30);

/// Why something about a second factor was not done.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    #[error(transparent)]
    Refused(#[from] SecondFactorProblem),
    #[error("nobody has the address {0}")]
    Unknown(Email),
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Staff(#[from] StaffError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error(transparent)]
    Log(#[from] InstallationLogError),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Enrol(#[from] EnrolmentError),
    #[error("could not compute a one-time code")]
    Compute(#[from] TotpError),
    #[error("could not read a second factor")]
    Read(#[source] sqlx::Error),
    #[error("could not write a second factor")]
    Write(#[source] sqlx::Error),
    #[error("could not write recovery codes")]
    WriteRecoveryCodes(#[source] sqlx::Error),
}

/// From where somebody changes how they come in.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// The session that asks, which stays. By the hash of its token.
    pub session: &'a [u8],
    pub end_others: bool,
}

/// How far the person's own is, with times on the clock of `zone`.
///
/// # Errors
/// The database refused, or the secret can't be opened.
pub async fn state(
    database: &Database,
    sealing: &SealingKey,
    staff: &Staff,
    zone: Tz,
) -> Result<SecondFactorState, SecondFactorError> {
    let row = sqlx::query!(
        r#"SELECT secret_sealed, created_at, confirmed_at, next_secret_sealed, next_created_at,
                  (SELECT count(*) FROM recovery_codes c WHERE c.user_id = f.user_id AND c.used_at IS NULL) AS "codes_left!"
           FROM totp_factors f WHERE user_id = $1"#,
        staff.user.uuid(),
    )
    .fetch_optional(database.pool())
    .await
    .map_err(SecondFactorError::Read)?;
    let Some(row) = row else { return Ok(SecondFactorState::Off) };
    let now = database.clock().now();
    if let Some(since) = row.confirmed_at {
        let since = since.with_timezone(&zone).format("%-d %b %Y").to_string();
        let next = row.next_secret_sealed.zip(row.next_created_at).filter(|(_, begun)| !is_over(*begun, now));
        let next = next.map(|(sealed, _)| enrolment(sealing, staff, &sealed)).transpose()?;
        return Ok(SecondFactorState::On { since, recovery_codes_left: row.codes_left, next });
    }
    if is_over(row.created_at, now) {
        return Ok(SecondFactorState::Off);
    }
    Ok(SecondFactorState::Begun(enrolment(sealing, staff, &row.secret_sealed)?))
}

fn enrolment(sealing: &SealingKey, staff: &Staff, sealed: &[u8]) -> Result<Enrolment, SecondFactorError> {
    let secret = sealing.open(SECRET, sealed)?;
    Ok(totp::enrolment(&secret, &staff.email)?)
}

/// Whether the secret has waited for its first code for too long.
fn is_over(begun: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - begun > BEGUN_MAX
}

/// Makes new recovery codes, which are shown this once; those before are worth nothing from then on. `session` is the one that asks, by
/// the hash of its token.
///
/// # Errors
/// The person has no second factor, the session has ended meanwhile, or the database refused.
pub async fn renew_recovery_codes(
    database: &Database,
    actor: &Actor,
    staff: &Staff,
    session: &[u8],
) -> Result<Vec<String>, SecondFactorError> {
    let mut tx = database.begin(staff.tenant).await?;
    account::check_session(&mut tx, staff, session).await?;
    sqlx::query!(
        "SELECT user_id FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL FOR UPDATE",
        staff.user.uuid(),
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(SecondFactorError::Read)?
    .ok_or(SecondFactorProblem::NotSetUp)?;
    let codes = replace_recovery_codes(&mut tx, staff.user).await?;
    note(&mut tx, actor, staff.user, &staff.email, Action::RenewedRecoveryCodes).await?;
    tx.commit().await?;
    Ok(codes)
}

/// What somebody typed where a code is asked for.
enum Code {
    OneTime(String),
    Recovery(RecoveryCode),
}

impl Code {
    /// Apps show one-time codes in groups, so spaces don't count.
    fn read(text: &str) -> Option<Self> {
        let figures: String =
            text.chars().filter(|letter| !letter.is_whitespace()).take(ONE_TIME_CODE_DIGITS + 1).collect();
        if figures.len() == ONE_TIME_CODE_DIGITS && figures.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Self::OneTime(figures));
        }
        RecoveryCode::read(text).map(Self::Recovery)
    }
}

/// Whether the code is right, and uses it up. That takes effect with the transaction of what it is asked for.
pub(crate) async fn check(
    tx: &mut TenantTx,
    actor: &Actor,
    sealing: &SealingKey,
    staff: &Staff,
    code: &str,
) -> Result<bool, SecondFactorError> {
    match Code::read(code) {
        None => Ok(false),
        Some(Code::OneTime(code)) => use_one_time_code(tx, sealing, staff.user, &code).await,
        Some(Code::Recovery(code)) => {
            let used = use_recovery_code(tx, staff.user, &code).await?;
            if used {
                note(tx, actor, staff.user, &staff.email, Action::UsedRecoveryCode).await?;
            }
            Ok(used)
        }
    }
}

/// One statement decides whether the code was used before, so of two at a time one is refused. It also asks for the secret that the code
/// was compared with: the person may have another by now.
async fn use_one_time_code(
    tx: &mut TenantTx,
    sealing: &SealingKey,
    user: UserId,
    code: &str,
) -> Result<bool, SecondFactorError> {
    let sealed = sqlx::query_scalar!(
        "SELECT secret_sealed FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL",
        user.uuid()
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(SecondFactorError::Read)?;
    let Some(sealed) = sealed else { return Ok(false) };
    let secret = sealing.open(SECRET, &sealed)?;
    let Some(step) = totp::matching_step(&secret, code, tx.now())? else { return Ok(false) };
    let used = sqlx::query!(
        "UPDATE totp_factors SET last_step = $2 WHERE user_id = $1 AND secret_sealed = $3 AND last_step < $2",
        user.uuid(),
        step,
        sealed,
    )
    .execute(tx.conn())
    .await
    .map_err(SecondFactorError::Write)?;
    Ok(used.rows_affected() == 1)
}

async fn use_recovery_code(tx: &mut TenantTx, user: UserId, code: &RecoveryCode) -> Result<bool, SecondFactorError> {
    let now = tx.now();
    let used = sqlx::query!(
        "UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL",
        user.uuid(),
        code.hash(user),
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(SecondFactorError::WriteRecoveryCodes)?;
    Ok(used.rows_affected() == 1)
}

/// The factor's row is locked by whoever calls this, so that two at a time take turns.
async fn replace_recovery_codes(tx: &mut TenantTx, user: UserId) -> Result<Vec<String>, SecondFactorError> {
    let codes: Vec<_> = std::iter::repeat_with(RecoveryCode::random).take(RECOVERY_CODES).collect();
    let hashes: Vec<_> = codes.iter().map(|code| code.hash(user)).collect();
    sqlx::query!("DELETE FROM recovery_codes WHERE user_id = $1", user.uuid())
        .execute(tx.conn())
        .await
        .map_err(SecondFactorError::WriteRecoveryCodes)?;
    sqlx::query!(
        "INSERT INTO recovery_codes (user_id, code_hash) SELECT $1, code_hash FROM unnest($2::bytea[]) code_hash",
        user.uuid(),
        &hashes,
    )
    .execute(tx.conn())
    .await
    .map_err(SecondFactorError::WriteRecoveryCodes)?;
    Ok(codes.iter().map(RecoveryCode::shown).collect())
}

/// The one that asks stays.
async fn end_others(tx: &mut TenantTx, user: UserId, asking: Asking<'_>) -> Result<(), AccountError> {
    if asking.end_others {
        account::end_other_sessions(tx, user, Some(asking.session)).await?;
    }
    Ok(())
}

async fn note(tx: &mut TenantTx, actor: &Actor, user: UserId, email: &str, action: Action) -> Result<(), AuditError> {
    let entry = audit::Entry { action, object_type: "user", object: user.uuid(), name: email, changes: Vec::new() };
    audit::record(tx, actor, entry).await
}
