//! Server functions of one's own second factor. Everybody who is signed in may use them, for themselves, after entering their password.

use crate::AppError;
use crate::error::Refusal;
use leptos::prelude::*;
use model::second_factor::{SecondFactorProblem, SecondFactorState};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// One's own second factor.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorScreen {
    pub state: SecondFactorState,
    pub is_required: bool,
    /// Recovery codes that were just made. Whoever reads them here is the first and the last to do so.
    pub new_codes: Vec<String>,
}

impl std::fmt::Debug for SecondFactorScreen {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SecondFactorScreen").field("state", &self.state).finish_non_exhaustive()
    }
}

/// How far one's second factor is.
#[server(prefix = "/api", endpoint = "account/second-factor", input = Json)]
pub async fn load_second_factor() -> Result<SecondFactorScreen, AppError> {
    work::load().await
}

/// Makes a secret for a new authenticator app.
#[server(prefix = "/api", endpoint = "account/second-factor/begin")]
pub async fn begin_second_factor() -> Result<(), Refusal<SecondFactorProblem>> {
    work::begin().await
}

/// Takes the first code of the new app.
#[server(prefix = "/api", endpoint = "account/second-factor/confirm")]
pub async fn confirm_second_factor(
    code: String,
    #[server(default)] end_others: bool,
) -> Result<(), Refusal<SecondFactorProblem>> {
    work::confirm(&code, end_others).await
}

/// Makes a secret for an app that shall take the place of the one in force.
#[server(prefix = "/api", endpoint = "account/second-factor/begin-replacement")]
pub async fn begin_second_factor_replacement() -> Result<(), Refusal<SecondFactorProblem>> {
    work::begin_replacement().await
}

/// Takes the first code of the app that takes the place of the one in force.
#[server(prefix = "/api", endpoint = "account/second-factor/replace")]
pub async fn replace_second_factor(
    code: String,
    #[server(default)] end_others: bool,
) -> Result<(), Refusal<SecondFactorProblem>> {
    work::replace(&code, end_others).await
}

/// Makes new recovery codes.
#[server(prefix = "/api", endpoint = "account/second-factor/renew-codes")]
pub async fn renew_recovery_codes() -> Result<(), Refusal<SecondFactorProblem>> {
    work::renew_codes().await
}

/// Removes the second factor.
#[server(prefix = "/api", endpoint = "account/second-factor/remove")]
pub async fn remove_second_factor(#[server(default)] end_others: bool) -> Result<(), Refusal<SecondFactorProblem>> {
    work::remove(end_others).await
}

#[cfg(feature = "ssr")]
mod work {
    use super::SecondFactorScreen;
    use crate::AppError;
    use crate::account::SECOND_FACTOR_PATH;
    use crate::context::{AppContext, actor, broken, confirmed_recently, session_hash, set_status, staff};
    use crate::error::Refusal;
    use crate::identity::session::renew;
    use crate::shown_once::ShownOnce;
    use http::StatusCode;
    use identity::account::AccountError;
    use identity::second_factor::{self, Asking, SecondFactorError};
    use identity::session_store::RECOVERY_CODES_KEY;
    use model::second_factor::{SecondFactorProblem, SecondFactorState};
    use model::session::Staff;

    const NEW_CODES: ShownOnce = ShownOnce { key: RECOVERY_CODES_KEY, sealed_as: "recovery codes to be shown" };

    type Outcome = Result<(), Refusal<SecondFactorProblem>>;

    pub(super) async fn load() -> Result<SecondFactorScreen, AppError> {
        let Asker { app, staff, .. } = asker().await?;
        let zone = staff.time_zone.parse::<chrono_tz::Tz>().map_err(|error| broken(&error))?;
        let state = second_factor::state(&app.database, &app.sealing, &staff, zone).await;
        let state = state.map_err(|error| broken(&error))?;
        let new_codes = match state {
            SecondFactorState::On { .. } => take_codes(&app).await?,
            SecondFactorState::Off | SecondFactorState::Begun(_) => Vec::new(),
        };
        Ok(SecondFactorScreen { state, is_required: staff.second_factor.is_required, new_codes })
    }

    pub(super) async fn begin() -> Outcome {
        let Asker { app, staff, session } = asker().await.map_err(Refusal::Failed)?;
        second_factor::begin(&app.database, &app.sealing, &staff, &session).await.map_err(refused)?;
        leptos_axum::redirect(SECOND_FACTOR_PATH);
        Ok(())
    }

