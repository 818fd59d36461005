//! Recovery codes: for whoever has lost their authenticator app. Each works once; the database has their hashes only.

use model::id::UserId;
use rand::RngExt;
use sha2::{Digest, Sha256};

/// Crockford's base32: no letter that looks like a figure, and no U.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Letters of a code: 120 bits. So many that nobody finds a code by its hash either, however fast they try: the database may be stolen.
const LETTERS: usize = 24;
const GROUP_LETTERS: usize = 6;

/// A code as it is compared: lower case, without what stands between its letters.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct RecoveryCode(String);

impl RecoveryCode {
    /// A new one, from the operating system.
    pub(super) fn random() -> Self {
        let bits: [u8; LETTERS] = rand::rng().random();
        // 256 is a multiple of the letters that there are, so each is as likely as the others.
        let letter = |byte: &u8| ALPHABET.get(usize::from(*byte) % ALPHABET.len()).copied().map(char::from);
        Self(bits.iter().filter_map(letter).collect())
    }

    /// What somebody typed, if it could be one. What is easily taken for another letter is read as that.
    pub(super) fn read(text: &str) -> Option<Self> {
        let letters = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
        let letters = letters.map(|letter| match letter.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            letter => letter,
        });
        let code: String = letters.take(LETTERS + 1).collect();
        let is_one = code.len() == LETTERS && code.bytes().all(|byte| ALPHABET.contains(&byte));
        is_one.then_some(Self(code))
    }

    /// As people see it: `k7f2qa-9mx4tb-03hwzc-8v6ndg`.
    pub(super) fn shown(&self) -> String {
        let letters: Vec<_> = self.0.chars().collect();
        let groups: Vec<String> = letters.chunks(GROUP_LETTERS).map(|group| group.iter().collect()).collect();
        groups.join("-")
    }

    /// The person's id is part of it, so that two people with one code have two hashes.
    pub(super) fn hash(&self, user: UserId) -> Vec<u8> {
        Sha256::new().chain_update(user.uuid().as_bytes()).chain_update(&self.0).finalize().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::RecoveryCode;
    use model::id::UserId;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = RecoveryCode::random();
        let shown = code.shown();
        assert_eq!(shown.split('-').map(str::len).collect::<Vec<_>>(), [6; 4], "{shown}");
        assert_ne!(shown, RecoveryCode::random().shown());
        for typed in
            [shown.clone(), shown.to_uppercase(), shown.replace('-', ""), format!(" {} ", shown.replace('-', " "))]
        {
            assert!(RecoveryCode::read(&typed) == Some(code.clone()), "{typed:?}");
        }
        let misread = RecoveryCode::read("OIL222-222222-222222-222222").unwrap();
        assert_eq!(misread.shown(), "011222-222222-222222-222222");
        let without_last = "k7f2qa-9mx4tb-03hwzc-8v6nd";
        for last in ["", "gg", "u", "ß"] {
            assert!(RecoveryCode::read(&format!("{without_last}{last}")).is_none(), "{last:?}");
        }
        for wrong in ["", "287082", "k7f2q-9mx4t"] {
            assert!(RecoveryCode::read(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn one_code_has_another_hash_for_another_person() {
        let code = RecoveryCode::random();
        let hash = |id: u128| code.hash(UserId::from(uuid::Uuid::from_u128(id)));
        assert_eq!(hash(1), hash(1));
        assert_ne!(hash(1), hash(2));
    }
}
