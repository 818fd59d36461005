//! Which screen stands at which address.

pub(crate) mod families;

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
                <Route path=path!("/sign-in") view={Lazy::<entrance::SignIn>::new()} ssr=SsrMode::Async />
                <Route path=path!("/register") view={Lazy::<entrance::Register>::new()} ssr=SsrMode::Async />
                <Route path=path!("/register/confirm") view={Lazy::<entrance::Confirm>::new()} ssr=SsrMode::Async />
                <Route path=path!("/invitation") view={Lazy::<entrance::Invitation>::new()} ssr=SsrMode::Async />
                <Route path=path!("/forgotten-password") view={Lazy::<entrance::ForgottenPassword>::new()} ssr=SsrMode::Async />
                <Route path=path!("/reset-password") view={Lazy::<entrance::ResetPassword>::new()} ssr=SsrMode::Async />
                <Route path=path!("/confirm-email") view={Lazy::<entrance::ConfirmEmail>::new()} ssr=SsrMode::Async />
                <Route path=path!("/sign-in/code") view={Lazy::<entrance::Code>::new()} ssr=SsrMode::Async />
                <Route path=path!("/confirm-password") view={Lazy::<entrance::ConfirmPassword>::new()} ssr=SsrMode::Async />
                <ParentRoute path=path!("/") view=Workspace ssr=SsrMode::Async>
                    <Route path=path!("") view={Lazy::<dashboard::Dashboard>::new()} />
                    <Route path=path!("staff") view={Lazy::<administration::Staff>::new()} />
                    <Route path=path!("staff/invite") view={Lazy::<administration::Invite>::new()} />
                    <Route path=path!("staff/:user") view={Lazy::<administration::Member>::new()} />
                    <Route path=path!("roles") view={Lazy::<administration::Roles>::new()} />
                    <Route path=path!("roles/new") view={Lazy::<administration::NewRole>::new()} />
                    <Route path=path!("roles/:role") view={Lazy::<administration::Role>::new()} />
                    <Route path=path!("api-keys") view={Lazy::<administration::ApiKeys>::new()} />
                    <Route path=path!("account") view={Lazy::<administration::Account>::new()} />
                    <Route path=path!("mail") view={Lazy::<administration::Mail>::new()} />
                    <Route path=path!("account/second-factor") view={Lazy::<administration::SecondFactor>::new()} />
                    <Route path=path!("audit") view={Lazy::<administration::Audit>::new()} />
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
