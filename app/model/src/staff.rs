//! The people who work for a business.

use crate::id::{InvitationId, RoleId, UserId};
use crate::permission::{Permission, PermissionSet};
use serde::{Deserialize, Serialize};

/// A person of the business, as lists show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub user: UserId,
    pub name: String,
    pub email: String,
    pub role: RoleId,
    pub role_name: String,
    pub suspended: bool,
    /// Browsers in which they are signed in here.
    pub sessions: i64,
    /// In the business's time zone.
    pub joined_on: String,
}

/// Somebody who was asked to join and didn't yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: InvitationId,
    pub email: String,
    pub role_name: String,
    pub invited_by: String,
    /// Its link is too old.
    pub expired: bool,
    /// In the business's time zone.
    pub expires_at: String,
}

/// Whether the asker may change somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    Within,
    /// Their role lets them look only.
    LooksOnly,
    /// Nobody changes themselves.
    Oneself,
    /// The person holds this, and the asker doesn't.
    Above(Permission),
}

/// Why something about a member of staff can't be changed; worded for whoever tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum MemberProblem {
    #[error("This person doesn’t work here any more. Go back to the list of the staff.")]
    Gone,
    #[error("This role doesn’t exist any more. Choose another.")]
    RoleGone,
    #[error("You may not do this any more.")]
    NotAllowed,
    #[error("You can’t do this to yourself. Ask somebody else who may.")]
    Yourself,
    #[error("This is the last owner. Make somebody else an owner first.")]
    LastOwner,
    #[error("You can’t give “{}”: you don’t hold it yourself.", .0.label())]
    NotHeld(Permission),
    #[error("This person holds “{}”, which you don’t: somebody who does has to do it.", .0.label())]
    HoldsMore(Permission),
}

/// Nobody changes who holds more than they do.
///
/// # Errors
/// The first permission of `theirs` that `held` lacks.
pub fn check_reach(held: PermissionSet, theirs: PermissionSet) -> Result<(), Permission> {
    held.lacks(theirs).map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::check_reach;
    use crate::permission::Permission;
    use crate::role::BuiltInRole;

    #[test]
    fn nobody_changes_who_holds_more() {
        let (manager, owner) = (BuiltInRole::Manager.permissions(), BuiltInRole::Owner.permissions());
        assert_eq!((check_reach(owner, manager), check_reach(owner, owner)), (Ok(()), Ok(())));
        assert_eq!(check_reach(manager, owner), Err(Permission::ReadStaff));
    }
}
