/// Whether the letters of `query` occur in `text` in that order, whatever lies between and whatever their case.
pub(super) fn matches(query: &str, text: &str) -> bool {
    let mut letters = text.chars().flat_map(char::to_lowercase);
    query
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .flat_map(char::to_lowercase)
        .all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn finds_letters_in_order() {
        assert!(matches("", "Orders"));
        assert!(matches("ord", "Orders"));
        assert!(matches("ODS", "Orders"));
        assert!(matches("pur ord", "Purchase orders"));
        assert!(!matches("do", "Orders"));
        assert!(!matches("orderss", "Orders"));
    }
}
