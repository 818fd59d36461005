//! Access tokens: JSON Web Tokens (RFC 7519) of ten minutes, signed with RS256.

use crate::signing_key::{KeyError, Material, Signer, SigningKeys};
use aws_lc_rs::digest::{Digest, SHA256, SHA256_OUTPUT_LEN, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc, serde::ts_seconds};
use model::id::{TenantId, UserId};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long a token is good for.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// Whom tokens are for.
pub const AUDIENCE: &str = "tradepost";
/// So far ahead the clock of the server may be that made a token.
const NOT_BEFORE_LEEWAY: TimeDelta = TimeDelta::seconds(5);
/// Longer than any token of ours, in bytes.
const TOKEN_BYTES_MAX: usize = 4096;
/// Tokens whose signature was found right lately, and how long that is remembered.
const SEEN_MAX: u64 = 10_000;
const SEEN_FOR: Duration = Duration::from_mins(10);

/// Why there is no token, or why one doesn't count.
#[derive(Debug, thiserror::Error)]
pub enum AccessTokenError {
    /// One answer, whatever is wrong with it: whoever has a real one needs no hint.
    #[error("the access token is not valid")]
    Refused,
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("could not write an access token")]
    Encode(#[source] serde_json::Error),
}

/// What a token says, under the names of RFC 7519.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    #[serde(rename = "sub")]
    pub user: UserId,
    /// The business that the person signed in to.
    pub tenant: TenantId,
    /// The login that it comes from.
    pub family: Uuid,
    #[serde(rename = "jti")]
    pub id: Uuid,
    #[serde(rename = "iat", with = "ts_seconds")]
    pub issued_at: DateTime<Utc>,
    #[serde(rename = "nbf", with = "ts_seconds")]
    pub not_before: DateTime<Utc>,
    #[serde(rename = "exp", with = "ts_seconds")]
    pub expires_at: DateTime<Utc>,
}

impl AccessToken {
    fn is_valid_at(&self, now: DateTime<Utc>) -> bool {
        self.not_before <= now + NOT_BEFORE_LEEWAY && now < self.expires_at
    }
}

/// The site that made a token, and whom for.
#[derive(Serialize, Deserialize)]
struct Parties<'a> {
    #[serde(borrow)]
    iss: Cow<'a, str>,
    #[serde(borrow)]
    aud: Cow<'a, str>,
}

/// A token as it is signed. Each half is read by itself: flattened, all would be copied first.
#[derive(Serialize)]
struct Claims<'a> {
    #[serde(flatten)]
    parties: Parties<'a>,
    #[serde(flatten)]
    token: AccessToken,
}

/// A token whose signature was found right.
#[derive(Clone, Debug)]
struct Seen {
    signature: Arc<str>,
    token: AccessToken,
}

/// Makes and checks access tokens. Clones share what they know.
#[derive(Clone, Debug)]
pub struct AccessTokens {
    keys: SigningKeys,
    issuer: Arc<str>,
    /// By the SHA-256 of what was signed. A program shows the same token many times, and its signature doesn't change; whether it
    /// still counts is looked at each time.
    seen: Cache<[u8; SHA256_OUTPUT_LEN], Seen>,
}

impl AccessTokens {
    /// Of the site at `issuer`: its tokens are good for no other.
    #[must_use]
    pub fn new(keys: SigningKeys, issuer: &str) -> Self {
        let seen = Cache::builder().max_capacity(SEEN_MAX).time_to_live(SEEN_FOR).build();
        Self { keys, issuer: issuer.into(), seen }
    }

    /// The keys that sign them.
    #[must_use]
    pub const fn keys(&self) -> &SigningKeys {
        &self.keys
    }

    /// What the tokens of now are signed with: had before a transaction is opened, for it may have to ask the database.
    pub(crate) async fn signer(&self) -> Result<Signer, KeyError> {
        self.keys.signer(self.keys.now()).await
    }

