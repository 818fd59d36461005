//! Server functions of identity.

#[cfg(feature = "ssr")]
use super::session::{self, Begun};
use crate::AppError;
use crate::error::Refusal;
use leptos::prelude::*;
use model::account::PasswordProblem;
use model::credentials::CredentialError;
use model::second_factor::SecondFactorProblem;
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

/// The address of a page that leads on to `next`, which survives as one value (RFC 3986, 3.4).
#[must_use]
pub fn with_next(path: &str, next: &str) -> String {
    use std::fmt::Write;
    if next == "/" {
        return path.to_owned();
    }
    next.bytes().fold(format!("{path}?next="), |mut address, byte| {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
        address
    })
}

/// Checks the password, begins a session under a new id and goes to `next`; before that to the page that asks for the second factor, where
/// somebody has one.
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
    let next = own_address(next);
    match session::begin(&address, &password).await.map_err(refuse)? {
        Begun::SignedIn(home) => leptos_axum::redirect(if next == "/" { home } else { &next }),
        Begun::SecondFactor => leptos_axum::redirect(&with_next(super::code::PATH, &next)),
    }
    Ok(())
}

/// Takes the code of the second factor after a right password, begins a session under a new id and goes to `next`.
#[server(prefix = "/api", endpoint = "sign-in/code")]
pub async fn sign_in_with_code(code: String, next: Option<String>) -> Result<(), Refusal<SecondFactorProblem>> {
    let home = session::finish(&code).await?;
    let next = own_address(next);
    leptos_axum::redirect(if next == "/" { home } else { &next });
    Ok(())
}

/// Asks somebody who is signed in for their password again, and goes to `next`.
#[server(prefix = "/api", endpoint = "confirm-password")]
pub async fn confirm_password(password: String, next: Option<String>) -> Result<(), Refusal<PasswordProblem>> {
    session::confirm(&password).await?;
    leptos_axum::redirect(&own_address(next));
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

#[cfg(test)]
mod tests {
    use super::{own_address, with_next};

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

    #[test]
    fn where_one_was_going_survives_as_one_value() {
        assert_eq!(with_next("/sign-in", "/"), "/sign-in");
        assert_eq!(
            with_next("/sign-in", "/?period=year&channel=web"),
            "/sign-in?next=/%3Fperiod%3Dyear%26channel%3Dweb"
        );
        assert_eq!(with_next("/sign-in", "/a%20b#c"), "/sign-in?next=/a%2520b%23c");
    }
}
