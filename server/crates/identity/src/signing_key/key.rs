//! One key: what never changes about it, and when it counts.

use super::KeyError;
use aws_lc_rs::digest::Digest;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, Jwk, KeyAlgorithm, PublicKeyUse, RSAKeyParameters, RSAKeyType,
};
use kernel::seal::SealingKey;
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// What the private halves are sealed for.
const SEALED_AS: &str = "a signing key";

/// A key and its times.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) material: Arc<Material>,
    pub(super) signs_from: DateTime<Utc>,
    pub(super) retires_at: Option<DateTime<Utc>>,
    pub(super) verifies_until: Option<DateTime<Utc>>,
}

impl Key {
    pub(super) fn signs_at(&self, now: DateTime<Utc>) -> bool {
        self.signs_from <= now && self.retires_at.is_none_or(|end| now < end)
    }

    pub(super) fn verifies_at(&self, now: DateTime<Utc>) -> bool {
        self.verifies_until.is_none_or(|end| now < end)
    }
}

/// Both halves of a key.
pub(crate) struct Material {
    pub(super) id: Uuid,
    /// Of its tokens, as it stands in them: always the same.
    pub(super) header: Arc<str>,
    sealed: Vec<u8>,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    /// Taken apart once: that costs as much as verifying a token does.
    verifying: ParsedPublicKey,
    /// The private half, opened when it signs for the first time.
    pair: OnceLock<Arc<KeyPair>>,
}

impl std::fmt::Debug for Material {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Material").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Material {
    pub(super) fn new(id: Uuid, sealed: Vec<u8>, modulus: Vec<u8>, exponent: Vec<u8>) -> Result<Self, KeyError> {
        let public = PublicKeyComponents { n: &modulus, e: &exponent };
        let verifying = public.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).map_err(|_| KeyError::Damaged(id))?;
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"RS256","kid":"{id}","typ":"JWT"}}"#)).into();
        Ok(Self { id, header, sealed, modulus, exponent, verifying, pair: OnceLock::new() })
    }

    /// Whether the key signed the message of this SHA-256: RS256, and no other algorithm, whatever a token says of itself.
    pub(crate) fn signed(&self, message: &Digest, signature: &[u8]) -> bool {
        self.verifying.verify_digest_sig(message, signature).is_ok()
    }

    pub(super) fn signer(&self, sealing: &SealingKey) -> Result<Signer, KeyError> {
        if let Some(pair) = self.pair.get() {
            return Ok(self.signing_with(pair));
        }
        let opened = sealing.open(SEALED_AS, &self.sealed)?;
        let pair = KeyPair::from_pkcs8(&opened).map_err(|_| KeyError::Damaged(self.id))?;
        Ok(self.signing_with(self.pair.get_or_init(|| Arc::new(pair))))
    }

    fn signing_with(&self, pair: &Arc<KeyPair>) -> Signer {
        Signer { header: Arc::clone(&self.header), pair: Arc::clone(pair) }
    }

    /// The public half as others read it (RFC 7517, RFC 7518 6.3.1).
    pub(super) fn jwk(&self) -> Jwk {
        let common = CommonParameters {
            public_key_use: Some(PublicKeyUse::Signature),
            key_algorithm: Some(KeyAlgorithm::RS256),
            key_id: Some(self.id.to_string()),
            ..CommonParameters::default()
        };
        let rsa = RSAKeyParameters {
            key_type: RSAKeyType::RSA,
            n: URL_SAFE_NO_PAD.encode(&self.modulus),
            e: URL_SAFE_NO_PAD.encode(&self.exponent),
        };
        Jwk { common, algorithm: AlgorithmParameters::RSA(rsa) }
    }
}

/// Signs under one key.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    /// What its tokens begin with.
    pub(crate) header: Arc<str>,
    pair: Arc<KeyPair>,
}

impl Signer {
    /// RSASSA-PKCS1-v1_5 with SHA-256: the RS256 of RFC 7518, 3.3. `jsonwebtoken` would take the key apart anew for each token.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).map_err(|_| KeyError::Sign)?;
        Ok(signature)
    }
}

/// A key that was just made, as it is stored.
pub(super) struct NewKey {
    pub(super) sealed: Vec<u8>,
    pub(super) modulus: Vec<u8>,
    pub(super) exponent: Vec<u8>,
}

impl NewKey {
    /// Takes a core for a while, so not on an async thread.
    pub(super) async fn generate(sealing: &SealingKey) -> Result<Self, KeyError> {
        let sealing = sealing.clone();
        tokio::task::spawn_blocking(move || Self::generate_now(&sealing)).await.map_err(KeyError::CutOff)?
    }

    fn generate_now(sealing: &SealingKey) -> Result<Self, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generate)?;
        let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Generate)?;
        let public = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
        let sealed = sealing.seal(SEALED_AS, private.as_ref())?;
        Ok(Self { sealed, modulus: public.n, exponent: public.e })
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Material, NewKey};
    use aws_lc_rs::digest::{SHA256, digest};
    use chrono::{DateTime, TimeDelta, Utc};
    use kernel::seal::{SEALING_KEY_BYTES, SealingKey};
    use std::sync::Arc;
    use uuid::Uuid;

    #[test]
    fn a_key_signs_once_it_is_opened_under_the_installations_key() {
        let sealing = SealingKey::new(&[7; SEALING_KEY_BYTES]).unwrap();
        let NewKey { sealed, modulus, exponent } = NewKey::generate_now(&sealing).unwrap();
        let material = Material::new(Uuid::from_u128(1), sealed, modulus, exponent).unwrap();
        let other = SealingKey::new(&[8; SEALING_KEY_BYTES]).unwrap();
        assert!(material.signer(&other).unwrap_err().to_string().contains("sealed under another key"));
        let signature = material.signer(&sealing).unwrap().sign(b"a message").unwrap();
        assert_eq!(signature.len(), 256);
        let signed = |message: &[u8], signature| material.signed(&digest(&SHA256, message), signature);
        assert!(signed(b"a message", &signature));
        assert!(!signed(b"another one", &signature));
        assert!(!signed(b"a message", &signature[1..]));
        let jwk = serde_json::to_value(material.jwk()).unwrap();
        assert_eq!(
            (jwk["kty"].as_str(), jwk["alg"].as_str(), jwk["use"].as_str(), jwk["e"].as_str()),
            (Some("RSA"), Some("RS256"), Some("sig"), Some("AQAB"))
        );
        assert_eq!(jwk["n"].as_str().unwrap().len(), 342, "2048 bits without padding");
    }

    #[test]
    fn a_key_signs_between_its_times_and_verifies_longer() {
        let noon: DateTime<Utc> = "2026-03-04T12:00:00Z".parse().unwrap();
        let minute = TimeDelta::minutes(1);
        let sealing = SealingKey::new(&[7; SEALING_KEY_BYTES]).unwrap();
        let NewKey { sealed, modulus, exponent } = NewKey::generate_now(&sealing).unwrap();
        let key = Key {
            material: Arc::new(Material::new(Uuid::nil(), sealed, modulus, exponent).unwrap()),
            signs_from: noon,
            retires_at: Some(noon + minute),
            verifies_until: Some(noon + minute * 2),
        };
        let moments = [noon - minute, noon, noon + minute, noon + minute * 2];
        assert_eq!(moments.map(|now| key.signs_at(now)), [false, true, false, false]);
        assert_eq!(moments.map(|now| key.verifies_at(now)), [true, true, true, false]);
    }
}
