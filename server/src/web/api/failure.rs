//! Why a program gets no answer to what it asked.

use super::super::explain::respond;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use identity::access_token::AccessTokenError;
use identity::api_key::ApiKeyError;
use identity::password::PasswordError;
use identity::refresh_token::TokenError;
use identity::sign_in::SignInError;
use identity::throttle::ThrottleError;
use kernel::Problem;
use kernel::database::waited_in_vain;
use kernel::problem::chain;
use model::credentials::CredentialError;
use model::id::CorrelationId;

/// Asks for a token (RFC 6750, 3).
const CHALLENGE: &str = "Bearer";

#[derive(Debug)]
pub(super) enum ApiError {
    /// The body can't be read; with the status that says why.
    Body(StatusCode),
    Field(CredentialError),
    /// Whatever the program showed opens nothing; what to do about it.
    Credentials(&'static str),
    /// Too many attempts failed: so many seconds until the next one.
    Wait(u32),
    Busy,
    Broken(Box<dyn std::error::Error + Send + Sync>),
}

impl ApiError {
    pub(super) fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Broken(Box::new(error))
    }

    pub(super) fn answer(self, correlation: CorrelationId) -> Response {
        let (status, detail) = match &self {
            Self::Body(status) => (*status, body_detail(*status).to_owned()),
            Self::Field(error) => (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()),
            Self::Credentials(detail) => (StatusCode::UNAUTHORIZED, (*detail).to_owned()),
            Self::Wait(seconds) => {
                let detail = format!("Too many attempts failed. The next one is possible in {seconds} seconds.");
                (StatusCode::TOO_MANY_REQUESTS, detail)
            }
            Self::Busy => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Self::Broken(error) if waited_in_vain(&**error) => {
                tracing::warn!(error = chain(&**error), "no database connection was free in time");
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
            Self::Broken(error) => {
                tracing::error!(error = chain(&**error), "an API request failed");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        };
        let mut problem = Problem::of(status).detail(detail);
        problem.request_id = Some(correlation);
        let mut response = respond(&problem);
        match self {
            Self::Credentials(_) => {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
            }
            Self::Wait(seconds) => {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            _ => {}
        }
        response
    }
}

fn body_detail(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "Send JSON, with the content type application/json.",
        StatusCode::UNPROCESSABLE_ENTITY => "A field is missing, or has a value of another kind than it should.",
        StatusCode::PAYLOAD_TOO_LARGE => "What was sent is too large.",
        _ => "The body is no JSON.",
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        Self::Body(rejection.status())
    }
}

impl From<TokenError> for ApiError {
    fn from(error: TokenError) -> Self {
        match error {
            // A thief need not know that they were noticed.
            TokenError::Refused | TokenError::Reused => {
                Self::Credentials("This refresh token is not valid. Log in again.")
            }
            TokenError::SignIn(SignInError::Refused) => {
                Self::Credentials("That e-mail address and password don’t match.")
            }
            TokenError::CodeMissing => {
                Self::Credentials("This account has a second factor. Send a code of it along, as \"code\".")
            }
            TokenError::SignIn(SignInError::Code) => {
                Self::Credentials("That code is not valid, or was used before. Wait for the next one.")
            }
            TokenError::SignIn(SignInError::Throttle(ThrottleError::Wait(wait))) => {
                Self::Wait(u32::try_from(wait.num_seconds()).unwrap_or(u32::MAX).saturating_add(1))
            }
            TokenError::SignIn(SignInError::Password(PasswordError::Busy)) => Self::Busy,
            error => Self::broken(error),
        }
    }
}

impl From<AccessTokenError> for ApiError {
    fn from(error: AccessTokenError) -> Self {
        match error {
            AccessTokenError::Refused => {
                Self::Credentials("This access token is not valid. Refresh it, or log in again.")
            }
            error => Self::broken(error),
        }
    }
}

impl From<ApiKeyError> for ApiError {
    fn from(error: ApiKeyError) -> Self {
        Self::broken(error)
    }
}
