//! Browsers that people are known in: there, nobody else's guesses keep them waiting (OWASP, "device cookies").

use crate::secret_token::SecretToken;
use kernel::TenantTx;
use model::id::UserId;

/// Devices that are known of a person: the latest used.
const DEVICES_MAX: i64 = 10;

/// A browser keeps its token, whoever of its people signs in; one that nobody knows gets another.
pub(crate) fn of_browser(sent: Option<&SecretToken>, is_known: bool) -> SecretToken {
    sent.filter(|_| is_known).cloned().unwrap_or_else(SecretToken::random)
}

/// Whether anybody is known in a browser.
pub(crate) async fn is_known(tx: &mut TenantTx, device: &SecretToken) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM devices WHERE token_hash = $1) AS "is_known!""#, device.hash(),)
        .fetch_one(tx.conn())
        .await
}

/// The person is known in this browser from now on, in place of the one that wasn't used for longest.
pub(crate) async fn remember(tx: &mut TenantTx, user: UserId, device: &SecretToken) -> Result<(), sqlx::Error> {
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
    .await?;
    Ok(())
}
