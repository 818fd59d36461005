use leptos::prelude::*;

/// Something that is so or not. It is sent as `name=true`, or not at all.
#[component]
pub fn Checkbox(#[prop(into)] name: String, #[prop(optional)] checked: bool, children: Children) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" name=name value="true" checked=checked />
            <span>{children()}</span>
        </label>
    }
}
