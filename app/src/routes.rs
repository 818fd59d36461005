//! Which screen stands at which address.

mod families;

use crate::not_found::NotFound;
use crate::workspace::Workspace;
use families::{administration, dashboard, entrance};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{Lazy, SsrMode, path};
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
                <Route path=path!("/sign-in") view={Lazy::<entrance::SignInPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/register") view={Lazy::<entrance::RegisterPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/register/confirm") view={Lazy::<entrance::ConfirmPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/invitation") view={Lazy::<entrance::InvitationPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/forgotten-password") view={Lazy::<entrance::ForgottenPasswordPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/reset-password") view={Lazy::<entrance::ResetPasswordPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/confirm-email") view={Lazy::<entrance::ConfirmEmailPage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/sign-in/code") view={Lazy::<entrance::CodePage>::new()} ssr=SsrMode::Async />
                <Route path=path!("/confirm-password") view={Lazy::<entrance::ConfirmPasswordPage>::new()} ssr=SsrMode::Async />
                <ParentRoute path=path!("/") view=Workspace ssr=SsrMode::Async>
                    <Route path=path!("") view={Lazy::<dashboard::DashboardPage>::new()} />
                    <Route path=path!("staff") view={Lazy::<administration::StaffPage>::new()} />
                    <Route path=path!("staff/invite") view={Lazy::<administration::InvitePage>::new()} />
                    <Route path=path!("staff/:user") view={Lazy::<administration::MemberPage>::new()} />
                    <Route path=path!("roles") view={Lazy::<administration::RolesPage>::new()} />
                    <Route path=path!("roles/new") view={Lazy::<administration::NewRolePage>::new()} />
                    <Route path=path!("roles/:role") view={Lazy::<administration::RolePage>::new()} />
                    <Route path=path!("api-keys") view={Lazy::<administration::ApiKeysPage>::new()} />
                    <Route path=path!("account") view={Lazy::<administration::AccountPage>::new()} />
                    <Route path=path!("mail") view={Lazy::<administration::MailPage>::new()} />
                    <Route path=path!("account/second-factor") view={Lazy::<administration::SecondFactorPage>::new()} />
                    <Route path=path!("audit") view={Lazy::<administration::AuditPage>::new()} />
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
