#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "hydrate")]
mod echarts;

use crate::{icon::Icon, shown::shown};
use leptos::{html, prelude::*};

/// A chart, and the same figures as a table (the children).
///
/// `option` is the JSON of an echarts option, without colours: they come from the tokens and follow the theme. A series
/// named "Previous period" is drawn dashed and muted. The table is always in the page: behind a disclosure where scripts
/// run, in the chart's place where they don't.
#[component]
pub fn Chart(
    #[prop(into)] option: Signal<String>,
    /// What the chart shows, in a sentence.
    #[prop(into)]
    label: String,
    /// One of 160, 200, 240, 280, 320, 400; anything between takes the next one up.
    #[prop(default = 280)]
    height_px: u32,
    /// How values read: an ISO 4217 code, or "count".
    #[prop(into)]
    format: String,
    children: Children,
) -> impl IntoView {
    let figure = NodeRef::<html::Figure>::new();
    let failed = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    browser::mount(figure, option, format, failed);
    #[cfg(not(feature = "hydrate"))]
    let _ = (option, format);

    view! {
        <div class="chart">
            <figure
                class=height_class(height_px)
                role="img"
                aria-label=label.clone()
                hidden=move || shown(failed)
                node_ref=figure
            ></figure>
            <p class="field-hint" hidden=move || !shown(failed)>
                "The chart could not be drawn. Here are its figures."
            </p>
            <details class="chart-data" open=move || shown(failed)>
                <summary>
                    <Icon name="chevron-right" />
                    "Show the figures as a table"
                </summary>
                <div class="chart-table" tabindex="0" role="group" aria-label=label>
                    {children()}
                </div>
            </details>
        </div>
    }
}

/// Heights are classes: a `style` attribute would break the content security policy.
fn height_class(height_px: u32) -> &'static str {
    match height_px {
        0..=160 => "chart-figure chart-h-160",
        161..=200 => "chart-figure chart-h-200",
        201..=240 => "chart-figure chart-h-240",
        241..=280 => "chart-figure chart-h-280",
        281..=320 => "chart-figure chart-h-320",
        _ => "chart-figure chart-h-400",
    }
}
