//! The passwords that are tried first.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Those of at least eight characters among the 30,000 most common ones that zxcvbn (MIT licence) lists, in lower case.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Whether guessers try it early, in whatever case it is written.
pub(super) fn is_common(password: &str) -> bool {
    COMMON.contains(password.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::is_common;

    #[test]
    fn what_everybody_takes_is_common_in_any_case() {
        assert!(is_common("Password") && is_common("1q2w3e4r5t") && is_common("TRUSTNO1"));
        assert!(!is_common("correct horse battery") && !is_common(""));
    }
}
