//! Server functions of the staff screens.

use crate::AppError;
use crate::error::Refusal;
use crate::form::FormError;
use leptos::prelude::*;
use model::account::OwnSession;
use model::id::{RoleId, UserId};
use model::role::Role;
use model::staff::{Invitation, Member, MemberProblem, Reach};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// One person, and what can be done about them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberScreen {
    /// `None` when there is nobody of this id here.
    pub member: Option<Member>,
    /// The roles that the asker may give.
    pub roles: Vec<Role>,
    /// Where they are signed in, for whoever may end it.
    pub sessions: Vec<OwnSession>,
    /// Whether the asker may change them.
    pub reach: Reach,
}

/// Everybody who works here, and who was asked to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffScreen {
    pub members: Vec<Member>,
    pub invitations: Vec<Invitation>,
    pub may_invite: bool,
    /// Whether mail leaves the program; else its links are passed on by hand.
    pub sends_mail: bool,
}

/// Everybody who works here, and who was asked to.
#[server(prefix = "/api", endpoint = "staff", input = Json)]
pub async fn load_staff() -> Result<StaffScreen, AppError> {
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

/// The roles that the asker may give.
#[server(prefix = "/api", endpoint = "staff/roles", input = Json)]
pub async fn load_roles_to_give() -> Result<Vec<Role>, AppError> {
    let staff = crate::context::staff_who_may(model::permission::Permission::WriteStaff)?;
    crate::context::confirmed_recently().await?;
    let app = crate::context::AppContext::of_request()?;
    work::roles_to_give(&app, &staff).await.map_err(|error| crate::context::broken(&*error))
}

/// Asks somebody to join, by mail.
#[server(prefix = "/api", endpoint = "staff/invite")]
pub async fn invite_member(email: String, role: String) -> Result<(), FormError> {
    work::invite(&email, &role).await.map_err(|error| error.typed(&[("email", &email), ("role", &role)]))
}

/// Takes an invitation back.
#[server(prefix = "/api", endpoint = "staff/revoke-invitation")]
pub async fn revoke_invitation(invitation: String) -> Result<(), FormError> {
    work::revoke(&invitation).await
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

/// Ends a session of somebody; without an id all of them.
#[server(prefix = "/api", endpoint = "staff/end-sessions")]
pub async fn end_member_sessions(
    user: UserId,
    #[server(default)] session: Option<String>,
) -> Result<(), Refusal<MemberProblem>> {
    work::change(user, work::Change::EndSessions(session)).await
}

#[cfg(feature = "ssr")]
mod work {
    use super::{MemberScreen, StaffScreen};
    use crate::context::{
        AppContext, actor, address, broken, confirmed_recently, note_lacking, set_status, staff_who_may,
    };
    use crate::error::Refusal;
    use crate::form::{FormError, answer};
    use crate::staff::{PATH, member};
    use identity::invitation::{self, InvitationError};
    use identity::mail::Site;
    use identity::member::{self as members, MemberError};
    use kernel::TenantTx;
    use model::credentials::Email;
    use model::id::{RoleId, UserId};
    use model::permission::{Permission, PermissionSet};
    use model::registration::InvitationProblem;
    use model::role::Role;
    use model::session::Staff;
    use model::staff::{MemberProblem, Reach, check_reach};

    type Failure = Box<dyn std::error::Error + Send + Sync>;

    pub(super) async fn list(app: &AppContext, staff: &Staff) -> Result<StaffScreen, Failure> {
        let zone = staff.time_zone.parse()?;
        let mut tx = app.database.begin_reading(staff.tenant).await?;
        let members = members::list(&mut tx, zone, None).await?;
        let invitations = invitation::list(&mut tx, zone).await?;
        tx.commit().await?;
        let (may_invite, sends_mail) = (staff.may(Permission::WriteStaff), app.site.sends_mail);
        Ok(StaffScreen { members, invitations, may_invite, sends_mail })
    }

    pub(super) async fn roles_to_give(app: &AppContext, staff: &Staff) -> Result<Vec<Role>, Failure> {
        let mut tx = app.database.begin_reading(staff.tenant).await?;
        let roles = identity::role::list(&mut tx).await?;
        tx.commit().await?;
        let held = staff.role.permissions;
        Ok(roles.into_iter().filter(|role| held.lacks(role.permissions).is_none()).collect())
    }

    pub(super) async fn invite(email: &str, role: &str) -> Result<(), FormError> {
        let staff = staff_who_may(Permission::WriteStaff)?;
        confirmed_recently().await?;
        let app = AppContext::of_request()?;
        let email = Email::parse_new(email).map_err(|problem| answer::unprocessable_field("email", &problem))?;
        let role = role.parse().map_err(|_| answer::unprocessable_field("role", &InvitationProblem::RoleGone))?;
        let charged = invitation::charge(&app.database, staff.tenant, &email, address()).await;
        charged.map_err(answer::throttled)?;
        let mut tx = app.database.begin(staff.tenant).await.map_err(|error| broken(&error))?;
        let (actor, site) = (actor(&staff), Site(&app.site.url));
        let invited = invitation::invite(&mut tx, &actor, &app.mailer, site, staff.user, &email, role).await;
        let invited = invited.map_err(refused)?;
        tx.commit().await.map_err(|error| broken(&error))?;
        if invited.replaces_another {
            leptos_axum::redirect(&format!("{PATH}?replaced"));
        } else {
            leptos_axum::redirect(PATH);
        }
        Ok(())
    }

    pub(super) async fn revoke(id: &str) -> Result<(), FormError> {
        let staff = staff_who_may(Permission::WriteStaff)?;
        confirmed_recently().await?;
        let app = AppContext::of_request()?;
        let id = id.parse().map_err(|_| answer::unprocessable(&InvitationProblem::Gone))?;
        let mut tx = app.database.begin(staff.tenant).await.map_err(|error| broken(&error))?;
        invitation::revoke(&mut tx, &actor(&staff), staff.user, id).await.map_err(refused)?;
        tx.commit().await.map_err(|error| broken(&error))?;
        leptos_axum::redirect(PATH);
        Ok(())
    }

    fn refused(error: InvitationError) -> FormError {
        use InvitationProblem as Problem;
        if let InvitationError::Refused(Problem::NotHeld(missing)) = &error {
            note_lacking(*missing);
        }
        match error {
            InvitationError::Refused(problem @ Problem::WorksHere) => answer::unprocessable_field("email", &problem),
            InvitationError::Refused(problem @ (Problem::RoleGone | Problem::NotHeld(_))) => {
                answer::unprocessable_field("role", &problem)
            }
            InvitationError::Refused(problem) => answer::unprocessable(&problem),
            error => broken(&error).into(),
        }
    }

    pub(super) async fn member(app: &AppContext, staff: &Staff, user: Option<UserId>) -> Result<MemberScreen, Failure> {
        let mut tx = app.database.begin_reading(staff.tenant).await?;
        let member = match user {
            Some(user) => members::list(&mut tx, staff.time_zone.parse()?, Some(user)).await?.pop(),
            None => None,
        };
        let held = staff.role.permissions;
        let mut roles = identity::role::list(&mut tx).await?;
        let current = member.as_ref().map(|member| member.role);
        let theirs = roles.iter().find(|role| Some(role.id) == current).map(|role| role.permissions);
        // Whose permissions aren't known is out of reach.
        let reach = match (user, theirs) {
            (Some(user), Some(theirs)) => reach(staff, user, theirs),
            _ => Reach::LooksOnly,
        };
        let sessions = match user.filter(|_| reach == Reach::Within) {
            Some(user) => members::sessions(&mut tx, staff.time_zone.parse()?, user).await?,
            None => Vec::new(),
        };
        tx.commit().await?;
        // What a person has is shown, and of the others what the asker could give.
        roles.retain(|role| Some(role.id) == current || held.lacks(role.permissions).is_none());
        if member.is_none() {
            set_status(http::StatusCode::NOT_FOUND);
        }
        Ok(MemberScreen { member, roles, sessions, reach })
    }

    /// By the rule that a change is refused by: nothing is offered that would be.
    fn reach(staff: &Staff, user: UserId, theirs: PermissionSet) -> Reach {
        if !staff.may(Permission::WriteStaff) {
            return Reach::LooksOnly;
        }
        if user == staff.user {
            return Reach::Oneself;
        }
        match check_reach(staff.role.permissions, theirs) {
            Ok(()) => Reach::Within,
            Err(more) => Reach::Above(more),
        }
    }

    /// What is done about somebody.
    pub(super) enum Change {
        Role(RoleId),
        Suspend,
        Resume,
        EndSessions(Option<String>),
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
                if let MemberProblem::NotHeld(missing) | MemberProblem::HoldsMore(missing) = &problem {
                    note_lacking(*missing);
                }
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
            Change::EndSessions(session) => {
                members::end_sessions(tx, &actor, staff.user, user, session.as_deref()).await
            }
        }
    }
}
