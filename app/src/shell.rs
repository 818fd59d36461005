//! The document around the application; rendered on the server only.
#![cfg(feature = "ssr")]

use crate::context::cookie;
use crate::routes::{App, families};
use axum::http::request::Parts;
use leptos::WasmSplitManifest;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, provide_meta_context};
use model::id::CorrelationId;
use ui::{ButtonVariant, CentredPage, LinkButton};

/// The document. The theme and the state of the side bar come from cookies and stand in the markup: nothing flashes.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let theme = cookie("theme").filter(|theme| theme == "light" || theme == "dark");
    let sidebar = cookie("sidebar").filter(|state| state == "collapsed");
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme data-sidebar=sidebar>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                <link
                    rel="preload"
                    href="/vendor/inter-latin-wght-normal.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <HashedStylesheet options=options.clone() id="style" />
                <HydrationScripts options=options />
                <FamilyFiles />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Names the files of the page's family, so that browsers ask for them at once: Leptos does so only for what is rendered before the
/// head is sent, which a page within the frame may not be.
#[component]
fn FamilyFiles() -> impl IntoView {
    let family = use_context::<Parts>().and_then(|request| families::of(request.uri.path()))?;
    // Of the scripts above. A site that was built without families has none.
    let manifest = use_context::<WasmSplitManifest>()?;
    let (folder, files, loader) = &*manifest.0.try_read_value()?;
    let wasm = files.get(family)?.iter().map(|file| {
        view! { <link rel="preload" href=format!("{folder}/{file}.wasm") r#as="fetch" r#type="application/wasm" crossorigin="" /> }
    });
    Some(view! {
        {wasm.collect_view()}
        <link rel="modulepreload" href=format!("{folder}/{loader}") crossorigin="" />
    })
}

/// A page for what went wrong outside of any screen. Complete in itself: it needs neither scripts nor the database.
#[must_use]
pub fn error_page(options: &LeptosOptions, status: u16, detail: &str, request_id: Option<CorrelationId>) -> String {
    let (options, detail) = (options.clone(), detail.to_owned());
    let title = if status < 500 { "This can’t be opened" } else { "Something went wrong" };
    let owner = Owner::new_root(None);
    let document = owner.with(|| {
        provide_meta_context();
        view! {
            <!DOCTYPE html>
            <html lang="en">
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <title>{format!("{title} · Tradepost")}</title>
                    <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                    <HashedStylesheet options=options />
                </head>
                <body>
                    <CentredPage
                        brand="Tradepost"
                        title=title
                        context=detail
                        foot=move || request_id.map(|id| format!("Error {status}, request {id}"))
                    >
                        <div class="row">
                            <LinkButton href="/" variant=ButtonVariant::Primary>
                                "Go to the start"
                            </LinkButton>
                        </div>
                    </CentredPage>
                </body>
            </html>
        }
        .to_html()
    });
    owner.cleanup();
    document
}
