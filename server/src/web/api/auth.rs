//! Tokens for programs: had for a password, replaced, given back, asked about.

use super::bearer::{self, Credential};
use super::failure::ApiError;
use crate::web::WebState;
use app::context::ClientAddress;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use identity::access_token::{self, AccessToken};
use identity::mail::Site;
use identity::refresh_token::{self, Bearer, TokenPair};
use identity::registration::{self, Asking, Outcome};
use identity::secret_token::SecretToken;
use identity::sign_in::Attempt;
use kernel::problem::FieldProblem;
use model::credentials::{CredentialError, Email};
use model::id::{CorrelationId, TenantId, UserId};
use model::permission::Permission;
use model::registration::RegistrationForm;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::net::IpAddr;

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller {
    correlation: CorrelationId,
    address: Option<IpAddr>,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let correlation = parts.extensions.get::<CorrelationId>().copied();
        let address = parts.extensions.get::<ClientAddress>().map(|address| address.0);
        Ok(Self { correlation: correlation.unwrap_or_else(|| uuid::Uuid::nil().into()), address })
    }
}

impl Caller {
    const fn bearer(self) -> Bearer {
        Bearer { correlation: self.correlation, address: self.address }
    }
}

/// A body of JSON, or why it is none.
type Body<T> = Result<Json<T>, JsonRejection>;

/// What is missing in a body is empty, so that it is told like anything else that is wrong with a field.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct LoginBody {
    email: String,
    password: String,
    /// Of the second factor.
    code: Option<String>,
    /// The one that they joined first, unless it is named.
    business: Option<TenantId>,
}

