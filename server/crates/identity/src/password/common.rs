//! The passwords that are tried first.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Those of at least eight characters among the 30,000 most common ones that zxcvbn (MIT licence) lists, in lower case.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Whether guessers try it early, in whatever case it is written: a common one, or one character again and again.
pub(super) fn is_common(password: &str) -> bool {
    let password = password.to_lowercase();
    COMMON.contains(password.as_str()) || is_one_character(&password)
}

fn is_one_character(password: &str) -> bool {
    let mut characters = password.chars();
    characters.next().is_some_and(|first| characters.all(|character| character == first))
}

#[cfg(test)]
mod tests {
    use super::is_common;

    #[test]
    fn what_everybody_takes_is_common_in_any_case() {
        assert!(is_common("aaaaaaaaaaaaaaaa") && is_common("Éééééééé"));
        assert!(is_common("Password") && is_common("1q2w3e4r5t") && is_common("TRUSTNO1"));
        assert!(!is_common("correct horse battery") && !is_common(""));
    }
}
