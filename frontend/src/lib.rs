//! What the browser runs: brings the page that the server rendered to life, and nothing else.

/// Called once by the script that loads the wasm.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_lazy(app::App);
}
