//! Passwords made of names that others know.

use std::cmp::Reverse;

/// It stands on every page.
const PRODUCT: &str = "Tradepost";
/// Shorter names are in too many words.
const NAME_LETTERS_MIN: usize = 4;

/// Whether a password is made of names alone, whatever figures, signs and spaces stand around them: ours, or one of those given.
pub(super) fn is_made_of(password: &str, names: &[&str]) -> bool {
    let letters = letters(password);
    let mut parts: Vec<_> = names.iter().copied().chain([PRODUCT]).flat_map(parts).collect();
    // A part would take away what the whole name is found by.
    parts.sort_by_key(|part| Reverse(part.len()));
    let rest = parts.iter().fold(letters.clone(), |rest, part| rest.replace(part.as_str(), " "));
    !letters.is_empty() && rest.trim().is_empty()
}

/// A name without what stands between its words, and each of those: O’Brien is one, and the two halves of Miller-Jones are words too.
fn parts(name: &str) -> Vec<String> {
    let halves = name.split(|character: char| !character.is_alphabetic());
    let words = name.split_whitespace().chain(halves);
    let is_long = |part: &String| part.chars().count() >= NAME_LETTERS_MIN;
    std::iter::once(name).chain(words).map(letters).filter(is_long).collect()
}

/// The letters of a text alone, in lower case.
fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::is_made_of;

    const NAMES: &[&str] = &["Zoë O’Brien", "Corner Shop 24", "z.shopper@harbour.example"];

    #[test]
    fn a_name_with_figures_signs_and_spaces_around_is_known() {
        for known in [
            "tradepost",
            "Tradepost123",
            "!! TRADE post 2026 !!",
            "corner shop",
            "CornerShop24",
            "corner-2026",
            "zoëobrien",
            "O'Brien1990",
            "shopper#1",
            "harbour/tradepost",
            "z.shopper@harbour.example",
        ] {
            assert!(is_made_of(known, NAMES), "{known}");
        }
    }

    #[test]
    fn what_says_more_than_names_is_not() {
        for other in ["tradepost of my aunt", "zoë zoë zoë", "cornered shop", "74109325", "walnut tree garden"] {
            assert!(!is_made_of(other, NAMES), "{other}");
        }
        assert!(!is_made_of("ann ann ann", &["Ann", ""]), "short names don’t count");
    }
}
