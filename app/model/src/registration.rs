//! Opening a business, and joining one: what people fill in, and what may be wrong with it.

use crate::credentials::CredentialError;
use crate::name::NameProblem;
use crate::permission::Permission;
use serde::{Deserialize, Serialize};

/// What somebody fills in to open a business.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RegistrationForm {
    pub business: String,
    /// ISO 4217 code.
    pub currency: String,
    /// IANA name.
    pub time_zone: String,
    pub name: String,
    pub email: String,
    pub password: String,
}

impl std::fmt::Debug for RegistrationForm {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("RegistrationForm").field("business", &self.business).finish_non_exhaustive()
    }
}

/// What is wrong with it; worded for whoever filled it in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationProblem {
    #[error("{0}")]
    Business(NameProblem),
    #[error("Choose a currency of the list.")]
    Currency,
    #[error("Choose a time zone of the list.")]
    TimeZone,
    #[error("{0}")]
    Name(NameProblem),
    #[error("{0}")]
    Email(CredentialError),
    #[error("{0}")]
    Password(CredentialError),
    #[error("This address has an account already. Sign in with it.")]
    EmailTaken,
}

impl RegistrationProblem {
    /// The field that it belongs to.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Business(_) => "business",
            Self::Currency => "currency",
            Self::TimeZone => "time_zone",
            Self::Name(_) => "name",
            Self::Email(_) | Self::EmailTaken => "email",
            Self::Password(_) => "password",
        }
    }
}

/// Why nobody could be invited, or an invitation not be changed; worded for whoever tried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvitationProblem {
    #[error("This person works here already.")]
    WorksHere,
    #[error("This role doesn’t exist any more. Choose another.")]
    RoleGone,
    #[error("You can’t give “{}”: you don’t hold it yourself.", .0.label())]
    NotHeld(Permission),
    #[error("You may not do this any more.")]
    NotAllowed,
    #[error("Too many invitations are open. Take back those that nobody will follow.")]
    TooMany,
    #[error("This invitation isn’t open any more.")]
    Gone,
}

/// Why a link that was sent by mail opens nothing; worded for whoever followed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("This link isn’t valid any more: it was used, taken back or is too old.")]
pub struct LinkProblem;
