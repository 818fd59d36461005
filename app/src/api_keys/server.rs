//! Server functions of the API keys.

use crate::AppError;
use crate::error::Refusal;
use leptos::prelude::*;
use model::api_key::{ApiKey, ApiKeyProblem, KeyLifetime};
use model::id::ApiKeyId;
use model::permission::{Permission, PermissionSet};
use serde::{Deserialize, Serialize};
use server_fn::codec::{Json, JsonEncoding};
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// The keys, and what the asker could do about them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeysScreen {
    pub keys: Vec<ApiKey>,
    pub may_change: bool,
    /// What the asker holds, and so can give.
    pub held: PermissionSet,
    /// A key that was just made by a form without scripts. It is told once.
    pub made: Option<String>,
}

/// Why a key was not made, and what was typed, so that the form can show it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateApiKeyError {
    pub name: String,
    pub lifetime: KeyLifetime,
    pub permissions: PermissionSet,
    pub reason: Refusal<ApiKeyProblem>,
}

impl FromServerFnError for CreateApiKeyError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self {
            name: String::new(),
            lifetime: KeyLifetime::Quarter,
            permissions: PermissionSet::default(),
            reason: Refusal::Failed(AppError::from_server_fn_error(error)),
        }
    }
}

/// The business's keys.
#[server(prefix = "/api", endpoint = "api-keys", input = Json)]
pub async fn load_api_keys() -> Result<ApiKeysScreen, AppError> {
    let staff = crate::context::staff_who_may(Permission::ReadStaff)?;
    if staff.may(Permission::WriteStaff) {
        crate::context::confirmed_recently().await?;
    }
    work::list(&staff).await
}

/// Makes a key, and tells it this once.
#[server(prefix = "/api", endpoint = "api-keys/create")]
pub async fn create_api_key(
    name: String,
    lifetime: KeyLifetime,
    #[server(default)] permissions: Vec<Permission>,
) -> Result<String, CreateApiKeyError> {
    let permissions: PermissionSet = permissions.into_iter().collect();
    work::create(&name, lifetime, permissions).await.map_err(|reason| {
        let name = name.chars().take(model::api_key::API_KEY_NAME_CHARS_MAX * 2).collect();
        CreateApiKeyError { name, lifetime, permissions, reason }
    })
}

/// Ends a key at once.
#[server(prefix = "/api", endpoint = "api-keys/revoke")]
pub async fn revoke_api_key(key: ApiKeyId) -> Result<(), Refusal<ApiKeyProblem>> {
    work::revoke(key).await
}

#[cfg(feature = "ssr")]
mod work {
    use super::ApiKeysScreen;
    use crate::AppError;
    use crate::api_keys::PATH;
    use crate::context::{
        AppContext, actor, broken, confirmed_recently, is_plain_form, note_lacking, session_hash, set_status,
        staff_who_may,
    };
    use crate::error::Refusal;
    use crate::shown_once::ShownOnce;
    use identity::account::AccountError;
    use identity::api_key::{self, ApiKeyError, NewApiKey};
    use model::api_key::{ApiKey, ApiKeyProblem, KeyLifetime};
    use model::id::ApiKeyId;
    use model::permission::{Permission, PermissionSet};
    use model::session::Staff;

    /// An address would be remembered by the browser and noted by proxies: what the next page tells goes through the session.
    const MADE_KEY: ShownOnce = ShownOnce { key: "made_api_key", sealed_as: "a new API key" };

    type Failure = Box<dyn std::error::Error + Send + Sync>;

    pub(super) async fn list(staff: &Staff) -> Result<ApiKeysScreen, AppError> {
        let app = AppContext::of_request()?;
        let keys = read(&app, staff).await.map_err(|error| broken(&*error))?;
        let made = MADE_KEY.take(&app).await?.and_then(|made| String::from_utf8(made).ok());
        Ok(ApiKeysScreen { keys, may_change: staff.may(Permission::WriteStaff), held: staff.role.permissions, made })
    }

    async fn read(app: &AppContext, staff: &Staff) -> Result<Vec<ApiKey>, Failure> {
        let mut tx = app.database.begin_reading(staff.tenant).await?;
        let keys = api_key::list(&mut tx, staff.time_zone.parse()?).await?;
        tx.commit().await?;
        Ok(keys)
    }

    pub(super) async fn create(
        name: &str,
        lifetime: KeyLifetime,
        scopes: PermissionSet,
    ) -> Result<String, Refusal<ApiKeyProblem>> {
        let staff = staff_who_may(Permission::WriteStaff).map_err(Refusal::Failed)?;
        confirmed_recently().await.map_err(Refusal::Failed)?;
        let app = AppContext::of_request().map_err(Refusal::Failed)?;
        let session = session_hash().await.map_err(Refusal::Failed)?;
        let mut tx = app.database.begin(staff.tenant).await.map_err(|error| Refusal::Failed(broken(&error)))?;
        let new = NewApiKey { name, scopes, lifetime };
        let made = api_key::create(&mut tx, &actor(&staff), staff.user, &session, &new).await;
        let made = made.map_err(refused)?;
        // Before the commit: a key that couldn't be told to anybody isn't made.
        if is_plain_form() {
            MADE_KEY.keep(&app, made.expose().as_bytes()).await.map_err(Refusal::Failed)?;
        }
        tx.commit().await.map_err(|error| Refusal::Failed(broken(&error)))?;
        leptos_axum::redirect(PATH);
        Ok(made.expose().to_owned())
    }

    pub(super) async fn revoke(key: ApiKeyId) -> Result<(), Refusal<ApiKeyProblem>> {
        let staff = staff_who_may(Permission::WriteStaff).map_err(Refusal::Failed)?;
        confirmed_recently().await.map_err(Refusal::Failed)?;
        let app = AppContext::of_request().map_err(Refusal::Failed)?;
        let mut tx = app.database.begin(staff.tenant).await.map_err(|error| Refusal::Failed(broken(&error)))?;
        api_key::revoke(&mut tx, &actor(&staff), staff.user, key).await.map_err(refused)?;
        tx.commit().await.map_err(|error| Refusal::Failed(broken(&error)))?;
        leptos_axum::redirect(PATH);
        Ok(())
    }

    fn refused(error: ApiKeyError) -> Refusal<ApiKeyProblem> {
        match error {
            ApiKeyError::Refused(problem) => {
                if let ApiKeyProblem::NotHeld(missing) = &problem {
                    note_lacking(*missing);
                }
                set_status(http::StatusCode::UNPROCESSABLE_ENTITY);
                Refusal::Problem(problem)
            }
            ApiKeyError::Account(AccountError::SignedOut) => {
                set_status(http::StatusCode::UNAUTHORIZED);
                Refusal::Failed(AppError::SignedOut)
            }
            error => Refusal::Failed(broken(&error)),
        }
    }
}
