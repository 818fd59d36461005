//! The page for addresses that lead nowhere.

use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonVariant, CentredPage, LinkButton};

#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::context::set_status(http::StatusCode::NOT_FOUND);
    view! {
        <Title text="Page not found" />
        <CentredPage
            brand="Tradepost"
            title="This page doesn’t exist"
            context="The address may be mistyped, or what was here has been removed."
        >
            <div class="row">
                <LinkButton href="/" variant=ButtonVariant::Primary>
                    "Go to the dashboard"
                </LinkButton>
            </div>
        </CentredPage>
    }
}
