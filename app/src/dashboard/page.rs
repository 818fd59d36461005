//! The dashboard's page.

use super::address::Asked;
use super::controls::{custom_span, pickers};
use super::panels;
use super::server::{DashboardScreen, load_dashboard};
use crate::AppError;
use crate::error::Failure;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::dashboard::Dashboard;
use ui::{EmptyState, PageHead, Panel, Skeleton, SkeletonShape};

#[component]
pub fn DashboardPage() -> AnyView {
    let params = use_query_map();
    let asked = Memo::new(move |_| params.with(Asked::read));
    let screen = Resource::new(move || asked.get().query, load_dashboard);
    let figures = move || {
        // Before the wait, which outlives a request whose browser left.
        let asked = asked.get();
        Suspend::new(async move {
            match screen.await {
                Ok(screen) => loaded(&asked, screen),
                Err(error) => failed(error, move || screen.refetch()),
            }
        })
    };
    let (pending, set_pending) = signal(false);
    // Leptos follows the wait in a task of its own, which on the server runs on another thread and gets into the page's way. What the
    // server sends is never on its way, so only browsers follow it.
    let figures = if cfg!(feature = "ssr") {
        view! { <Transition fallback=skeleton>{figures}</Transition> }.into_any()
    } else {
        view! { <Transition fallback=skeleton set_pending=set_pending>{figures}</Transition> }.into_any()
    };
    view! {
        <Title text="Dashboard" />
        <div class:is-pending=pending>{figures}</div>
    }
    .into_any()
}

fn loaded(asked: &Asked, screen: DashboardScreen) -> AnyView {
    let DashboardScreen { dashboard, revenue_chart } = screen;
    let context = context_line(&dashboard);
    let controls = {
        let (asked, days) = (asked.clone(), dashboard.days);
        move || pickers(&asked, days)
    };
    if dashboard.restated_at.is_none() && dashboard.latest_orders.is_empty() {
        return nothing_yet();
    }
    if asked.error.is_some() {
        Effect::new(|_| {
            request_animation_frame(|| {
                ui::dom::focus_first("[aria-invalid=true]");
            });
        });
    }
    view! {
        <PageHead title="Dashboard" context=context actions=controls />
        {custom_span(asked)}
        <div class="grid-page">
            <div class="span-12">{panels::headline(&dashboard)}</div>
            <div class="span-12">{panels::revenue(&dashboard, &asked.query, revenue_chart)}</div>
            <div class="span-5">{panels::top_products(&dashboard)}</div>
            <div class="span-7">{panels::latest_orders(&dashboard)}</div>
            <div class="span-4">{panels::shares("Revenue by category", "Category", &dashboard.sales.categories, dashboard.currency)}</div>
            <div class="span-4">{panels::shares("Revenue by country", "Country", &dashboard.sales.countries, dashboard.currency)}</div>
            <div class="span-4">{panels::low_stock(&dashboard)}</div>
        </div>
    }
    .into_any()
}

/// Which days are shown, against which, and how fresh that is.
fn context_line(dashboard: &Dashboard) -> String {
    let days = panels::day_range(dashboard.days);
    let updated = dashboard.restated_at.as_ref().map(|time| format!(" · updated {time}")).unwrap_or_default();
    format!("{days}, against {}{updated}", panels::span_before(dashboard.days))
}

fn failed(error: AppError, retry: impl Fn() + Send + Sync + 'static) -> AnyView {
    view! {
        <PageHead title="Dashboard" />
        <Failure error=error retry=move || retry() />
    }
    .into_any()
}

fn nothing_yet() -> AnyView {
    view! {
        <PageHead title="Dashboard" />
        <Panel title="Welcome">
            <EmptyState
                icon="layout-dashboard"
                title="No orders yet"
                text="The first order brings this page to life. To look around first, an administrator can load a demo business beside this one with “tradepost demo”."
            />
        </Panel>
    }
    .into_any()
}

/// The page in outline, of the size that it will have.
fn skeleton() -> AnyView {
    let panel = |title: &'static str, class: &'static str, lines: usize| {
        let lines = (0..lines).map(|_| view! { <Skeleton /> }).collect_view();
        view! {
            <div class=class>
                <Panel title=title>
                    <div class="stack">{lines}</div>
                </Panel>
            </div>
        }
    };
    view! {
        <div aria-busy="true" aria-live="polite">
            <PageHead title="Dashboard" context="Loading the figures" />
            <div class="grid-page">
                <div class="span-12">
                    <Skeleton shape=SkeletonShape::Block />
                </div>
                {panel("Revenue", "span-12", 8)}
                {panel("Top products", "span-5", 8)}
                {panel("Latest orders", "span-7", 8)}
                {panel("Revenue by category", "span-4", 6)}
                {panel("Revenue by country", "span-4", 6)}
                {panel("Low stock", "span-4", 6)}
            </div>
        </div>
    }
    .into_any()
}
