//! Which screen stands at which address.

use crate::account::{AccountPage, SecondFactorPage};
use crate::api_keys::ApiKeysPage;
use crate::audit::AuditPage;
use crate::dashboard::DashboardPage;
use crate::email::ConfirmEmailPage;
use crate::identity::code::CodePage;
use crate::identity::confirm::ConfirmPage as ConfirmPasswordPage;
use crate::identity::sign_in::SignInPage;
use crate::invitation::InvitationPage;
use crate::mail::MailPage;
use crate::not_found::NotFound;
use crate::password_reset::{ForgottenPasswordPage, ResetPasswordPage};
use crate::registration::{ConfirmPage, RegisterPage};
use crate::roles::{NewRolePage, RolePage, RolesPage};
use crate::staff::{InvitePage, MemberPage, StaffPage};
use crate::workspace::Workspace;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};
use ui::{Toaster, provide_toaster};

/// The whole application. Pages render completely before they are sent: they work without scripts, and a page's status and
/// redirects may depend on its data.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_toaster();
    view! {
        <Title formatter=|page: String| format!("{page} · Tradepost") />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                <Route path=path!("/register") view=RegisterPage ssr=SsrMode::Async />
                <Route path=path!("/register/confirm") view=ConfirmPage ssr=SsrMode::Async />
                <Route path=path!("/invitation") view=InvitationPage ssr=SsrMode::Async />
                <Route path=path!("/forgotten-password") view=ForgottenPasswordPage ssr=SsrMode::Async />
                <Route path=path!("/reset-password") view=ResetPasswordPage ssr=SsrMode::Async />
                <Route path=path!("/confirm-email") view=ConfirmEmailPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in/code") view=CodePage ssr=SsrMode::Async />
                <Route path=path!("/confirm-password") view=ConfirmPasswordPage ssr=SsrMode::Async />
                <ParentRoute path=path!("/") view=Workspace ssr=SsrMode::Async>
                    <Route path=path!("") view=DashboardPage />
                    <Route path=path!("staff") view=StaffPage />
                    <Route path=path!("staff/invite") view=InvitePage />
                    <Route path=path!("staff/:user") view=MemberPage />
                    <Route path=path!("roles") view=RolesPage />
                    <Route path=path!("roles/new") view=NewRolePage />
                    <Route path=path!("roles/:role") view=RolePage />
                    <Route path=path!("api-keys") view=ApiKeysPage />
                    <Route path=path!("account") view=AccountPage />
                    <Route path=path!("mail") view=MailPage />
                    <Route path=path!("account/second-factor") view=SecondFactorPage />
                    <Route path=path!("audit") view=AuditPage />
                    <Route path=path!("ui") view=GalleryPage />
                </ParentRoute>
            </Routes>
        </Router>
        <Toaster />
    }
}

/// The gallery of components, in development only: it would make everybody's first load larger.
#[component]
fn GalleryPage() -> impl IntoView {
    #[cfg(debug_assertions)]
    return view! {
        <Title text="Components" />
        <ui::Gallery />
    };
    #[cfg(not(debug_assertions))]
    NotFound()
}
