use crate::{icon::Icon, shown::shown};
use leptos::prelude::*;

/// A button with an icon only. The label is its name and its tooltip, so there is always one.
#[component]
pub fn IconButton(
    #[prop(into)] label: String,
    #[prop(into)] icon: String,
    #[prop(default = "button")] kind: &'static str,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
) -> impl IntoView {
    view! {
        <button
            type=kind
            class="icon-btn"
            title=label.clone()
            aria-label=label
            name=name
            value=value
            disabled=move || shown(disabled)
        >
            <Icon name=icon />
        </button>
    }
}

/// A link with an icon only.
#[component]
pub fn IconLink(#[prop(into)] label: String, #[prop(into)] icon: String, #[prop(into)] href: String) -> impl IntoView {
    view! {
        <a class="icon-btn" href=href title=label.clone() aria-label=label>
            <Icon name=icon />
        </a>
    }
}
