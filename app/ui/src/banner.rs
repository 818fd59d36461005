use crate::{badge::Tone, icon::Icon};
use leptos::prelude::*;

/// Something to know about this page, in its place. `alert` has it read out at once: for what just went wrong.
#[component]
pub fn Banner(
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] title: Option<String>,
    #[prop(optional)] alert: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div class=format!("banner{}", tone.message_class()) role=alert.then_some("alert")>
            <Icon name=tone.icon() />
            <div class="banner-body">
                {title.map(|title| view! { <p class="banner-title">{title}</p> })} {children()}
            </div>
        </div>
    }
}
