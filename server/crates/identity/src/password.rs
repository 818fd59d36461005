//! Password hashing: argon2id (RFC 9106), off the async threads, a bounded number at a time.

mod common;
mod known;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use model::credentials::{CredentialError, Email, check_new_password};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// Memory of one hash, in KiB. With the two below this is the OWASP Password Storage Cheat Sheet's first choice.
const MEMORY_KIB: u32 = 19 * 1024;
const ITERATIONS: u32 = 2;
const LANES: u32 = 1;
/// How far a password's work stands back for other work of the machine (`nice`, 0 to 19).
#[cfg(target_os = "linux")]
const NICENESS: i32 = 15;
/// How many passwords may wait for their turn: some two seconds of work. Whoever comes then is told to come back, before
/// those who wait have left.
const WAITING_MAX: usize = 128;

/// What was attempted with a password when it failed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("could not hash a password")]
    Hash(#[source] argon2::password_hash::Error),
    #[error("a stored password hash cannot be read")]
    ReadHash(#[source] argon2::password_hash::phc::Error),
    #[error("the password parameters are not allowed")]
    Parameters(#[source] argon2::Error),
    #[error("could not make a thread for a password")]
    Thread(#[source] std::io::Error),
    #[error("too many passwords wait to be checked")]
    Busy,
    #[error("hashing was cut off")]
    CutOff,
}

/// Checks a password that somebody chooses for themselves. Others know their address, and the `names`: theirs, and the business's.
///
/// # Errors
/// Missing, too short, too long, or one that guessers try early.
pub fn check_new(password: &str, email: &Email, names: &[&str]) -> Result<(), CredentialError> {
    check_new_password(password)?;
    if common::is_common(password) {
        return Err(CredentialError::PasswordCommon);
    }
    let known = [names, &[email.as_str()]].concat();
    if password.to_lowercase() == email.as_str() || known::is_made_of(password, &known) {
        return Err(CredentialError::PasswordKnown);
    }
    Ok(())
}

/// Hashes and verifies passwords.
///
/// A hash takes some 20 ms of a core and 19 MiB by design. So it never runs on an async thread, and no more of them run at a
/// time than `concurrency`: a flood of sign-ins waits in a short line instead of taking the machine from everybody else.
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    turns: Arc<Semaphore>,
    /// A place in the line, or at work.
    places: Arc<Semaphore>,
    /// Verified against when nobody has the given address, so that the answer takes as long as for a wrong password.
    nobodys_hash: Arc<str>,
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Passwords").field("free_turns", &self.turns.available_permits()).finish_non_exhaustive()
    }
}

impl Passwords {
    /// At most `concurrency` hashes at a time.
    ///
    /// # Errors
    /// The operating system has no randomness, or the parameters are refused.
    pub fn new(concurrency: usize) -> Result<Self, PasswordError> {
        let params = Params::new(MEMORY_KIB, ITERATIONS, LANES, None).map_err(PasswordError::Parameters)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobodys_hash = hash_now(&argon2, "nobody has this password")?.into();
        let turns = Arc::new(Semaphore::new(concurrency.max(1)));
        let places = Arc::new(Semaphore::new(concurrency.max(1) + WAITING_MAX));
        Ok(Self { argon2, turns, places, nobodys_hash })
    }

    /// Whether whoever comes now is told to come back: then nothing else needs to be done for them either.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.places.available_permits() == 0
    }

    /// A PHC string with a fresh salt.
    ///
    /// # Errors
    /// Too many wait already, or hashing failed.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let (argon2, password) = (self.argon2.clone(), password.to_owned());
        self.in_turn(move || hash_now(&argon2, &password)).await
    }

    /// Whether the password belongs to the hash. Without a hash (no such user) the answer is no, after the same work.
    ///
    /// # Errors
    /// Too many wait already, the stored hash is damaged, or the work was cut off.
    pub async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, PasswordError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobodys_hash.to_string());
        let (argon2, password) = (self.argon2.clone(), password.to_owned());
        let verify = move || {
            let hash = PasswordHash::new(&hash).map_err(PasswordError::ReadHash)?;
            Ok(argon2.verify_password(password.as_bytes(), &hash).is_ok())
        };
        Ok(self.in_turn(verify).await? && known)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turn = self.turn().await?;
        let (done, result) = oneshot::channel();
        // A thread of its own, after everybody else in line for a core: making one takes a thousandth of the time that the work does.
        let work = move || {
            give_way();
            // Who asked may have left meanwhile.
            let _ = done.send(work());
            // It is held up to here: a client that leaves must not free the turn while the core is still busy.
            drop(turn);
        };
        std::thread::Builder::new().name("password".to_owned()).spawn(work).map_err(PasswordError::Thread)?;
        result.await.map_err(|_| PasswordError::CutOff)?
    }

    async fn turn(&self) -> Result<[OwnedSemaphorePermit; 2], PasswordError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| PasswordError::CutOff)?;
        Ok([turn, place])
    }
}

/// Whoever looks at a page goes first. Where the system doesn't allow it, they take turns.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS) {
        tracing::debug!(%error, "passwords are hashed at the common priority");
    }
}

fn hash_now(argon2: &Argon2<'_>, password: &str) -> Result<String, PasswordError> {
    argon2.hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(PasswordError::Hash)
}

#[cfg(test)]
mod tests {
    use super::{PasswordError, Passwords, WAITING_MAX, check_new};
    use model::credentials::{CredentialError, Email};

    #[test]
    fn a_password_that_others_know_is_refused() {
        let email = Email::parse("Zoe@Example.com").unwrap();
        let check = |password| check_new(password, &email, &["Zoë Miller", "Corner shop"]);
        for known in ["Tradepost123", "corner shop", "miller-1990", "ZOE@example.com"] {
            assert_eq!(check(known), Err(CredentialError::PasswordKnown), "{known}");
        }
        for common in ["TrustNo1", "zzzzzzzzzzzz"] {
            assert_eq!(check(common), Err(CredentialError::PasswordCommon), "{common}");
        }
        assert_eq!(check("1234567"), Err(CredentialError::PasswordTooShort));
        assert_eq!(check("walnut tree garden"), Ok(()));
    }

    #[tokio::test]
    async fn a_password_opens_its_own_hash_only() {
        let passwords = Passwords::new(1).unwrap();
        let hash = passwords.hash("correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash("correct horse").await.unwrap(), "salted");
        assert!(passwords.verify("correct horse", Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("Correct horse", Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn who_comes_to_a_full_line_is_told_at_once() {
        let passwords = Passwords::new(1).unwrap();
        let _working = passwords.turn().await.unwrap();
        let waiting: Vec<_> = (0..WAITING_MAX)
            .map(|_| {
                let passwords = passwords.clone();
                tokio::spawn(async move { passwords.hash("waits").await })
            })
            .collect();
        while passwords.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(passwords.hash("one too many").await, Err(PasswordError::Busy)));
        waiting.into_iter().for_each(|task| task.abort());
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        let passwords = Passwords::new(1).unwrap();
        assert!(!passwords.verify("nobody has this password", None).await.unwrap());
    }
}
