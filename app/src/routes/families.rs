//! Families of screens: the code of each is a file of its own, which browsers load when the first of its pages is opened.
//!
//! A family is a context, or what its users open together. Smaller ones would cost: what two of them share is a file as well.

macro_rules! family {
    ($family:ident { $($screen:ident = $component:path,)* }) => {
        pub(super) mod $family {
            use leptos::prelude::*;
            use leptos_router::LazyRoute;

            #[derive(Clone, Copy, Debug)]
            enum Screen {
                $($screen,)*
            }

            /// Names its screens here and not where it is called: what is named there, browsers load with the first file.
            #[lazy($family)]
            fn screens(screen: Screen) -> AnyView {
                match screen {
                    $(Screen::$screen => $component().into_any(),)*
                }
            }

            $(
                #[derive(Debug)]
                pub(in super::super) struct $screen;

                impl LazyRoute for $screen {
                    fn data() -> Self {
                        Self
                    }

                    async fn view(_screen: Self) -> AnyView {
                        screens(Screen::$screen).await
                    }

                    /// Awaited before the page is rendered, or brought to life: both need all of it at once.
                    #[cfg(feature = "hydrate")]
                    async fn preload() {
                        __preload_screens().await;
                    }
                }
            )*
        }
    };
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
