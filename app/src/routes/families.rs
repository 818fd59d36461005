//! Families of screens: the code of each is a file of its own, which browsers load when the first of its pages is opened.
//!
//! A family is a context, or what its users open together. Smaller ones would cost: what two of them share is a file as well.

macro_rules! family {
    ($family:ident { $($page:ident = $component:path,)* }) => {
        pub(super) mod $family {
            use leptos::prelude::*;
            use leptos_router::LazyRoute;

            #[derive(Clone, Copy, Debug)]
            enum Page {
                $($page,)*
            }

            /// Names its pages here and not where it is called: what is named there, browsers load with the first file.
            #[lazy($family)]
            fn screens(page: Page) -> AnyView {
                match page {
                    $(Page::$page => $component().into_any(),)*
                }
            }

            $(
                #[derive(Debug)]
                pub(in super::super) struct $page;

                impl LazyRoute for $page {
                    fn data() -> Self {
                        Self
                    }

                    async fn view(_page: Self) -> AnyView {
                        screens(Page::$page).await
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
    SignInPage = crate::identity::sign_in::SignInPage,
    CodePage = crate::identity::code::CodePage,
    ConfirmPasswordPage = crate::identity::confirm::ConfirmPage,
    RegisterPage = crate::registration::RegisterPage,
    ConfirmPage = crate::registration::ConfirmPage,
    InvitationPage = crate::invitation::InvitationPage,
    ForgottenPasswordPage = crate::password_reset::ForgottenPasswordPage,
    ResetPasswordPage = crate::password_reset::ResetPasswordPage,
    ConfirmEmailPage = crate::email::ConfirmEmailPage,
});

family!(dashboard {
    DashboardPage = crate::dashboard::DashboardPage,
});

family!(administration {
    StaffPage = crate::staff::StaffPage,
    InvitePage = crate::staff::InvitePage,
    MemberPage = crate::staff::MemberPage,
    RolesPage = crate::roles::RolesPage,
    NewRolePage = crate::roles::NewRolePage,
    RolePage = crate::roles::RolePage,
    ApiKeysPage = crate::api_keys::ApiKeysPage,
    AccountPage = crate::account::AccountPage,
    SecondFactorPage = crate::account::SecondFactorPage,
    MailPage = crate::mail::MailPage,
    AuditPage = crate::audit::AuditPage,
});
