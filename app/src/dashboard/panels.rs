//! The parts of the dashboard.

use super::controls::buckets;
use chrono::NaiveDate;
use leptos::prelude::*;
use model::dashboard::{
    Dashboard, DashboardQuery, Figure, LatestOrder, LowStockItem, ProductSales, RevenuePoint, RevenueShare,
};
use model::money::{Currency, Money, grouped};
use model::order::{Kind, Status};
use model::period::{Bucket, DayRange};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use ui::{Amount, Badge, Chart, Column, EmptyState, Panel, ShareBar, Stat, Stats, Table, Tone};

/// Rows of a breakdown; the smaller ones are summed up in one more.
const SHARES_SHOWN: usize = 8;

pub(super) fn headline(dashboard: &Dashboard) -> AnyView {
    let (sales, currency) = (&dashboard.sales, dashboard.currency);
    let money = |amount: Decimal| Money::new(amount, currency).to_string();
    let count = |number: Decimal| grouped(&number.normalize().to_string());
    let base = span_before(dashboard.days);
    let stat = |label: &'static str, figure: &Figure, value: String| {
        view! {
            <Stat
                label=label
                value=value
                change=figure.change_percent().and_then(|percent| percent.to_f64()).map(|percent| percent / 100.0)
                base=base.clone()
                trend=figure.trend.iter().filter_map(ToPrimitive::to_f64).collect()
            />
        }
        .into_any()
    };
    let stats = [
        stat("Revenue", &sales.revenue, money(sales.revenue.value)),
        stat("Orders", &sales.orders, count(sales.orders.value)),
        stat("Average order", &sales.average_order, money(sales.average_order.value)),
        stat("New customers", &sales.new_customers, count(sales.new_customers.value)),
    ];
    view! { <Stats>{stats.into_iter().collect_view()}</Stats> }.into_any()
}

pub(super) fn revenue(dashboard: &Dashboard, query: &DashboardQuery, option: String) -> AnyView {
    let (bucket, days, currency, query) = (dashboard.bucket, dashboard.days, dashboard.currency, *query);
    let row = |point: &RevenuePoint| {
        view! {
            <tr>
                <td>{bucket_label(point.starts_on, bucket, days)}</td>
                <Amount value=grouped(&point.orders.to_string()) />
                <Amount value=Money::new(point.revenue, currency).to_string() />
                <Amount value=point.before.map(|before| Money::new(before, currency).to_string()).unwrap_or_default() />
            </tr>
        }
    };
    let rows = dashboard.sales.points.iter().map(row).collect_view();
    let label = format!("Revenue by {} with the previous period", bucket.label().to_lowercase());
    let columns = vec![
        Column::text(bucket.label()),
        Column::amount("Orders"),
        Column::amount("Revenue"),
        Column::amount("Previous period"),
    ];
    let is_empty = |point: &RevenuePoint| {
        point.orders == 0 && point.revenue.is_zero() && point.before.unwrap_or_default().is_zero()
    };
    if dashboard.sales.points.iter().all(is_empty) {
        let empty = nothing(("receipt", "Nothing sold", "There was no revenue in this period, nor in the one before."));
        return view! { <Panel title="Revenue">{empty}</Panel> }.into_any();
    }
    view! {
        <Panel title="Revenue" actions=move || buckets(&query, bucket)>
            <Chart option=Signal::stored(option) label=label.clone() format=currency.code().to_owned()>
                <Table caption=label columns=columns>
                    {rows}
                </Table>
            </Chart>
        </Panel>
    }
    .into_any()
}

pub(super) fn top_products(dashboard: &Dashboard) -> AnyView {
    let currency = dashboard.currency;
    let row = |product: &ProductSales| {
        view! {
            <tr>
                <td class="cell-main cell-clip">{product.name.clone()}</td>
                <Amount value=grouped(&product.units.to_string()) secondary=true unit="sold" />
                <Amount value=Money::new(product.revenue, currency).to_string() />
            </tr>
        }
    };
    let rows: Vec<_> = dashboard.sales.top_products.iter().map(row).collect();
    let columns = vec![Column::text("Product"), Column::amount("Units"), Column::amount("Revenue")];
    listing("Top products", columns, rows, ("package", "Nothing sold", "No product was sold in this period."))
}

pub(super) fn latest_orders(dashboard: &Dashboard) -> AnyView {
    let currency = dashboard.currency;
    let row = |order: &LatestOrder| {
        let (tone, state) = state(order);
        view! {
            <tr>
                <td class="cell-main">{order.number.clone()}</td>
                <td class="cell-wide cell-clip">{order.customer.clone().unwrap_or_else(|| "Guest".to_owned())}</td>
                <td class="cell-secondary cell-end">
                    <Badge tone=tone>{state}</Badge>
                </td>
                <td class="cell-secondary">
                    <time datetime=order.placed_at.to_rfc3339()>{order.placed_at_local.clone()}</time>
                </td>
                <Amount value=Money::new(order.net_amount, currency).to_string() />
            </tr>
        }
    };
    let rows: Vec<_> = dashboard.latest_orders.iter().map(row).collect();
    let columns = vec![
        Column::text("Order"),
        Column::text("Customer"),
        Column::text("Status"),
        Column::text("Placed"),
        Column::amount("Net"),
    ];
    listing("Latest orders", columns, rows, ("shopping-cart", "No orders", "No order came through this channel yet."))
}

