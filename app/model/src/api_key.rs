//! API keys: by which other programs act for whoever made them.

use crate::id::ApiKeyId;
use crate::permission::{Permission, PermissionSet};
use crate::vocabulary::vocabulary;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// Longest name of a key, in characters.
pub const API_KEY_NAME_CHARS_MAX: usize = 60;
/// Keys in force that a business may have.
pub const API_KEYS_MAX: i64 = 100;

vocabulary! {
    /// How long a key is good for.
    KeyLifetime:
    Month = "30", "30 days";
    Quarter = "90", "90 days";
    Year = "365", "365 days";
    Unlimited = "never", "Until it is revoked";
}

impl KeyLifetime {
    /// `None` for a key that doesn't end by itself.
    #[must_use]
    pub const fn duration(self) -> Option<TimeDelta> {
        match self {
            Self::Month => Some(TimeDelta::days(30)),
            Self::Quarter => Some(TimeDelta::days(90)),
            Self::Year => Some(TimeDelta::days(365)),
            Self::Unlimited => None,
        }
    }
}

/// Whether a key opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApiKeyState {
    InForce,
    Expired,
    Revoked,
    /// Whoever made it is suspended or gone.
    MakerGone,
}

/// A key of a business, as lists show it. The key itself is not among it: nobody has it but whom it was shown to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub scopes: PermissionSet,
    pub made_by: String,
    pub state: ApiKeyState,
    /// In the business's time zone, like the rest.
    pub made_on: String,
    pub expires_on: Option<String>,
    /// `None` when it was never used.
    pub last_used: Option<String>,
}

/// What is wrong with a key that somebody makes or revokes; worded for that person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ApiKeyProblem {
    #[error("Give the key a name that says which program has it.")]
    NameMissing,
    #[error("Use at most {API_KEY_NAME_CHARS_MAX} characters.")]
    NameTooLong,
    #[error("Use letters, figures and signs that can be seen.")]
    NameUnprintable,
    #[error("Choose at least one thing that the key may do.")]
    NoScope,
    #[error("You can’t give “{}”: you don’t hold it yourself.", .0.label())]
    NotHeld(Permission),
    #[error("There are {API_KEYS_MAX} keys in force. Revoke one that isn’t needed any more.")]
    TooMany,
    #[error("You may not do this any more.")]
    NotAllowed,
    #[error("This key doesn’t exist.")]
    Gone,
}

impl ApiKeyProblem {
    /// Whether it is told beside the name.
    #[must_use]
    pub const fn is_of_name(&self) -> bool {
        matches!(self, Self::NameMissing | Self::NameTooLong | Self::NameUnprintable)
    }
}

/// The name as it is kept: without spaces at its ends.
///
/// # Errors
/// Missing, too long, or with characters that nobody sees.
pub fn check_api_key_name(name: &str) -> Result<&str, ApiKeyProblem> {
    let name = name.trim();
    match name.chars().take(API_KEY_NAME_CHARS_MAX + 1).count() {
        0 => Err(ApiKeyProblem::NameMissing),
        count if count > API_KEY_NAME_CHARS_MAX => Err(ApiKeyProblem::NameTooLong),
        _ if name.chars().any(char::is_control) => Err(ApiKeyProblem::NameUnprintable),
        _ => Ok(name),
    }
}

/// A key may do something, and nothing that its maker may not.
///
/// # Errors
/// Empty, or the first permission of `scopes` that `held` lacks.
pub fn check_scopes(held: PermissionSet, scopes: PermissionSet) -> Result<(), ApiKeyProblem> {
    if scopes == PermissionSet::default() {
        return Err(ApiKeyProblem::NoScope);
    }
    held.lacks(scopes).map_or(Ok(()), |missing| Err(ApiKeyProblem::NotHeld(missing)))
}

#[cfg(test)]
mod tests {
    use super::{ApiKeyProblem, check_api_key_name, check_scopes};
    use crate::permission::{Permission, PermissionSet};
    use crate::role::BuiltInRole;

    #[test]
    fn a_key_has_a_name_that_can_be_read() {
        assert_eq!(check_api_key_name("  Till 3 "), Ok("Till 3"));
        assert_eq!(check_api_key_name(" "), Err(ApiKeyProblem::NameMissing));
        assert_eq!(check_api_key_name(&"x".repeat(61)), Err(ApiKeyProblem::NameTooLong));
        assert_eq!(check_api_key_name("a\0b"), Err(ApiKeyProblem::NameUnprintable));
    }

    #[test]
    fn a_key_may_do_something_and_no_more_than_its_maker() {
        let (sales, owner) = (BuiltInRole::Sales.permissions(), BuiltInRole::Owner.permissions());
        assert_eq!(check_scopes(owner, sales), Ok(()));
        assert_eq!(check_scopes(sales, owner), Err(ApiKeyProblem::NotHeld(Permission::ReadAnalytics)));
        assert_eq!(check_scopes(owner, PermissionSet::default()), Err(ApiKeyProblem::NoScope));
    }
}
