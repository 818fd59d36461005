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
    /// `None` once it was sent or its link is past, and for those who may not follow its link.
    pub text: Option<String>,
}
