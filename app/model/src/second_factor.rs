//! The second factor: one-time codes of an authenticator app, and recovery codes for when it is lost.

use crate::words::duration;
use serde::{Deserialize, Serialize};

/// Figures of a one-time code.
pub const ONE_TIME_CODE_DIGITS: usize = 6;
/// Recovery codes that somebody gets at a time.
pub const RECOVERY_CODES: usize = 10;

/// Whether somebody says a code besides their password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    pub is_set_up: bool,
    /// Their role requires one.
    pub is_required: bool,
}

impl SecondFactor {
    /// They have to set one up before anything else.
    #[must_use]
    pub const fn is_missing(self) -> bool {
        self.is_required && !self.is_set_up
    }
}

/// How far somebody's own second factor is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecondFactorState {
    Off,
    /// Waits for the first code of the app.
    Begun(Enrolment),
    On {
        /// In the business's time zone.
        since: String,
        recovery_codes_left: i64,
        /// Of a new device, which waits for its first code to take the place of the one in force.
        next: Option<Enrolment>,
    },
}

/// What an authenticator app has to learn. It is shown to nobody but the person, while they set it up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// In base32 (RFC 4648, 6), in groups of four: to be typed.
    pub secret: String,
    /// The same as an `otpauth:` address, which apps on the same device open.
    pub url: String,
    /// The same as a picture, to be scanned.
    pub qr: QrPicture,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Enrolment(hidden)")
    }
}

/// A QR code, to be drawn as SVG. It tells the secret to whoever can read it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrPicture {
    /// Modules of a side, with the quiet zone.
    pub size: usize,
    /// A path over the dark modules, each one unit wide.
    pub path: String,
}

impl std::fmt::Debug for QrPicture {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("QrPicture(hidden)")
    }
}

/// Why something about a second factor was not done; worded for whoever tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SecondFactorProblem {
    #[error("Enter the code.")]
    CodeMissing,
    #[error(
        "This code isn’t right, or it was used before. Check that your device’s clock is right, and enter the next one."
    )]
    CodeWrong,
    #[error("Too many attempts failed. Try again in {}.", duration(*.0))]
    Wait(u32),
    #[error("Signing in took too long, or your password was changed meanwhile. Sign in again.")]
    SignInOver,
    #[error("Setting it up took too long. Begin again.")]
    NotBegun,
    #[error("You have a second factor already. Set up a new device in its place.")]
    AlreadySetUp,
    #[error("You have no second factor any more. Set one up first.")]
    NotSetUp,
    #[error("Your role requires a second factor, so it can’t be removed.")]
    Required,
}

#[cfg(test)]
mod tests {
    use super::SecondFactor;

    #[test]
    fn one_is_missing_where_it_is_required_and_not_there() {
        let missing = |is_set_up, is_required| SecondFactor { is_set_up, is_required }.is_missing();
        assert!(missing(false, true));
        assert!(!missing(true, true) && !missing(false, false) && !missing(true, false));
    }
}
