//! The design system: every part of a Tradepost screen, and nothing about the business.
//!
//! **Invariants.** No server functions and no business types live here. Every part renders complete HTML on the
//! server and is usable before (and without) the wasm: links navigate, buttons submit forms, menus are `<details>`,
//! dialogs and the phone's side bar open by the platform's own attributes. No markup carries a `style` attribute: the
//! content security policy forbids it. Looks live in `style/tailwind.css`; a component only names classes.
#![allow(
    missing_debug_implementations,
    clippy::needless_pass_by_value,
    clippy::must_use_candidate,
    reason = "the component macro makes structs of owned props, and callbacks in them can't be printed"
)]

mod avatar;
mod badge;
mod banner;
mod button;
mod chart;
mod checkbox;
mod command_palette;
mod confirm_button;
mod copy_button;
mod description_list;
mod dialog;
pub mod dom;
mod empty_state;
mod field;
mod gallery;
mod icon;
mod icon_button;
mod input;
mod kbd;
mod layout;
mod menu;
mod pager;
mod panel;
mod print_button;
mod progress_bar;
mod select;
mod share_bar;
mod shown;
mod skeleton;
mod sparkline;
mod stat;
mod table;
mod tabs;
mod theme_switch;
mod toast;

pub use avatar::Avatar;
pub use badge::{Badge, Tone};
pub use banner::Banner;
pub use button::{Button, ButtonVariant, LinkButton};
pub use chart::Chart;
pub use checkbox::Checkbox;
pub use command_palette::{CommandPalette, PaletteItem};
pub use confirm_button::ConfirmButton;
pub use copy_button::CopyButton;
pub use description_list::{Description, DescriptionList};
pub use dialog::{Dialog, DialogButton};
pub use empty_state::EmptyState;
pub use field::{Field, FieldContext};
pub use gallery::Gallery;
pub use icon::Icon;
pub use icon_button::{IconButton, IconLink};
pub use input::Input;
pub use kbd::Kbd;
pub use layout::{AppFrame, Brand, CentredPage, NavGroup, NavItem, Navigation, PageHead};
pub use menu::{Menu, MenuButton, MenuLine, MenuLink};
pub use pager::Pager;
pub use panel::Panel;
pub use print_button::PrintButton;
pub use progress_bar::ProgressBar;
pub use select::{Select, SelectOption};
pub use share_bar::ShareBar;
pub use skeleton::{Skeleton, SkeletonShape};
pub use sparkline::Sparkline;
pub use stat::{Better, Stat, Stats};
pub use table::{Amount, Column, Table};
pub use tabs::{Segmented, TabLink, Tabs};
pub use theme_switch::ThemeSwitch;
pub use toast::{Toast, Toaster, ToasterHandle, provide_toaster, use_toaster};
