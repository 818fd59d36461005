use leptos::prelude::*;

/// A Lucide icon of 16 px from the sprite. Decorative by itself: whatever holds it must carry the words.
///
/// `name` must stand in `style/icons.txt`, or the sprite doesn't have it.
#[component]
pub fn Icon(#[prop(into)] name: String) -> impl IntoView {
    let href = format!("/vendor/icons.svg#{name}");
    view! {
        <svg class="icon" aria-hidden="true">
            <use_ href=href></use_>
        </svg>
    }
}

/// An icon where there may be none.
pub(crate) fn optional_icon(name: Option<String>) -> impl IntoView {
    name.map(|name| view! { <Icon name=name /> })
}
