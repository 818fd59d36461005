//! Why a program gets no answer to what it asked.

use super::super::challenge;
use super::super::explain::respond;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use identity::access_token::AccessTokenError;
use identity::api_key::ApiKeyError;
use identity::password::PasswordError;
use identity::refresh_token::TokenError;
use identity::registration::RegistrationError;
use identity::sign_in::SignInError;
use identity::throttle::{ThrottleError, seconds};
use identity::user::RegisterError;
use kernel::Problem;
use kernel::database::waited_in_vain;
use kernel::problem::{FieldProblem, chain};
use model::id::CorrelationId;
use model::registration::RegistrationProblem;
use model::words::duration;
use serde_path_to_error::{Path, Segment};
use std::error::Error as _;

#[derive(Debug)]
pub(super) enum ApiError {
    /// The body can't be read; with the status that says why.
    Body(StatusCode),
    /// What is wrong with the body, field by field.
    Fields(Vec<FieldProblem>),
    /// This server doesn't do it; why not.
    Closed(&'static str),
    /// Whatever the program showed opens nothing; what to do about it.
    Credentials(&'static str),
    /// The token that was sent to open it doesn't; what to do about it.
    Token(&'static str),
    /// Too many attempts: so many seconds until the next one.
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
            Self::Fields(_) => {
                let detail = "Some fields are not filled in right: see their errors.";
                (StatusCode::UNPROCESSABLE_ENTITY, detail.to_owned())
            }
            Self::Closed(detail) => (StatusCode::FORBIDDEN, (*detail).to_owned()),
            Self::Credentials(detail) | Self::Token(detail) => (StatusCode::UNAUTHORIZED, (*detail).to_owned()),
            Self::Wait(seconds) => {
                let detail = format!("Too many attempts. The next one is possible in {}.", duration(*seconds));
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
        if let Self::Fields(errors) = &self {
            problem.errors.clone_from(errors);
        }
        let mut response = respond(&problem);
        match self {
            Self::Credentials(_) => {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge::NO_TOKEN));
            }
            Self::Token(_) => {
                let wrong = HeaderValue::from_static(challenge::WRONG_TOKEN);
                response.headers_mut().insert(header::WWW_AUTHENTICATE, wrong);
            }
            Self::Wait(seconds) => {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            _ => {}
        }
        response
    }
}

/// Which field could not be read, where it was one: bodies are objects, and what is missing in them is empty.
fn wrong_field(rejection: &JsonRejection) -> Option<FieldProblem> {
    if !matches!(rejection, JsonRejection::JsonDataError(_)) {
        return None;
    }
    let mut causes = std::iter::successors(rejection.source(), |cause| (*cause).source());
    let error = causes.find_map(|cause| cause.downcast_ref::<serde_path_to_error::Error<serde_json::Error>>())?;
    let detail = "This is a value of another kind than it should be.";
    within_body(error.path()).map(|field| FieldProblem::of(&field, detail))
}

/// Where in the body a value is, as a JSON Pointer has it behind its first stroke (RFC 6901, 3 and 4). `None` for the body itself, and for
/// what can't be pointed at.
fn within_body(path: &Path) -> Option<String> {
    let token = |segment: &Segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key: name } | Segment::Enum { variant: name } => {
            Some(name.replace('~', "~0").replace('/', "~1"))
        }
        Segment::Unknown => None,
    };
    let tokens = path.iter().map(token).collect::<Option<Vec<_>>>()?;
    (!tokens.is_empty()).then(|| tokens.join("/"))
}

fn body_detail(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "Send JSON, with the content type application/json.",
        StatusCode::UNPROCESSABLE_ENTITY => "The body doesn’t have the fields that it should.",
        StatusCode::PAYLOAD_TOO_LARGE => "What was sent is too large.",
        _ => "The body is no JSON.",
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        match wrong_field(&rejection) {
            Some(problem) => Self::Fields(vec![problem]),
            None => Self::Body(rejection.status()),
        }
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
            TokenError::FactorMissing => Self::Credentials(
                "Your role requires a second factor. Sign in with a browser and set one up, then log in here with a code of it.",
            ),
            TokenError::CodeMissing => {
                Self::Credentials("This account has a second factor. Send a code of it along, as \"code\".")
            }
            TokenError::SignIn(SignInError::Business) => {
                let detail = "You don’t work for this business. Send the id of one that you work for, or none.";
                Self::Fields(vec![FieldProblem::of("business", detail)])
            }
            TokenError::SignIn(SignInError::Code) => {
                Self::Credentials("That code is not valid, or was used before. Wait for the next one.")
            }
            TokenError::SignIn(SignInError::Throttle(ThrottleError::Wait(wait))) => Self::Wait(seconds(wait)),
            TokenError::SignIn(SignInError::Password(PasswordError::Busy)) => Self::Busy,
            error => Self::broken(error),
        }
    }
}

impl From<RegistrationError> for ApiError {
    fn from(error: RegistrationError) -> Self {
        let problems = match error {
            RegistrationError::Refused(problems) => problems,
            RegistrationError::Register(RegisterError::EmailTaken(_)) => vec![RegistrationProblem::EmailTaken],
            RegistrationError::Throttle(ThrottleError::Wait(wait)) => return Self::Wait(seconds(wait)),
            RegistrationError::Password(PasswordError::Busy) => return Self::Busy,
            error => return Self::broken(error),
        };
        Self::Fields(problems.iter().map(|problem| FieldProblem::of(problem.field(), problem)).collect())
    }
}

impl From<AccessTokenError> for ApiError {
    fn from(error: AccessTokenError) -> Self {
        match error {
            AccessTokenError::Refused => Self::Token("This access token is not valid. Refresh it, or log in again."),
            error => Self::broken(error),
        }
    }
}

impl From<ApiKeyError> for ApiError {
    fn from(error: ApiKeyError) -> Self {
        Self::broken(error)
    }
}

#[cfg(test)]
mod tests {
    use super::within_body;
    use serde::de::DeserializeOwned;
    use std::collections::BTreeMap;

    fn wrong<Body: DeserializeOwned>(json: &str) -> Option<String> {
        let read = serde_path_to_error::deserialize::<_, Body>(&mut serde_json::Deserializer::from_str(json));
        within_body(read.err().unwrap().path())
    }

    #[test]
    fn what_is_wrong_is_pointed_at_wherever_it_is() {
        let told = wrong::<BTreeMap<String, Vec<u8>>>(r#"{"lines": [1, 2, "three"]}"#);
        assert_eq!(told.as_deref(), Some("lines/2"));
        let told = wrong::<BTreeMap<String, u8>>(r#"{"a/b~c": "one"}"#);
        assert_eq!(told.as_deref(), Some("a~1b~0c"));
        assert_eq!(wrong::<Vec<u8>>("5"), None, "the body itself");
    }
}