    /// The session may do more from here on than before, so it gets a new id.
    pub(super) async fn confirm(code: &str, end_others: bool) -> Outcome {
        check_typed(code)?;
        let Asker { app, staff, session } = asker().await.map_err(Refusal::Failed)?;
        let (actor, asking) = (actor(&staff), Asking { session: &session, end_others });
        let codes = second_factor::confirm(&app.database, &actor, &app.sealing, &staff, asking, code).await;
        let codes = codes.map_err(refused)?;
        renew_session_id().await.map_err(Refusal::Failed)?;
        show_once(&app, &codes).await.map_err(Refusal::Failed)
    }

    pub(super) async fn begin_replacement() -> Outcome {
        let Asker { app, staff, session } = asker().await.map_err(Refusal::Failed)?;
        second_factor::begin_replacement(&app.database, &app.sealing, &staff, &session).await.map_err(refused)?;
        leptos_axum::redirect(SECOND_FACTOR_PATH);
        Ok(())
    }

    /// Here, too, the session gets a new id: whoever knew the one before may have had the device before, too.
    pub(super) async fn replace(code: &str, end_others: bool) -> Outcome {
        check_typed(code)?;
        let Asker { app, staff, session } = asker().await.map_err(Refusal::Failed)?;
        let (actor, asking) = (actor(&staff), Asking { session: &session, end_others });
        let replaced = second_factor::replace(&app.database, &actor, &app.sealing, &staff, asking, code).await;
        replaced.map_err(refused)?;
        renew_session_id().await.map_err(Refusal::Failed)?;
        leptos_axum::redirect(SECOND_FACTOR_PATH);
        Ok(())
    }

    pub(super) async fn renew_codes() -> Outcome {
        let Asker { app, staff, session } = asker().await.map_err(Refusal::Failed)?;
        let codes = second_factor::renew_recovery_codes(&app.database, &actor(&staff), &staff, &session).await;
        show_once(&app, &codes.map_err(refused)?).await.map_err(Refusal::Failed)
    }

    pub(super) async fn remove(end_others: bool) -> Outcome {
        let Asker { app, staff, session } = asker().await.map_err(Refusal::Failed)?;
        let asking = Asking { session: &session, end_others };
        second_factor::remove(&app.database, &actor(&staff), &staff, asking).await.map_err(refused)?;
        leptos_axum::redirect(SECOND_FACTOR_PATH);
        Ok(())
    }

    /// Whoever is signed in and entered their password a short while ago.
    struct Asker {
        app: AppContext,
        staff: Staff,
        /// By the hash of its token.
        session: Vec<u8>,
    }

    async fn asker() -> Result<Asker, AppError> {
        let (app, staff) = (AppContext::of_request()?, staff()?);
        confirmed_recently().await?;
        Ok(Asker { app, staff, session: session_hash().await? })
    }

    fn check_typed(code: &str) -> Outcome {
        if code.trim().is_empty() { Err(refused(SecondFactorProblem::CodeMissing.into())) } else { Ok(()) }
    }

    async fn renew_session_id() -> Result<(), AppError> {
        renew(&AppContext::of_request()?).await.map(|_| ())
    }

    async fn show_once(app: &AppContext, codes: &[String]) -> Result<(), AppError> {
        let codes = serde_json::to_vec(codes).map_err(|error| broken(&error))?;
        NEW_CODES.keep(app, &codes).await?;
        leptos_axum::redirect(SECOND_FACTOR_PATH);
        Ok(())
    }

    async fn take_codes(app: &AppContext) -> Result<Vec<String>, AppError> {
        let Some(codes) = NEW_CODES.take(app).await? else { return Ok(Vec::new()) };
        serde_json::from_slice(&codes).map_err(|error| broken(&error))
    }

    fn refused(error: SecondFactorError) -> Refusal<SecondFactorProblem> {
        match error {
            SecondFactorError::Refused(problem) => {
                set_status(StatusCode::UNPROCESSABLE_ENTITY);
                Refusal::Problem(problem)
            }
            SecondFactorError::Account(AccountError::SignedOut) => {
                set_status(StatusCode::UNAUTHORIZED);
                Refusal::Failed(AppError::SignedOut)
            }
            error => Refusal::Failed(broken(&error)),
        }
    }
}
