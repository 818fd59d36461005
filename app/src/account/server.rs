//! Server functions of one's own account. Everybody who is signed in may use them, for themselves.

use crate::AppError;
use crate::error::Refusal;
use leptos::prelude::*;
use model::account::{OwnSession, PasswordProblem};
use model::second_factor::SecondFactor;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What the account's page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountScreen {
    pub sessions: Vec<OwnSession>,
    pub second_factor: SecondFactor,
}

/// Where one is signed in, and whether that takes a second factor.
#[server(prefix = "/api", endpoint = "account/sessions", input = Json)]
pub async fn load_account() -> Result<AccountScreen, AppError> {
    work::load().await
}

/// Changes one's own password, which is said again first.
#[server(prefix = "/api", endpoint = "account/password")]
pub async fn change_password(
    current: String,
    new: String,
    #[server(default)] end_others: bool,
) -> Result<(), Refusal<PasswordProblem>> {
    work::change_password(&current, &new, end_others).await
}

/// Ends one of one's sessions; without an id all but this one.
#[server(prefix = "/api", endpoint = "account/end-session")]
pub async fn end_own_session(#[server(default)] session: Option<String>) -> Result<(), AppError> {
    work::end(session.as_deref()).await
}

#[cfg(feature = "ssr")]
mod work {
    use super::AccountScreen;
    use crate::AppError;
    use crate::account::PATH;
    use crate::context::{AppContext, actor, broken, busy, session_hash, set_header, set_status, staff};
    use crate::error::Refusal;
    use http::{StatusCode, header};
    use identity::account::{self, AccountError, NewPassword};
    use identity::mail::Site;
    use identity::password::PasswordError;
    use identity::throttle::{ThrottleError, seconds};
    use model::account::PasswordProblem;

    pub(super) async fn load() -> Result<AccountScreen, AppError> {
        let (app, staff) = (AppContext::of_request()?, staff()?);
        let zone = staff.time_zone.parse::<chrono_tz::Tz>().map_err(|error| broken(&error))?;
        let current = session_hash().await?;
        let sessions = account::sessions(&app.database, &staff, zone, &current).await;
        let sessions = sessions.map_err(|error| broken(&error))?;
        Ok(AccountScreen { sessions, second_factor: staff.second_factor })
    }

    pub(super) async fn end(session: Option<&str>) -> Result<(), AppError> {
        let (app, staff) = (AppContext::of_request()?, staff()?);
        let current = session_hash().await?;
        let ended = account::end_sessions(&app.database, &actor(&staff), &staff, session, &current).await;
        ended.map_err(|error| failed(&error))?;
        leptos_axum::redirect(PATH);
        Ok(())
    }

    pub(super) async fn change_password(
        current: &str,
        new: &str,
        end_others: bool,
    ) -> Result<(), Refusal<PasswordProblem>> {
        let refuse = |problem| {
            set_status(StatusCode::UNPROCESSABLE_ENTITY);
            Err(Refusal::Problem(problem))
        };
        if current.is_empty() {
            return refuse(PasswordProblem::CurrentMissing);
        }
        let (app, staff) = (AppContext::of_request().map_err(Refusal::Failed)?, staff().map_err(Refusal::Failed)?);
        let session = session_hash().await.map_err(Refusal::Failed)?;
        let (mailer, site) = (&app.mailer, Site(&app.site.url));
        let change = NewPassword { current, new, session: &session, end_others, mailer, site };
        match account::change_password(&app.database, &actor(&staff), &app.passwords, &staff, &change).await {
            Ok(()) => {
                leptos_axum::redirect(PATH);
                Ok(())
            }
            Err(AccountError::WrongPassword) => refuse(PasswordProblem::CurrentWrong),
            Err(AccountError::New(error)) => refuse(PasswordProblem::New(error)),
            Err(AccountError::Throttle(ThrottleError::Wait(wait))) => {
                let seconds = seconds(wait);
                set_header(header::RETRY_AFTER, &seconds.to_string());
                let refused = refuse(PasswordProblem::Wait(seconds));
                set_status(StatusCode::TOO_MANY_REQUESTS);
                refused
            }
            Err(AccountError::Password(PasswordError::Busy)) => Err(Refusal::Failed(busy())),
            Err(error) => Err(Refusal::Failed(failed(&error))),
        }
    }

    fn failed(error: &AccountError) -> AppError {
        match error {
            AccountError::SignedOut => {
                set_status(StatusCode::UNAUTHORIZED);
                AppError::SignedOut
            }
            error => broken(error),
        }
    }
}
