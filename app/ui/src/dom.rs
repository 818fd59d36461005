//! What only a browser can do. On the server the same names exist and do nothing, so that components need no `cfg`.

#[cfg(not(feature = "hydrate"))]
pub use absent::*;
#[cfg(feature = "hydrate")]
pub use browser::*;

#[cfg(feature = "hydrate")]
mod browser {
    use js_sys::{Array, Function, Reflect};
    use leptos::{ev, html, prelude::*};
    use std::cell::Cell;
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use web_sys::{
        Element, Event, HtmlDialogElement, HtmlDocument, HtmlElement, HtmlFormElement, HtmlSelectElement,
        KeyboardEvent, Node, ScrollIntoViewOptions, ScrollLogicalPosition,
    };

    /// Cookies of taste (theme, side bar) outlive the session: a year, in seconds.
    const PREFERENCE_SECONDS: u32 = 365 * 24 * 60 * 60;

    fn element<T: JsCast>(id: &str) -> Option<T> {
        document().get_element_by_id(id)?.dyn_into::<T>().ok()
    }

    /// Opens the `<dialog>` of that id; nothing when it is open already.
    pub fn show_dialog(id: &str) {
        if let Some(dialog) = element::<HtmlDialogElement>(id).filter(|dialog| !dialog.open()) {
            // It fails only for a dialog that has just left the document, which needs no opening.
            let _ = dialog.show_modal();
        }
    }

    pub fn close_dialog(id: &str) {
        if let Some(dialog) = element::<HtmlDialogElement>(id) {
            dialog.close();
        }
    }

    pub fn any_dialog_open() -> bool {
        document().query_selector("dialog[open]").ok().flatten().is_some()
    }

    /// Closes a popover (the phone's side bar); nothing when it is closed already.
    pub fn hide_popover(id: &str) {
        if let Some(popover) = element::<HtmlElement>(id) {
            // It fails only where popovers are unknown, and there it can't be open.
            let _ = popover.hide_popover();
        }
    }

    /// Puts a form back to what it came with.
    pub fn reset_form(id: &str) {
        if let Some(form) = element::<HtmlFormElement>(id) {
            form.reset();
        }
    }

    /// Chooses an option of a `<select>` that has it, where nobody has chosen another one than `untouched` yet.
    pub fn choose(id: &str, untouched: &str, value: &str) {
        if let Some(select) = element::<HtmlSelectElement>(id).filter(|select| select.value() == untouched) {
            select.set_value(value);
            if select.value() != value {
                select.set_value(untouched);
            }
        }
    }

