use crate::{field::ControlAttributes, icon::Icon, shown::shown};
use leptos::prelude::*;

/// One choice of a [`Select`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectOption {
    pub value: String,
    pub label: String,
}

impl SelectOption {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// The platform's own select: keyboard, phone wheel and form value for nothing.
#[component]
pub fn Select(
    #[prop(into)] name: String,
    options: Vec<SelectOption>,
    #[prop(optional, into)] selected: Option<String>,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] label: Option<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let control = ControlAttributes::from_context(id);
    let options = options
        .into_iter()
        .map(|option| {
            let is_selected = selected.as_ref() == Some(&option.value);
            view! {
                <option value=option.value selected=is_selected>
                    {option.label}
                </option>
            }
        })
        .collect_view();
    view! {
        <span class="select-wrap">
            <select
                class="select"
                id=control.id
                name=name
                required=control.required
                disabled=move || shown(disabled)
                aria-label=label
                aria-describedby=move || shown(control.described_by)
                aria-invalid=move || shown(control.invalid).then_some("true")
            >
                {options}
            </select>
            <Icon name="chevron-down" />
        </span>
    }
}
