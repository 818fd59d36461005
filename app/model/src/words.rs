//! Numbers in texts for people.

use std::fmt::Display;

/// `1 browser`, `3 browsers`.
#[must_use]
pub fn plural<N: Copy + Display + PartialEq + From<u8>>(count: N, one: &str, many: &str) -> String {
    let word = if count == N::from(1) { one } else { many };
    format!("{count} {word}")
}

/// Seconds up to this many are told as such; more as minutes.
const TOLD_SECONDS_MAX: u32 = 90;

/// Seconds, or minutes rounded up.
#[must_use]
pub fn duration(seconds: u32) -> String {
    match seconds {
        ..=TOLD_SECONDS_MAX => plural(seconds, "second", "seconds"),
        _ => plural(seconds.div_ceil(60), "minute", "minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::{duration, plural};
    use crate::account::PasswordProblem;
    use crate::second_factor::SecondFactorProblem;

    #[test]
    fn one_is_one_and_everything_else_is_many() {
        let browsers = [0_i64, 1, 2].map(|count| plural(count, "browser", "browsers"));
        assert_eq!(browsers, ["0 browsers", "1 browser", "2 browsers"]);
    }

    #[test]
    fn long_waits_are_told_in_minutes() {
        let told = [1, 2, 90, 91, 120, 121].map(duration);
        assert_eq!(told, ["1 second", "2 seconds", "90 seconds", "2 minutes", "2 minutes", "3 minutes"]);
        for text in [PasswordProblem::Wait(1).to_string(), SecondFactorProblem::Wait(1).to_string()] {
            assert!(text.ends_with("Try again in 1 second."), "{text}");
        }
    }
}
