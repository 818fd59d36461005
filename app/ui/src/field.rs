use crate::{icon::Icon, shown::shown};
use leptos::{context::Provider, prelude::*};

/// What a control needs to know about the field around it; `Input` and `Select` read it from the context.
#[derive(Clone, Debug)]
pub struct FieldContext {
    pub id: String,
    pub described_by: Signal<Option<String>>,
    pub invalid: Signal<bool>,
    pub required: bool,
}

/// A label, a control, a hint and the error that says how to mend it, tied together for assistive technology.
#[component]
pub fn Field(
    /// The control's id; hint and error take theirs from it.
    #[prop(into)]
    id: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
    children: Children,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let has_hint = hint.is_some();
    let described_by = {
        let hint_id = hint_id.clone();
        let error_id = error_id.clone();
        Signal::derive(move || match (has_hint, shown(error).is_some()) {
            (true, true) => Some(format!("{error_id} {hint_id}")),
            (true, false) => Some(hint_id.clone()),
            (false, true) => Some(error_id.clone()),
            (false, false) => None,
        })
    };
    let context = FieldContext {
        id: id.clone(),
        described_by,
        invalid: Signal::derive(move || shown(error).is_some()),
        required,
    };
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {label}
                {required.then(|| view! { <span class="field-required">"required"</span> })}
            </label>
            <Provider value=context>{children()}</Provider>
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            {field_error(error_id, error)}
        </div>
    }
}

/// What is wrong, once something is; described by its id.
pub(crate) fn field_error(id: String, error: Signal<Option<String>>) -> impl IntoView {
    move || {
        let id = id.clone();
        shown(error).map(|text| {
            view! {
                <p class="field-error" id=id>
                    <Icon name="circle-alert" />
                    <span>{text}</span>
                </p>
            }
        })
    }
}

/// The attributes that a control takes over from its field, or from its own props where there is no field.
pub(crate) struct ControlAttributes {
    pub(crate) id: Option<String>,
    pub(crate) described_by: Signal<Option<String>>,
    pub(crate) invalid: Signal<bool>,
    pub(crate) required: bool,
}

impl ControlAttributes {
    pub(crate) fn from_context(id: Option<String>) -> Self {
        match use_context::<FieldContext>() {
            Some(field) => Self {
                id: id.or(Some(field.id)),
                described_by: field.described_by,
                invalid: field.invalid,
                required: field.required,
            },
            None => Self { id, described_by: Signal::default(), invalid: Signal::default(), required: false },
        }
    }
}
