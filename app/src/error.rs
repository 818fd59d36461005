//! The error of server functions, and how it looks.

use leptos::prelude::*;
use model::permission::Permission;
use model::role::Role;
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use ui::{Banner, Tone};

/// What a server function could not do, for the person who asked. Internals are in the log, under the request id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    #[error("Your session has ended. Sign in to go on.")]
    SignedOut,
    #[error(
        "Your role, {}, doesn't include the permission {}. Ask the owner of the business for it.",
        role.label(), permission.word()
    )]
    Forbidden { role: Role, permission: Permission },
    #[error("The server has more to do than it can at the moment. Try again in a few seconds.")]
    Busy,
    #[error(
        "Something went wrong on our side. Try again; if it stays, tell your administrator the request id {request_id}."
    )]
    Broken { request_id: String },
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

/// Shows what failed and, where that may help, offers to try again, which without scripts is the page's own address.
#[component]
pub fn Failure(error: AppError, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    let title = match error {
        AppError::Forbidden { .. } => "This is not open to you",
        _ => "This could not be loaded",
    };
    let try_again = (!matches!(error, AppError::Forbidden { .. })).then(|| {
        view! {
            <p>
                <a
                    href=""
                    rel="external"
                    on:click=move |event| {
                        event.prevent_default();
                        retry.run(());
                    }
                >
                    "Try again"
                </a>
            </p>
        }
    });
    view! {
        <Banner tone=Tone::Danger title=title alert=true>
            <p>{error.to_string()}</p>
            {try_again}
        </Banner>
    }
}
