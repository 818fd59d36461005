//! Devices: browsers that somebody signed in with before, known by a cookie.

use rand::RngExt;
use sha2::{Digest, Sha256};

/// The cookie's secret: nobody guesses it, and the database doesn't have it.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken(String);

impl std::fmt::Debug for DeviceToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("DeviceToken(hidden)")
    }
}

impl DeviceToken {
    /// What a browser sent, whatever it is.
    #[must_use]
    pub fn sent(text: String) -> Self {
        Self(text)
    }

    /// A new one, of 256 bits from the operating system.
    #[must_use]
    pub fn random() -> Self {
        let bits: [u8; 32] = rand::rng().random();
        Self(bits.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// For the cookie.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(&self.0).to_vec()
    }
}
