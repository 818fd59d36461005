//! Throttling of sign-ins: after some failures each next attempt has to wait, twice as long every time. Nobody is ever locked out for
//! good, and a stranger who guesses can't delay a person on a device that they signed in with before (OWASP, "device cookies").

use chrono::{DateTime, TimeDelta, Utc};
use kernel::Database;
use kernel::database::DatabaseError;
use kernel::task::Task;
use model::credentials::Email;
use model::id::{TenantId, UserId};
use model::words::duration;
use sha2::{Digest, Sha256};
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

/// Failures are forgotten when none followed for so long.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(12);
/// The longest wait. Whoever keeps guessing keeps a person waiting on new devices, for so long each time; on those they know, never.
const WAIT_MAX: TimeDelta = TimeDelta::minutes(15);
/// Failures that an account, or a device, has free.
const ACCOUNT_FREE: i32 = 5;
/// Failures that all devices of a person have free together.
const DEVICES_FREE: i32 = 20;
/// Failures that an address has free: whole offices come from one.
const ADDRESS_FREE: i32 = 200;
/// Mails that an address for mail gets, and that an address of the network asks for, before the next ones have to wait.
const MAIL_TO_FREE: i32 = 3;
const MAIL_FROM_FREE: i32 = 30;
/// Invitations that a business sends within hours of each other, before the next ones have to wait.
const INVITATIONS_FREE: i32 = 100;
/// Times that a link is followed with a password before the next one has to wait.
const LINK_FREE: i32 = 20;
/// The bits of an IPv6 address that its user doesn't choose.
const IPV6_NETWORK_BITS: u32 = 64;

