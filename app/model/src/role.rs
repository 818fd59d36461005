//! What people may do.

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
