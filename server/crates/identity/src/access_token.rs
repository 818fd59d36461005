//! Access tokens: JSON Web Tokens (RFC 7519) of ten minutes, signed with RS256.

use crate::signing_key::{KeyError, Material, Signer, SigningKeys};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc, serde::ts_seconds};
use jsonwebtoken::{Algorithm, Header};
use model::id::{TenantId, UserId};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
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
const ALGORITHM: &str = "RS256";
const TYPE: &str = "JWT";

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

/// What a token's header may say. One that says more, as where to fetch a key, is refused before anything of it is used.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OurHeader<'a> {
    #[serde(borrow)]
    alg: Cow<'a, str>,
    #[serde(borrow)]
    typ: Cow<'a, str>,
    kid: Uuid,
}

/// A token whose signature was found right.
#[derive(Clone, Copy, Debug)]
struct Seen {
    key: Uuid,
    token: AccessToken,
}

/// Makes and checks access tokens. Clones share what they know.
#[derive(Clone, Debug)]
pub struct AccessTokens {
    keys: SigningKeys,
    issuer: Arc<str>,
    /// By their SHA-256. A program shows the same token many times, and its signature doesn't change; whether it still counts is
    /// looked at each time.
    seen: Cache<[u8; 32], Seen>,
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
        let header = Header { kid: Some(signer.key.to_string()), ..Header::new(Algorithm::RS256) };
        let parties = Parties { iss: Cow::Borrowed(&self.issuer), aud: Cow::Borrowed(AUDIENCE) };
        let token =
            AccessToken { user, tenant, family, id, issued_at: now, not_before: now, expires_at: now + LIFETIME };
        let claims = Claims { parties, token };
        let message = [encoded(&header)?, encoded(&claims)?].join(".");
        let signature = URL_SAFE_NO_PAD.encode(signer.sign(message.as_bytes())?);
        metrics::counter!("token_generations_total").increment(1);
        Ok([message, signature].join("."))
    }

    /// What a token says, if it counts now.
    ///
    /// # Errors
    /// [`AccessTokenError::Refused`] when it doesn't; or the keys could not be read.
    pub async fn verify(&self, text: &str) -> Result<AccessToken, AccessTokenError> {
        if text.len() > TOKEN_BYTES_MAX {
            return Err(AccessTokenError::Refused);
        }
        let now = self.keys.now();
        let digest: [u8; 32] = Sha256::digest(text).into();
        let seen = match self.seen.get(&digest) {
            // A key that is no more takes its tokens with it.
            Some(seen) if self.keys.verifying(seen.key, now).await?.is_some() => seen,
            _ => {
                let checked = self.check(text, now).await?;
                self.seen.insert(digest, checked);
                checked
            }
        };
        if seen.token.is_valid_at(now) { Ok(seen.token) } else { Err(AccessTokenError::Refused) }
    }

    /// Everything but the times, which are compared with the program's own clock each time that the token comes.
    async fn check(&self, text: &str, now: DateTime<Utc>) -> Result<Seen, AccessTokenError> {
        let key = key_id(text).ok_or(AccessTokenError::Refused)?;
        let material = self.keys.verifying(key, now).await?.ok_or(AccessTokenError::Refused)?;
        let token = self.said_under(&material, text).ok_or(AccessTokenError::Refused)?;
        Ok(Seen { key, token })
    }

    /// What a token says, if this key signed it and it is one of this site's. Nothing of it is read before (RFC 7515, 5.2).
    fn said_under(&self, key: &Material, text: &str) -> Option<AccessToken> {
        let (message, signature) = text.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        if !key.signed(message.as_bytes(), &signature) {
            return None;
        }
        let (_, claims) = message.split_once('.')?;
        let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
        let parties: Parties<'_> = serde_json::from_slice(&claims).ok()?;
        let is_ours = *parties.iss == *self.issuer && parties.aud == AUDIENCE;
        if is_ours { serde_json::from_slice(&claims).ok() } else { None }
    }
}

/// The key that the header names, in a token of three parts.
fn key_id(text: &str) -> Option<Uuid> {
    let (header, rest) = text.split_once('.')?;
    let (_, signature) = rest.split_once('.')?;
    let header = URL_SAFE_NO_PAD.decode(header).ok()?;
    let header: OurHeader<'_> = serde_json::from_slice(&header).ok()?;
    let is_ours = header.alg == ALGORITHM && header.typ == TYPE && !signature.contains('.');
    is_ours.then_some(header.kid)
}

fn encoded(part: &impl Serialize) -> Result<String, AccessTokenError> {
    let json = serde_json::to_vec(part).map_err(AccessTokenError::Encode)?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

#[cfg(test)]
mod tests {
    use super::{AccessToken, LIFETIME, key_id};
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use chrono::{DateTime, TimeDelta, Utc};
    use uuid::Uuid;

    const KEY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    fn with_header(header: &serde_json::Value) -> String {
        format!("{}.e30.c2lnbmF0dXJl", URL_SAFE_NO_PAD.encode(header.to_string()))
    }

    #[test]
    fn a_header_names_its_key_and_nothing_else() {
        let named = |header: serde_json::Value| key_id(&with_header(&header));
        let ours = KEY.parse::<Uuid>().ok();
        assert_eq!(named(serde_json::json!({"alg": "RS256", "typ": "JWT", "kid": KEY})), ours);
        assert_eq!(named(serde_json::json!({"alg": "RS256", "kid": KEY})), None, "a header of ours has its type");
        for more in [
            serde_json::json!({"alg": "none"}),
            serde_json::json!({"alg": "HS256"}),
            serde_json::json!({"alg": "RS512"}),
            serde_json::json!({"kid": null}),
            serde_json::json!({"kid": "../../etc/passwd"}),
            serde_json::json!({"typ": "JOSE"}),
            serde_json::json!({"jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}}),
            serde_json::json!({"jku": "https://evil.example/keys"}),
            serde_json::json!({"x5u": "https://evil.example/certificate"}),
            serde_json::json!({"x5c": ["MIIB"]}),
            serde_json::json!({"crit": ["exp"]}),
            serde_json::json!({"b64": false}),
        ] {
            let mut header = serde_json::json!({"alg": "RS256", "typ": "JWT", "kid": KEY});
            header.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(named(header), None, "{more}");
        }
        for nonsense in ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "\u{0}.\u{0}.\u{0}"] {
            assert_eq!(key_id(nonsense), None, "{nonsense:?}");
        }
    }

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
