//! Server functions of the role screens.

use crate::AppError;
use leptos::prelude::*;
use model::id::RoleId;
use model::permission::{Permission, PermissionSet};
use model::role::{Role, RoleProblem};
use serde::{Deserialize, Serialize};
use server_fn::codec::{Json, JsonEncoding};
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// Every role, and what the asker could make of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolesScreen {
    pub roles: Vec<Role>,
    pub may_change: bool,
    /// What the asker holds, and so can give.
    pub held: PermissionSet,
    /// The asker's own role.
    pub own_role: RoleId,
    pub has_second_factor: bool,
}

/// Why a role was not saved, and what was typed, so that the form can show it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveRoleError {
    pub name: String,
    pub permissions: PermissionSet,
    pub requires_second_factor: bool,
    pub reason: RoleRefusal,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum RoleRefusal {
    #[error("{0}")]
    Problem(RoleProblem),
    #[error("{0}")]
    Failed(AppError),
}

impl FromServerFnError for SaveRoleError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let reason = RoleRefusal::Failed(AppError::from_server_fn_error(error));
        Self { name: String::new(), permissions: PermissionSet::default(), requires_second_factor: false, reason }
    }
}

impl FromServerFnError for RoleRefusal {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::Failed(AppError::from_server_fn_error(error))
    }
}

/// The roles that there are.
#[server(prefix = "/api", endpoint = "roles", input = Json)]
pub async fn load_roles() -> Result<RolesScreen, AppError> {
    let staff = crate::context::staff_who_may(Permission::ReadStaff)?;
    let app = crate::context::AppContext::of_request()?;
    work::list(&app, &staff).await.map_err(|error| crate::context::broken(&*error))
}

/// The same for the pages where roles are changed, which whoever may do that opens after entering their password.
#[server(prefix = "/api", endpoint = "roles/editor", input = Json)]
pub async fn load_role_editor() -> Result<RolesScreen, AppError> {
    let staff = crate::context::staff_who_may(Permission::ReadStaff)?;
    if staff.may(Permission::WriteRoles) {
        crate::context::confirmed_recently().await?;
    }
    let app = crate::context::AppContext::of_request()?;
    work::list(&app, &staff).await.map_err(|error| crate::context::broken(&*error))
}

/// Makes a role, or changes the one of the id.
#[server(prefix = "/api", endpoint = "roles/save")]
pub async fn save_role(
    #[server(default)] role: Option<RoleId>,
    name: String,
    #[server(default)] permissions: Vec<Permission>,
    #[server(default)] requires_second_factor: bool,
) -> Result<(), SaveRoleError> {
    let permissions: PermissionSet = permissions.into_iter().collect();
    let change = identity::role::RoleChange { name: &name, permissions, requires_second_factor };
    work::save(role, &change).await.map_err(|reason| {
        let name = name.chars().take(model::role::ROLE_NAME_CHARS_MAX * 2).collect();
        SaveRoleError { name, permissions, requires_second_factor, reason }
    })
}

/// Says whether a role requires a second factor: the one thing that a business chooses of the roles that come with the program.
#[server(prefix = "/api", endpoint = "roles/require-second-factor")]
pub async fn require_second_factor(role: RoleId, #[server(default)] required: bool) -> Result<(), RoleRefusal> {
    work::require_second_factor(role, required).await
}

/// Removes a role that nobody has or is invited to.
#[server(prefix = "/api", endpoint = "roles/delete")]
pub async fn delete_role(role: RoleId) -> Result<(), RoleRefusal> {
    work::delete(role).await
}

#[cfg(feature = "ssr")]
mod work {
    use super::{RoleRefusal, RolesScreen};
    use crate::AppError;
    use crate::context::{AppContext, actor, broken, confirmed_recently, note_lacking, set_status, staff_who_may};
    use crate::roles::PATH;
    use identity::role::{self, RoleChange, RoleError};
    use model::id::RoleId;
    use model::permission::Permission;
    use model::role::RoleProblem;
    use model::session::Staff;

    type Failure = Box<dyn std::error::Error + Send + Sync>;

    pub(super) async fn list(app: &AppContext, staff: &Staff) -> Result<RolesScreen, Failure> {
        let mut tx = app.database.begin_reading(staff.tenant).await?;
        let roles = role::list(&mut tx).await?;
        tx.commit().await?;
        Ok(RolesScreen {
            roles,
            may_change: staff.may(Permission::WriteRoles),
            held: staff.role.permissions,
            own_role: staff.role.id,
            has_second_factor: staff.second_factor.is_set_up,
        })
    }

    /// Whoever may change roles, and entered their password a short while ago.
    async fn editor() -> Result<(AppContext, Staff), AppError> {
        let staff = staff_who_may(Permission::WriteRoles)?;
        confirmed_recently().await?;
        Ok((AppContext::of_request()?, staff))
    }

    pub(super) async fn save(id: Option<RoleId>, change: &RoleChange<'_>) -> Result<(), RoleRefusal> {
        let (app, staff) = editor().await.map_err(RoleRefusal::Failed)?;
        let mut tx = app.database.begin(staff.tenant).await.map_err(|error| RoleRefusal::Failed(broken(&error)))?;
        let actor = actor(&staff);
        let id = match id {
            Some(id) => role::change(&mut tx, &actor, staff.user, id, change).await.map(|()| id),
            None => role::create(&mut tx, &actor, staff.user, change).await,
        };
        let id = id.map_err(refused)?;
        tx.commit().await.map_err(|error| RoleRefusal::Failed(broken(&error)))?;
        leptos_axum::redirect(&super::super::form::path(id));
        Ok(())
    }

    pub(super) async fn require_second_factor(id: RoleId, required: bool) -> Result<(), RoleRefusal> {
        let (app, staff) = editor().await.map_err(RoleRefusal::Failed)?;
        let mut tx = app.database.begin(staff.tenant).await.map_err(|error| RoleRefusal::Failed(broken(&error)))?;
        let changed = role::require_second_factor(&mut tx, &actor(&staff), staff.user, id, required).await;
        changed.map_err(refused)?;
        tx.commit().await.map_err(|error| RoleRefusal::Failed(broken(&error)))?;
        leptos_axum::redirect(&super::super::form::path(id));
        Ok(())
    }

    pub(super) async fn delete(id: RoleId) -> Result<(), RoleRefusal> {
        let (app, staff) = editor().await.map_err(RoleRefusal::Failed)?;
        let mut tx = app.database.begin(staff.tenant).await.map_err(|error| RoleRefusal::Failed(broken(&error)))?;
        role::delete(&mut tx, &actor(&staff), staff.user, id).await.map_err(refused)?;
        tx.commit().await.map_err(|error| RoleRefusal::Failed(broken(&error)))?;
        leptos_axum::redirect(PATH);
        Ok(())
    }

    fn refused(error: RoleError) -> RoleRefusal {
        match error {
            RoleError::Refused(problem) => {
                if let RoleProblem::NotHeld(missing) = &problem {
                    note_lacking(*missing);
                }
                set_status(http::StatusCode::UNPROCESSABLE_ENTITY);
                RoleRefusal::Problem(problem)
            }
            error => RoleRefusal::Failed(broken(&error)),
        }
    }
}
