use leptos::prelude::*;

/// One place of [`Tabs`] or one choice of [`Segmented`]: a link, because what you see is in the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabLink {
    pub label: String,
    pub href: String,
    pub current: bool,
}

impl TabLink {
    pub fn new(label: impl Into<String>, href: impl Into<String>, current: bool) -> Self {
        Self { label: label.into(), href: href.into(), current }
    }
}

/// The parts of one record, as links. `label` names the navigation and must be unique on the page.
#[component]
pub fn Tabs(#[prop(into)] label: String, links: Vec<TabLink>) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label=label>
            {link_views(links, "tab", "page")}
        </nav>
    }
}

/// One of a few choices (period, granularity), as links.
#[component]
pub fn Segmented(#[prop(into)] label: String, links: Vec<TabLink>, #[prop(optional)] small: bool) -> impl IntoView {
    let class = if small { "segmented segmented-small" } else { "segmented" };
    view! {
        <div class=class role="group" aria-label=label>
            {link_views(links, "segment", "true")}
        </div>
    }
}

fn link_views(links: Vec<TabLink>, class: &'static str, current: &'static str) -> impl IntoView {
    links
        .into_iter()
        .map(|link| {
            view! {
                <a class=class href=link.href aria-current=link.current.then_some(current)>
                    {link.label}
                </a>
            }
        })
        .collect_view()
}
