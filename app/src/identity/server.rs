//! Server functions of identity.

use crate::AppError;
use leptos::prelude::*;
use model::credentials::CredentialError;
use model::session::Staff;
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// What the frame around every page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    pub staff: Staff,
    /// The chosen theme: `light`, `dark` or `system`.
    pub theme: String,
}

/// Why somebody did not come in, and the address they typed, so that the form can show it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInError {
    pub email: String,
    pub reason: SignInRefusal,
}

/// What is wrong, and beside which field it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignInRefusal {
    Email(CredentialError),
    Password(CredentialError),
    /// The same for an unknown address and for a wrong password.
    NoMatch,
    /// Too many attempts failed: so many seconds until the next one.
    Wait(u32),
    Failed(AppError),
}

impl FromServerFnError for SignInError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self { email: String::new(), reason: SignInRefusal::Failed(AppError::from_server_fn_error(error)) }
    }
}

#[cfg(feature = "ssr")]
/// Where to go after signing in: only addresses of our own, whatever the form says. Browsers read a backslash as a slash and drop
/// tabs and line ends, so those could smuggle in another host.
pub fn own_address(next: Option<String>) -> String {
    next.filter(|next| next.starts_with('/') && !next.starts_with("//"))
        .filter(|next| !next.contains('\\') && !next.chars().any(char::is_control) && next.is_ascii())
        .unwrap_or_else(|| "/".to_owned())
}

/// Checks the password, begins a session under a new id and goes to `next`.
#[server(prefix = "/api", endpoint = "sign-in")]
pub async fn sign_in(email: String, password: String, next: Option<String>) -> Result<(), SignInError> {
    use model::credentials::Email;
    let refuse = |reason: SignInRefusal| {
        session::answer(&reason);
        SignInError { email: email.chars().take(model::credentials::EMAIL_BYTES_MAX).collect(), reason }
    };
    let address = Email::parse(&email).map_err(|error| refuse(SignInRefusal::Email(error)))?;
    if password.is_empty() {
        return Err(refuse(SignInRefusal::Password(CredentialError::PasswordMissing)));
    }
    let home = session::begin(&address, &password).await.map_err(refuse)?;
    let next = own_address(next);
    leptos_axum::redirect(if next == "/" { home } else { &next });
    Ok(())
}

/// Ends the session and goes to the sign-in page.
#[server(prefix = "/api", endpoint = "sign-out")]
pub async fn sign_out() -> Result<(), AppError> {
    session::end().await?;
    leptos_axum::redirect(super::sign_in::PATH);
    Ok(())
}

/// Who is signed in.
#[server(prefix = "/api", endpoint = "visitor")]
#[allow(clippy::unused_async, reason = "server functions are async, whether they wait or not")]
pub async fn current_visitor() -> Result<Visitor, AppError> {
    let staff = crate::context::staff()?;
    let theme = crate::context::cookie("theme").unwrap_or_else(|| "system".to_owned());
    Ok(Visitor { staff, theme })
}

#[cfg(feature = "ssr")]
mod session {
    use super::{ServerFnErrorErr, SignInRefusal};
    use crate::AppError;
    use crate::context::{
        AppContext, actor, address, broken, busy, cookie, correlation, set_header, set_status, staff, user_agent,
    };
    use http::{StatusCode, header};
    use identity::password::PasswordError;
    use identity::secret_token::SecretToken;
    use identity::session_store::{ADDRESS_KEY, AGENT_KEY, TENANT_KEY, USER_KEY};
    use identity::sign_in::{Attempt, SignInError, sign_in, sign_out};
    use identity::staff::find;
    use identity::throttle::ThrottleError;
    use model::credentials::Email;
    use tower_sessions::Session;

    /// 400 days, the most that browsers allow.
    const DEVICE_SECONDS: u32 = 400 * 24 * 60 * 60;

