//! Whom a token stands for. Their membership is read at every request: whoever is removed is out at once, with all their programs.

use super::failure::ApiError;
use crate::web::WebState;
use app::context::AppContext;
use axum::Extension;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, header};
use identity::access_token::{AccessToken, AccessTokenError};
use identity::api_key;
use identity::refresh_token;
use identity::secret_token::SecretToken;
use model::id::CorrelationId;
use model::session::Staff;

const SCHEME: &str = "bearer";

/// What a program shows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Credential {
    AccessToken(AccessToken),
    ApiKey,
}

impl Credential {
    /// In answers.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::AccessToken(_) => "access_token",
            Self::ApiKey => "api_key",
        }
    }
}

/// Lets in whoever shows an access token or an API key, and tells what follows who that is.
pub(super) async fn authenticate(
    State(state): State<WebState>,
    Extension(correlation): Extension<CorrelationId>,
    mut request: Request,
    next: Next,
) -> Response {
    let known = match token(request.headers()) {
        Some(token) => who(&state.app, token).await,
        None => Err(ApiError::Credentials("Send an access token or an API key: Authorization: Bearer …")),
    };
    match known {
        Ok((staff, credential)) => {
            request.extensions_mut().insert(credential);
            request.extensions_mut().insert(staff);
            next.run(request).await
        }
        Err(error) => error.answer(correlation),
    }
}

/// The token of `Authorization: Bearer …` (RFC 6750, 2.1). Of two headers neither is believed.
fn token(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).into_iter();
    let value = values.next().filter(|_| values.next().is_none())?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case(SCHEME).then(|| token.trim()).filter(|token| !token.is_empty())
}

/// The member of staff, with what the credential lets them do.
pub(super) async fn who(app: &AppContext, token: &str) -> Result<(Staff, Credential), ApiError> {
    let (staff, credential) = known(app, token).await?;
    if staff.second_factor.is_missing() {
        let why = "The role of whom this stands for requires a second factor, which they haven't set up.";
        return Err(ApiError::Token(why));
    }
    Ok((staff, credential))
}

async fn known(app: &AppContext, token: &str) -> Result<(Staff, Credential), ApiError> {
    if token.starts_with(api_key::PREFIX) {
        let staff = api_key::authenticate(&app.database, &SecretToken::sent(token.to_owned())).await?;
        let refused = ApiError::Token("This API key is not valid. Make another one.");
        return staff.map(|staff| (staff, Credential::ApiKey)).ok_or(refused);
    }
    let token = app.tokens.verify(token).await?;
    let staff = async {
        let mut tx = app.database.begin(token.tenant).await.map_err(ApiError::broken)?;
        let staff = identity::staff::find(&mut tx, token.user).await.map_err(ApiError::broken)?;
        // Its signature is good for ten minutes; whoever ended the login meant now.
        let counts = refresh_token::counts(&mut tx, token.family).await.map_err(ApiError::broken)?;
        tx.commit().await.map_err(ApiError::broken)?;
        Ok::<_, ApiError>(staff.filter(|_| counts))
    };
    let staff = staff.await?.ok_or(AccessTokenError::Refused)?;
    Ok((staff, Credential::AccessToken(token)))
}

#[cfg(test)]
mod tests {
    use super::token;
    use http::{HeaderMap, header};

    #[test]
    fn one_bearer_token_is_read_and_nothing_else() {
        let read = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::AUTHORIZATION, value.parse().unwrap());
            }
            token(&headers).map(ToOwned::to_owned)
        };
        assert_eq!(read(&["Bearer a.b.c"]).as_deref(), Some("a.b.c"));
        assert_eq!(read(&["bearer  tp_1 "]).as_deref(), Some("tp_1"));
        for other in [&[][..], &["Basic abc"], &["Bearer"], &["Bearer "], &["Bearer a", "Bearer b"]] {
            assert_eq!(read(other), None, "{other:?}");
        }
    }
}
