//! Names that people give: to themselves, to a business, to a role.

use serde::{Deserialize, Serialize};

/// Longest name of a person or of a business, in characters.
pub const NAME_CHARS_MAX: usize = 200;

/// Why a text is no name; worded for whoever typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum NameProblem {
    #[error("Give a name.")]
    Missing,
    #[error("Use at most {0} characters.")]
    TooLong(usize),
    #[error("Use letters, figures and signs that can be seen.")]
    Unprintable,
}

/// The name as it is kept: without spaces at its ends.
///
/// # Errors
/// Missing, longer than `chars_max`, or with characters that nobody sees.
pub fn check_name(name: &str, chars_max: usize) -> Result<&str, NameProblem> {
    let name = name.trim();
    match name.chars().take(chars_max + 1).count() {
        0 => Err(NameProblem::Missing),
        count if count > chars_max => Err(NameProblem::TooLong(chars_max)),
        _ if !name.chars().all(is_printable) || name.chars().all(is_joiner) => Err(NameProblem::Unprintable),
        _ => Ok(name),
    }
}

/// Nothing that steers a terminal, turns the direction of the text around it (Unicode UAX #9), is invisible, or is no character at all.
#[must_use]
pub fn is_printable(char: char) -> bool {
    !char.is_control()
        && !matches!(char,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}' | '\u{E000}'..='\u{F8FF}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}'
            | '\u{E0000}'..='\u{10FFFF}')
}

/// Between letters they belong to some scripts; alone they are nothing.
const fn is_joiner(char: char) -> bool {
    matches!(char, '\u{200C}' | '\u{200D}')
}

#[cfg(test)]
mod tests {
    use super::{NameProblem, check_name};

    #[test]
    fn a_name_can_be_read() {
        assert_eq!(check_name("  Zoë Müller-O’Neill 株式会社 ", 200), Ok("Zoë Müller-O’Neill 株式会社"));
        assert_eq!(check_name("می\u{200C}خواهم", 200), Ok("می\u{200C}خواهم"));
        assert_eq!(check_name(" \t ", 200), Err(NameProblem::Missing));
        assert_eq!(check_name(&"x".repeat(61), 60), Err(NameProblem::TooLong(60)));
        for odd in ["a\0b", "Ann\u{202E}nnA", "\u{200D}", "a\u{200B}b", "a\nb", "\u{FEFF}Ann", "\u{E0041}"] {
            assert_eq!(check_name(odd, 200), Err(NameProblem::Unprintable), "{odd:?}");
        }
    }
}
