mod keys;
mod matching;

use crate::{dom, icon::Icon, kbd::Kbd, shown::shown};
use keys::{ShortcutHelp, listen};
use leptos::prelude::*;
use matching::matches;

/// The dialog's id, for buttons that open it.
pub(crate) const PALETTE_ID: &str = "palette";
const LIST_ID: &str = "palette-list";

/// A place to go. With a `key` it can be reached by `g` and then that letter, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaletteItem {
    pub label: String,
    /// A few words beside the label; may be empty.
    pub hint: String,
    pub href: String,
    pub icon: String,
    pub group: String,
    pub key: Option<char>,
}

pub(crate) fn item_id(index: usize) -> String {
    format!("palette-item-{index}")
}

/// Ctrl-K: type a few letters, press Enter, be there. Also brings the global keys (`g` and a letter, `/`, `?`) and the
/// dialog that lists them. Put it once, at the end of the page. Items are links, so following one is following a link.
#[component]
pub fn CommandPalette(items: Vec<PaletteItem>) -> impl IntoView {
    let help = items.clone();
    let groups = groups(&items);
    let items = StoredValue::new(items);
    let query = RwSignal::new(String::new());
    let position = RwSignal::new(0_usize);
    let visible = Memo::new(move |_| {
        let query = query.get();
        items.with_value(|items| {
            items
                .iter()
                .enumerate()
                .filter(|(_, item)| matches(&query, &item.label) || matches(&query, &item.group))
                .map(|(index, _)| index)
                .collect::<Vec<usize>>()
        })
    });
    let active = Memo::new(move |_| visible.with(|visible| visible.get(position.get()).copied()));

    Effect::new(move |_| listen(items));
    Effect::new(move |_| {
        if let Some(index) = active.get() {
            dom::reveal(&item_id(index));
        }
    });

    let step = move |forwards: bool| {
        let count = visible.with_untracked(Vec::len);
        if count > 0 {
            position.update(|position| *position = (*position + if forwards { 1 } else { count - 1 }) % count);
        }
    };
    let on_keydown = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "ArrowDown" => {
            event.prevent_default();
            step(true);
        }
        "ArrowUp" => {
            event.prevent_default();
            step(false);
        }
        "Enter" => {
            event.prevent_default();
            if let Some(index) = active.get_untracked() {
                dom::click(&item_id(index));
            }
        }
        _ => {}
    };

    let group_views =
        groups.into_iter().enumerate().map(|(number, group)| group_view(number, group, visible, active)).collect_view();
    view! {
        <dialog
            class="dialog palette"
            id=PALETTE_ID
            closedby="any"
            aria-label="Search or jump to"
            on:close=move |_| {
                query.set(String::new());
                position.set(0);
            }
        >
            <div class="palette-search">
                <Icon name="search" />
                <input
                    class="palette-input"
                    type="text"
                    role="combobox"
                    aria-label="Search or jump to"
                    aria-expanded="true"
                    aria-controls=LIST_ID
                    aria-autocomplete="list"
                    aria-activedescendant=move || shown(active).map(item_id)
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="Search or jump to"
                    prop:value=move || shown(query)
                    on:input=move |event| {
                        query.set(event_target_value(&event));
                        position.set(0);
                    }
                    on:keydown=on_keydown
                />
                <Kbd key="Esc" />
            </div>
            <div class="palette-list" id=LIST_ID role="listbox" aria-label="Places">
                {group_views}
            </div>
            <p class="palette-empty" role="status" hidden=move || !shown(visible).is_empty()>
                "Nothing has that name."
            </p>
        </dialog>
        <ShortcutHelp items=help />
    }
}

struct Group {
    label: String,
    items: Vec<(usize, PaletteItem)>,
}

/// The items by group, both in the order in which they first appear.
fn groups(items: &[PaletteItem]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let entry = (index, item.clone());
        match groups.iter_mut().find(|group| group.label == item.group) {
            Some(group) => group.items.push(entry),
            None => groups.push(Group { label: item.group.clone(), items: vec![entry] }),
        }
    }
    groups
}

fn group_view(number: usize, group: Group, visible: Memo<Vec<usize>>, active: Memo<Option<usize>>) -> AnyView {
    let label_id = format!("palette-group-{number}");
    let members: Vec<usize> = group.items.iter().map(|(index, _)| *index).collect();
    let is_empty = move || !shown(visible).iter().any(|index| members.contains(index));
    let options = group.items.into_iter().map(|(index, item)| option_view(index, item, visible, active)).collect_view();
    view! {
        <div role="group" aria-labelledby=label_id hidden=is_empty>
            <p class="palette-group" id=label_id.clone() role="presentation">
                {group.label}
            </p>
            {options}
        </div>
    }
    .into_any()
}

fn option_view(index: usize, item: PaletteItem, visible: Memo<Vec<usize>>, active: Memo<Option<usize>>) -> AnyView {
    let keys = item.key.map(|key| {
        view! {
            <span class="keys" aria-hidden="true">
                <Kbd key="g" />
                <Kbd key=key.to_string() />
            </span>
        }
    });
    view! {
        <a
            class="palette-item"
            id=item_id(index)
            href=item.href
            role="option"
            tabindex="-1"
            aria-selected=move || if shown(active) == Some(index) { "true" } else { "false" }
            hidden=move || !shown(visible).contains(&index)
            on:click=move |_| dom::close_dialog(PALETTE_ID)
        >
            <Icon name=item.icon />
            {item.label}
            <span class="palette-hint">{item.hint}</span>
            {keys}
        </a>
    }
    .into_any()
}
