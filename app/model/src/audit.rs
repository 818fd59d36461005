//! The audit log: what is kept of who did what.

use crate::id::{AuditId, CorrelationId, UserId};
use crate::vocabulary::vocabulary;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

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

/// A filter that can't be read; worded for whoever filters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterProblem {
    #[error("“Who” can’t be {0:?}: choose somebody from the list.")]
    Actor(String),
    #[error("“What” can’t be {0:?}: choose from the list.")]
    Action(String),
    #[error("“From” can’t be {0:?}: enter a date as year-month-day, such as 2026-03-31.")]
    From(String),
    #[error("“To” can’t be {0:?}: enter a date as year-month-day, such as 2026-03-31.")]
    To(String),
    #[error("No page begins at {0:?}: go back to the newest entries.")]
    Before(String),
}

impl FilterProblem {
    /// The parameter of the address.
    #[must_use]
    pub const fn parameter(&self) -> &'static str {
        match self {
            Self::Actor(_) => "actor",
            Self::Action(_) => "action",
            Self::From(_) => "from",
            Self::To(_) => "to",
            Self::Before(_) => "before",
        }
    }
}

impl AuditQuery {
    /// From the parameters of an address: what can be read of it, and the first that can't. Who filters by something else than they believe
    /// takes the answer for what it isn't, so nothing is shown then.
    #[must_use]
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> (Self, Option<FilterProblem>) {
        let actor = filter(parameter("actor"), FilterProblem::Actor);
        let action = filter(parameter("action"), FilterProblem::Action);
        let from = filter(parameter("from"), FilterProblem::From);
        let to = filter(parameter("to"), FilterProblem::To);
        let before = filter(parameter("before"), FilterProblem::Before);
        let days = from.as_ref().err().or(to.as_ref().err());
        let problem = actor.as_ref().err().or(action.as_ref().err()).or(days).or(before.as_ref().err()).cloned();
        let query = Self {
            actor: actor.unwrap_or_default(),
            action: action.unwrap_or_default(),
            from: from.unwrap_or_default(),
            to: to.unwrap_or_default(),
            before: before.unwrap_or_default(),
        };
        (query, problem)
    }
}

/// A parameter of an address; an empty one says nothing.
fn filter<T: FromStr>(text: Option<String>, problem: fn(String) -> FilterProblem) -> Result<Option<T>, FilterProblem> {
    /// Of what can't be read, so much is said.
    const CHARS_MAX: usize = 40;
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| problem(text.chars().take(CHARS_MAX).collect()))
}

/// A row of the log, as screens show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    pub id: AuditId,
    /// In the business's time zone.
    pub occurred_at: String,
    /// The same as ISO 8601 has it, with the offset of that time zone.
    pub occurred_at_iso: String,
    /// The person's name, or the program's part.
    pub actor: String,
    pub address: Option<String>,
    pub correlation: CorrelationId,
    /// Its label; the bare word of one that this version doesn't know.
    pub action: String,
    /// Its word.
    pub action_word: String,
    pub object: String,
    pub changes: Vec<Change>,
}

#[cfg(test)]
mod tests {
    use super::{Action, AuditQuery, FilterProblem};

    fn read(pairs: &[(&str, &str)]) -> (AuditQuery, Option<FilterProblem>) {
        AuditQuery::read(|key| pairs.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn what_cannot_be_read_is_said_and_the_rest_is_read() {
        let (query, problem) = read(&[("action", "user.logged_in"), ("from", "2026-02-30"), ("to", "")]);
        assert_eq!((query.action, query.from, query.to), (Some(Action::LoggedIn), None, None));
        assert_eq!(problem, Some(FilterProblem::From("2026-02-30".to_owned())));
        for (parameter, text) in [("actor", "nobody"), ("action", "user.flew"), ("to", "1/2/2026"), ("before", "x")] {
            let problem = read(&[(parameter, text)]).1.unwrap();
            assert_eq!(problem.parameter(), parameter);
            assert!(problem.to_string().contains(text), "{problem}");
        }
        assert_eq!(read(&[("action", "user.logged_in"), ("from", "2026-03-01")]).1, None);
        assert_eq!(read(&[("to", &"9".repeat(300))]).1, Some(FilterProblem::To("9".repeat(40))));
    }
}
