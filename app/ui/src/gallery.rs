mod controls;
mod figures;
mod messages;

use crate::layout::PageHead;
use leptos::prelude::*;

/// Every component in all its states: the page `/ui`, which the browser tests look at in both themes.
#[component]
pub fn Gallery() -> impl IntoView {
    view! {
        <PageHead
            title="Components"
            context="Every part of the design system, in all its states."
            actions=controls::actions
        />
        <div class="grid-page">
            {controls::buttons()} {controls::fields()} {messages::small_things()} {messages::messages()}
            {messages::navigation()} {messages::floating()} {figures::stats()} {figures::chart()} {figures::table()}
            {figures::details()}
        </div>
    }
}
