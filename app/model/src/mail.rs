//! Mail: what is sent to people, and what became of it.

use crate::id::MailId;
use crate::vocabulary::vocabulary;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What a mail is for.
    MailKind:
    Registration = "registration", "Open a business";
    /// To somebody who asks for a business and has an account already.
    AccountExists = "account_exists", "You have an account";
    Invitation = "invitation", "Invitation";
    ConfirmEmail = "confirm_email", "Confirm the address";
    ResetPassword = "reset_password", "Forgotten password";
    PasswordChanged = "password_changed", "Password changed";
}

vocabulary! {
    /// What became of a mail.
    MailState:
    Waiting = "waiting", "Waiting";
    Sent = "sent", "Sent";
    Failed = "failed", "Not delivered";
    /// No mail server is set: it stays here.
    Kept = "kept", "Kept here";
}

/// Why the log doesn't show the text of a mail; worded for whoever looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum TextMissing {
    #[error("On its way to whom it is for: its text isn’t shown.")]
    Waiting,
    #[error("Sent: its text is no longer kept.")]
    Sent,
    #[error("Given up: its text is no longer kept.")]
    GivenUp,
    #[error("Too old to be worth anything: its text is no longer kept.")]
    Past,
    #[error("Only somebody who looks after the staff and holds everything that its link opens may read it.")]
    HoldsLess,
    #[error("It leads to a new password of your own: only somebody else may read it here.")]
    OwnWayIn,
    #[error("Its text was sealed under a key that this server doesn’t have.")]
    OtherKey,
}

/// A mail, as the log shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailEntry {
    pub id: MailId,
    /// In the business's time zone.
    pub created_at: String,
    pub recipient: String,
    pub kind: Option<MailKind>,
    pub subject: String,
    pub state: MailState,
    /// Why it was not delivered, in the words of the mail server.
    pub failure: Option<String>,
    /// For those who may follow its link, while it is kept.
    pub text: Result<String, TextMissing>,
}
