//! Settings that are numbers, and from where to where they go. Looked at before they are read as what they are: else one below nought
//! would be told to be of a wrong type.

use super::ConfigError;
use ::config::{Config as Sources, ConfigError as SourceError};
use std::ops::RangeInclusive;

/// Each setting, its range, and what is said of a number outside. More connections would only wait for each other in PostgreSQL.
const NUMBERS: &[(&str, RangeInclusive<i64>, &str)] = &[
    ("database_connections", 1..=1000, "give 1 to 1000"),
    ("worker_connections", 1..=1000, "give 1 to 1000"),
    ("session_idle_minutes", 1..=365 * 24 * 60, "give 1 to 525600: a minute to a year"),
    ("session_absolute_hours", 1..=365 * 24, "give 1 to 8760: an hour to a year"),
    ("password_hashes_at_once", 1..=64, "give 1 to 64: each takes a core and 19 MiB"),
];

/// Looks at those that are given.
///
/// # Errors
/// One can't be used.
pub(super) fn check(read: &Sources) -> Result<(), ConfigError> {
    for (setting, range, told) in NUMBERS {
        match read.get_int(setting) {
            Err(SourceError::NotFound(_)) => {}
            Ok(number) if range.contains(&number) => {}
            _ => return Err(ConfigError::Invalid { setting, problem: (*told).to_owned() }),
        }
    }
    Ok(())
}
