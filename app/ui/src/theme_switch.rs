use crate::{dom, icon::Icon, shown::shown};
use leptos::prelude::*;

const CHOICES: [(&str, &str, &str); 3] =
    [("light", "Light", "sun"), ("dark", "Dark", "moon"), ("system", "System", "monitor")];

/// Light, dark or as the system says. Without scripts it posts `theme` to `action`, which sets the cookie of that name
/// and comes back; with scripts it does the same in place. `current` is the cookie's value, or "system".
#[component]
pub fn ThemeSwitch(#[prop(into)] action: String, #[prop(into)] current: String) -> impl IntoView {
    let chosen = RwSignal::new(current);
    let buttons = CHOICES
        .into_iter()
        .map(|(value, label, icon)| {
            view! {
                <button
                    type="submit"
                    class="segment"
                    name="theme"
                    value=value
                    aria-pressed=move || if shown(chosen) == value { "true" } else { "false" }
                    on:click=move |event| {
                        event.prevent_default();
                        dom::set_theme(value);
                        chosen.set(value.to_owned());
                    }
                >
                    <Icon name=icon />
                    {label}
                </button>
            }
        })
        .collect_view();
    view! {
        <form method="post" action=action>
            <div class="segmented segmented-small" role="group" aria-label="Theme">
                {buttons}
            </div>
        </form>
    }
}
