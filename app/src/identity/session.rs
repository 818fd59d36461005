//! Beginning a session, and what every form before one may be answered.

use crate::AppError;
use crate::context::{AppContext, address, broken, busy, set_header, set_status, user_agent};
use crate::form::FormError;
use http::{StatusCode, header};
use identity::arrival::Arrival;
use identity::password::PasswordError;
use identity::session_store::{ADDRESS_KEY, AGENT_KEY, TENANT_KEY, USER_KEY};
use identity::throttle::ThrottleError;
use server_fn::error::ServerFnErrorErr;
use tower_sessions::Session;

/// Of this request.
pub(crate) async fn of_request() -> Result<Session, AppError> {
    leptos_axum::extract().await.map_err(|error: ServerFnErrorErr| broken(&error))
}

/// Begins a session, under a new id: whatever was known under the old one, perhaps to somebody else, is worth nothing from here on.
pub(crate) async fn begin(_app: &AppContext, arrival: Arrival) -> Result<(), AppError> {
    let session = of_request().await?;
    let fill = async {
        session.clear().await;
        session.cycle_id().await?;
        session.insert(USER_KEY, arrival.user).await?;
        session.insert(AGENT_KEY, user_agent()).await?;
        session.insert(ADDRESS_KEY, address()).await?;
        session.insert(TENANT_KEY, arrival.tenant).await
    };
    fill.await.map_err(|error: tower_sessions::session::Error| broken(&error))
}

/// Something that was sent is wrong as a whole.
pub(crate) fn unprocessable(problem: &impl std::fmt::Display) -> FormError {
    set_status(StatusCode::UNPROCESSABLE_ENTITY);
    FormError::whole(problem)
}

/// Something that was sent is wrong in a field.
pub(crate) fn unprocessable_field(field: &str, problem: &impl std::fmt::Display) -> FormError {
    set_status(StatusCode::UNPROCESSABLE_ENTITY);
    FormError::of(field, problem)
}

/// Too many attempts: says when the next one is possible.
pub(crate) fn throttled(error: ThrottleError) -> FormError {
    let ThrottleError::Wait(wait) = error else { return broken(&error).into() };
    let seconds = u32::try_from(wait.num_seconds()).unwrap_or(u32::MAX).saturating_add(1);
    set_status(StatusCode::TOO_MANY_REQUESTS);
    set_header(header::RETRY_AFTER, &seconds.to_string());
    FormError::whole(&format!("Too many attempts. The next one is possible in {}.", super::sign_in::duration(seconds)))
}

/// A password could not be hashed or checked.
pub(crate) fn password_failed(error: &PasswordError) -> FormError {
    match error {
        PasswordError::Busy => busy().into(),
        error => broken(error).into(),
    }
}
