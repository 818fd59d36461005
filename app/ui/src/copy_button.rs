use crate::{button::ButtonVariant, dom, icon::Icon, toast::use_toaster};
use leptos::prelude::*;

/// Copies a text. Scripts alone can do that, so without them it isn't there.
#[component]
pub fn CopyButton(
    /// What it copies.
    #[prop(into)]
    text: String,
    /// What it says.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let toaster = use_toaster();
    let tell = move |copied: bool| {
        if copied {
            toaster.success("Copied");
        } else {
            toaster.danger("The browser didn’t let it be copied. Select it and copy it yourself.");
        }
    };
    let class = format!("{} needs-script", ButtonVariant::Secondary.classes(false, false));
    view! {
        <button type="button" class=class on:click=move |_| dom::copy(&text, tell)>
            <span class="btn-label">
                <Icon name="copy" />
                {label}
            </span>
        </button>
    }
}
