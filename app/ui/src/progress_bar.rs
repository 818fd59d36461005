use crate::shown::shown;
use leptos::prelude::*;

/// How far a job is. `value` runs from 0 to 1; `None` means that nobody knows.
#[component]
pub fn ProgressBar(#[prop(into)] label: String, #[prop(into)] value: Signal<Option<f64>>) -> impl IntoView {
    view! {
        <progress
            class="progress"
            aria-label=label
            max="1"
            value=move || shown(value).map(|value| value.clamp(0.0, 1.0).to_string())
        ></progress>
    }
}
