//! The audit log: what is kept of who did what.

use crate::id::{AuditId, CorrelationId, UserId};
use crate::vocabulary::vocabulary;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What was done.
    Action:
    OpenedBusiness = "business.opened", "Opened the business";
    RegisteredUser = "user.registered", "Registered a person";
    LoggedIn = "user.logged_in", "Signed in";
    FailedToLogIn = "user.login_failed", "Failed to sign in";
    LoggedOut = "user.logged_out", "Signed out";
    FailedToChangePassword = "user.password_refused", "Failed to change a password";
    ChangedPassword = "user.password_changed", "Changed a password";
    AskedForPassword = "user.password_asked", "Asked for a new password";
    ResetPassword = "user.password_reset", "Replaced a forgotten password";
    ConfirmedEmail = "user.email_confirmed", "Confirmed an address";
    InvitedMember = "member.invited", "Invited somebody";
    RevokedInvitation = "invitation.revoked", "Took an invitation back";
    AcceptedInvitation = "invitation.accepted", "Accepted an invitation";
    FailedToConfirmPassword = "user.confirmation_refused", "Failed to confirm their password";
    FailedSecondFactor = "user.second_factor_refused", "Failed to show a second factor";
    AddedSecondFactor = "user.second_factor_added", "Set up a second factor";
    ReplacedSecondFactor = "user.second_factor_replaced", "Replaced a second factor";
    RemovedSecondFactor = "user.second_factor_removed", "Removed a second factor";
    RenewedRecoveryCodes = "user.recovery_codes_renewed", "Made new recovery codes";
    UsedRecoveryCode = "user.recovery_code_used", "Used a recovery code";
    CreatedRole = "role.created", "Made a role";
    ChangedRole = "role.changed", "Changed a role";
    DeletedRole = "role.deleted", "Deleted a role";
    ChangedMemberRole = "member.role_changed", "Changed somebody’s role";
    SuspendedMember = "member.suspended", "Suspended somebody";
    ResumedMember = "member.resumed", "Let somebody back in";
    EndedSession = "session.ended", "Ended somebody’s sessions";
    FoundReusedToken = "token.reused", "Refused a token that had been used before";
    CreatedApiKey = "api_key.created", "Made an API key";
    RevokedApiKey = "api_key.revoked", "Revoked an API key";
    ExportedAudit = "audit.exported", "Exported the audit log";
    RefusedAccess = "access.refused", "Asked for what their role doesn’t include";
}

vocabulary! {
    /// What was done to what belongs to no business.
    InstallationAction:
    MadeSigningKey = "signing_key.made", "Made the signing key";
    ChangedPassword = "user.password_changed", "Changed the password of";
    RemovedSecondFactor = "user.second_factor_removed", "Removed the second factor of";
}

/// A field that has another value now, in words for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub field: String,
    pub from: Option<String>,
    pub to: Option<String>,
}

impl Change {
    /// `None` when nothing changed.
    #[must_use]
    pub fn of(field: &str, from: Option<String>, to: Option<String>) -> Option<Self> {
        (from != to).then(|| Self { field: field.to_owned(), from, to })
    }
}

/// `role from Sales to Manager`
impl std::fmt::Display for Change {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let field = &self.field;
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => write!(formatter, "{field} from {from} to {to}"),
            (None, Some(to)) => write!(formatter, "{field} {to}"),
            (Some(from), None) => write!(formatter, "{field} no longer {from}"),
            (None, None) => formatter.write_str(field),
        }
    }
}

/// Which rows of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditQuery {
    pub actor: Option<UserId>,
    pub action: Option<Action>,
    /// First day, in the business's time zone.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Only what is older than this row.
    pub before: Option<AuditId>,
}

impl AuditQuery {
    /// From the parameters of an address. What can't be read is left out: a filter that somebody mistyped shows more, never less.
    #[must_use]
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let text = |key: &str| parameter(key).filter(|text| !text.is_empty());
        Self {
            actor: text("actor").and_then(|id| id.parse().ok()),
            action: text("action").and_then(|word| word.parse().ok()),
            from: text("from").and_then(|day| day.parse().ok()),
            to: text("to").and_then(|day| day.parse().ok()),
            before: text("before").and_then(|id| id.parse().ok()),
        }
    }
}

/// A row of the log, as screens show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    pub id: AuditId,
    /// In the business's time zone.
    pub occurred_at: String,
    /// The person's name, or the program's part.
    pub actor: String,
    pub address: Option<String>,
    pub correlation: CorrelationId,
    /// Its label; the bare word of one that this version doesn't know.
    pub action: String,
    pub object: String,
    pub changes: Vec<Change>,
}
