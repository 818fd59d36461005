//! What people sign in with, and what may be one.

use crate::name::is_printable;
use serde::{Deserialize, Serialize};

/// Shortest password, in characters (NIST SP 800-63B: at least 8; no composition rules).
pub const PASSWORD_CHARS_MIN: usize = 8;
/// Longest password, in characters: long enough for a passphrase, short enough to hash without being a weapon.
pub const PASSWORD_CHARS_MAX: usize = 128;
/// Longest e-mail address, in bytes (RFC 5321, 4.5.3.1.3).
pub const EMAIL_BYTES_MAX: usize = 254;

/// An e-mail address in the form in which it is compared: trimmed, lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

/// Why a text is no e-mail address or no password; worded for the person who typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum CredentialError {
    #[error("Enter the e-mail address.")]
    EmailMissing,
    #[error("Enter an e-mail address such as name@example.com.")]
    EmailMalformed,
    #[error("Enter your password.")]
    PasswordMissing,
    #[error("Use at least {PASSWORD_CHARS_MIN} characters.")]
    PasswordTooShort,
    #[error("Use at most {PASSWORD_CHARS_MAX} characters.")]
    PasswordTooLong,
    #[error("This is one of the passwords that are tried first. Choose another.")]
    PasswordCommon,
    #[error("Others know this: it is made of your name or address, the business’s name or ours. Choose another.")]
    PasswordKnown,
}

impl Email {
    /// Accepts what has one `@` with something on both sides and no space or control character: whether it exists, only
    /// a mail can tell.
    ///
    /// # Errors
    /// Missing or malformed.
    pub fn parse(text: &str) -> Result<Self, CredentialError> {
        let address = text.trim().to_lowercase();
        if address.is_empty() {
            return Err(CredentialError::EmailMissing);
        }
        let plausible = address.len() <= EMAIL_BYTES_MAX
            && !address.chars().any(|c| c.is_whitespace() || !is_printable(c))
            && matches!(address.split_once('@'), Some((local, domain))
                if !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
        if plausible { Ok(Self(address)) } else { Err(CredentialError::EmailMalformed) }
    }

    /// One that somebody gives for the first time: its domain has a dot, is `localhost` or an address in brackets (RFC 5321, 4.1.3). Older
    /// ones may have another, and still let people in.
    ///
    /// # Errors
    /// Missing or malformed.
    pub fn parse_new(text: &str) -> Result<Self, CredentialError> {
        let address = Self::parse(text)?;
        let domain = address.0.rsplit_once('@').map_or("", |(_, domain)| domain);
        if is_complete(domain) { Ok(address) } else { Err(CredentialError::EmailMalformed) }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Email {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_complete(domain: &str) -> bool {
    let literal = domain.strip_prefix('[').and_then(|address| address.strip_suffix(']'));
    let has_dot = domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
    domain == "localhost" || literal.map_or(has_dot, |address| !address.is_empty())
}

/// Checks a password that somebody chooses.
///
/// # Errors
/// Missing, too short or too long.
pub fn check_new_password(password: &str) -> Result<(), CredentialError> {
    match password.chars().take(PASSWORD_CHARS_MAX + 1).count() {
        0 => Err(CredentialError::PasswordMissing),
        count if count < PASSWORD_CHARS_MIN => Err(CredentialError::PasswordTooShort),
        count if count > PASSWORD_CHARS_MAX => Err(CredentialError::PasswordTooLong),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{CredentialError, Email, check_new_password};

    #[test]
    fn an_address_is_compared_without_case_and_space() {
        assert_eq!(Email::parse("  Ann@Example.COM ").unwrap().as_str(), "ann@example.com");
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        assert_eq!(Email::parse("   "), Err(CredentialError::EmailMissing));
        for wrong in
            ["ann", "@example.com", "ann@", "a@b@c", "a b@example.com", "a\0@example.com", "a\u{202E}@example.com"]
        {
            assert_eq!(Email::parse(wrong), Err(CredentialError::EmailMalformed), "{wrong:?}");
        }
        assert_eq!(Email::parse(&format!("{}@example.com", "a".repeat(300))), Err(CredentialError::EmailMalformed));
    }

    #[test]
    fn a_new_address_has_a_domain_that_mail_can_be_sent_to() {
        for complete in ["ann@example.com", "root@LOCALHOST", "ann@[192.0.2.1]", "ann@[IPv6:2001:db8::1]"] {
            assert!(Email::parse_new(complete).is_ok(), "{complete}");
        }
        for other in ["foo@bar", "foo@bar.", "foo@.bar", "foo@bar..com", "foo@[]"] {
            assert_eq!(Email::parse_new(other), Err(CredentialError::EmailMalformed), "{other}");
        }
        assert!(Email::parse("foo@bar").is_ok(), "whoever has it since before still gets in");
    }

    #[test]
    fn a_password_has_a_length_and_no_other_rule() {
        assert_eq!(check_new_password(""), Err(CredentialError::PasswordMissing));
        assert_eq!(check_new_password("1234567"), Err(CredentialError::PasswordTooShort));
        assert_eq!(check_new_password(&"é".repeat(128)), Ok(()));
        assert_eq!(check_new_password(&"é".repeat(129)), Err(CredentialError::PasswordTooLong));
    }
}
