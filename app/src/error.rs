//! The error of server functions, and how it looks.

use crate::account::SECOND_FACTOR_PATH;
use crate::identity::server::with_next;
use crate::identity::{confirm, sign_in};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::id::CorrelationId;
use model::permission::Permission;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use server_fn::{Bytes, Decodes};
use ui::{Banner, Tone};

/// What a server function could not do, for the person who asked. Internals are in the log, under the request id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    #[error("Your session has ended. Sign in to go on.")]
    SignedOut,
    #[error(
        "Your role, {role}, doesn’t include the permission {}. Ask the owner of the business for it. (Request {request_id})",
        permission.word()
    )]
    Forbidden { role: String, permission: Permission, request_id: CorrelationId },
    #[error("It has been a while since you entered your password. Enter it again to go on.")]
    ConfirmPassword,
    #[error("Your role requires a second factor. Set one up in your account to go on.")]
    SecondFactorMissing,
    #[error("The server has more to do than it can at the moment. Try again in a few seconds. (Request {request_id})")]
    Busy { request_id: CorrelationId },
    #[error(
        "Something went wrong on our side. Try again; if it stays, tell your administrator the request id {request_id}."
    )]
    Broken { request_id: CorrelationId },
    #[error("The server can't be reached. Check the connection and try again.")]
    Unreachable,
    #[error("The server did not understand this page. Reload it to get its current version.")]
    Outdated,
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        #[cfg(feature = "ssr")]
        if matches!(
            error,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_)
        ) {
            crate::context::set_status(http::StatusCode::BAD_REQUEST);
        }
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            // Both sides are built from one source: arguments or answers that don't fit come from an older page.
            _ => Self::Outdated,
        }
    }
}

/// Why a form was not carried out: something is wrong with what it asks for, or it could not be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal<Problem> {
    #[error("{0}")]
    Problem(Problem),
    #[error("{0}")]
    Failed(AppError),
}

impl<Problem> FromServerFnError for Refusal<Problem>
where
    Problem: Serialize + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static,
{
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::Failed(AppError::from_server_fn_error(error))
    }

    fn de(data: Bytes) -> Self {
        AppError::or_else(data)
    }
}

impl<Problem> From<AppError> for Refusal<Problem> {
    fn from(error: AppError) -> Self {
        Self::Failed(error)
    }
}

impl AppError {
    /// An error as a server function says it, or one that was said before it was asked.
    pub(crate) fn or_else<E: FromServerFnError + From<Self> + DeserializeOwned>(data: Bytes) -> E {
        let decoded = <JsonEncoding as Decodes<E>>::decode(data.clone());
        decoded.unwrap_or_else(|error| match <JsonEncoding as Decodes<Self>>::decode(data) {
            Ok(said) => said.into(),
            Err(_) => E::from_server_fn_error(ServerFnErrorErr::Deserialization(error.to_string())),
        })
    }
}

/// Shows what failed and what to do next. All of it works without scripts: the page's own address tries again, or leads to signing in
/// and back.
#[component]
pub fn Failure(error: AppError, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    let (title, next) = match error {
        AppError::Forbidden { .. } => ("This is not open to you", None),
        AppError::SignedOut => ("You are signed out", way_on(&error)),
        AppError::ConfirmPassword => ("This needs your password", way_on(&error)),
        AppError::SecondFactorMissing => ("A second factor is missing", way_on(&error)),
        _ => ("This could not be loaded", Some(try_again(retry))),
    };
    view! {
        <Banner tone=Tone::Danger title=title alert=true>
            <p>{error.to_string()}</p>
            {next.map(|next| view! { <p class="banner-actions">{next}</p> })}
        </Banner>
    }
}

/// Says in a form why it could not be carried out, and leads to what has to be done first.
#[component]
pub fn FormFailure(error: AppError) -> impl IntoView {
    view! {
        <Banner tone=Tone::Danger alert=true>
            <p>{error.to_string()}</p>
            {way_on(&error).map(|next| view! { <p class="banner-actions">{next}</p> })}
        </Banner>
    }
}

/// Where to go when something else has to be done first, and from there back.
fn way_on(error: &AppError) -> Option<AnyView> {
    let (label, href) = match error {
        AppError::SignedOut => ("Sign in", with_next(sign_in::PATH, &here())),
        AppError::ConfirmPassword => ("Enter your password", with_next(confirm::PATH, &here())),
        AppError::SecondFactorMissing => ("Set up a second factor", SECOND_FACTOR_PATH.to_owned()),
        _ => return None,
    };
    let link = view! {
        <a class="btn btn-secondary" href=href rel="external">
            {label}
        </a>
    };
    Some(link.into_any())
}

/// The page that shows this. What a form came back with without scripts stays behind.
fn here() -> String {
    let location = use_location();
    let query = location.search.get_untracked();
    let kept: Vec<_> = query.split('&').filter(|part| !part.is_empty() && !part.starts_with("__")).collect();
    let path = location.pathname.get_untracked();
    if kept.is_empty() { path } else { format!("{path}?{}", kept.join("&")) }
}

fn try_again(retry: Callback<()>) -> AnyView {
    let again = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        retry.run(());
    };
    view! {
        <a class="btn btn-secondary" href="" rel="external" on:click=again>
            "Try again"
        </a>
    }
    .into_any()
}
