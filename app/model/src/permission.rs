//! What may be done, resource by resource.

use crate::vocabulary::vocabulary;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What a role may include, as `resource:action`. What costs money has a permission of its own.
    Permission:
    ReadAnalytics = "analytics:read", "See the dashboard and reports";
    ReadProducts = "products:read", "See products and prices";
    WriteProducts = "products:write", "Change products and prices";
    ReadStock = "stock:read", "See stock and its movements";
    WriteStock = "stock:write", "Receive, move and count stock";
    AdjustStock = "stock:adjust", "Correct stock";
    ReadCustomers = "customers:read", "See customers";
    WriteCustomers = "customers:write", "Change customers";
    ReadOrders = "orders:read", "See orders";
    WriteOrders = "orders:write", "Take and change orders";
    WriteFulfilment = "fulfilment:write", "Pick, pack and ship orders";
    WritePayments = "payments:write", "Take payments";
    WriteRefunds = "refunds:write", "Give refunds";
    ReadCampaigns = "campaigns:read", "See segments and campaigns";
    WriteCampaigns = "campaigns:write", "Run campaigns";
    ReadPurchasing = "purchasing:read", "See suppliers and purchase orders";
    WritePurchasing = "purchasing:write", "Order from suppliers";
    ReadFinance = "finance:read", "See invoices and accounts";
    WriteFinance = "finance:write", "Keep the accounts";
    ReadExports = "exports:read", "Export lists as files";
    ReadAudit = "audit:read", "See who changed what";
    ReadStaff = "staff:read", "See who works here";
    WriteStaff = "staff:write", "Invite people, choose their roles, suspend them";
    WriteRoles = "roles:write", "Make and change roles";
    WriteSettings = "settings:write", "Change the settings of the business";
}

impl Permission {
    /// What it is about: the part of its word before the colon.
    #[must_use]
    pub fn resource(self) -> &'static str {
        self.word().split_once(':').map_or(self.word(), |(resource, _)| resource)
    }

    /// Whether it only shows things.
    #[must_use]
    pub fn is_reading(self) -> bool {
        self.word().ends_with(":read")
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// Some permissions. In JSON a list of their words, in their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<Permission>", from = "Vec<Permission>")]
pub struct PermissionSet(u32);

impl PermissionSet {
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    #[must_use]
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// What is here and not there.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// What is both here and there.
    #[must_use]
    pub const fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is lacking here of what is wanted: nobody gives what they don't hold.
    #[must_use]
    pub fn lacks(self, wanted: Self) -> Option<Permission> {
        wanted.without(self).iter().next()
    }

    /// Its members, in their order.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contains(*permission))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<T: IntoIterator<Item = Permission>>(permissions: T) -> Self {
        Self(permissions.into_iter().fold(0, |bits, permission| bits | permission.bit()))
    }
}

impl From<Vec<Permission>> for PermissionSet {
    fn from(permissions: Vec<Permission>) -> Self {
        permissions.into_iter().collect()
    }
}

impl From<PermissionSet> for Vec<Permission> {
    fn from(set: PermissionSet) -> Self {
        set.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Permission, PermissionSet};

    #[test]
    fn a_set_holds_what_was_put_in_and_reads_back_from_json() {
        let set: PermissionSet = [Permission::WriteStaff, Permission::ReadAnalytics].into_iter().collect();
        assert!(set.contains(Permission::WriteStaff) && !set.contains(Permission::ReadStaff));
        let json = serde_json::to_string(&set).unwrap();
        assert_eq!(json, r#"["analytics:read","staff:write"]"#);
        assert_eq!(serde_json::from_str::<PermissionSet>(&json).unwrap(), set);
        assert_eq!(PermissionSet::all().iter().count(), Permission::ALL.len());
        assert_eq!((set.lacks(PermissionSet::default()), set.lacks(set)), (None, None));
        assert_eq!(PermissionSet::default().lacks(set), Some(Permission::ReadAnalytics));
        assert_eq!(PermissionSet::all().without(set).iter().count(), Permission::ALL.len() - 2);
        let staff: PermissionSet = [Permission::ReadStaff, Permission::WriteStaff].into_iter().collect();
        assert_eq!(staff.common(set).iter().collect::<Vec<_>>(), [Permission::WriteStaff]);
    }
}