    /// Makes a token.
    pub(crate) fn issue(
        &self,
        signer: &Signer,
        id: Uuid,
        family: Uuid,
        user: UserId,
        tenant: TenantId,
    ) -> Result<String, AccessTokenError> {
        let now = self.keys.now();
        let parties = Parties { iss: Cow::Borrowed(&self.issuer), aud: Cow::Borrowed(AUDIENCE) };
        let token =
            AccessToken { user, tenant, family, id, issued_at: now, not_before: now, expires_at: now + LIFETIME };
        let claims = Claims { parties, token };
        let claims = serde_json::to_vec(&claims).map_err(AccessTokenError::Encode)?;
        let message = [&*signer.header, &URL_SAFE_NO_PAD.encode(claims)].join(".");
        let signature = URL_SAFE_NO_PAD.encode(signer.sign(message.as_bytes())?);
        metrics::counter!("token_generations_total").increment(1);
        Ok([message, signature].join("."))
    }

    /// What a token says, if it counts now.
    ///
    /// # Errors
    /// [`AccessTokenError::Refused`] when it doesn't; or the keys could not be read.
    pub async fn verify(&self, text: &str) -> Result<AccessToken, AccessTokenError> {
        let parts = Parts::of(text).ok_or(AccessTokenError::Refused)?;
        let now = self.keys.now();
        // A header that is not of ours to the letter is refused before anything of it is used; a key that is no more takes its tokens
        // with it.
        let key = self.keys.verifying(parts.header, now).await?.ok_or(AccessTokenError::Refused)?;
        let token = self.signed(&key, &parts).ok_or(AccessTokenError::Refused)?;
        if token.is_valid_at(now) { Ok(token) } else { Err(AccessTokenError::Refused) }
    }

    /// What a token says that this key signed. Nothing of it is read before (RFC 7515, 5.2).
    fn signed(&self, key: &Material, parts: &Parts<'_>) -> Option<AccessToken> {
        let message = digest(&SHA256, parts.message.as_bytes());
        let id = <[u8; SHA256_OUTPUT_LEN]>::try_from(message.as_ref()).ok()?;
        if let Some(seen) = self.seen.get(&id).filter(|seen| *seen.signature == *parts.signature) {
            return Some(seen.token);
        }
        let token = self.said_under(key, &message, parts)?;
        self.seen.insert(id, Seen { signature: parts.signature.into(), token });
        Some(token)
    }

    fn said_under(&self, key: &Material, message: &Digest, parts: &Parts<'_>) -> Option<AccessToken> {
        let signature = URL_SAFE_NO_PAD.decode(parts.signature).ok()?;
        if !key.signed(message, &signature) {
            return None;
        }
        let claims = URL_SAFE_NO_PAD.decode(parts.claims).ok()?;
        let parties: Parties<'_> = serde_json::from_slice(&claims).ok()?;
        let is_ours = *parties.iss == *self.issuer && parties.aud == AUDIENCE;
        if is_ours { serde_json::from_slice(&claims).ok() } else { None }
    }
}

/// A token as it is written: three parts in base64url (RFC 7515, 7.1), of which the first two are signed.
struct Parts<'a> {
    message: &'a str,
    header: &'a str,
    claims: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let text = Some(text).filter(|text| text.len() <= TOKEN_BYTES_MAX)?;
        let (message, signature) = text.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        Some(Self { message, header, claims, signature })
    }
}

#[cfg(test)]
mod tests {
    use super::{AccessToken, LIFETIME};
    use chrono::{DateTime, TimeDelta, Utc};
    use uuid::Uuid;

    #[test]
    fn a_token_counts_until_it_expires_and_hardly_before_it_begins() {
        let noon: DateTime<Utc> = "2026-03-04T12:00:00Z".parse().unwrap();
        let id = Uuid::nil();
        let token = AccessToken {
            user: id.into(),
            tenant: id.into(),
            family: id,
            id,
            issued_at: noon,
            not_before: noon,
            expires_at: noon + LIFETIME,
        };
        let valid = |seconds| token.is_valid_at(noon + TimeDelta::seconds(seconds));
        assert_eq!([-6, -5, 0, 599, 600].map(valid), [false, true, true, true, false]);
    }
}