pub(super) fn low_stock(dashboard: &Dashboard) -> AnyView {
    let row = |item: &LowStockItem| {
        let (tone, state) = if item.available > Decimal::ZERO { (Tone::Warning, "Low") } else { (Tone::Danger, "Out") };
        view! {
            <tr>
                <td class="cell-main cell-clip">{item.name.clone()}</td>
                <td class="cell-secondary">
                    <Badge tone=tone>{state}</Badge>
                </td>
                <Amount value=format!("{} of {}", grouped(&item.available.to_string()), grouped(&item.reorder_point.to_string())) />
            </tr>
        }
    };
    let rows: Vec<_> = dashboard.low_stock.items.iter().map(row).collect();
    let title = match dashboard.low_stock.count {
        0 => "Low stock".to_owned(),
        count => format!("Low stock · {}", grouped(&count.to_string())),
    };
    let columns = vec![Column::text("Product"), Column::text("State"), Column::amount("Available")];
    listing(
        title,
        columns,
        rows,
        ("circle-check", "Nothing is low", "Every watched product is above its reorder point."),
    )
}

/// A breakdown with a bar per row. Beyond the largest few, the rest is one row, so that the column adds up to the revenue.
pub(super) fn shares(title: &'static str, kind: &'static str, shares: &[RevenueShare], currency: Currency) -> AnyView {
    let largest = shares.iter().map(|share| share.revenue).max().unwrap_or_default();
    let mut shown: Vec<RevenueShare> = shares.iter().take(SHARES_SHOWN).cloned().collect();
    if shares.len() > SHARES_SHOWN {
        let revenue = shares.iter().skip(SHARES_SHOWN).map(|share| share.revenue).sum();
        shown.push(RevenueShare { name: format!("{} more", shares.len() - SHARES_SHOWN), revenue });
    }
    let row = |share: RevenueShare| {
        let part = share.revenue.checked_div(largest).and_then(|part| part.to_f64()).unwrap_or_default();
        view! {
            <tr>
                <td class="cell-clip">{share.name}</td>
                <td class="cell-bar">
                    <ShareBar share=part />
                </td>
                <Amount value=Money::new(share.revenue, currency).to_string() />
            </tr>
        }
    };
    let rows: Vec<_> = shown.into_iter().map(row).collect();
    let columns = vec![Column::text(kind), Column::unlabelled("Share"), Column::amount("Revenue")];
    plain_listing(title, columns, rows, ("receipt", "Nothing sold", "There was no revenue in this period."))
}

type Empty = (&'static str, &'static str, &'static str);

/// A panel with a table whose rows become two lines on a phone.
fn listing(
    title: impl Into<String>,
    columns: Vec<Column>,
    rows: Vec<impl IntoView + 'static>,
    empty: Empty,
) -> AnyView {
    let title = title.into();
    let table = if rows.is_empty() {
        nothing(empty)
    } else {
        view! {
            <Table caption=title.clone() columns=columns rows=true>
                {rows.into_iter().collect_view()}
            </Table>
        }
        .into_any()
    };
    view! { <Panel title=title flush=true>{table}</Panel> }.into_any()
}

/// A panel with a table that keeps its columns on a phone.
fn plain_listing(
    title: &'static str,
    columns: Vec<Column>,
    rows: Vec<impl IntoView + 'static>,
    empty: Empty,
) -> AnyView {
    let table = if rows.is_empty() {
        nothing(empty)
    } else {
        view! {
            <Table caption=title columns=columns>
                {rows.into_iter().collect_view()}
            </Table>
        }
        .into_any()
    };
    view! { <Panel title=title flush=true>{table}</Panel> }.into_any()
}

fn nothing((icon, title, text): Empty) -> AnyView {
    view! { <EmptyState icon=icon title=title text=text /> }.into_any()
}

/// How an order stands, in a word and a tone.
fn state(order: &LatestOrder) -> (Tone, &'static str) {
    match order.kind {
        Kind::Return | Kind::Adjustment => (Tone::Neutral, order.kind.label()),
        Kind::Sale => {
            let tone = match order.status {
                Status::Draft | Status::PartiallyRefunded | Status::Refunded => Tone::Neutral,
                Status::Placed => Tone::Warning,
                Status::Paid | Status::Fulfilling | Status::Shipped => Tone::Info,
                Status::Delivered => Tone::Success,
                Status::Failed | Status::Cancelled => Tone::Danger,
            };
            (tone, order.status.label())
        }
    }
}

/// `3 Mar` for a day or the week that begins on it, `Mar 2026` for a month.
/// What a point of the chart stands for; with its year where a day of the same name may be shown twice.
pub(super) fn bucket_label(starts_on: NaiveDate, bucket: Bucket, days: DayRange) -> String {
    let format = match bucket {
        Bucket::Day | Bucket::Week if days.days() <= 366 => "%-d %b",
        Bucket::Day | Bucket::Week => "%-d %b %Y",
        Bucket::Month => "%b %Y",
    };
    starts_on.format(format).to_string()
}

/// `11 Nov to 10 Dec 2025`; one day is just that day.
pub(super) fn day_range(days: DayRange) -> String {
    let last = days.last.format("%-d %b %Y");
    let same_year = days.first.format("%Y").to_string() == days.last.format("%Y").to_string();
    match (days.first == days.last, same_year) {
        (true, _) => last.to_string(),
        (false, true) => format!("{} to {last}", days.first.format("%-d %b")),
        (false, false) => format!("{} to {last}", days.first.format("%-d %b %Y")),
    }
}

/// What the figures are compared with.
pub(super) fn span_before(days: DayRange) -> String {
    match days.days() {
        1 => "the day before".to_owned(),
        count => format!("the {} days before", grouped(&count.to_string())),
    }
}
