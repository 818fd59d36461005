use crate::{dom, icon::optional_icon};
use leptos::{html, prelude::*};

/// A menu: a disclosure, so it opens without scripts. With them it also closes on Escape, on a click elsewhere and
/// after a choice.
#[component]
pub fn Menu(
    /// What the button says, or its name when `trigger` shows something else.
    #[prop(into)]
    label: String,
    /// What to show instead of the label (an avatar, an icon).
    #[prop(optional, into)]
    trigger: Option<ViewFnOnce>,
    /// Opens towards the right, for a menu at the left edge.
    #[prop(optional)]
    start: bool,
    children: Children,
) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    Effect::new(move |_| dom::close_details_on_click_outside(details));

    let class = if start { "menu menu-start" } else { "menu" };
    let summary = match trigger {
        Some(trigger) => view! {
            <summary class="icon-btn" aria-label=label.clone() title=label>
                {trigger.run()}
            </summary>
        }
        .into_any(),
        None => view! {
            <summary class="btn btn-secondary">
                <span class="btn-label">{label} {optional_icon(Some("chevron-down".to_owned()))}</span>
            </summary>
        }
        .into_any(),
    };
    view! {
        <details
            class=class
            node_ref=details
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    dom::close_details(details, true);
                }
            }
        >
            {summary}
            <div class="menu-list" on:click=move |_| dom::close_details(details, false)>
                {children()}
            </div>
        </details>
    }
}

/// A place to go, in a [`Menu`]; `current` marks the one of several choices that is in force.
#[component]
pub fn MenuLink(
    #[prop(into)] href: String,
    #[prop(optional)] current: bool,
    #[prop(optional, into)] icon: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <a class="menu-item" href=href aria-current=current.then_some("true")>
            {optional_icon(icon)}
            {children()}
        </a>
    }
}

/// A thing to do, in a [`Menu`]: wrap it in a form, or give it `on:click`.
#[component]
pub fn MenuButton(
    #[prop(default = "submit")] kind: &'static str,
    #[prop(optional, into)] icon: Option<String>,
    #[prop(optional)] danger: bool,
    children: Children,
) -> impl IntoView {
    let class = if danger { "menu-item is-danger" } else { "menu-item" };
    view! {
        <button type=kind class=class>
            {optional_icon(icon)}
            {children()}
        </button>
    }
}

/// A hairline between groups of a [`Menu`].
#[component]
pub fn MenuLine() -> impl IntoView {
    view! { <hr class="menu-line" /> }
}
