//! Ids: UUIDv7 (RFC 9562, 5.7), made from a time and randomness that are both passed in.

use chrono::{DateTime, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::sync::{Mutex, PoisonError};
use uuid::{Builder, Uuid};

/// Makes ids. They sort by the millisecond they were made for, so new rows go to the end of an index.
#[derive(Debug)]
pub struct Ids(Mutex<StdRng>);

impl Ids {
    /// Seeded by the operating system.
    #[must_use]
    pub fn random() -> Self {
        Self(Mutex::new(rand::make_rng()))
    }

    /// The same ids at every run: for tests.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// An id for something that happened at `time`.
    #[must_use]
    pub fn at(&self, time: DateTime<Utc>) -> Uuid {
        let randomness: [u8; 10] = self.0.lock().unwrap_or_else(PoisonError::into_inner).random();
        // Before 1970 there is no UUIDv7; such rows sort first.
        let millis = u64::try_from(time.timestamp_millis()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &randomness).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;
    use chrono::{DateTime, TimeDelta};

    #[test]
    fn ids_sort_by_time_and_differ_within_it() {
        let ids = Ids::seeded(1);
        let noon = DateTime::from_timestamp(1_300_000_000, 0).unwrap();
        let (first, second) = (ids.at(noon), ids.at(noon));
        assert_ne!(first, second);
        assert!(first.max(second) < ids.at(noon + TimeDelta::milliseconds(1)));
        assert_eq!(first.get_version_num(), 7);
    }
}
