//! The page for addresses that lead nowhere.

use leptos::prelude::*;
use leptos_meta::Title;
use ui::{ButtonVariant, CentredPage, LinkButton};

#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::context::set_page_status(http::StatusCode::NOT_FOUND);
    // Known to the server only; the browser takes over what was rendered.
    #[cfg(feature = "ssr")]
    let request = || Some(crate::context::correlation().to_string());
    #[cfg(not(feature = "ssr"))]
    let request = || None::<String>;
    let request = SharedValue::new(request).into_inner();
    view! {
        <Title text="Page not found" />
        <CentredPage
            brand="Tradepost"
            title="This page doesn’t exist"
            context="The address may be mistyped, or what was here has been removed."
            foot=move || request.map(|id| format!("Error 404, request {id}"))
        >
            <div class="row">
                <LinkButton href="/" variant=ButtonVariant::Primary external=true>
                    "Go to the start"
                </LinkButton>
            </div>
        </CentredPage>
    }
}
