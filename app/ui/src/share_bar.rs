use leptos::prelude::*;

/// A thin bar for a share of the largest row; `share` runs from 0 to 1. The figure stands beside it, so it is decoration.
/// An SVG because its width is an attribute: a `style` would break the content security policy.
#[component]
pub fn ShareBar(share: f64) -> impl IntoView {
    let width = if share.is_finite() { share.clamp(0.0, 1.0) * 100.0 } else { 0.0 };
    view! {
        <svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
            <rect class="share-track" width="100" height="6"></rect>
            <rect class="share-fill" width=format!("{width:.1}") height="6"></rect>
        </svg>
    }
}
