//! Who is signed in, as the screens need to know it.

use crate::id::{TenantId, UserId};
use crate::money::Currency;
use crate::role::Role;
use serde::{Deserialize, Serialize};

/// The member of staff behind a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    pub user: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub tenant: TenantId,
    pub business: String,
    pub currency: Currency,
    /// IANA name, such as `Europe/London`.
    pub time_zone: String,
}
