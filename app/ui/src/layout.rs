use crate::{command_palette::PALETTE_ID, dom, icon::Icon, kbd::Kbd, shown::shown};
use leptos::prelude::*;

const SIDEBAR_ID: &str = "sidebar";

/// A titled part of the side bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavGroup {
    pub label: String,
    pub items: Vec<NavItem>,
}

/// A place in the side bar. `shortcut` is the letter after `g`, told in the tooltip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    pub label: String,
    pub href: String,
    pub icon: String,
    pub shortcut: Option<char>,
}

/// The frame of every page of a signed-in user: side bar, top bar, content. On a phone the side bar is a sheet: it is a
/// popover, which the menu button opens without scripts.
#[component]
pub fn AppFrame(
    /// A [`Brand`] with the name of the business.
    #[prop(into)]
    brand: ViewFnOnce,
    /// A [`Navigation`].
    #[prop(into)]
    nav: ViewFnOnce,
    /// Where the collapse button posts `sidebar=toggle` without scripts; the server flips the cookie `sidebar`
    /// (`collapsed` or `open`), which it renders as `data-sidebar` on `<html>`.
    #[prop(into)]
    sidebar_action: String,
    /// For lists: the content takes the whole width.
    #[prop(optional, into)]
    wide: Signal<bool>,
    #[prop(optional, into)] top_right: ViewFnOnce,
    children: Children,
) -> impl IntoView {
    view! {
        // External to the router, which would change the address and leave the focus where it is.
        <a class="skip-link" href="#content" rel="external">
            "Skip to content"
        </a>
        <div class="frame">
            <nav
                class="sidebar"
                id=SIDEBAR_ID
                popover="auto"
                aria-label="Main"
                on:click=move |_| dom::hide_popover(SIDEBAR_ID)
            >
                {brand.run()}
                {nav.run()}
                <form
                    class="sidebar-foot"
                    method="post"
                    action=sidebar_action
                    on:submit=move |event| {
                        event.prevent_default();
                        dom::toggle_sidebar();
                    }
                >
                    <button
                        class="nav-link nav-collapse"
                        type="submit"
                        name="sidebar"
                        value="toggle"
                        title="Collapse or expand the side bar"
                    >
                        <Icon name="panel-left-close" />
                        <span class="nav-text">"Collapse"</span>
                    </button>
                </form>
            </nav>
            <div class="frame-main">
                <header class="topbar">
                    <button
                        type="button"
                        class="icon-btn nav-toggle"
                        popovertarget=SIDEBAR_ID
                        aria-label="Menu"
                        title="Menu"
                    >
                        <Icon name="menu" />
                    </button>
                    <button
                        type="button"
                        class="search-button needs-script"
                        id="open-palette"
                        command="show-modal"
                        commandfor=PALETTE_ID
                        aria-haspopup="dialog"
                        on:click=move |event| {
                            event.prevent_default();
                            dom::show_dialog(PALETTE_ID);
                        }
                    >
                        <Icon name="search" />
                        <span>"Search or jump to"</span>
                        <span class="keys" aria-hidden="true">
                            <Kbd key="Ctrl" />
                            <Kbd key="K" />
                        </span>
                    </button>
                    <div class="topbar-right">{top_right.run()}</div>
                </header>
                <main
                    class=move || if shown(wide) { "content content-wide" } else { "content" }
                    id="content"
                    tabindex="-1"
                >
                    {children()}
                </main>
            </div>
        </div>
    }
}

/// The places in the side bar.
#[component]
pub fn Navigation(
    groups: Vec<NavGroup>,
    /// The path shown, to mark its place.
    #[prop(into)]
    current: Signal<String>,
) -> impl IntoView {
    groups.into_iter().enumerate().map(|(number, group)| nav_group(number, group, current)).collect_view()
}

fn nav_group(number: usize, group: NavGroup, current: Signal<String>) -> AnyView {
    let label_id = format!("nav-group-{number}");
    let items = group.items.into_iter().map(|item| nav_item(item, current)).collect_view();
    view! {
        <div class="nav-group">
            <p class="nav-label" id=label_id.clone()>
                {group.label}
            </p>
            <ul aria-labelledby=label_id>{items}</ul>
        </div>
    }
    .into_any()
}

fn nav_item(item: NavItem, current: Signal<String>) -> AnyView {
    let title = match item.shortcut {
        Some(key) => format!("{} (g {key})", item.label),
        None => item.label.clone(),
    };
    let href = item.href.clone();
    let aria_current = move || is_within(&shown(current), &href).then_some("page");
    view! {
        <li>
            <a class="nav-link" href=item.href title=title aria-current=aria_current>
                <Icon name=item.icon />
                <span class="nav-text">{item.label}</span>
            </a>
        </li>
    }
    .into_any()
}

/// Whether `path` is `href` or below it. Everything is below "/", which therefore only matches itself.
fn is_within(path: &str, href: &str) -> bool {
    match path.strip_prefix(href) {
        Some("") => true,
        Some(rest) => href != "/" && rest.starts_with('/'),
        None => false,
    }
}

/// The head of a page: what it is, one line of context, and what can be done (at most one primary button).
#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    #[prop(optional, into)] context: Option<String>,
    #[prop(optional, into)] actions: ViewFnOnce,
) -> impl IntoView {
    view! {
        <div class="page-head">
            <div>
                <h1 class="page-title">{title}</h1>
                {context.map(|context| view! { <p class="page-context">{context}</p> })}
            </div>
            <div class="page-actions">{actions.run()}</div>
        </div>
    }
}

/// A page with one thing to do: sign in, read an error.
#[component]
pub fn CentredPage(
    #[prop(into)] brand: String,
    #[prop(into)] title: String,
    #[prop(into)] context: String,
    /// Below the panel: where else to turn, the request id.
    #[prop(optional, into)]
    foot: ViewFnOnce,
    children: Children,
) -> impl IntoView {
    view! {
        <main class="centred" id="content">
            <div class="centred-inner">
                // The server knows where whoever follows it begins, if they are signed in at all.
                <a class="brand" href="/" rel="external">
                    <BrandMark />
                    <span class="brand-name">{brand}</span>
                </a>
                <div class="centred-panel">
                    <h1 class="centred-title">{title}</h1>
                    <p class="centred-context">{context}</p>
                    {children()}
                </div>
                <div class="centred-foot">{foot.run()}</div>
            </div>
        </main>
    }
}

/// Whose pages these are. It leads to where they begin.
#[component]
pub fn Brand(#[prop(into)] name: String, #[prop(into)] home: String) -> impl IntoView {
    view! {
        <a class="brand" href=home>
            <BrandMark />
            <span class="brand-name">{name}</span>
        </a>
    }
}

/// The mark of `favicon.svg`, inline so that it is there with the first paint.
#[component]
fn BrandMark() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
            <rect class="brand-mark-ground" width="32" height="32" rx="8"></rect>
            <path class="brand-mark-line" d="M8 10.5h16M16 10.5V24M8.5 24h15"></path>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn marks_the_place_and_what_is_below_it() {
        assert!(is_within("/orders", "/orders"));
        assert!(is_within("/orders/42", "/orders"));
        assert!(!is_within("/orders-archive", "/orders"));
        assert!(is_within("/", "/"));
        assert!(!is_within("/orders", "/"));
    }
}
