//! The keys that sign access tokens: RSA, sealed, replaced one after the other while the tokens of those before still count.
//!
//! **Invariant:** no valid token is refused because keys change. A key is published before it signs, and verifies until its last
//! token has ended; every server reads the keys anew before what it knows could be out of date.

mod key;
mod store;

pub(crate) use key::{Material, Signer};
pub use store::{KeyInfo, list, rotate};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::JwkSet;
use kernel::Database;
use kernel::database::DatabaseError;
use kernel::installation_log::InstallationLogError;
use kernel::seal::{SealError, SealingKey};
use key::Key;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;
use uuid::Uuid;

/// What is known of the keys may be so old.
const AGE_MAX: TimeDelta = TimeDelta::seconds(5);
/// A key that isn't known is looked for again, but not each time that somebody makes one up.
const AGE_MAX_OF_UNKNOWN: TimeDelta = TimeDelta::seconds(1);

/// Why keys could not be had, made or used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("could not read the signing keys")]
    Read(#[source] sqlx::Error),
    #[error("could not write a signing key")]
    Write(#[source] sqlx::Error),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Log(#[from] InstallationLogError),
    #[error("could not make a signing key")]
    Generate,
    #[error("making a signing key was cut off")]
    CutOff(#[source] tokio::task::JoinError),
    #[error("the signing key {0} is damaged")]
    Damaged(Uuid),
    #[error("there is no key to sign with")]
    Missing,
    #[error("could not sign")]
    Sign,
}

/// The keys of this installation, as this program knows them. Clones share what they know.
#[derive(Clone, Debug)]
pub struct SigningKeys(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    database: Database,
    sealing: SealingKey,
    known: RwLock<Arc<KeySet>>,
    /// One reads for all who wait.
    turn: Mutex<()>,
}

/// The keys at a moment.
#[derive(Debug)]
struct KeySet {
    read_at: DateTime<Utc>,
    keys: Vec<Key>,
}

impl KeySet {
    /// A set without keys is always old: the first one is made when it is needed, and then it counts at once.
    fn is_older(&self, now: DateTime<Utc>, age: TimeDelta) -> bool {
        self.keys.is_empty() || now < self.read_at || now - self.read_at >= age
    }

    /// The newest of those that sign now. Where clocks differ by more than a key is published ahead, the one without a successor.
    fn signing(&self, now: DateTime<Utc>) -> Option<&Key> {
        let newest = self.keys.iter().filter(|key| key.signs_at(now)).max_by_key(|key| key.signs_from);
        newest.or_else(|| self.keys.iter().find(|key| key.retires_at.is_none()))
    }

    fn verifying(&self, header: &str, now: DateTime<Utc>) -> Option<Arc<Material>> {
        let key = self.keys.iter().find(|key| *key.material.header == *header && key.verifies_at(now));
        key.map(|key| Arc::clone(&key.material))
    }
}

impl SigningKeys {
    /// None is read before it is needed.
    #[must_use]
    pub fn new(database: Database, sealing: SealingKey) -> Self {
        let known = RwLock::new(Arc::new(KeySet { read_at: DateTime::<Utc>::MIN_UTC, keys: Vec::new() }));
        Self(Arc::new(Shared { database, sealing, known, turn: Mutex::new(()) }))
    }

    /// The public keys, for whoever verifies tokens (RFC 7517): those that sign, will sign soon, or did until lately.
    ///
    /// # Errors
    /// The database refused, or the first key could not be made.
    pub async fn published(&self) -> Result<JwkSet, KeyError> {
        let now = self.now();
        let set = self.ready(now).await?;
        let keys = set.keys.iter().filter(|key| key.verifies_at(now));
        Ok(JwkSet { keys: keys.map(|key| key.material.jwk()).collect() })
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.0.database.clock().now()
    }

    /// What signs now.
    pub(crate) async fn signer(&self, now: DateTime<Utc>) -> Result<Signer, KeyError> {
        let set = self.ready(now).await?;
        set.signing(now).ok_or(KeyError::Missing)?.material.signer(&self.0.sealing)
    }

    /// The key whose tokens begin with this header, if they count. Asks the database only when what is known may be out of date.
    pub(crate) async fn verifying(&self, header: &str, now: DateTime<Utc>) -> Result<Option<Arc<Material>>, KeyError> {
        let known = self.at_most_as_old_as(AGE_MAX, now).await?.verifying(header, now);
        match known {
            Some(key) => Ok(Some(key)),
            None => Ok(self.at_most_as_old_as(AGE_MAX_OF_UNKNOWN, now).await?.verifying(header, now)),
        }
    }

    /// With a key that signs. The first one is made here.
    async fn ready(&self, now: DateTime<Utc>) -> Result<Arc<KeySet>, KeyError> {
        let set = self.at_most_as_old_as(AGE_MAX, now).await?;
        if set.signing(now).is_some() {
            return Ok(set);
        }
        let _turn = self.0.turn.lock().await;
        let set = self.known();
        if set.signing(now).is_some() {
            return Ok(set);
        }
        store::make_first(&self.0.database, &self.0.sealing).await?;
        self.read(now).await
    }

    async fn at_most_as_old_as(&self, age: TimeDelta, now: DateTime<Utc>) -> Result<Arc<KeySet>, KeyError> {
        let set = self.known();
        if !set.is_older(now, age) {
            return Ok(set);
        }
        let _turn = self.0.turn.lock().await;
        // Somebody else may have read them meanwhile.
        let set = self.known();
        if set.is_older(now, age) { self.read(now).await } else { Ok(set) }
    }

    async fn read(&self, now: DateTime<Utc>) -> Result<Arc<KeySet>, KeyError> {
        let keys = store::read(&self.0.database, now, &self.known().keys).await?;
        let set = Arc::new(KeySet { read_at: now, keys });
        *self.0.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&set);
        Ok(set)
    }

    fn known(&self) -> Arc<KeySet> {
        Arc::clone(&self.0.known.read().unwrap_or_else(PoisonError::into_inner))
    }
}
