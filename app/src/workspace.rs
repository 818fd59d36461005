//! The frame around every page of somebody signed in: side bar, top bar, palette.

use crate::AppError;
use crate::identity::server::{Visitor, current_visitor};
use crate::identity::sign_in;
use leptos::prelude::*;
use leptos_router::components::{Outlet, Redirect};
use leptos_router::hooks::use_location;
use ui::{AppFrame, Avatar, CommandPalette, Menu, MenuButton, MenuLine, NavGroup, NavItem, PaletteItem, ThemeSwitch};

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

/// The page itself stands outside of what waits for the visitor: inside, it would be made anew, with all that it reads, each
/// time that the server looks whether the wait is over.
#[component]
pub fn Workspace() -> impl IntoView {
    let visitor = Resource::new_blocking(|| (), |()| current_visitor());
    view! {
        <AppFrame
            brand=move || when_known(visitor, |visitor| visitor.staff.business.into_any())
            nav=navigation()
            current=use_location().pathname
            sidebar_action=PREFERENCES_PATH
            top_right=move || when_known(visitor, user_menu)
        >
            <Outlet />
        </AppFrame>
        <CommandPalette items=palette() />
    }
}

/// Shows what depends on who is signed in. Nobody: then they sign in again, which can only happen in a page that stayed open;
/// the server lets nobody else get this far.
fn when_known(visitor: Resource<Result<Visitor, AppError>>, show: fn(Visitor) -> AnyView) -> AnyView {
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match visitor.await {
                    Ok(visitor) => show(visitor),
                    Err(AppError::SignedOut) => view! { <Redirect path=sign_in::PATH /> }.into_any(),
                    Err(_) => "Tradepost".into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn user_menu(visitor: Visitor) -> AnyView {
    let Visitor { staff, theme } = visitor;
    let (avatar, name, email, role) = (staff.name.clone(), staff.name, staff.email, staff.role.label());
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
