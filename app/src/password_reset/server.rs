//! Server functions of a forgotten password. They are open to everybody.

use crate::AppError;
use crate::form::FormError;
use leptos::prelude::*;
use server_fn::codec::Json;

/// Whether the link is sent; else it is kept where the staff reads it.
#[server(prefix = "/api", endpoint = "forgotten-password/screen", input = Json)]
#[allow(clippy::unused_async, reason = "server functions are async, whether they wait or not")]
pub async fn load_forgotten_password() -> Result<bool, AppError> {
    Ok(crate::context::AppContext::of_request()?.site.sends_mail)
}

/// Has a link sent, if the address has an account. The answer is the same if it has none.
#[server(prefix = "/api", endpoint = "forgotten-password")]
pub async fn ask_for_password(email: String) -> Result<(), FormError> {
    work::ask(&email).await.map_err(|error| error.typed(&[("email", &email)]))
}

/// Whose password a link changes; `None` when it isn't valid.
#[server(prefix = "/api", endpoint = "reset-password/link", input = Json)]
pub async fn load_reset(token: String) -> Result<Option<String>, AppError> {
    work::find(token).await
}

/// Sets the password that somebody chose, who then signs in with it.
#[server(prefix = "/api", endpoint = "reset-password")]
pub async fn reset_password(token: String, password: String) -> Result<(), FormError> {
    work::reset(token, &password).await
}

#[cfg(feature = "ssr")]
mod work {
    use crate::AppError;
    use crate::context::{AppContext, address, broken, correlation, set_status};
    use crate::form::{FormError, answer};
    use crate::identity::{session, sign_in};
    use identity::account_link::{self, AccountLinkError, Browser, Purpose};
    use identity::mail::Site;
    use identity::secret_token::SecretToken;
    use kernel::problem::chain;
    use model::credentials::Email;
    use tracing::Instrument;

    /// The work is done after the answer, by a task of its own: how long it takes tells nobody whether there is an account.
    pub(super) async fn ask(email: &str) -> Result<(), FormError> {
        let app = AppContext::of_request()?;
        let email = Email::parse(email).map_err(|problem| answer::unprocessable_field("email", &problem))?;
        let (address, correlation) = (address(), correlation());
        account_link::charge(&app.database, &email, address).await.map_err(answer::throttled)?;
        let send = async move {
            let site = Site(&app.site.url);
            let asked = account_link::ask_for_password(&app.database, &app.mailer, site, &email, address, correlation);
            if let Err(error) = asked.await {
                tracing::error!(error = chain(&error), "could not write a link for a new password");
            }
        };
        tokio::spawn(send.in_current_span());
        leptos_axum::redirect(&format!("{}?sent", super::super::PATH));
        Ok(())
    }

    pub(super) async fn find(token: String) -> Result<Option<String>, AppError> {
        let app = AppContext::of_request()?;
        match account_link::find(&app.database, &SecretToken::sent(token), Purpose::ResetPassword).await {
            Ok(owner) => Ok(Some(owner.email.to_string())),
            Err(AccountLinkError::Link(_)) => {
                set_status(http::StatusCode::NOT_FOUND);
                Ok(None)
            }
            Err(error) => Err(broken(&error)),
        }
    }

    pub(super) async fn reset(token: String, password: &str) -> Result<(), FormError> {
        let app = AppContext::of_request()?;
        let (site, token) = (Site(&app.site.url), SecretToken::sent(token));
        let device = session::sent_device(&app);
        let browser = Browser { device: device.as_ref(), address: address(), correlation: correlation() };
        let set =
            account_link::set_password(&app.database, &app.passwords, &app.mailer, site, &token, password, browser);
        match set.await {
            Ok(device) => {
                session::remember_device(&app, &device);
                leptos_axum::redirect(&format!("{}?changed", sign_in::PATH));
                Ok(())
            }
            Err(AccountLinkError::NewPassword(problem)) => Err(answer::unprocessable_field("password", &problem)),
            Err(AccountLinkError::Link(problem)) => Err(answer::unprocessable(&problem)),
            Err(AccountLinkError::Throttle(error)) => Err(answer::throttled(error)),
            Err(AccountLinkError::Password(error)) => Err(answer::password_failed(&error)),
            Err(error) => Err(broken(&error).into()),
        }
    }
}
