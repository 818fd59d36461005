//! Secrets that the program has to read back (signing keys, seeds of one-time codes, mails with links in them) are sealed before they
//! are stored: AES-256-GCM (NIST SP 800-38D) under the installation's key. A stolen copy of the database opens none.

use crate::Database;
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use std::sync::Arc;

/// Length of the installation's key, in bytes.
pub const SEALING_KEY_BYTES: usize = 32;

/// What tells whether it is the right one.
const CHECKED: &str = "what this database has sealed";

/// Something could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("a key to seal with has {SEALING_KEY_BYTES} bytes")]
    Key,
    #[error("could not seal {0}")]
    Seal(&'static str),
    #[error(
        "could not open {0}: it was sealed under another key, or is damaged; give the program the secret key that this database was used with"
    )]
    Open(&'static str),
}

/// Whether a key is the one that a database is used with could not be found out, or it isn't.
#[derive(Debug, thiserror::Error)]
pub enum SealCheckError {
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("could not look which secret key the database is used with")]
    Read(#[source] sqlx::Error),
}

/// Whether the database is used with a key already, so that no other one will do.
///
/// # Errors
/// The database refused.
pub async fn has_key(database: &Database) -> Result<bool, SealCheckError> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM seal_checks) AS "has_key!""#)
        .fetch_one(database.pool())
        .await
        .map_err(SealCheckError::Read)
}

/// Looks whether the key is the one that this database is used with. The first one to come becomes that.
///
/// # Errors
/// It isn't, or the database refused.
pub async fn check(database: &Database, key: &SealingKey) -> Result<(), SealCheckError> {
    let sealed = key.seal(CHECKED, &[])?;
    sqlx::query!(
        "INSERT INTO seal_checks (sealed) VALUES ($1) ON CONFLICT ON CONSTRAINT seal_checks_pkey DO NOTHING",
        sealed
    )
    .execute(database.pool())
    .await
    .map_err(SealCheckError::Read)?;
    let kept = sqlx::query_scalar!("SELECT sealed FROM seal_checks")
        .fetch_one(database.pool())
        .await
        .map_err(SealCheckError::Read)?;
    key.open(CHECKED, &kept)?;
    Ok(())
}

/// The installation's key.
#[derive(Clone)]
pub struct SealingKey(Arc<RandomizedNonceKey>);

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SealingKey(hidden)")
    }
}

impl SealingKey {
    /// # Errors
    /// The key hasn't [`SEALING_KEY_BYTES`] bytes.
    pub fn new(key: &[u8]) -> Result<Self, SealError> {
        RandomizedNonceKey::new(&AES_256_GCM, key).map(|key| Self(Arc::new(key))).map_err(|_| SealError::Key)
    }

    /// What is sealed for one purpose opens for that one only, so no row passes for another's. The result is the nonce, then the
    /// ciphertext with its tag.
    ///
    /// # Errors
    /// The operating system has no randomness.
    pub fn seal(&self, purpose: &'static str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut text = plain.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(purpose.as_bytes()), &mut text)
            .map_err(|_| SealError::Seal(purpose))?;
        Ok([nonce.as_ref().as_slice(), &text].concat())
    }

    /// # Errors
    /// It was sealed under another key or for another purpose, or was changed.
    pub fn open(&self, purpose: &'static str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let refused = || SealError::Open(purpose);
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN).ok_or_else(refused)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| refused())?;
        let mut text = text.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut text).map_err(|_| refused())?;
        Ok(plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::{SEALING_KEY_BYTES, SealingKey};

    #[test]
    fn a_seal_opens_under_its_key_for_its_purpose_unchanged() {
        let key = SealingKey::new(&[7; SEALING_KEY_BYTES]).unwrap();
        let sealed = key.seal("a seed", b"secret").unwrap();
        assert_ne!(sealed, key.seal("a seed", b"secret").unwrap(), "no two seals are alike");
        assert_eq!(key.open("a seed", &sealed).unwrap(), b"secret");
        assert!(key.open("a mail", &sealed).is_err());
        assert!(SealingKey::new(&[8; SEALING_KEY_BYTES]).unwrap().open("a seed", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open("a seed", &changed).is_err());
        }
        assert!(key.open("a seed", &sealed[..5]).is_err());
        assert!(SealingKey::new(&[7; 16]).is_err());
    }
}