    /// The status that goes with it; what is broken or busy has set its own.
    pub(super) fn answer(reason: &SignInRefusal) {
        match reason {
            SignInRefusal::Failed(_) => {}
            SignInRefusal::Wait(seconds) => {
                set_status(StatusCode::TOO_MANY_REQUESTS);
                set_header(header::RETRY_AFTER, &seconds.to_string());
            }
            _ => set_status(StatusCode::UNPROCESSABLE_ENTITY),
        }
    }

    /// Returns where the person begins.
    pub(super) async fn begin(email: &Email, password: &str) -> Result<&'static str, SignInRefusal> {
        let app = AppContext::of_request().map_err(SignInRefusal::Failed)?;
        let device = cookie(device_cookie(&app)).map(SecretToken::sent);
        let attempt = Attempt { email, password, address: address(), device, correlation: correlation() };
        let signed_in = match sign_in(&app.database, &app.passwords, &attempt).await {
            Ok(signed_in) => signed_in,
            Err(SignInError::Refused) => return Err(SignInRefusal::NoMatch),
            Err(SignInError::Throttle(ThrottleError::Wait(wait))) => {
                let seconds = u32::try_from(wait.num_seconds()).unwrap_or(u32::MAX);
                return Err(SignInRefusal::Wait(seconds.saturating_add(1)));
            }
            Err(SignInError::Password(PasswordError::Busy)) => return Err(SignInRefusal::Failed(busy())),
            Err(error) => return Err(SignInRefusal::Failed(broken(&error))),
        };
        let store = async {
            let session: Session = of_request().await?;
            // Whatever was known under the old id, perhaps to somebody else, is worth nothing from here on.
            session.clear().await;
            session.cycle_id().await.map_err(|error| broken(&error))?;
            session.insert(USER_KEY, signed_in.user).await.map_err(|error| broken(&error))?;
            session.insert(AGENT_KEY, user_agent()).await.map_err(|error| broken(&error))?;
            session.insert(ADDRESS_KEY, address()).await.map_err(|error| broken(&error))?;
            session.insert(TENANT_KEY, signed_in.tenant).await.map_err(|error| broken(&error))
        };
        store.await.map_err(SignInRefusal::Failed)?;
        remember_device(&app, &signed_in.device);
        let home = async {
            let mut tx = app.database.begin(signed_in.tenant).await.map_err(|error| broken(&error))?;
            let staff = find(&mut tx, signed_in.user).await.map_err(|error| broken(&error))?;
            tx.commit().await.map_err(|error| broken(&error))?;
            Ok(staff.map_or("/", |staff| crate::home(&staff)))
        };
        home.await.map_err(SignInRefusal::Failed)
    }

    fn device_cookie(app: &AppContext) -> &'static str {
        if app.site.https { "__Host-device" } else { "device" }
    }

    /// For as long as browsers keep a cookie; only this host and no script can read it.
    fn remember_device(app: &AppContext, device: &SecretToken) {
        let secure = if app.site.https { "; Secure" } else { "" };
        let cookie = format!(
            "{}={}; Path=/; Max-Age={DEVICE_SECONDS}; HttpOnly; SameSite=Lax{secure}",
            device_cookie(app),
            device.expose()
        );
        set_header(header::SET_COOKIE, &cookie);
    }

    pub(super) async fn end() -> Result<(), AppError> {
        let (app, staff) = (AppContext::of_request()?, staff()?);
        sign_out(&app.database, &actor(&staff), &staff).await.map_err(|error| broken(&error))?;
        of_request().await?.flush().await.map_err(|error| broken(&error))
    }

    async fn of_request() -> Result<Session, AppError> {
        leptos_axum::extract().await.map_err(|error: ServerFnErrorErr| broken(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::own_address;

    #[test]
    fn signing_in_leads_to_our_own_pages_only() {
        let lead = |next: &str| own_address(Some(next.to_owned()));
        assert_eq!(lead("/?period=year&channel=web"), "/?period=year&channel=web");
        for foreign in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "",
            "orders",
            "/\t/evil.example",
        ] {
            assert_eq!(lead(foreign), "/", "{foreign:?}");
        }
        assert_eq!(own_address(None), "/");
    }
}
