//! API keys: by which other programs act for whoever made them, within what they were made for.

use crate::account::{self, AccountError};
use crate::role;
use crate::secret_token::SecretToken;
use crate::staff::{self, StaffError};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use kernel::audit::{self, AuditError};
use kernel::database::DatabaseError;
use kernel::{Actor, Database, TenantTx};
use model::api_key::{API_KEYS_MAX, ApiKey, ApiKeyProblem, ApiKeyState, KeyLifetime, check_api_key_name, check_scopes};
use model::audit::{Action, Change};
use model::id::{ApiKeyId, TenantId, UserId};
use model::permission::{Permission, PermissionSet};
use model::session::Staff;
use uuid::Uuid;

/// What every key begins with: so it is recognised where it shouldn't be, such as in a repository.
pub const PREFIX: &str = "tp_";
const TENANT_CHARS: usize = 32;
const SECRET_CHARS: usize = 64;
/// A use is noted only when the last one is so long ago: a write per minute, not per request.
const TOUCH_INTERVAL: TimeDelta = TimeDelta::seconds(60);
/// Rows of the list: those in force, and of the others the latest.
const ROWS_MAX: i64 = 200;

/// Why something about API keys could not be done.
#[derive(Debug, thiserror::Error)]
pub enum ApiKeyError {
    #[error(transparent)]
    Refused(#[from] ApiKeyProblem),
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Staff(#[from] StaffError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error("could not read the API keys of a business")]
    Read(#[source] sqlx::Error),
    #[error("could not write an API key")]
    Write(#[source] sqlx::Error),
}

/// A key to make.
#[derive(Clone, Debug)]
pub struct NewApiKey<'a> {
    pub name: &'a str,
    pub scopes: PermissionSet,
    pub lifetime: KeyLifetime,
}

/// The business's keys, those in force first, then the latest.
///
/// # Errors
/// The database refused.
pub async fn list(tx: &mut TenantTx, zone: Tz) -> Result<Vec<ApiKey>, ApiKeyError> {
    struct Row {
        id: Uuid,
        name: String,
        scopes: Vec<String>,
        created_at: DateTime<Utc>,
        expires_at: Option<DateTime<Utc>>,
        last_used_at: Option<DateTime<Utc>>,
        revoked_at: Option<DateTime<Utc>>,
        made_by: String,
        has_maker: bool,
    }
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT k.id, k.name, k.scopes, k.created_at, k.expires_at, k.last_used_at, k.revoked_at, u.name AS made_by,
                  EXISTS (SELECT FROM members m WHERE m.tenant_id = k.tenant_id AND m.user_id = k.created_by
                          AND m.suspended_at IS NULL) AS "has_maker!"
           FROM api_keys k JOIN users u ON u.id = k.created_by
           WHERE k.tenant_id = $1
           ORDER BY k.revoked_at IS NOT NULL OR coalesce(k.expires_at <= $2, false), k.id DESC
           LIMIT $3"#,
        tenant,
        now,
        ROWS_MAX,
    )
    .fetch_all(tx.conn())
    .await
    .map_err(ApiKeyError::Read)?;
    let day = |time: DateTime<Utc>| time.with_timezone(&zone).format("%-d %b %Y").to_string();
    let key = |row: Row| ApiKey {
        id: row.id.into(),
        name: row.name,
        scopes: role::permissions(None, &row.scopes),
        made_by: row.made_by,
        state: match (row.revoked_at, row.expires_at, row.has_maker) {
            (Some(_), ..) => ApiKeyState::Revoked,
            (None, Some(end), _) if end <= now => ApiKeyState::Expired,
            (None, _, false) => ApiKeyState::MakerGone,
            (None, _, true) => ApiKeyState::InForce,
        },
        made_on: day(row.created_at),
        expires_on: row.expires_at.map(day),
        last_used: row.last_used_at.map(|time| time.with_timezone(&zone).format("%-d %b %Y, %H:%M").to_string()),
    };
    Ok(rows.into_iter().map(key).collect())
}

/// Makes a key. It is in what this returns and nowhere else. `session` is the one that asks, by the hash of its token.
///
/// # Errors
/// Refused, as [`ApiKeyProblem`] says; the session has ended meanwhile; or the database refused.
pub async fn create(
    tx: &mut TenantTx,
    actor: &Actor,
    by: UserId,
    session: &[u8],
    key: &NewApiKey<'_>,
) -> Result<SecretToken, ApiKeyError> {
    let name = check_api_key_name(key.name)?;
    let by = confirm(tx, by).await?;
    account::check_session(tx, &by, session).await?;
    check_scopes(by.role.permissions, key.scopes)?;
    let (tenant, now, id) = (tx.tenant(), tx.now(), tx.new_id::<ApiKeyId>());
    check_count(tx).await?;
    let secret = text_of(tenant, &SecretToken::random());
    let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.word().to_owned()).collect();
    sqlx::query!(
        "INSERT INTO api_keys (tenant_id, id, name, token_hash, scopes, created_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        tenant.uuid(),
        id.uuid(),
        name,
        secret.hash(),
        &scopes,
        by.user.uuid(),
        now,
        key.lifetime.duration().map(|lifetime| now + lifetime),
    )
    .execute(tx.conn())
    .await
    .map_err(ApiKeyError::Write)?;
    let lifetime = Change::of("lifetime", None, Some(key.lifetime.label().to_owned()));
    let scopes = scopes.into_iter().filter_map(|scope| Change::of("scope", None, Some(scope)));
    note(tx, actor, Action::CreatedApiKey, id, name, scopes.chain(lifetime).collect()).await?;
    Ok(secret)
}

/// Ends a key at once. Whoever may make keys may end each of them: that takes nothing from anybody that they can't have back.
///
/// # Errors
/// Refused, as [`ApiKeyProblem`] says, or the database refused.
pub async fn revoke(tx: &mut TenantTx, actor: &Actor, by: UserId, id: ApiKeyId) -> Result<(), ApiKeyError> {
    confirm(tx, by).await?;
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let key = sqlx::query!(
        "SELECT name, revoked_at FROM api_keys WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
        tenant,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(ApiKeyError::Read)?
    .ok_or(ApiKeyProblem::Gone)?;
    if key.revoked_at.is_some() {
        return Ok(());
    }
    sqlx::query!("UPDATE api_keys SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2", tenant, id.uuid(), now)
        .execute(tx.conn())
        .await
        .map_err(ApiKeyError::Write)?;
    Ok(note(tx, actor, Action::RevokedApiKey, id, &key.name, Vec::new()).await?)
}

/// Whom the key stands for: its maker, with what they still hold of what the key may do. `None` for what is no key, and for one that has
/// expired, was revoked, or whose maker may not come in any more.
///
/// # Errors
/// The database refused.
pub async fn authenticate(database: &Database, sent: &SecretToken) -> Result<Option<Staff>, ApiKeyError> {
    let Some(tenant) = tenant_of(sent.expose()) else { return Ok(None) };
    let mut tx = database.begin(tenant).await?;
    let staff = find(&mut tx, sent).await?;
    tx.commit().await?;
    Ok(staff)
}

async fn find(tx: &mut TenantTx, sent: &SecretToken) -> Result<Option<Staff>, ApiKeyError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let found = sqlx::query!(
        "SELECT id, scopes, created_by, last_used_at FROM api_keys
         WHERE tenant_id = $1 AND token_hash = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)",
        tenant,
        sent.hash(),
        now,
    )
    .fetch_optional(tx.conn())
    .await
    .map_err(ApiKeyError::Read)?;
    let Some(key) = found else { return Ok(None) };
    let Some(mut staff) = staff::find(tx, key.created_by.into()).await? else { return Ok(None) };
    staff.role.permissions = role::permissions(None, &key.scopes).common(staff.role.permissions);
    if key.last_used_at.is_none_or(|last| now - last >= TOUCH_INTERVAL) {
        sqlx::query!("UPDATE api_keys SET last_used_at = $3 WHERE tenant_id = $1 AND id = $2", tenant, key.id, now)
            .execute(tx.conn())
            .await
            .map_err(ApiKeyError::Write)?;
    }
    Ok(Some(staff))
}

