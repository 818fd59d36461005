//! The frame around every page of somebody signed in: side bar, top bar, palette.

use crate::AppError;
use crate::identity::server::{Visitor, current_visitor};
use crate::identity::sign_in;
use leptos::prelude::*;
use leptos_router::components::{Outlet, Redirect};
use leptos_router::hooks::use_location;
use model::permission::Permission;
use model::session::Staff;
use ui::{
    AppFrame, Avatar, Brand, CommandPalette, Menu, MenuButton, MenuLine, MenuLink, NavGroup, NavItem, Navigation,
    PaletteItem, ThemeSwitch,
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
    /// What whoever opens it must be allowed.
    needs: Option<Permission>,
}

/// Every page of the menu and the palette, in their order. Each person sees those that they may open.
const PLACES: &[Place] = &[
    Place {
        group: "Overview",
        label: "Dashboard",
        href: "/",
        icon: "layout-dashboard",
        shortcut: Some('d'),
        needs: Some(Permission::ReadAnalytics),
    },
    Place {
        group: "Business",
        label: "Staff",
        href: crate::staff::PATH,
        icon: "users",
        shortcut: Some('s'),
        needs: Some(Permission::ReadStaff),
    },
    Place {
        group: "Business",
        label: "Roles",
        href: crate::roles::PATH,
        icon: "key-round",
        shortcut: Some('r'),
        needs: Some(Permission::ReadStaff),
    },
    Place {
        group: "Business",
        label: "API keys",
        href: crate::api_keys::PATH,
        icon: "key-square",
        shortcut: Some('k'),
        needs: Some(Permission::ReadStaff),
    },
    Place {
        group: "Business",
        label: "Mail",
        href: crate::mail::PATH,
        icon: "mail",
        shortcut: None,
        needs: Some(Permission::ReadStaff),
    },
    Place {
        group: "Business",
        label: "Audit log",
        href: crate::audit::PATH,
        icon: "scroll-text",
        shortcut: Some('a'),
        needs: Some(Permission::ReadAudit),
    },
    #[cfg(debug_assertions)]
    Place { group: "Development", label: "Components", href: "/ui", icon: "table", shortcut: Some('u'), needs: None },
];

/// The page itself stands outside of what waits for the visitor: inside, it would be made anew, with all that it reads, each
/// time that the server looks whether the wait is over.
#[component]
pub fn Workspace() -> impl IntoView {
    let visitor = Resource::new_blocking(|| (), |()| current_visitor());
    let current = use_location().pathname;
    view! {
        <AppFrame
            brand=move || when_known(visitor, brand)
            nav=move || {
                when_known(
                    visitor,
                    move |visitor| view! { <Navigation groups=navigation(&visitor.staff) current=current /> }.into_any(),
                )
            }
            sidebar_action=PREFERENCES_PATH
            top_right=move || when_known(visitor, user_menu)
        >
            <Outlet />
        </AppFrame>
        {when_known(visitor, |visitor| view! { <CommandPalette items=palette(&visitor.staff) /> }.into_any())}
    }
}

/// Shows what depends on who is signed in. Nobody: then they sign in again, which can only happen in a page that stayed open;
/// the server lets nobody else get this far.
fn when_known(
    visitor: Resource<Result<Visitor, AppError>>,
    show: impl Fn(Visitor) -> AnyView + Copy + Send + Sync + 'static,
) -> AnyView {
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

/// Not everybody begins at the dashboard.
fn brand(visitor: Visitor) -> AnyView {
    let home = home(&visitor.staff);
    view! { <Brand name=visitor.staff.business home=home /> }.into_any()
}

fn user_menu(visitor: Visitor) -> AnyView {
    let Visitor { staff, theme } = visitor;
    let (avatar, name, email, role) = (staff.name.clone(), staff.name, staff.email, staff.role.name);
    view! {
        <Menu label=format!("Account of {name}") trigger=move || view! { <Avatar name=avatar /> }>
            <p class="menu-note">{format!("{name}, {role}")}</p>
            <p class="menu-note">{email}</p>
            <MenuLine />
            <MenuLink href=crate::account::PATH icon="user">
                "Your account"
            </MenuLink>
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

/// The places that somebody may open.
fn open_to(staff: &Staff) -> impl Iterator<Item = &'static Place> {
    PLACES.iter().filter(|place| place.needs.is_none_or(|permission| staff.may(permission)))
}

/// Where somebody begins who asks for no page in particular: at the first one that they may open.
#[must_use]
pub fn home(staff: &Staff) -> &'static str {
    open_to(staff).find(|place| place.needs.is_some()).map_or(crate::account::PATH, |place| place.href)
}

fn navigation(staff: &Staff) -> Vec<NavGroup> {
    let mut groups: Vec<NavGroup> = Vec::new();
    for place in open_to(staff) {
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

fn palette(staff: &Staff) -> Vec<PaletteItem> {
    let item = |place: &Place| PaletteItem {
        label: place.label.to_owned(),
        hint: String::new(),
        href: place.href.to_owned(),
        icon: place.icon.to_owned(),
        group: "Go to".to_owned(),
        key: place.shortcut,
    };
    open_to(staff).map(item).collect()
}
