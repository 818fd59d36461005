use crate::{
    badge::{Badge, Tone},
    chart::Chart,
    description_list::{Description, DescriptionList},
    pager::Pager,
    panel::Panel,
    share_bar::ShareBar,
    stat::{Better, Stat, Stats},
    table::{Amount, Column, Table},
};
use leptos::prelude::*;

/// As the server makes it with charming; here by hand, so that this crate needs no chart library.
const CHART: &str = r#"{
    "grid": {"left": 8, "right": 8, "top": 16, "bottom": 4, "containLabel": true},
    "xAxis": {"type": "category", "boundaryGap": false, "data": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]},
    "yAxis": {"type": "value"},
    "series": [
        {"type": "line", "name": "Revenue", "data": [18200, 21400, 19800, 26100, 28700, 24300, 31200]},
        {"type": "line", "name": "Previous period", "data": [17100, 18800, 20100, 21700, 23900, 22000, 24800]}
    ]
}"#;

const WEEK: [(&str, &str); 3] = [("Mon", "£18,200.00"), ("Tue", "£21,400.00"), ("Wed", "£19,800.00")];

pub(super) fn stats() -> AnyView {
    let rising = vec![4.0, 6.0, 5.0, 7.0, 9.0, 8.0, 11.0];
    let falling = vec![9.0, 8.0, 8.5, 7.0, 6.0, 6.5, 5.0];
    view! {
        <div class="span-12">
            <Stats>
                <Stat label="Revenue" value="£748,957.02" change=Some(0.124) base="previous 30 days" trend=rising />
                <Stat label="Average order" value="£338.28" change=Some(-0.018) base="previous 30 days" trend=falling />
                <Stat
                    label="Returns"
                    value="38"
                    change=Some(-0.2)
                    base="previous 30 days"
                    better=Better::Lower
                    trend=vec![3.0, 3.0]
                />
                <Stat label="New customers" value="187" change=None base="previous 30 days" />
            </Stats>
        </div>
    }
    .into_any()
}

pub(super) fn chart() -> AnyView {
    let rows = WEEK
        .map(|(day, revenue)| {
            view! {
                <tr>
                    <td class="cell-main">{day}</td>
                    <Amount value=revenue />
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div class="span-12">
            <Panel title="Chart">
                <Chart option=CHART label="Revenue by day, this week and the week before" format="GBP" height_px=240>
                    <Table caption="Revenue by day" columns=vec![Column::text("Day"), Column::amount("Revenue")]>
                        {rows}
                    </Table>
                </Chart>
            </Panel>
        </div>
    }
    .into_any()
}

pub(super) fn table() -> AnyView {
    let rows = [
        ("581587", "Astrid Lindgren Ltd", Tone::Success, "Shipped", 1.0, "£249.45"),
        ("581586", "Blue Door Gifts", Tone::Info, "Paid", 0.6, "£149.20"),
        ("581585", "Harbour House", Tone::Danger, "Failed", 0.2, "£49.05"),
    ]
    .map(|(number, customer, tone, status, share, total)| {
        view! {
            <tr>
                <td class="cell-main">
                    <a href="/ui">"#" {number}</a>
                </td>
                <td class="cell-secondary">{customer}</td>
                <td class="cell-secondary cell-end">
                    <Badge tone=tone>{status}</Badge>
                </td>
                <td class="cell-wide cell-bar">
                    <ShareBar share=share />
                </td>
                <Amount value=total />
            </tr>
        }
        .into_any()
    })
    .collect_view();
    let columns = vec![
        Column::text("Order"),
        Column::text("Customer"),
        Column::text("Status"),
        Column::unlabelled("Share"),
        Column::amount("Total"),
    ];
    view! {
        <div class="span-8">
            <Panel title="Table" flush=true>
                <Table caption="Orders" columns=columns rows=true>
                    {rows}
                </Table>
                <Pager
                    summary="Orders 51 to 100 of 10,000+"
                    previous=Some("/ui?before=581587".to_owned())
                    next=Some("/ui?after=581585".to_owned())
                />
            </Panel>
        </div>
    }
    .into_any()
}

pub(super) fn details() -> AnyView {
    view! {
        <div class="span-4">
            <Panel title="Description list">
                <DescriptionList>
                    <Description term="Customer">"Astrid Lindgren Ltd"</Description>
                    <Description term="Country">"France"</Description>
                    <Description term="Placed">"12 minutes ago"</Description>
                </DescriptionList>
            </Panel>
        </div>
    }
    .into_any()
}