    /// Where the browser is, as an IANA name.
    pub fn time_zone() -> Option<String> {
        let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
        js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into()).ok()?.as_string()
    }

    /// Follows a link or presses a button by its id.
    pub fn click(id: &str) {
        if let Some(target) = element::<HtmlElement>(id) {
            target.click();
        }
    }

    /// Scrolls as little as needed to show the element.
    pub fn reveal(id: &str) {
        if let Some(target) = element::<Element>(id) {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            target.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }

    /// Focuses the first match. False when there is none.
    pub fn focus_first(selector: &str) -> bool {
        let found = document().query_selector(selector).ok().flatten();
        found.and_then(|found| found.dyn_into::<HtmlElement>().ok()).is_some_and(|found| found.focus().is_ok())
    }

    /// Copies a text, and tells whether that worked. Pages that didn't come by https have no clipboard.
    pub fn copy(text: &str, tell: impl Fn(bool) + Copy + 'static) {
        if try_copy(text, tell).is_none() {
            tell(false);
        }
    }

    /// Everything by its name: a call of what isn't there would end the program.
    fn try_copy(text: &str, tell: impl Fn(bool) + Copy + 'static) -> Option<()> {
        let clipboard = get(&get(&window(), "navigator")?, "clipboard")?;
        let copying = call(&clipboard, "writeText", &Array::of1(&text.into()))?;
        let (done, refused) = (Closure::once_into_js(move || tell(true)), Closure::once_into_js(move || tell(false)));
        call(&copying, "then", &Array::of2(&done, &refused)).map(|_| ())
    }

    fn get(target: &JsValue, key: &str) -> Option<JsValue> {
        Reflect::get(target, &key.into()).ok()
    }

    fn call(target: &JsValue, method: &str, arguments: &Array) -> Option<JsValue> {
        let function: Function = get(target, method)?.dyn_into().ok()?;
        Reflect::apply(&function, target, arguments).ok()
    }

    /// The path and the query of the page that is shown.
    pub fn address() -> Option<String> {
        let location = window().location();
        Some(format!("{}{}", location.pathname().ok()?, location.search().ok()?))
    }

    thread_local! {
        /// How many wait: who goes on to another page before the first one came doesn't end the other's wait.
        static WAITING: Cell<u32> = const { Cell::new(0) };
    }

    /// As long as it lives, the page says that something is on its way.
    #[derive(Debug)]
    pub struct Waiting(());

    /// Says so from now on. It is seen after a moment only: what comes at once doesn't flicker.
    pub fn wait() -> Waiting {
        WAITING.set(WAITING.get() + 1);
        show_waiting();
        Waiting(())
    }

    impl Drop for Waiting {
        fn drop(&mut self) {
            WAITING.set(WAITING.get().saturating_sub(1));
            show_waiting();
        }
    }

    fn show_waiting() {
        let Some(body) = document().body() else { return };
        // An attribute with a plain name is never refused.
        let _ = if WAITING.get() > 0 {
            body.set_attribute("aria-busy", "true")
        } else {
            body.remove_attribute("aria-busy")
        };
    }

    /// From now on links are the browser's own again, and nothing of ours hears a click.
    pub fn leave_links_alone() {
        let stop = Closure::<dyn Fn(Event)>::new(|event: Event| event.stop_propagation()).into_js_value();
        // Before all others: the window hears a click first, on its way in.
        let _ = window().add_event_listener_with_callback_and_bool("click", stop.unchecked_ref(), true);
    }

    /// Goes to an address of this site, as a link would without scripts.
    pub fn load(address: &str) {
        // Refused for an address of another kind only.
        let _ = window().location().assign(address);
    }

    /// Opens the browser's dialog for printing.
    pub fn print() {
        // Where printing is switched off there is nobody to tell.
        let _ = window().print();
    }

    /// Whether the event comes from somewhere that takes text.
    pub fn is_typing(event: &Event) -> bool {
        event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("input, textarea, select, [contenteditable]").ok().flatten())
            .is_some()
    }

    /// Listens to keys anywhere until the current reactive owner goes.
    pub fn on_key(handle: impl Fn(KeyboardEvent) + 'static) {
        let listener = window_event_listener(ev::keydown, move |event| {
            // Filling in a saved password sends a keydown that is no KeyboardEvent and has no key.
            if event.is_instance_of::<KeyboardEvent>() {
                handle(event);
            }
        });
        on_cleanup(move || listener.remove());
    }

    pub fn close_details(details: NodeRef<html::Details>, focus_summary: bool) {
        let Some(details) = details.get_untracked() else {
            return;
        };
        if details.open() {
            details.set_open(false);
            if focus_summary
                && let Ok(Some(summary)) = details.query_selector("summary")
                && let Ok(summary) = summary.dyn_into::<HtmlElement>()
            {
                // Without the focus the menu is still closed, which is what was asked.
                let _ = summary.focus();
            }
        }
    }

    pub fn close_details_on_click_outside(details: NodeRef<html::Details>) {
        let listener = window_event_listener(ev::pointerdown, move |event| {
            let Some(Some(element)) = details.try_get_untracked() else {
                return;
            };
            let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
            if !element.contains(target.as_ref()) {
                element.set_open(false);
            }
        });
        on_cleanup(move || listener.remove());
    }

    fn remember(name: &str, value: &str) {
        if let Ok(document) = document().dyn_into::<HtmlDocument>() {
            let cookie = format!("{name}={value}; path=/; max-age={PREFERENCE_SECONDS}; samesite=lax");
            // Cookies may be refused; the choice then lasts as long as the page.
            let _ = document.set_cookie(&cookie);
        }
    }

    /// Applies `light`, `dark` or `system` at once and remembers it in the cookie `theme`.
    pub fn set_theme(choice: &str) {
        if let Some(root) = document().document_element() {
            // Setting an attribute fails only for a malformed name.
            let _ = root.set_attribute("data-theme", choice);
        }
        remember("theme", choice);
    }

    /// Shows the side bar as icons or whole, and remembers it in the cookie `sidebar`.
    pub fn toggle_sidebar() {
        let Some(root) = document().document_element() else {
            return;
        };
        let collapsed = root.get_attribute("data-sidebar").as_deref() == Some("collapsed");
        let next = if collapsed { "open" } else { "collapsed" };
        // Setting an attribute fails only for a malformed name.
        let _ = root.set_attribute("data-sidebar", next);
        remember("sidebar", next);
    }
}

#[cfg(not(feature = "hydrate"))]
mod absent {
    use leptos::{
        ev::{Event, KeyboardEvent},
        html,
        prelude::*,
    };

    pub fn show_dialog(_id: &str) {}
    pub fn close_dialog(_id: &str) {}
    pub fn any_dialog_open() -> bool {
        false
    }
    pub fn hide_popover(_id: &str) {}
    pub fn reset_form(_id: &str) {}
    pub fn choose(_id: &str, _untouched: &str, _value: &str) {}
    pub fn time_zone() -> Option<String> {
        None
    }
    pub fn click(_id: &str) {}
    pub fn reveal(_id: &str) {}
    pub fn focus_first(_selector: &str) -> bool {
        false
    }
    pub fn copy(_text: &str, _tell: impl Fn(bool) + Copy + 'static) {}
    pub fn address() -> Option<String> {
        None
    }
    pub fn wait() {}
    pub fn leave_links_alone() {}
    pub fn load(_address: &str) {}
    pub fn print() {}
    pub fn is_typing(_event: &Event) -> bool {
        false
    }
    pub fn on_key(_handle: impl Fn(KeyboardEvent) + 'static) {}
    pub fn close_details(_details: NodeRef<html::Details>, _focus_summary: bool) {}
    pub fn close_details_on_click_outside(_details: NodeRef<html::Details>) {}
    pub fn set_theme(_choice: &str) {}
    pub fn toggle_sidebar() {}
}
