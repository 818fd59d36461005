//! The browser dashboard for staff: shell, routes, screens and their server functions.
//!
//! A screen family is a file and a folder named as its context. With the feature `ssr` it renders on the server and its
//! server functions call the contexts; with `hydrate` it comes alive in the browser.
#![recursion_limit = "256"]
#![allow(
    missing_debug_implementations,
    clippy::must_use_candidate,
    reason = "the component macro makes structs of props, which nobody prints"
)]

mod account;
mod api_keys;
mod audit;
mod business;
#[cfg(feature = "ssr")]
pub mod context;
mod dashboard;
mod email;
mod error;
mod form;
mod identity;
mod invitation;
mod mail;
mod not_found;
mod password_reset;
mod registration;
mod roles;
mod routes;
mod shell;
#[cfg(feature = "ssr")]
mod shown_once;
mod staff;
mod workspace;

pub use account::SECOND_FACTOR_PATH;
pub use error::AppError;
pub use identity::code::PATH as SIGN_IN_CODE_PATH;
pub use identity::confirm::PATH as CONFIRM_PASSWORD_PATH;
#[cfg(feature = "ssr")]
pub use identity::server::own_address;
pub use identity::server::with_next;
pub use identity::sign_in::PATH as SIGN_IN_PATH;
pub use routes::App;
#[cfg(feature = "ssr")]
pub use shell::error_page;
#[cfg(feature = "ssr")]
pub use shell::shell;
pub use workspace::home;
