use leptos::prelude::*;

/// What a status means. The word says it too: colour never stands alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Success,
    Warning,
    Danger,
    Info,
    Accent,
}

impl Tone {
    /// The icon that goes with a message of this tone.
    pub(crate) fn icon(self) -> &'static str {
        match self {
            Self::Success => "circle-check",
            Self::Warning => "triangle-alert",
            Self::Danger => "circle-alert",
            Self::Neutral | Self::Info | Self::Accent => "info",
        }
    }

    /// The class of a message (banner, toast) of this tone.
    pub(crate) fn message_class(self) -> &'static str {
        match self {
            Self::Neutral | Self::Accent => "",
            Self::Success => " is-success",
            Self::Warning => " is-warning",
            Self::Danger => " is-danger",
            Self::Info => " is-info",
        }
    }
}

/// A status: a dot and a word.
#[component]
pub fn Badge(#[prop(optional)] tone: Tone, children: Children) -> impl IntoView {
    let class = match tone {
        Tone::Neutral => "badge",
        Tone::Success => "badge tone-success",
        Tone::Warning => "badge tone-warning",
        Tone::Danger => "badge tone-danger",
        Tone::Info => "badge tone-info",
        Tone::Accent => "badge tone-accent",
    };
    view! { <span class=class>{children()}</span> }
}
