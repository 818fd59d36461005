use leptos::prelude::*;

/// A titled part of a page. `flush` lets a table run to the edges; the title is an `<h2>`.
#[component]
pub fn Panel(
    #[prop(into)] title: String,
    #[prop(optional)] flush: bool,
    /// An id of the title, by which it can be given the focus.
    #[prop(optional, into)]
    title_id: Option<String>,
    #[prop(optional, into)] actions: ViewFnOnce,
    children: Children,
) -> impl IntoView {
    let class = if flush { "panel panel-flush" } else { "panel" };
    view! {
        <section class=class>
            <div class="panel-head">
                <h2 class="panel-title" tabindex=title_id.is_some().then_some("-1") id=title_id>
                    {title}
                </h2>
                <div class="panel-actions row">{actions.run()}</div>
            </div>
            <div class="panel-body">{children()}</div>
        </section>
    }
}
