//! Texts kept once, however often they occur.

use std::collections::HashMap;
use std::sync::Arc;

/// Gives every distinct text a number, in the order of first sight.
#[derive(Debug, Default)]
pub(super) struct Interner {
    numbers: HashMap<Arc<str>, usize>,
    texts: Vec<Arc<str>>,
}

impl Interner {
    pub(super) fn intern(&mut self, text: &str) -> usize {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len();
        let text: Arc<str> = text.into();
        self.numbers.insert(Arc::clone(&text), number);
        self.texts.push(text);
        number
    }

    /// The texts by their numbers.
    pub(super) fn into_texts(self) -> Vec<Arc<str>> {
        self.texts
    }
}

/// Puts `text` into `tidy` without spaces at its ends and with single ones between its words.
pub(super) fn tidy_into(text: &str, tidy: &mut String) {
    tidy.clear();
    for word in text.split_whitespace() {
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        tidy.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number() {
        let mut texts = Interner::default();
        assert_eq!(["b", "a", "b", "B"].map(|text| texts.intern(text)), [0, 1, 0, 2]);
        assert_eq!(texts.into_texts(), ["b".into(), "a".into(), "B".into()]);
    }

    #[test]
    fn spaces_are_tidied() {
        let mut tidy = "old".to_owned();
        tidy_into("  WHITE   METAL\tLANTERN ", &mut tidy);
        assert_eq!(tidy, "WHITE METAL LANTERN");
        tidy_into(" ", &mut tidy);
        assert_eq!(tidy, "");
    }
}
