//! How long somebody has to wait, as they are told.

/// Seconds up to this many are told as such; more as minutes.
const TOLD_SECONDS_MAX: u32 = 90;

/// Seconds, or minutes rounded up, in words.
#[must_use]
pub fn in_words(seconds: u32) -> String {
    match seconds {
        1 => "1 second".to_owned(),
        ..=TOLD_SECONDS_MAX => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;
    use crate::account::PasswordProblem;
    use crate::second_factor::SecondFactorProblem;

    #[test]
    fn one_second_is_one_and_many_are_minutes() {
        let told = [0, 1, 2, 90, 91, 120, 121, 900].map(in_words);
        let expected =
            ["0 seconds", "1 second", "2 seconds", "90 seconds", "2 minutes", "2 minutes", "3 minutes", "15 minutes"];
        assert_eq!(told, expected);
        for text in [PasswordProblem::Wait(1).to_string(), SecondFactorProblem::Wait(1).to_string()] {
            assert!(text.ends_with("Try again in 1 second."), "{text}");
        }
    }
}
