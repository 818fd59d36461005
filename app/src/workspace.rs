//! The frame around every page of somebody signed in: side bar, top bar, palette.

use crate::AppError;
use crate::error::Failure;
use crate::identity::server::{Visitor, current_visitor};
use crate::identity::sign_in;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::{Outlet, Redirect};
use leptos_router::hooks::use_location;
use ui::{
    AppFrame, Avatar, CentredPage, CommandPalette, Menu, MenuButton, MenuLine, NavGroup, NavItem, PaletteItem,
    ThemeSwitch,
};

/// Where the forms for theme and side bar post to without scripts.
pub const PREFERENCES_PATH: &str = "/preferences";

/// A page that can be gone to.
struct Place {
    group: &'static str,
    label: &'static str,
    href: &'static str,
    icon: &'static str,
    shortcut: Option<char>,
}

/// Every page of the menu and the palette, in their order.
const PLACES: &[Place] = &[
    Place { group: "Overview", label: "Dashboard", href: "/", icon: "layout-dashboard", shortcut: Some('d') },
    #[cfg(debug_assertions)]
    Place { group: "Development", label: "Components", href: "/ui", icon: "table", shortcut: Some('u') },
];

#[component]
pub fn Workspace() -> impl IntoView {
    let visitor = Resource::new_blocking(|| (), |()| current_visitor());
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Tradepost".to_owned() } else { format!("{title} · Tradepost") } />
        <Suspense>
            {move || Suspend::new(async move {
                match visitor.await {
                    Ok(visitor) => framed(visitor),
                    Err(AppError::SignedOut) => view! { <Redirect path=sign_in::PATH /> }.into_any(),
                    Err(error) => failed(error, visitor),
                }
            })}
        </Suspense>
    }
}

fn framed(visitor: Visitor) -> AnyView {
    let current = use_location().pathname;
    let business = visitor.staff.business.clone();
    provide_context(visitor.staff.clone());
    view! {
        <AppFrame
            brand=business
            nav=navigation()
            current=current
            sidebar_action=PREFERENCES_PATH
            top_right=move || user_menu(&visitor)
        >
            <Outlet />
        </AppFrame>
        <CommandPalette items=palette() />
    }
    .into_any()
}

fn failed(error: AppError, visitor: Resource<Result<Visitor, AppError>>) -> AnyView {
    view! {
        <Title text="Something went wrong" />
        <CentredPage brand="Tradepost" title="Something went wrong" context="This page could not be opened.">
            <Failure error=error retry=move || visitor.refetch() />
        </CentredPage>
    }
    .into_any()
}

fn user_menu(visitor: &Visitor) -> AnyView {
    let staff = &visitor.staff;
    let (name, email, role) = (staff.name.clone(), staff.email.clone(), staff.role.label());
    let (avatar, theme) = (name.clone(), visitor.theme.clone());
    view! {
        <Menu label=format!("Account of {name}") trigger=move || view! { <Avatar name=avatar /> }>
            <p class="menu-note">{format!("{name}, {role}")}</p>
            <p class="menu-note">{email}</p>
            <MenuLine />
            <ThemeSwitch action=PREFERENCES_PATH current=theme />
            <MenuLine />
            // A plain form: the whole page goes, and with it everything that this person has seen.
            <form method="post" action="/api/sign-out">
                <MenuButton icon="log-out">"Sign out"</MenuButton>
            </form>
        </Menu>
    }
    .into_any()
}

fn navigation() -> Vec<NavGroup> {
    let mut groups: Vec<NavGroup> = Vec::new();
    for place in PLACES {
        let item = NavItem {
            label: place.label.to_owned(),
            href: place.href.to_owned(),
            icon: place.icon.to_owned(),
            shortcut: place.shortcut,
        };
        match groups.iter_mut().find(|group| group.label == place.group) {
            Some(group) => group.items.push(item),
            None => groups.push(NavGroup { label: place.group.to_owned(), items: vec![item] }),
        }
    }
    groups
}

fn palette() -> Vec<PaletteItem> {
    let item = |place: &Place| PaletteItem {
        label: place.label.to_owned(),
        hint: String::new(),
        href: place.href.to_owned(),
        icon: place.icon.to_owned(),
        group: "Go to".to_owned(),
        key: place.shortcut,
    };
    PLACES.iter().map(item).collect()
}
