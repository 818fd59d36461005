//! Families of screens: the code of each is a file of its own, which browsers load when the first of its pages is opened.
//!
//! A family is a context, or what its users open together. Smaller ones would cost: what two of them share is a file as well.

#[cfg(feature = "hydrate")]
use leptos::prelude::{ReadSignal, WithUntracked};
#[cfg(feature = "hydrate")]
use leptos_router::location::Url;

macro_rules! family {
    ($family:ident { $($screen:ident = $component:path,)* }) => {
        pub(super) mod $family {
            use leptos::prelude::*;
            use leptos_router::LazyRoute;
            #[cfg(feature = "hydrate")]
            use leptos_router::hooks::use_url;

            #[derive(Clone, Copy, Debug)]
            enum Screen {
                $($screen,)*
            }

            /// Browsers call it in the family's file only: what is named where they call it, they load with the first one.
            fn show(screen: Screen) -> AnyView {
                match screen {
                    $(Screen::$screen => $component().into_any(),)*
                }
            }

            #[cfg(feature = "hydrate")]
            #[leptos::wasm_split::wasm_split($family, wasm_split_path = ::leptos::wasm_split, preload(load), fallible)]
            fn screens(screen: Screen) -> Result<AnyView, leptos::wasm_split::SplitLoaderError> {
                Ok(show(screen))
            }

            $(
                #[derive(Debug)]
                pub(in super::super) struct $screen;

                impl LazyRoute for $screen {
                    fn data() -> Self {
                        Self
                    }

                    #[cfg(feature = "hydrate")]
                    async fn view(_screen: Self) -> AnyView {
                        // It is loaded by now.
                        screens(Screen::$screen).await.unwrap_or_else(|_| ().into_any())
                    }

                    #[cfg(not(feature = "hydrate"))]
                    async fn view(_screen: Self) -> AnyView {
                        std::future::ready(show(Screen::$screen)).await
                    }

                    /// The server has all of it.
                    #[cfg(not(feature = "hydrate"))]
                    async fn preload() {
                        std::future::ready(()).await;
                    }

                    /// Awaited before the page is rendered, or brought to life: both need all of it at once.
                    #[cfg(feature = "hydrate")]
                    async fn preload() {
                        let there = super::address(use_url());
                        let _waiting = super::is_elsewhere(&there).then(ui::dom::wait);
                        if load().await.is_err() {
                            super::go_without(&there).await;
                        }
                    }
                }
            )*
        }
    };
}

/// The family of the page at an address, by the first part of its path.
#[cfg(feature = "ssr")]
pub(crate) fn of(path: &str) -> Option<&'static str> {
    match path.split('/').nth(1)? {
        "" => Some("dashboard"),
        "sign-in" | "register" | "invitation" | "forgotten-password" | "reset-password" | "confirm-email"
        | "confirm-password" => Some("entrance"),
        "staff" | "roles" | "api-keys" | "account" | "mail" | "audit" => Some("administration"),
        _ => None,
    }
}

/// Where a route leads.
#[cfg(feature = "hydrate")]
fn address(url: ReadSignal<Url>) -> String {
    url.with_untracked(|url| match url.search() {
        "" => url.path().to_owned(),
        search => format!("{}?{search}", url.path()),
    })
}

/// Whether somebody goes there, or is there already: then the server has sent the page.
#[cfg(feature = "hydrate")]
fn is_elsewhere(there: &str) -> bool {
    ui::dom::address().is_some_and(|here| here != there)
}

/// The family's file can't be had: the network is gone for a moment, or the program was replaced by a newer one since this page was loaded.
/// The browser goes on as it would without scripts, and gets the files that belong together, or says what is wrong.
#[cfg(feature = "hydrate")]
async fn go_without(there: &str) {
    if is_elsewhere(there) {
        ui::dom::load(there);
    } else {
        ui::dom::leave_links_alone();
    }
    std::future::pending::<()>().await;
}

family!(entrance {
    SignIn = crate::identity::sign_in::SignInPage,
    Code = crate::identity::code::CodePage,
    ConfirmPassword = crate::identity::confirm::ConfirmPage,
    Register = crate::registration::RegisterPage,
    Confirm = crate::registration::ConfirmPage,
    Invitation = crate::invitation::InvitationPage,
    ForgottenPassword = crate::password_reset::ForgottenPasswordPage,
    ResetPassword = crate::password_reset::ResetPasswordPage,
    ConfirmEmail = crate::email::ConfirmEmailPage,
});

family!(dashboard {
    Dashboard = crate::dashboard::DashboardPage,
});

family!(administration {
    Staff = crate::staff::StaffPage,
    Invite = crate::staff::InvitePage,
    Member = crate::staff::MemberPage,
    Roles = crate::roles::RolesPage,
    NewRole = crate::roles::NewRolePage,
    Role = crate::roles::RolePage,
    ApiKeys = crate::api_keys::ApiKeysPage,
    Account = crate::account::AccountPage,
    SecondFactor = crate::account::SecondFactorPage,
    Mail = crate::mail::MailPage,
    Audit = crate::audit::AuditPage,
});
