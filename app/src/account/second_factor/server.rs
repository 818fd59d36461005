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
pub async fn confirm_second_factor(code: String) -> Result<(), Refusal<SecondFactorProblem>> {
    work::confirm(&code).await
}

/// Makes new recovery codes.
#[server(prefix = "/api", endpoint = "account/second-factor/renew-codes")]
pub async fn renew_recovery_codes() -> Result<(), Refusal<SecondFactorProblem>> {
    work::renew_codes().await
}

/// Removes the second factor.
#[server(prefix = "/api", endpoint = "account/second-factor/remove")]
pub async fn remove_second_factor() -> Result<(), Refusal<SecondFactorProblem>> {
    work::remove().await
}

#[cfg(feature = "ssr")]
mod work {
    use super::SecondFactorScreen;
    use crate::AppError;
    use crate::account::SECOND_FACTOR_PATH;
    use crate::context::{AppContext, actor, broken, confirmed_recently, session, session_hash, set_status, staff};
    use crate::error::Refusal;
    use http::StatusCode;
    use identity::account::AccountError;
    use identity::second_factor::{self, SecondFactorError};
    use identity::session_store::RECOVERY_CODES_KEY;
    use model::second_factor::{SecondFactorProblem, SecondFactorState};
    use model::session::Staff;

    /// What recovery codes are sealed for while they wait in the session to be shown.
    const NEW_CODES: &str = "recovery codes to be shown";

    type Outcome = Result<(), Refusal<SecondFactorProblem>>;

    pub(super) async fn load() -> Result<SecondFactorScreen, AppError> {
        let (app, staff) = asker().await?;
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
        let (app, staff) = asker().await.map_err(Refusal::Failed)?;
        second_factor::begin(&app.database, &app.sealing, &staff).await.map_err(refused)?;
        leptos_axum::redirect(SECOND_FACTOR_PATH);
        Ok(())
    }

    /// The session may do more from here on than before, so it gets a new id.
    pub(super) async fn confirm(code: &str) -> Outcome {
        if code.trim().is_empty() {
            return Err(refused(SecondFactorProblem::CodeMissing.into()));
        }
        let (app, staff) = asker().await.map_err(Refusal::Failed)?;
        let hash = session_hash().await.map_err(Refusal::Failed)?;
        let actor = actor(&staff);
        let codes = second_factor::confirm(&app.database, &actor, &app.sealing, &staff, &hash, code).await;
        let codes = codes.map_err(refused)?;
        renew_session_id().await.map_err(Refusal::Failed)?;
        show_once(&app, &codes).await.map_err(Refusal::Failed)
    }

    pub(super) async fn renew_codes() -> Outcome {
        let (app, staff) = asker().await.map_err(Refusal::Failed)?;
        let codes = second_factor::renew_recovery_codes(&app.database, &actor(&staff), &staff).await;
        show_once(&app, &codes.map_err(refused)?).await.map_err(Refusal::Failed)
    }

    pub(super) async fn remove() -> Outcome {
        let (app, staff) = asker().await.map_err(Refusal::Failed)?;
        second_factor::remove(&app.database, &actor(&staff), &staff).await.map_err(refused)?;
        leptos_axum::redirect(SECOND_FACTOR_PATH);
        Ok(())
    }

    /// Whoever is signed in and entered their password a short while ago.
    async fn asker() -> Result<(AppContext, Staff), AppError> {
        let (app, staff) = (AppContext::of_request()?, staff()?);
        confirmed_recently().await?;
        Ok((app, staff))
    }

    async fn renew_session_id() -> Result<(), AppError> {
        session().await?.cycle_id().await.map_err(|error| broken(&error))
    }

    /// Keeps the codes for the page that follows. The database has no secret in clear, not for that moment either.
    async fn show_once(app: &AppContext, codes: &[String]) -> Result<(), AppError> {
        let codes = serde_json::to_vec(codes).map_err(|error| broken(&error))?;
        let sealed = app.sealing.seal(NEW_CODES, &codes).map_err(|error| broken(&error))?;
        session().await?.insert(RECOVERY_CODES_KEY, sealed).await.map_err(|error| broken(&error))?;
        leptos_axum::redirect(SECOND_FACTOR_PATH);
        Ok(())
    }

    async fn take_codes(app: &AppContext) -> Result<Vec<String>, AppError> {
        let session = session().await?;
        let sealed = session.get::<Vec<u8>>(RECOVERY_CODES_KEY).await.map_err(|error| broken(&error))?;
        let Some(sealed) = sealed else { return Ok(Vec::new()) };
        session.remove_value(RECOVERY_CODES_KEY).await.map_err(|error| broken(&error))?;
        let codes = app.sealing.open(NEW_CODES, &sealed).map_err(|error| broken(&error))?;
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