/// Why an attempt may not be made, or whether that could not be found out.
#[derive(Debug, thiserror::Error)]
pub enum ThrottleError {
    #[error("too many attempts: the next one may be made in {}", duration(seconds(*.0)))]
    Wait(TimeDelta),
    #[error(transparent)]
    Begin(#[from] DatabaseError),
    #[error("could not count an attempt")]
    Count(#[source] sqlx::Error),
    #[error("could not finish counting an attempt")]
    Commit(#[source] sqlx::Error),
}

/// A wait as people and programs are told of it: whole seconds, and one for what was cut off.
#[must_use]
pub fn seconds(wait: TimeDelta) -> u32 {
    u32::try_from(wait.num_seconds()).unwrap_or(u32::MAX).saturating_add(1)
}

/// What an attempt is counted for.
#[derive(Clone, Debug)]
pub(crate) struct Throttle {
    keys: Vec<(Vec<u8>, i32)>,
}

impl Throttle {
    /// Of somebody unknown: by the account they try and by where they come from.
    pub(crate) fn of_stranger(email: &Email, address: Option<IpAddr>) -> Self {
        let account = (key("account", email.as_str().as_bytes()), ACCOUNT_FREE);
        let address = address.map(|address| (key("address", network(address).to_string().as_bytes()), ADDRESS_FREE));
        // In one order for everybody, or two attempts could wait for each other.
        let mut keys: Vec<_> = std::iter::once(account).chain(address).collect();
        keys.sort();
        Self { keys }
    }

    /// Of somebody on a device that they signed in with before. All their devices together have a limit as well: whoever has the
    /// password could make themselves any number of them.
    pub(crate) fn of_device(user: UserId, token_hash: &[u8]) -> Self {
        let device = [user.uuid().as_bytes(), token_hash].concat();
        let mut keys =
            vec![(key("device", &device), ACCOUNT_FREE), (key("devices of", user.uuid().as_bytes()), DEVICES_FREE)];
        keys.sort();
        Self { keys }
    }

    /// Of whoever sits before a session of the person: they may be somebody else.
    pub(crate) fn of_own_account(user: UserId) -> Self {
        Self { keys: vec![(key("own account", user.uuid().as_bytes()), ACCOUNT_FREE)] }
    }

    /// Of whoever has mail sent: by what it is for and whom it goes to, and by where they come from. It isn't taken back, for no mail is
    /// unsent. Mail of one purpose doesn't keep that of another waiting: strangers may ask for some of it.
    pub(crate) fn of_mail(purpose: &str, email: &Email, address: Option<IpAddr>) -> Self {
        let to = (key("mail to", format!("{purpose} {email}").as_bytes()), MAIL_TO_FREE);
        let address =
            address.map(|address| (key("mail from", network(address).to_string().as_bytes()), MAIL_FROM_FREE));
        let mut keys: Vec<_> = std::iter::once(to).chain(address).collect();
        keys.sort();
        Self { keys }
    }

    /// Of whoever knows the person's password and tries codes. Known devices make no difference: the password was right on all of them.
    pub(crate) fn of_second_factor(user: UserId) -> Self {
        Self { keys: vec![(key("second factor", user.uuid().as_bytes()), ACCOUNT_FREE)] }
    }

    /// Of a link that somebody follows, which costs the hash of a password each time.
    pub(crate) fn of_link(token_hash: &[u8]) -> Self {
        Self { keys: vec![(key("link", token_hash), LINK_FREE)] }
    }

    /// Of a business that invites people.
    pub(crate) fn of_invitations(tenant: TenantId) -> Self {
        Self { keys: vec![(key("invitations", tenant.uuid().as_bytes()), INVITATIONS_FREE)] }
    }

    /// Counts an attempt as failed, before it is made: so however many are made at a time, none goes uncounted.
    ///
    /// # Errors
    /// [`ThrottleError::Wait`] when one of the keys has to wait, and then nothing is counted; or the database refused.
    pub(crate) async fn charge(&self, database: &Database) -> Result<(), ThrottleError> {
        let now = database.clock().now();
        let keys: Vec<_> = self.keys.iter().map(|(key, _)| key.clone()).collect();
        let mut transaction = database.begin_global().await?;
        sqlx::query!(
            "INSERT INTO sign_in_throttles (key, failures, last_failed_at) SELECT key, 0, $2 FROM unnest($1::bytea[]) key
             ON CONFLICT ON CONSTRAINT sign_in_throttles_pkey DO NOTHING",
            &keys,
            now,
        )
        .execute(&mut *transaction)
        .await
        .map_err(ThrottleError::Count)?;
        let counted = sqlx::query!(
            "SELECT key, failures, last_failed_at FROM sign_in_throttles WHERE key = ANY($1) ORDER BY key FOR UPDATE",
            &keys,
        )
        .fetch_all(&mut *transaction)
        .await
        .map_err(ThrottleError::Count)?;
        let free = |key: &[u8]| self.keys.iter().find(|(known, _)| known == key).map_or(0, |(_, free)| *free);
        let longest = counted.iter().map(|row| wait(row.failures, free(&row.key), row.last_failed_at, now)).max();
        if let Some(longest) = longest.filter(|wait| *wait > TimeDelta::zero()) {
            transaction.rollback().await.map_err(ThrottleError::Commit)?;
            return Err(ThrottleError::Wait(longest));
        }
        sqlx::query!(
            "UPDATE sign_in_throttles
             SET failures = CASE WHEN last_failed_at < $3 THEN 1 ELSE failures + 1 END, last_failed_at = $2
             WHERE key = ANY($1)",
            &keys,
            now,
            now - FORGOTTEN_AFTER,
        )
        .execute(&mut *transaction)
        .await
        .map_err(ThrottleError::Count)?;
        transaction.commit().await.map_err(ThrottleError::Commit)
    }

    /// Takes a counted attempt back that succeeded; the account, or device, begins anew.
    ///
    /// # Errors
    /// The database refused.
    pub(crate) async fn succeeded(&self, database: &Database) -> Result<(), ThrottleError> {
        self.take_back(database, |free| free == ACCOUNT_FREE).await
    }

    /// Takes a counted attempt back that was never made, because the password could not be checked.
    ///
    /// # Errors
    /// The database refused.
    pub(crate) async fn not_made(&self, database: &Database) -> Result<(), ThrottleError> {
        self.take_back(database, |_| false).await
    }

    async fn take_back(&self, database: &Database, begins_anew: fn(i32) -> bool) -> Result<(), ThrottleError> {
        let keys: Vec<_> = self.keys.iter().map(|(key, _)| key.clone()).collect();
        let anew: Vec<_> = self.keys.iter().map(|(_, free)| begins_anew(*free)).collect();
        sqlx::query!(
            // Locked in the order in which they are charged: of two who hold one each, neither waits for the other.
            "WITH held AS MATERIALIZED (SELECT key FROM sign_in_throttles WHERE key = ANY($1) ORDER BY key FOR UPDATE)
             UPDATE sign_in_throttles t SET failures = CASE WHEN anew THEN 0 ELSE greatest(failures - 1, 0) END
             FROM held JOIN unnest($1::bytea[], $2::boolean[]) AS counted (key, anew) ON counted.key = held.key
             WHERE t.key = held.key",
            &keys,
            &anew,
        )
        .execute(database.pool())
        .await
        .map_err(ThrottleError::Count)?;
        Ok(())
    }
}

/// How long the next attempt has to wait: nothing at first, then a second, two, four …
fn wait(failures: i32, free: i32, last: DateTime<Utc>, now: DateTime<Utc>) -> TimeDelta {
    let beyond = failures.saturating_sub(free);
    if beyond < 0 || failures == 0 || now - last > FORGOTTEN_AFTER {
        return TimeDelta::zero();
    }
    // More than the longest wait from 2^10 seconds on.
    let seconds = TimeDelta::seconds(1_i64 << beyond.min(10));
    (last + seconds.min(WAIT_MAX) - now).max(TimeDelta::zero())
}

fn key(kind: &str, value: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update(kind).chain_update([0]).chain_update(value).finalize().to_vec()
}

/// Of an IPv6 address the part that its user can't change at will.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - IPV6_NETWORK_BITS))).into(),
    }
}

/// Forgets failures that nobody counts any more, and devices long unused. Needs the worker role.
#[derive(Debug)]
pub struct ForgetFailures(pub Database);

/// A device is forgotten when it wasn't used for so long: no longer than browsers keep its cookie.
const DEVICE_UNUSED_MAX: TimeDelta = TimeDelta::days(400);

impl Task for ForgetFailures {
    const NAME: &'static str = "forget failed sign-ins";
    const PERIOD: Duration = Duration::from_hours(1);
    type Error = sqlx::Error;

