//! Who a program is, and what it may do.

use super::bearer::Credential;
use axum::{Extension, Json};
use model::id::{TenantId, UserId};
use model::money::Currency;
use model::permission::PermissionSet;
use model::session::Staff;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(super) struct Me {
    user: Person,
    business: Business,
    role: String,
    /// Of an API key: what it was made for, as far as its maker still holds it.
    permissions: PermissionSet,
    credential: &'static str,
}

#[derive(Debug, Serialize)]
struct Person {
    id: UserId,
    name: String,
    email: String,
}

#[derive(Debug, Serialize)]
struct Business {
    id: TenantId,
    name: String,
    currency: Currency,
    time_zone: String,
}

pub(super) async fn me(Extension(staff): Extension<Staff>, Extension(credential): Extension<Credential>) -> Json<Me> {
    Json(Me {
        user: Person { id: staff.user, name: staff.name, email: staff.email },
        business: Business {
            id: staff.tenant,
            name: staff.business,
            currency: staff.currency,
            time_zone: staff.time_zone,
        },
        role: staff.role.name,
        permissions: staff.role.permissions,
        credential: credential.word(),
    })
}
