use crate::icon::Icon;
use leptos::prelude::*;

/// Nothing here yet, why, and what to do next.
#[component]
pub fn EmptyState(
    #[prop(into)] icon: String,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional, into)] actions: ViewFnOnce,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon />
            <p class="empty-title">{title}</p>
            <p class="empty-text">{text}</p>
            <div class="empty-actions row">{actions.run()}</div>
        </div>
    }
}
