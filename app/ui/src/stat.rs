use crate::{icon::Icon, sparkline::Sparkline};
use leptos::prelude::*;

/// Whether more of a figure is good news; it decides the colour of a change, never its words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Better {
    #[default]
    Higher,
    Lower,
}

/// The frame around a row of [`Stat`]s.
#[component]
pub fn Stats(children: Children) -> impl IntoView {
    view! { <dl class="stats">{children()}</dl> }
}

/// One figure, its change against a base and its trend. Must stand in [`Stats`].
#[component]
pub fn Stat(
    #[prop(into)] label: String,
    /// Formatted, with its unit.
    #[prop(into)]
    value: String,
    /// Relative change (0.124 is 12.4 % up). `None` when there is nothing to compare with.
    change: Option<f64>,
    /// What the change is against, such as "previous 30 days".
    #[prop(into)]
    base: String,
    #[prop(optional)] better: Better,
    #[prop(optional)] trend: Vec<f64>,
) -> impl IntoView {
    view! {
        <div class="stat">
            <dt class="stat-label">{label}</dt>
            <dd class="stat-value">{value}</dd>
            <dd class="stat-spark">
                <Sparkline values=trend />
            </dd>
            <dd class="stat-change">{change_view(change, base, better)}</dd>
        </div>
    }
}

fn change_view(change: Option<f64>, base: String, better: Better) -> AnyView {
    /// Below half of the last digit shown, a change is none.
    const NONE_BELOW: f64 = 0.0005;
    /// Beyond ten times as much, the number says no more than that there was hardly anything before.
    const PRECISE_UP_TO: f64 = 10.0;
    let Some(change) = change.filter(|change| change.is_finite()) else {
        return view! { <span>"Nothing to compare with"</span> }.into_any();
    };
    if change.abs() < NONE_BELOW {
        return view! { <span>"Same as " {base}</span> }.into_any();
    }
    let up = change > 0.0;
    let good = up == (better == Better::Higher);
    let class = if good { "stat-trend stat-up" } else { "stat-trend stat-down" };
    let icon = if up { "arrow-up-right" } else { "arrow-down-right" };
    let words = if up { "Up " } else { "Down " };
    let percent = if change.abs() > PRECISE_UP_TO {
        format!("over {:.0}%", PRECISE_UP_TO * 100.0)
    } else {
        format!("{:.1}%", change.abs() * 100.0)
    };
    view! {
        <span class=class>
            <Icon name=icon />
            <span class="sr-only">{words}</span>
            {percent}
        </span>
        <span class="stat-base">"vs " {base}</span>
    }
    .into_any()
}
