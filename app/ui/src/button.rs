use crate::{icon::optional_icon, shown::shown};
use leptos::prelude::*;

/// How much a button asks for attention. A page has at most one `Primary`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonVariant {
    Primary,
    #[default]
    Secondary,
    Quiet,
    Danger,
}

impl ButtonVariant {
    pub(crate) fn classes(self, small: bool, wide: bool) -> String {
        let variant = match self {
            Self::Primary => "btn btn-primary",
            Self::Secondary => "btn btn-secondary",
            Self::Quiet => "btn btn-quiet",
            Self::Danger => "btn btn-danger",
        };
        let small = if small { " btn-small" } else { "" };
        let wide = if wide { " btn-wide" } else { "" };
        format!("{variant}{small}{wide}")
    }
}

/// A button. `kind` is the HTML type (`button`, `submit`, `reset`); `on:click` on the component reaches the element.
///
/// While `busy` it keeps its width and its name, shows a spinner and takes no pointer.
#[component]
pub fn Button(
    #[prop(optional)] variant: ButtonVariant,
    #[prop(default = "button")] kind: &'static str,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] icon: Option<String>,
    #[prop(optional)] small: bool,
    #[prop(optional)] wide: bool,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
    /// What it is called where its text alone doesn't say it, such as in a row of a table.
    #[prop(optional, into)]
    label: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=kind
            aria-label=label
            class=variant.classes(small, wide)
            name=name
            value=value
            disabled=move || shown(disabled)
            aria-busy=move || shown(busy).then_some("true")
            aria-disabled=move || shown(busy).then_some("true")
        >
            <span class="btn-label">{optional_icon(icon)} {children()}</span>
        </button>
    }
}

/// A link that looks like a button: for going somewhere, never for doing something.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(optional)] variant: ButtonVariant,
    #[prop(optional, into)] icon: Option<String>,
    #[prop(optional)] small: bool,
    #[prop(optional)] wide: bool,
    /// Leads to no page of ours, but to a file or another site.
    #[prop(optional)]
    external: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <a href=href rel=external.then_some("external") class=variant.classes(small, wide)>
            <span class="btn-label">{optional_icon(icon)} {children()}</span>
        </a>
    }
}
