//! Loads echarts where a chart is, draws, and draws again when the theme, the size or the figures change.

use super::echarts::{self, Drawing};
use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, HtmlElement, MediaQueryList, MutationObserver, MutationObserverInit, ResizeObserver};

const SCRIPT_ID: &str = "echarts-script";
const SCRIPT_URL: &str = "/vendor/echarts.common.min.js";

type Drawn = StoredValue<Option<Drawing>, LocalStorage>;

pub(super) fn mount(figure: NodeRef<html::Figure>, option: Signal<String>, format: String, failed: RwSignal<bool>) {
    let loaded = RwSignal::new(false);
    let theme = RwSignal::new(0_u32);
    // Dropping the stored values, when the page goes, disposes of the chart and of what watches it.
    let drawn: Drawn = StoredValue::new_local(None);
    let watchers: StoredValue<Option<Watchers>, LocalStorage> = StoredValue::new_local(None);

    Effect::new(move |_| {
        let Some(element) = figure.get() else {
            return;
        };
        load(loaded, failed);
        watchers.set_value(Watchers::start(&element, drawn, theme).ok());
    });
    Effect::new(move |_| {
        theme.track();
        let option = option.get();
        let Some(element) = figure.get().filter(|_| loaded.get()) else {
            return;
        };
        drawn.update_value(|drawn| {
            // The old one goes first: echarts refuses a second chart in one element.
            *drawn = None;
            match echarts::draw(&element, &option, &format) {
                Ok(drawing) => *drawn = Some(drawing),
                Err(error) => {
                    leptos::logging::warn!("a chart could not be drawn: {error:?}");
                    failed.set(true);
                }
            }
        });
    });
}

/// Adds the script once, however many charts the page has.
fn load(loaded: RwSignal<bool>, failed: RwSignal<bool>) {
    if js_sys::Reflect::has(&window(), &"echarts".into()).unwrap_or(false) {
        loaded.set(true);
        return;
    }
    if try_load(loaded, failed).is_none() {
        failed.set(true);
    }
}

fn try_load(loaded: RwSignal<bool>, failed: RwSignal<bool>) -> Option<()> {
    let document = document();
    let (script, is_new) = match document.get_element_by_id(SCRIPT_ID) {
        Some(script) => (script, false),
        None => (document.create_element("script").ok()?, true),
    };
    // The chart may be gone before the script arrives: the signals are then, and nothing is to be told.
    let on_load = Closure::once_into_js(move || {
        loaded.try_set(true);
    });
    let gone = script.clone();
    let on_error = Closure::once_into_js(move || {
        // The next chart tries again.
        gone.remove();
        failed.try_set(true);
    });
    script.add_event_listener_with_callback("load", on_load.unchecked_ref()).ok()?;
    script.add_event_listener_with_callback("error", on_error.unchecked_ref()).ok()?;
    if is_new {
        script.set_id(SCRIPT_ID);
        script.set_attribute("src", SCRIPT_URL).ok()?;
        document.head()?.append_child(&script).ok()?;
    }
    Some(())
}

/// Keeps the chart the size of its box and the colours of its theme.
struct Watchers {
    size: ResizeObserver,
    attribute: MutationObserver,
    system: Option<MediaQueryList>,
    /// Held because a dropped closure throws when it is called.
    _on_resize: Closure<dyn FnMut()>,
    on_theme: Closure<dyn FnMut()>,
}

impl Watchers {
    fn start(element: &HtmlElement, drawn: Drawn, theme: RwSignal<u32>) -> Result<Self, JsValue> {
        let on_resize = Closure::<dyn FnMut()>::new(move || {
            drawn.try_with_value(|drawn| {
                if let Some(drawing) = drawn {
                    drawing.resize();
                }
            });
        });
        let on_theme = Closure::<dyn FnMut()>::new(move || {
            theme.try_update(|version| *version = version.wrapping_add(1));
        });

        let size = ResizeObserver::new(on_resize.as_ref().unchecked_ref())?;
        let box_element: &Element = element;
        size.observe(box_element);

        let attribute = MutationObserver::new(on_theme.as_ref().unchecked_ref())?;
        if let Some(root) = document().document_element() {
            let options = MutationObserverInit::new();
            options.set_attributes(true);
            options.set_attribute_filter(&js_sys::Array::of1(&"data-theme".into()));
            attribute.observe_with_options(&root, &options)?;
        }

        let system = window().match_media("(prefers-color-scheme: dark)")?;
        if let Some(system) = &system {
            system.add_event_listener_with_callback("change", on_theme.as_ref().unchecked_ref())?;
        }
        Ok(Self { size, attribute, system, _on_resize: on_resize, on_theme })
    }
}

impl Drop for Watchers {
    fn drop(&mut self) {
        self.size.disconnect();
        self.attribute.disconnect();
        if let Some(system) = &self.system {
            // It fails only for a listener that isn't there.
            let _ = system.remove_event_listener_with_callback("change", self.on_theme.as_ref().unchecked_ref());
        }
    }
}
