//! What people may do.

use crate::permission::Permission;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// The roles that come built in.
    Role:
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

impl Role {
    /// Whether the role includes the permission.
    #[must_use]
    pub const fn may(self, permission: Permission) -> bool {
        match permission {
            Permission::ReadAnalytics => matches!(self, Self::Owner | Self::Manager | Self::Marketing | Self::Auditor),
        }
    }
}
