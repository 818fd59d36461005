//! Secrets that somebody carries: in a cookie, in a link, in a program's settings. The database has their hashes only.

use rand::RngExt;
use sha2::{Digest, Sha256};

/// 256 random bits, as hexadecimal digits. Nobody guesses them, so a fast hash is enough.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretToken(String);

impl std::fmt::Debug for SecretToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SecretToken(hidden)")
    }
}

impl SecretToken {
    /// What somebody sent, whatever it is.
    #[must_use]
    pub fn sent(text: String) -> Self {
        Self(text)
    }

    /// A new one, from the operating system.
    #[must_use]
    pub fn random() -> Self {
        let bits: [u8; 32] = rand::rng().random();
        Self(hex::encode(bits))
    }

    /// For whoever it is meant for.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(&self.0).to_vec()
    }
}
