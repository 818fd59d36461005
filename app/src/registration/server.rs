//! Server functions of registration. They are open to everybody.

use crate::AppError;
use crate::form::FormError;
use leptos::prelude::*;
use model::registration::RegistrationForm;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What the form offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationScreen {
    /// Whether everybody may open a business here.
    pub open: bool,
    /// The password is chosen here; where mail is sent, it is by whoever follows the link.
    pub asks_password: bool,
    pub currencies: Vec<String>,
    pub time_zones: Vec<String>,
}

/// What the form offers.
#[server(prefix = "/api", endpoint = "registration/screen", input = Json)]
#[allow(clippy::unused_async, reason = "server functions are async, whether they wait or not")]
pub async fn load_registration() -> Result<RegistrationScreen, AppError> {
    let app = crate::context::AppContext::of_request()?;
    let currencies = model::money::Currency::in_use().map(|currency| currency.code().to_owned()).collect();
    // Those named by a place; the others are older names for the same.
    let zones = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let placed = zones.filter(|name| *name == "UTC" || name.contains('/') && !name.starts_with("Etc/"));
    let time_zones = placed.map(str::to_owned).collect();
    let (open, asks_password) = (app.site.registration, !app.site.sends_mail);
    Ok(RegistrationScreen { open, asks_password, currencies, time_zones })
}

/// Opens a business, or has a mail sent that says how to go on. `true`: a mail is on its way.
#[server(prefix = "/api", endpoint = "registration")]
pub async fn register(form: RegistrationForm) -> Result<bool, FormError> {
    let typed = [
        ("business", form.business.as_str()),
        ("currency", &form.currency),
        ("time_zone", &form.time_zone),
        ("name", &form.name),
        ("email", &form.email),
    ];
    work::register(&form).await.map_err(|error| error.typed(&typed))
}

/// A business that a link opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedBusiness {
    pub business: String,
    /// Whose it will be.
    pub email: String,
}

/// The business that a link opens; `None` when it opens none.
#[server(prefix = "/api", endpoint = "registration/link", input = Json)]
pub async fn load_link(business: String, token: String) -> Result<Option<AskedBusiness>, AppError> {
    work::find(&business, token).await
}

/// Opens the business of a link, with a password that is chosen now.
#[server(prefix = "/api", endpoint = "registration/confirm")]
pub async fn confirm_registration(business: String, token: String, password: String) -> Result<(), FormError> {
    work::confirm(&business, token, &password).await
}

#[cfg(feature = "ssr")]
mod work {
    use super::AskedBusiness;
    use crate::AppError;
    use crate::context::{AppContext, address, broken, correlation, set_status};
    use crate::form::{FormError, answer};
    use crate::identity::session;
    use identity::mail::Site;
    use identity::registration::{self, Asked, Asking, Outcome, RegistrationError};
    use identity::secret_token::SecretToken;
    use identity::user::RegisterError;
    use model::id::TenantId;
    use model::registration::{LinkProblem, RegistrationForm, RegistrationProblem};

    fn asking(app: &AppContext) -> Asking<'_> {
        Asking { mailer: &app.mailer, site: Site(&app.site.url), address: address(), correlation: correlation() }
    }

    pub(super) async fn register(form: &RegistrationForm) -> Result<bool, FormError> {
        let app = AppContext::of_request()?;
        if !app.site.registration {
            set_status(http::StatusCode::FORBIDDEN);
            return Err(FormError::whole(&super::super::form::CLOSED));
        }
        match registration::request(&app.database, &app.passwords, &asking(&app), form).await {
            Ok(Outcome::Opened(arrival)) => {
                leptos_axum::redirect(session::arrive(&app, arrival).await?);
                Ok(false)
            }
            Ok(Outcome::Mailed) => {
                leptos_axum::redirect(&format!("{}?sent", super::super::PATH));
                Ok(true)
            }
            Err(error) => Err(refused(error)),
        }
    }

    pub(super) async fn find(business: &str, token: String) -> Result<Option<AskedBusiness>, AppError> {
        let app = AppContext::of_request()?;
        let Ok(tenant) = business.parse::<TenantId>() else {
            set_status(http::StatusCode::NOT_FOUND);
            return Ok(None);
        };
        match registration::find(&app.database, tenant, &SecretToken::sent(token)).await {
            Ok(Asked { business, email, .. }) => Ok(Some(AskedBusiness { business, email })),
            Err(RegistrationError::Link(_)) => {
                set_status(http::StatusCode::NOT_FOUND);
                Ok(None)
            }
            Err(error) => Err(broken(&error)),
        }
    }

    pub(super) async fn confirm(business: &str, token: String, password: &str) -> Result<(), FormError> {
        let app = AppContext::of_request()?;
        let tenant = business.parse::<TenantId>().map_err(|_| answer::unprocessable(&LinkProblem))?;
        let (asking, token) = (asking(&app), SecretToken::sent(token));
        let confirmed = registration::confirm(&app.database, &app.passwords, &asking, tenant, &token, password).await;
        leptos_axum::redirect(session::arrive(&app, confirmed.map_err(refused)?).await?);
        Ok(())
    }

    fn refused(error: RegistrationError) -> FormError {
        let problems = match error {
            RegistrationError::Refused(problems) => problems,
            RegistrationError::Register(RegisterError::EmailTaken(_)) => vec![RegistrationProblem::EmailTaken],
            RegistrationError::NewPassword(problem) => return answer::unprocessable_field("password", &problem),
            RegistrationError::Link(problem) => return answer::unprocessable(&problem),
            RegistrationError::Throttle(error) => return answer::throttled(error),
            RegistrationError::Password(error) => return answer::password_failed(&error),
            error => return broken(&error).into(),
        };
        set_status(http::StatusCode::UNPROCESSABLE_ENTITY);
        let fields = problems.iter().map(|problem| (problem.field().to_owned(), problem.to_string())).collect();
        FormError { fields, ..FormError::default() }
    }
}
