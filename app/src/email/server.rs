//! Server functions of one's own e-mail address.

use crate::AppError;
use crate::form::FormError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// One's own address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailScreen {
    pub email: String,
    pub confirmed: bool,
    /// Whether a link can be sent to it.
    pub sends_mail: bool,
}

/// One's own address.
#[server(prefix = "/api", endpoint = "account/email", input = Json)]
pub async fn load_email() -> Result<EmailScreen, AppError> {
    let staff = crate::context::staff()?;
    let app = crate::context::AppContext::of_request()?;
    let confirmed = identity::account::has_confirmed_email(&app.database, staff.user).await;
    let confirmed = confirmed.map_err(|error| crate::context::broken(&error))?;
    Ok(EmailScreen { email: staff.email, confirmed, sends_mail: app.site.sends_mail })
}

/// Has a link sent to one's own address.
#[server(prefix = "/api", endpoint = "account/ask-to-confirm")]
pub async fn ask_to_confirm() -> Result<(), FormError> {
    work::ask().await
}

/// Confirms the address that a link was sent to.
#[server(prefix = "/api", endpoint = "confirm-email")]
pub async fn confirm_email(token: String) -> Result<(), FormError> {
    work::confirm(token).await
}

#[cfg(feature = "ssr")]
mod work {
    use crate::context::{AppContext, address, broken, correlation, staff};
    use crate::form::{FormError, answer};
    use identity::account_link::{self, AccountLinkError};
    use identity::mail::Site;
    use identity::secret_token::SecretToken;

    pub(super) async fn ask() -> Result<(), FormError> {
        let (app, staff) = (AppContext::of_request()?, staff()?);
        let site = Site(&app.site.url);
        match account_link::ask_to_confirm(&app.database, &app.mailer, site, &staff, address()).await {
            Ok(()) => {
                leptos_axum::redirect(&format!("{}?sent", crate::account::PATH));
                Ok(())
            }
            Err(AccountLinkError::Link(_)) => Err(answer::unprocessable(&"No mail leaves this server.")),
            Err(AccountLinkError::Throttle(error)) => Err(answer::throttled(error)),
            Err(error) => Err(broken(&error).into()),
        }
    }

    pub(super) async fn confirm(token: String) -> Result<(), FormError> {
        let app = AppContext::of_request()?;
        match account_link::confirm_email(&app.database, &SecretToken::sent(token), address(), correlation()).await {
            Ok(()) => {
                leptos_axum::redirect("/confirm-email?confirmed");
                Ok(())
            }
            Err(AccountLinkError::Link(problem)) => Err(answer::unprocessable(&problem)),
            Err(error) => Err(broken(&error).into()),
        }
    }
}
