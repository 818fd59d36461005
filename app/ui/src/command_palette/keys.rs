//! The keys that work on every page, and the dialog that lists them.

use super::{PALETTE_ID, PaletteItem, item_id};
use crate::{dialog::Dialog, dom, kbd::Kbd};
use leptos::{ev::KeyboardEvent, prelude::*};

const HELP_ID: &str = "shortcuts";
/// How long after `g` its letter may come.
const CHORD_MILLISECONDS: f64 = 1_500.0;

/// Starts listening, until the current reactive owner goes.
pub(super) fn listen(items: StoredValue<Vec<PaletteItem>>) {
    let chord_started = StoredValue::new(f64::NEG_INFINITY);
    dom::on_key(move |event| handle(&event, items, chord_started));
}

fn handle(event: &KeyboardEvent, items: StoredValue<Vec<PaletteItem>>, chord_started: StoredValue<f64>) {
    let key = event.key();
    let with_modifier = event.ctrl_key() || event.meta_key();
    if with_modifier && !event.alt_key() && key.eq_ignore_ascii_case("k") {
        event.prevent_default();
        dom::show_dialog(PALETTE_ID);
        return;
    }
    if with_modifier || event.alt_key() || dom::is_typing(event) || dom::any_dialog_open() {
        return;
    }
    let now = event.time_stamp();
    let in_chord = now - chord_started.get_value() < CHORD_MILLISECONDS;
    chord_started.set_value(f64::NEG_INFINITY);
    match key.as_str() {
        letter if in_chord => {
            let wanted = letter.chars().next();
            let found =
                items.with_value(|items| items.iter().position(|item| item.key.is_some() && item.key == wanted));
            if let Some(index) = found {
                event.prevent_default();
                dom::click(&item_id(index));
            }
        }
        "g" => chord_started.set_value(now),
        "?" => {
            event.prevent_default();
            dom::show_dialog(HELP_ID);
        }
        "/" => {
            event.prevent_default();
            if !dom::focus_first("main input[type=search]") {
                dom::show_dialog(PALETTE_ID);
            }
        }
        _ => {}
    }
}

/// The list of the keys, opened by `?`.
#[component]
pub(super) fn ShortcutHelp(items: Vec<PaletteItem>) -> impl IntoView {
    let places = items
        .into_iter()
        .filter_map(|item| {
            let key = item.key?;
            Some(shortcut(item.label, vec!["g".to_owned(), key.to_string()]))
        })
        .collect_view();
    view! {
        <Dialog id=HELP_ID title="Keyboard shortcuts">
            <ul>
                {shortcut("Search or jump to".to_owned(), vec!["Ctrl".to_owned(), "K".to_owned()])}
                {shortcut("Search this page".to_owned(), vec!["/".to_owned()])}
                {shortcut("Show this list".to_owned(), vec!["?".to_owned()])}
                {shortcut("Close what is open".to_owned(), vec!["Esc".to_owned()])} {places}
            </ul>
        </Dialog>
    }
}

fn shortcut(label: String, keys: Vec<String>) -> AnyView {
    let keys = keys.into_iter().map(|key| view! { <Kbd key=key /> }).collect_view();
    view! {
        <li class="shortcut">
            {label}
            <span class="keys">{keys}</span>
        </li>
    }
    .into_any()
}