    async fn run(&self) -> Result<(), sqlx::Error> {
        let now = self.0.clock().now();
        sqlx::query!("DELETE FROM sign_in_throttles WHERE last_failed_at < $1", now - FORGOTTEN_AFTER)
            .execute(self.0.pool())
            .await?;
        sqlx::query!("DELETE FROM devices WHERE last_used_at < $1", now - DEVICE_UNUSED_MAX)
            .execute(self.0.pool())
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{ACCOUNT_FREE, WAIT_MAX, network, wait};
    use chrono::{DateTime, TimeDelta, Utc};

    #[test]
    fn waits_double_from_the_fifth_failure_on_up_to_a_quarter_of_an_hour() {
        let last: DateTime<Utc> = "2026-03-04T12:00:00Z".parse().unwrap();
        let seconds = |failures| wait(failures, ACCOUNT_FREE, last, last).num_seconds();
        assert_eq!([0, 1, 4, 5, 6, 7, 8].map(seconds), [0, 0, 0, 1, 2, 4, 8]);
        assert_eq!(wait(i32::MAX, ACCOUNT_FREE, last, last), WAIT_MAX);
        let later = |delta| wait(6, ACCOUNT_FREE, last, last + delta);
        assert_eq!(later(TimeDelta::seconds(1)), TimeDelta::seconds(1));
        assert_eq!(later(TimeDelta::seconds(2)), TimeDelta::zero());
        assert_eq!(wait(i32::MAX, ACCOUNT_FREE, last, last + TimeDelta::hours(13)), TimeDelta::zero());
    }

    #[test]
    fn a_home_is_one_address_however_many_it_has() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
