//! Who is signed in, as the screens need to know it.

use crate::id::{RoleId, TenantId, UserId};
use crate::money::Currency;
use crate::permission::{Permission, PermissionSet};
use crate::second_factor::SecondFactor;
use serde::{Deserialize, Serialize};

/// The member of staff behind a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    pub user: UserId,
    pub name: String,
    pub email: String,
    pub role: StaffRole,
    pub second_factor: SecondFactor,
    pub tenant: TenantId,
    pub business: String,
    pub currency: Currency,
    /// IANA name, such as `Europe/London`.
    pub time_zone: String,
}

/// What a member of staff may do, and what that is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffRole {
    pub id: RoleId,
    pub name: String,
    pub permissions: PermissionSet,
}

impl Staff {
    /// Whether the person's role includes the permission. Every check there is asks this.
    #[must_use]
    pub const fn may(&self, permission: Permission) -> bool {
        self.role.permissions.contains(permission)
    }
}

/// A business that somebody works for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workplace {
    pub tenant: TenantId,
    pub business: String,
    pub role: String,
    /// The one that they are in.
    pub is_current: bool,
}
