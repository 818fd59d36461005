//! Server functions of the page that an invitation's link leads to. They are open to whoever has the link.

use crate::AppError;
use crate::form::FormError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// An invitation, as whoever follows it sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationScreen {
    pub business: String,
    pub role: String,
    pub invited_by: String,
    pub email: String,
    pub visitor: InvitationVisitor,
}

/// How they can join.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvitationVisitor {
    /// They have no account yet.
    New,
    /// They have one, and sign in first.
    SignedOut,
    /// They are signed in as who was invited.
    SignedIn,
    /// They are signed in as somebody else.
    SomebodyElse,
}

/// What a link is for; `None` when it isn't valid.
#[server(prefix = "/api", endpoint = "invitation", input = Json)]
pub async fn load_invitation(business: String, token: String) -> Result<Option<InvitationScreen>, AppError> {
    work::load(&business, token).await
}

/// Joins, as somebody new or as who is signed in.
#[server(prefix = "/api", endpoint = "invitation/accept")]
pub async fn accept_invitation(
    business: String,
    token: String,
    #[server(default)] name: Option<String>,
    #[server(default)] password: Option<String>,
) -> Result<(), FormError> {
    let typed = name.clone().unwrap_or_default();
    let accepted = work::accept(&business, token, name.as_deref(), password.as_deref()).await;
    accepted.map_err(|error| error.typed(&[("name", &typed)]))
}

#[cfg(feature = "ssr")]
mod work {
    use super::{InvitationScreen, InvitationVisitor};
    use crate::AppError;
    use crate::context::{AppContext, address, broken, correlation, set_status, signed_in};
    use crate::form::{FormError, answer};
    use crate::identity::session;
    use identity::invitation::{self, InvitationError, Joiner, Link};
    use identity::secret_token::SecretToken;
    use kernel::Actor;
    use model::id::TenantId;
    use model::registration::LinkProblem;

    pub(super) async fn load(business: &str, token: String) -> Result<Option<InvitationScreen>, AppError> {
        let app = AppContext::of_request()?;
        let Ok(tenant) = business.parse::<TenantId>() else {
            set_status(http::StatusCode::NOT_FOUND);
            return Ok(None);
        };
        let invited = match invitation::find(&app.database, Link { tenant, token: &SecretToken::sent(token) }).await {
            Ok(invited) => invited,
            Err(InvitationError::Link(_)) => {
                set_status(http::StatusCode::NOT_FOUND);
                return Ok(None);
            }
            Err(error) => return Err(broken(&error)),
        };
        let visitor = match (invited.account, signed_in()) {
            (None, None) => InvitationVisitor::New,
            (Some(_), None) => InvitationVisitor::SignedOut,
            (Some(account), Some(staff)) if staff.user == account => InvitationVisitor::SignedIn,
            (_, Some(_)) => InvitationVisitor::SomebodyElse,
        };
        Ok(Some(InvitationScreen {
            business: invited.business,
            role: invited.role_name,
            invited_by: invited.invited_by,
            email: invited.email,
            visitor,
        }))
    }

    pub(super) async fn accept(
        business: &str,
        token: String,
        name: Option<&str>,
        password: Option<&str>,
    ) -> Result<(), FormError> {
        let app = AppContext::of_request()?;
        let tenant = business.parse::<TenantId>().map_err(|_| answer::unprocessable(&LinkProblem))?;
        let token = SecretToken::sent(token);
        let link = Link { tenant, token: &token };
        let mut actor = Actor::system("invitation", correlation());
        actor.address = address();
        // Joining enters no password: an open browser is not more than it was.
        let home = match signed_in() {
            Some(staff) => {
                let accepted = invitation::accept_as(&app.database, &actor, link, staff.user).await;
                session::go_on(&app, accepted.map_err(refused)?).await?
            }
            None => {
                let joiner = Joiner { name: name.unwrap_or_default(), password: password.unwrap_or_default() };
                let accepted =
                    invitation::accept_as_new(&app.database, &app.passwords, &app.mailer, &actor, link, &joiner).await;
                session::arrive(&app, accepted.map_err(refused)?).await?
            }
        };
        leptos_axum::redirect(home);
        Ok(())
    }

    fn refused(error: InvitationError) -> FormError {
        match error {
            InvitationError::Name(problem) => answer::unprocessable_field("name", &problem),
            InvitationError::NewPassword(problem) => answer::unprocessable_field("password", &problem),
            InvitationError::Link(problem) => answer::unprocessable(&problem),
            InvitationError::HasAccount => answer::unprocessable(
                &"This address has an account already. Sign in with it, then follow the link again.",
            ),
            InvitationError::SomebodyElse => answer::unprocessable(&super::super::page::SOMEBODY_ELSE),
            InvitationError::Password(error) => answer::password_failed(&error),
            error => broken(&error).into(),
        }
    }
}
