//! Links to one's own account, sent by mail: to choose a new password, and to show that an address is one's own. Each works once and for
//! a time. Neither signs anybody in.

mod asking;
mod following;

pub use asking::{ask_for_password, ask_to_confirm, charge};
pub use following::{Browser, Owner, confirm_email, find, set_password};

use crate::password::PasswordError;
use crate::staff::StaffError;
use crate::throttle::ThrottleError;
use chrono::TimeDelta;
use kernel::audit::{self, AuditError};
use kernel::database::DatabaseError;
use kernel::{Actor, TenantTx};
use model::audit::Action;
use model::credentials::{CredentialError, Email};
use model::id::UserId;
use model::registration::LinkProblem;
use notifications::mail::MailError;

/// How long a notice is worth sending.
pub(crate) const NOTICE_LIFETIME: TimeDelta = TimeDelta::days(4);

/// Why a link was not sent, or not followed.
#[derive(Debug, thiserror::Error)]
pub enum AccountLinkError {
    #[error(transparent)]
    Link(#[from] LinkProblem),
    #[error("{0}")]
    NewPassword(CredentialError),
    #[error(transparent)]
    Throttle(#[from] ThrottleError),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Staff(#[from] StaffError),
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error("could not look up whose account it is")]
    LookUp(#[source] sqlx::Error),
    #[error("could not keep a link")]
    Keep(#[source] sqlx::Error),
    #[error("could not take a link")]
    Take(#[source] sqlx::Error),
    #[error("could not set a password")]
    SetPassword(#[source] sqlx::Error),
    #[error("could not remember the device")]
    Remember(#[source] sqlx::Error),
    #[error("could not confirm an address")]
    Confirm(#[source] sqlx::Error),
    #[error("the kept address cannot be read")]
    Decode(#[source] CredentialError),
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    ResetPassword,
    ConfirmEmail,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
            Self::ConfirmEmail => "confirm_email",
        }
    }
}

async fn note(tx: &mut TenantTx, actor: &Actor, action: Action, user: UserId, email: &Email) -> Result<(), AuditError> {
    let entry =
        audit::Entry { action, object_type: "user", object: user.uuid(), name: email.as_str(), changes: Vec::new() };
    audit::record(tx, actor, entry).await
}
