use leptos::prelude::*;

/// Names and values of one record.
#[component]
pub fn DescriptionList(children: Children) -> impl IntoView {
    view! { <dl class="description">{children()}</dl> }
}

/// One pair of a [`DescriptionList`].
#[component]
pub fn Description(#[prop(into)] term: String, children: Children) -> impl IntoView {
    view! {
        <dt>{term}</dt>
        <dd>{children()}</dd>
    }
}