async fn confirm(tx: &mut TenantTx, by: UserId) -> Result<Staff, ApiKeyError> {
    Ok(staff::confirm(tx, by, Permission::WriteStaff).await?.ok_or(ApiKeyProblem::NotAllowed)?)
}

/// Two who make the last one at the same time may make one more: nothing depends on the exact number.
async fn check_count(tx: &mut TenantTx) -> Result<(), ApiKeyError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM api_keys
           WHERE tenant_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)"#,
        tenant,
        now,
    )
    .fetch_one(tx.conn())
    .await
    .map_err(ApiKeyError::Read)?;
    if count < API_KEYS_MAX { Ok(()) } else { Err(ApiKeyProblem::TooMany.into()) }
}

async fn note(
    tx: &mut TenantTx,
    actor: &Actor,
    action: Action,
    id: ApiKeyId,
    name: &str,
    changes: Vec<Change>,
) -> Result<(), AuditError> {
    audit::record(tx, actor, audit::Entry { action, object_type: "api_key", object: id.uuid(), name, changes }).await
}

/// The key names its business, because it has to be looked for before anybody has said which.
fn text_of(tenant: TenantId, secret: &SecretToken) -> SecretToken {
    SecretToken::sent(format!("{PREFIX}{}_{}", tenant.uuid().simple(), secret.expose()))
}

fn tenant_of(text: &str) -> Option<TenantId> {
    let (tenant, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
    let is_hex = |part: &str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let fits = tenant.len() == TENANT_CHARS && secret.len() == SECRET_CHARS && is_hex(tenant) && is_hex(secret);
    fits.then(|| tenant.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{tenant_of, text_of};
    use crate::secret_token::SecretToken;
    use model::id::TenantId;
    use uuid::Uuid;

    #[test]
    fn a_key_names_its_business_and_is_of_one_form() {
        let tenant = TenantId::from(Uuid::from_u128(7));
        let key = text_of(tenant, &SecretToken::random());
        let text = key.expose();
        assert_eq!((text.len(), tenant_of(text)), (100, Some(tenant)));
        assert_ne!(text, text_of(tenant, &SecretToken::random()).expose());
        for other in [
            "",
            "tp_",
            "tp__",
            &text[..99],
            &format!("{text}0"),
            &text.to_uppercase(),
            &text.replace("tp_", "xx_"),
            &text.replace('_', "-"),
            &format!("{}\u{e9}", &text[..98]),
        ] {
            assert_eq!(tenant_of(other), None, "{other:?}");
        }
    }
}
