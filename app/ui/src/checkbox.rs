use crate::{field::field_error, shown::shown};
use leptos::prelude::*;

/// Something that is so or not. It is sent as `name=true`, or not at all.
#[component]
pub fn Checkbox(
    #[prop(into)] name: String,
    #[prop(optional)] checked: bool,
    /// Why it can't be chosen so. Its id is the name's with `-error` behind.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    let error_id = format!("{name}-error");
    let described_by = {
        let error_id = error_id.clone();
        move || shown(error).map(|_| error_id.clone())
    };
    view! {
        <div class="field">
            <label class="check">
                <input
                    type="checkbox"
                    name=name
                    value="true"
                    checked=checked
                    aria-describedby=described_by
                    aria-invalid=move || shown(error).map(|_| "true")
                />
                <span>{children()}</span>
            </label>
            {field_error(error_id, error)}
        </div>
    }
}
