//! What kind of thing a stock code is, and in which category: the data set says neither.
//!
//! The rule: a code of [`SERVICES`], or of a gift voucher, is a service, in "Services and fees". Any other is goods, in
//! the first category of [`KEYWORDS`] one of whose keywords stands in its name as whole words (a plural counts), or else
//! in "Other gifts".

mod keywords;

use keywords::KEYWORDS;

/// Codes that are charged and never stocked. `PADS` is not one of them: pads for cushions. 23444 is next day carriage.
const SERVICES: &[&str] = &["POST", "DOT", "D", "M", "m", "C2", "S", "BANK CHARGES", "AMAZONFEE", "B", "CRUK", "23444"];
const VOUCHERS: &str = "gift_";

const OTHER: &str = "Other gifts";
const SERVICE: &str = "Services and fees";

/// The names of all categories, in the order of the shop.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    KEYWORDS.iter().map(|(category, _)| *category).chain([OTHER, SERVICE])
}

/// Whether a stock code is charged and never stocked.
pub(super) fn is_service(code: &str) -> bool {
    code.starts_with(VOUCHERS) || SERVICES.contains(&code)
}

/// The place of a product's category in [`names`].
pub(super) fn of_product(code: &str, name: &str) -> usize {
    if is_service(code) {
        return KEYWORDS.len() + 1;
    }
    let words = Words::of(name);
    KEYWORDS.iter().position(|(_, keywords)| words.has_any(keywords)).unwrap_or(KEYWORDS.len())
}

/// A name in capitals, with one space before, between and after its words.
#[derive(Debug)]
pub(super) struct Words(String);

impl Words {
    pub(super) fn of(name: &str) -> Self {
        let mut words = String::with_capacity(name.len() + 2);
        words.push(' ');
        for word in name.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            words.extend(word.chars().map(|character| character.to_ascii_uppercase()));
            words.push(' ');
        }
        Self(words)
    }

    /// Whether one of the keywords stands here as whole words, in the singular or with S or ES.
    pub(super) fn has_any(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.has(keyword))
    }

    fn has(&self, keyword: &str) -> bool {
        self.0.match_indices(keyword).any(|(at, _)| {
            let (before, from) = self.0.split_at(at);
            let after = from.strip_prefix(keyword).unwrap_or_default();
            before.ends_with(' ') && [" ", "S ", "ES "].iter().any(|end| after.starts_with(end))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn category(code: &str, name: &str) -> &'static str {
        names().nth(of_product(code, name)).unwrap()
    }

    #[test]
    fn the_first_category_with_a_keyword_wins() {
        assert_eq!(category("1", "SET 10 CARDS CHRISTMAS ROBIN"), "Christmas");
        assert_eq!(category("2", "LUNCH BAG RED RETROSPOT"), "Bags and travel");
        assert_eq!(category("3", "White hanging heart T-light holder"), "Candles and lighting");
        assert_eq!(category("4", "SET OF 3 CAKE TINS"), "Kitchen and dining");
        assert_eq!(category("5", "SOMBRERO"), "Other gifts");
    }

    #[test]
    fn keywords_are_whole_words_with_their_plurals() {
        let words = Words::of("PENDANT WITH GLASSES, 2 TEA-TOWELS");
        assert!(words.has_any(&["GLASS"]) && words.has_any(&["TEA TOWEL"]) && words.has_any(&["PENDANT"]));
        assert!(!words.has_any(&["PEN", "TOWE", "ANT", "LASS"]));
    }

    #[test]
    fn services_are_told_by_their_codes_in_their_letter_case() {
        for code in ["POST", "m", "gift_0001_20", "BANK CHARGES"] {
            assert_eq!(category(code, "RED BAG"), "Services and fees", "{code}");
        }
        assert!(!is_service("PADS") && !is_service("post") && !is_service("85123A"));
    }

    #[test]
    fn names_are_distinct_and_keywords_in_capitals() {
        let all: Vec<_> = names().collect();
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        for keyword in KEYWORDS.iter().flat_map(|(_, keywords)| *keywords) {
            assert_eq!(Words::of(keyword).0, format!(" {keyword} "));
        }
    }
}
