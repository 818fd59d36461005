use crate::{field::ControlAttributes, shown::shown};
use leptos::{html, prelude::*};

/// A one-line input. Inside a [`Field`](crate::Field) it takes its id, description and validity from there; outside,
/// give it a `label`. Rarer attributes (`min`, `step`, `maxlength`) go through `attr:`.
#[component]
pub fn Input(
    #[prop(into)] name: String,
    #[prop(default = "text")] kind: &'static str,
    /// The value that the server renders; the browser owns it from then on.
    #[prop(optional, into)]
    value: Option<String>,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] label: Option<String>,
    #[prop(optional, into)] autocomplete: Option<String>,
    #[prop(optional, into)] inputmode: Option<String>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional)] autofocus: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let control = ControlAttributes::from_context(id);
    view! {
        <input
            class="input"
            id=control.id
            type=kind
            name=name
            value=value
            autocomplete=autocomplete
            inputmode=inputmode
            placeholder=placeholder
            autofocus=autofocus
            required=control.required
            disabled=move || shown(disabled)
            aria-label=label
            aria-describedby=move || shown(control.described_by)
            aria-invalid=move || shown(control.invalid).then_some("true")
            node_ref=node_ref
        />
    }
}