impl LoginBody {
    /// All that is wrong, not only the first.
    fn email(&self) -> Result<Email, ApiError> {
        let missing = self.password.is_empty().then_some(CredentialError::PasswordMissing);
        match (Email::parse(&self.email), missing) {
            (Ok(email), None) => Ok(email),
            (email, missing) => {
                let email = email.err().map(|error| FieldProblem::of("email", error));
                let password = missing.map(|error| FieldProblem::of("password", error));
                Err(ApiError::Fields(email.into_iter().chain(password).collect()))
            }
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RefreshToken {
    refresh_token: String,
}

impl RefreshToken {
    fn sent(self) -> Result<SecretToken, ApiError> {
        required("refresh_token", self.refresh_token).map(SecretToken::sent)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct AnyToken {
    token: String,
}

fn required(field: &str, value: String) -> Result<String, ApiError> {
    if value.is_empty() { Err(ApiError::Fields(vec![FieldProblem::of(field, "Send it.")])) } else { Ok(value) }
}

/// RFC 6749, 5.1.
#[derive(Serialize)]
struct Tokens {
    access_token: String,
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    refresh_token: String,
    /// Not of the standard: somebody may work for several, and the tokens are good in one.
    business: TenantId,
}

impl From<TokenPair> for Tokens {
    fn from(pair: TokenPair) -> Self {
        Self {
            access_token: pair.access,
            token_type: "Bearer",
            expires_in: access_token::LIFETIME.num_seconds(),
            refresh_token: pair.refresh.expose().to_owned(),
            business: pair.business,
        }
    }
}

/// What a token says (RFC 7662, 2.2); of one that doesn't count nothing.
#[derive(Default, Serialize)]
struct Validity {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(flatten)]
    token: Option<AccessToken>,
    #[serde(flatten)]
    key: Option<KeyHolder>,
    /// The permissions that it opens now, with spaces between.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

/// Whom an API key stands for, under the names that an access token has for it.
#[derive(Serialize)]
struct KeyHolder {
    sub: UserId,
    tenant: TenantId,
}

/// Opens a business: 201 with tokens of its owner, or, where mail is sent, 202, and a mail says how to go on. That doesn't tell which
/// addresses have an account.
pub(super) async fn register(State(state): State<WebState>, caller: Caller, body: Body<RegistrationForm>) -> Response {
    let app = &state.app;
    let opened = async {
        let Json(form) = body?;
        if !app.site.registration {
            return Err(ApiError::Closed("On this server businesses are opened by its administrator."));
        }
        let (Caller { address, correlation }, site) = (caller, Site(&app.site.url));
        let asking = Asking { mailer: &app.mailer, site, address, correlation };
        match registration::request(&app.database, &app.passwords, &asking, &form).await? {
            Outcome::Mailed => Ok(None),
            Outcome::Opened(arrival) => Ok(Some(refresh_token::begin(&app.database, &app.tokens, arrival).await?)),
        }
    };
    match opened.await {
        Ok(Some(pair)) => (StatusCode::CREATED, Json(Tokens::from(pair))).into_response(),
        Ok(None) => StatusCode::ACCEPTED.into_response(),
        Err(error) => error.answer(caller.correlation),
    }
}

/// Tokens for an e-mail address and a password.
pub(super) async fn login(State(state): State<WebState>, caller: Caller, body: Body<LoginBody>) -> Response {
    let tokens = async {
        let Json(body) = body?;
        let email = body.email()?;
        let attempt = Attempt {
            email: &email,
            password: &body.password,
            code: body.code.as_deref(),
            business: body.business,
            address: caller.address,
            device: None,
            by_program: true,
            correlation: caller.correlation,
        };
        let app = &state.app;
        Ok(refresh_token::log_in(&app.database, &app.passwords, &app.sealing, &app.tokens, &attempt).await?)
    };
    answer(tokens.await, caller)
}

/// New tokens for a refresh token, which is used up by it.
pub(super) async fn refresh(State(state): State<WebState>, caller: Caller, body: Body<RefreshToken>) -> Response {
    let tokens = async {
        let Json(body) = body?;
        let (app, sent) = (&state.app, body.sent()?);
        Ok::<_, ApiError>(refresh_token::refresh(&app.database, &app.tokens, &sent, &caller.bearer()).await?)
    };
    answer(tokens.await, caller)
}

/// Ends what follows from a login. The answer is the same for a token that nobody has (RFC 7009, 2.2).
pub(super) async fn logout(State(state): State<WebState>, caller: Caller, body: Body<RefreshToken>) -> Response {
    let ended = async {
        let Json(body) = body?;
        let sent = body.sent()?;
        Ok::<_, ApiError>(refresh_token::log_out(&state.app.database, &sent, &caller.bearer()).await?)
    };
    match ended.await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => error.answer(caller.correlation),
    }
}

/// What a token says, if it counts. Whoever has it may know.
pub(super) async fn validate(State(state): State<WebState>, caller: Caller, body: Body<AnyToken>) -> Response {
    let validity = async {
        let Json(AnyToken { token }) = body?;
        let token = required("token", token)?;
        let (staff, credential) = match bearer::who(&state.app, &token).await {
            Ok(known) => known,
            Err(ApiError::Token(_)) => return Ok(Validity::default()),
            Err(error) => return Err(error),
        };
        let scope: Vec<_> = staff.role.permissions.iter().map(Permission::word).collect();
        let (token, key) = match credential {
            Credential::AccessToken(token) => (Some(token), None),
            Credential::ApiKey => (None, Some(KeyHolder { sub: staff.user, tenant: staff.tenant })),
        };
        let token_type = Some(credential.word());
        Ok::<_, ApiError>(Validity { active: true, token_type, token, key, scope: Some(scope.join(" ")) })
    };
    match validity.await {
        Ok(validity) => Json(validity).into_response(),
        Err(error) => error.answer(caller.correlation),
    }
}

fn answer(tokens: Result<TokenPair, ApiError>, caller: Caller) -> Response {
    match tokens {
        Ok(pair) => Json(Tokens::from(pair)).into_response(),
        Err(error) => error.answer(caller.correlation),
    }
}
