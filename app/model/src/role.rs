//! Roles: sets of permissions, by a name. Those here come built in; a business can make more.

use crate::id::RoleId;
use crate::name::{NameProblem, check_name};
use crate::permission::{Permission, PermissionSet};
use crate::vocabulary::vocabulary;
use serde::{Deserialize, Serialize};

/// Longest name of a role, in characters.
pub const ROLE_NAME_CHARS_MAX: usize = 60;

vocabulary! {
    /// The roles that come built in. What they include comes with the program, so a new permission finds its roles.
    BuiltInRole:
    /// Everything, including staff and settings.
    Owner = "owner", "Owner";
    /// Everything but staff, roles and settings.
    Manager = "manager", "Manager";
    Sales = "sales", "Sales";
    Warehouse = "warehouse", "Warehouse";
    Marketing = "marketing", "Marketing";
    Accountant = "accountant", "Accountant";
    /// Reads everything, changes nothing.
    Auditor = "auditor", "Auditor";
}

impl BuiltInRole {
    /// What the role includes.
    #[must_use]
    pub fn permissions(self) -> PermissionSet {
        Permission::ALL.iter().copied().filter(|permission| self.includes(*permission)).collect()
    }

    fn includes(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Owner => true,
            Self::Manager => !matches!(permission, P::ReadStaff | P::WriteStaff | P::WriteRoles | P::WriteSettings),
            Self::Sales => matches!(
                permission,
                P::ReadProducts
                    | P::ReadStock
                    | P::ReadCustomers
                    | P::WriteCustomers
                    | P::ReadOrders
                    | P::WriteOrders
                    | P::WritePayments
            ),
            Self::Warehouse => matches!(
                permission,
                P::ReadProducts
                    | P::ReadStock
                    | P::WriteStock
                    | P::AdjustStock
                    | P::ReadOrders
                    | P::WriteFulfilment
                    | P::ReadPurchasing
            ),
            Self::Marketing => matches!(
                permission,
                P::ReadAnalytics | P::ReadProducts | P::ReadCustomers | P::ReadCampaigns | P::WriteCampaigns
            ),
            Self::Accountant => matches!(
                permission,
                P::ReadOrders | P::ReadFinance | P::WriteFinance | P::WriteRefunds | P::ReadExports
            ),
            Self::Auditor => permission.is_reading(),
        }
    }
}

/// What is wrong with a role that somebody makes or changes; worded for that person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum RoleProblem {
    #[error(transparent)]
    Name(#[from] NameProblem),
    #[error("Another role has this name. Choose one that tells them apart.")]
    NameTaken,
    #[error("You can’t give or take “{}”: you don’t hold it yourself.", .0.label())]
    NotHeld(Permission),
    #[error("Your own role’s second factor is lifted by somebody else who may.")]
    OwnSecondFactor,
    #[error("You may not do this any more.")]
    NotAllowed,
    #[error("This role comes with the program and stays as it is. Make a new one instead.")]
    BuiltIn,
    #[error("This role doesn’t exist any more.")]
    Gone,
    #[error("Somebody has this role. Give them another one first.")]
    InUse,
    #[error("Somebody is invited to this role. Take the invitation back first.")]
    Invited,
}

/// A role of a business, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    /// Comes with the program, and stays as it is, but for whether it requires a second factor.
    pub is_built_in: bool,
    pub permissions: PermissionSet,
    /// Whoever has it has to set up a second factor.
    pub requires_second_factor: bool,
    /// Who has it, suspended people too.
    pub people: i64,
}

/// The name as it is kept: without spaces at its ends.
///
/// # Errors
/// Missing, too long, or with characters that nobody sees.
pub fn check_role_name(name: &str) -> Result<&str, RoleProblem> {
    Ok(check_name(name, ROLE_NAME_CHARS_MAX)?)
}

/// Nobody grants what they don't hold.
///
/// # Errors
/// The first permission of `granted` that `held` lacks.
pub fn check_grant(held: PermissionSet, granted: PermissionSet) -> Result<(), RoleProblem> {
    held.lacks(granted).map_or(Ok(()), |missing| Err(RoleProblem::NotHeld(missing)))
}

#[cfg(test)]
mod tests {
    use super::{BuiltInRole, RoleProblem, check_grant, check_role_name};
    use crate::name::NameProblem;
    use crate::permission::{Permission, PermissionSet};

    #[test]
    fn the_owner_may_do_everything_and_the_auditor_may_change_nothing() {
        assert_eq!(BuiltInRole::Owner.permissions(), PermissionSet::all());
        assert!(BuiltInRole::Auditor.permissions().iter().all(Permission::is_reading));
        for permission in [Permission::WriteStaff, Permission::WriteRoles, Permission::WriteSettings] {
            let holders = BuiltInRole::ALL.iter().filter(|role| role.permissions().contains(permission)).count();
            assert_eq!(holders, 1, "{permission:?} is the owner's alone");
        }
    }

    #[test]
    fn nobody_grants_what_they_do_not_hold() {
        let (manager, owner) = (BuiltInRole::Manager.permissions(), BuiltInRole::Owner.permissions());
        assert_eq!(check_grant(owner, manager), Ok(()));
        assert_eq!(check_grant(manager, owner), Err(RoleProblem::NotHeld(Permission::ReadStaff)));
    }

    #[test]
    fn a_role_has_a_name_that_can_be_read() {
        assert_eq!(check_role_name("  Night shift "), Ok("Night shift"));
        assert_eq!(check_role_name(" "), Err(RoleProblem::Name(NameProblem::Missing)));
        assert_eq!(check_role_name(&"x".repeat(61)), Err(RoleProblem::Name(NameProblem::TooLong(60))));
    }
}
