use crate::{button::ButtonVariant, dom, icon::Icon};
use leptos::prelude::*;

/// Prints the page; what of it stands in the class `print-alone`, if anything does, and nothing else. Scripts alone can do that, so without
/// them it isn't there.
#[component]
pub fn PrintButton(
    /// What it says.
    #[prop(default = "Print".to_owned(), into)]
    label: String,
) -> impl IntoView {
    let class = format!("{} needs-script", ButtonVariant::Secondary.classes(false, false));
    view! {
        <button type="button" class=class on:click=move |_| dom::print()>
            <span class="btn-label">
                <Icon name="printer" />
                {label}
            </span>
        </button>
    }
}
