use crate::button::LinkButton;
use leptos::prelude::*;

/// Keyset paging: there are a previous and a next page, never page numbers.
/// A missing address means that this is the first or the last page.
#[component]
pub fn Pager(
    /// Such as "Orders 51 to 100 of 10,000+".
    #[prop(into)]
    summary: String,
    previous: Option<String>,
    next: Option<String>,
) -> impl IntoView {
    view! {
        <nav class="pager" aria-label="Pages">
            <p class="pager-count figures">{summary}</p>
            {previous.map(|href| view! { <LinkButton href=href small=true icon="chevron-left">"Previous"</LinkButton> })}
            {next.map(|href| view! { <LinkButton href=href small=true icon="chevron-right">"Next"</LinkButton> })}
        </nav>
    }
}
