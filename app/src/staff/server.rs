//! Server functions of the staff screens.

use crate::AppError;
use crate::error::Refusal;
use leptos::prelude::*;
use model::id::{RoleId, UserId};
use model::role::Role;
use model::staff::{Member, MemberProblem};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// One person, and what can be done about them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberScreen {
    /// `None` when there is nobody of this id here.
    pub member: Option<Member>,
    /// The roles that the asker may give.
    pub roles: Vec<Role>,
    pub may_change: bool,
    pub is_oneself: bool,
}

/// Everybody who works here.
#[server(prefix = "/api", endpoint = "staff", input = Json)]
pub async fn load_staff() -> Result<Vec<Member>, AppError> {
    let staff = crate::context::staff_who_may(model::permission::Permission::ReadStaff)?;
    let app = crate::context::AppContext::of_request()?;
    work::list(&app, &staff).await.map_err(|error| crate::context::broken(&*error))
}

/// Somebody who works here, by the id in the page's address, which anybody may have typed.
#[server(prefix = "/api", endpoint = "staff/member", input = Json)]
pub async fn load_member(user: String) -> Result<MemberScreen, AppError> {
    let staff = crate::context::staff_who_may(model::permission::Permission::ReadStaff)?;
    if staff.may(model::permission::Permission::WriteStaff) {
        crate::context::confirmed_recently().await?;
    }
    let app = crate::context::AppContext::of_request()?;
    work::member(&app, &staff, user.parse().ok()).await.map_err(|error| crate::context::broken(&*error))
}

/// Gives somebody another role.
#[server(prefix = "/api", endpoint = "staff/change-role")]
pub async fn change_member_role(user: UserId, role: RoleId) -> Result<(), Refusal<MemberProblem>> {
    work::change(user, work::Change::Role(role)).await
}

/// Keeps somebody out from now on.
#[server(prefix = "/api", endpoint = "staff/suspend")]
pub async fn suspend_member(user: UserId) -> Result<(), Refusal<MemberProblem>> {
    work::change(user, work::Change::Suspend).await
}

/// Lets somebody in again.
#[server(prefix = "/api", endpoint = "staff/resume")]
pub async fn resume_member(user: UserId) -> Result<(), Refusal<MemberProblem>> {
    work::change(user, work::Change::Resume).await
}

/// Ends all sessions of somebody.
#[server(prefix = "/api", endpoint = "staff/end-sessions")]
pub async fn end_member_sessions(user: UserId) -> Result<(), Refusal<MemberProblem>> {
    work::change(user, work::Change::EndSessions).await
}

#[cfg(feature = "ssr")]
mod work {
    use super::MemberScreen;
    use crate::context::{AppContext, actor, broken, confirmed_recently, set_status, staff_who_may};
    use crate::error::Refusal;
    use crate::staff::member;
    use identity::member::{self as members, MemberError};
    use kernel::TenantTx;
    use model::id::{RoleId, UserId};
    use model::permission::Permission;
    use model::session::Staff;
    use model::staff::{Member, MemberProblem};

    type Failure = Box<dyn std::error::Error + Send + Sync>;

    pub(super) async fn list(app: &AppContext, staff: &Staff) -> Result<Vec<Member>, Failure> {
        let mut tx = app.database.begin_reading(staff.tenant).await?;
        let members = members::list(&mut tx, staff.time_zone.parse()?, None).await?;
        tx.commit().await?;
        Ok(members)
    }

    pub(super) async fn member(app: &AppContext, staff: &Staff, user: Option<UserId>) -> Result<MemberScreen, Failure> {
        let mut tx = app.database.begin_reading(staff.tenant).await?;
        let member = match user {
            Some(user) => members::list(&mut tx, staff.time_zone.parse()?, Some(user)).await?.pop(),
            None => None,
        };
        let held = staff.role.permissions;
        let mut roles = identity::role::list(&mut tx).await?;
        tx.commit().await?;
        // What a person has is shown, and of the others what the asker could give.
        let current = member.as_ref().map(|member| member.role);
        roles.retain(|role| Some(role.id) == current || role.permissions.without(held).iter().next().is_none());
        if member.is_none() {
            set_status(http::StatusCode::NOT_FOUND);
        }
        Ok(MemberScreen {
            member,
            roles,
            may_change: staff.may(Permission::WriteStaff),
            is_oneself: user == Some(staff.user),
        })
    }

    /// What is done about somebody.
    #[derive(Clone, Copy)]
    pub(super) enum Change {
        Role(RoleId),
        Suspend,
        Resume,
        EndSessions,
    }

    /// Does it, and goes back to the person's page.
    pub(super) async fn change(user: UserId, change: Change) -> Result<(), Refusal<MemberProblem>> {
        let staff = staff_who_may(Permission::WriteStaff).map_err(Refusal::Failed)?;
        confirmed_recently().await.map_err(Refusal::Failed)?;
        let app = AppContext::of_request().map_err(Refusal::Failed)?;
        let mut tx = app.database.begin(staff.tenant).await.map_err(|error| Refusal::Failed(broken(&error)))?;
        match apply(&mut tx, &staff, user, change).await {
            Ok(()) => tx.commit().await.map_err(|error| Refusal::Failed(broken(&error)))?,
            Err(MemberError::Refused(problem)) => {
                set_status(http::StatusCode::UNPROCESSABLE_ENTITY);
                return Err(Refusal::Problem(problem));
            }
            Err(error) => return Err(Refusal::Failed(broken(&error))),
        }
        leptos_axum::redirect(&member::path(user));
        Ok(())
    }

    async fn apply(tx: &mut TenantTx, staff: &Staff, user: UserId, change: Change) -> Result<(), MemberError> {
        let actor = actor(staff);
        match change {
            Change::Role(role) => members::change_role(tx, &actor, staff.user, user, role).await,
            Change::Suspend => members::suspend(tx, &actor, staff.user, user).await,
            Change::Resume => members::resume(tx, &actor, staff.user, user).await,
            Change::EndSessions => members::end_sessions(tx, &actor, staff.user, user).await,
        }
    }
}
