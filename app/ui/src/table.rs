use leptos::prelude::*;

/// The head of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    label: &'static str,
    amount: bool,
    hidden: bool,
}

impl Column {
    pub const fn text(label: &'static str) -> Self {
        Self { label, amount: false, hidden: false }
    }

    /// Right-aligned, over [`Amount`] cells.
    pub const fn amount(label: &'static str) -> Self {
        Self { label, amount: true, hidden: false }
    }

    /// Named for screen readers only (a share bar, row actions).
    pub const fn unlabelled(label: &'static str) -> Self {
        Self { label, amount: false, hidden: true }
    }
}

/// A table. The children are its `<tr>`s.
///
/// With `rows` a row becomes two lines on a phone: the cell of class `cell-main` and the plain [`Amount`] make the first,
/// `cell-secondary` cells the second (`cell-end` puts one to the right), `cell-wide` cells are left out.
/// With `scrolls` the table may be wider than its place, and the place can be scrolled by keyboard.
#[component]
pub fn Table(
    #[prop(into)] caption: String,
    columns: Vec<Column>,
    #[prop(optional)] rows: bool,
    #[prop(optional)] scrolls: bool,
    children: Children,
) -> impl IntoView {
    let class = if rows { "table table-rows" } else { "table" };
    let head = columns
        .into_iter()
        .map(|column| {
            let class = if column.amount { "amount" } else { "" };
            let label = if column.hidden {
                view! { <span class="sr-only">{column.label}</span> }.into_any()
            } else {
                column.label.into_any()
            };
            view! {
                <th scope="col" class=class>
                    {label}
                </th>
            }
        })
        .collect_view();
    view! {
        <div
            class="table-wrap"
            tabindex=scrolls.then_some("0")
            role=scrolls.then_some("group")
            aria-label=scrolls.then_some(caption)
        >
            <table class=class>
                <caption class="sr-only">{caption.clone()}</caption>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

/// A right-aligned figure. `secondary` puts it on a phone's second line, followed there by `unit` ("sold").
#[component]
pub fn Amount(
    #[prop(into)] value: String,
    #[prop(optional)] secondary: bool,
    #[prop(optional, into)] unit: Option<String>,
) -> impl IntoView {
    let class = if secondary { "amount cell-secondary" } else { "amount" };
    view! {
        <td class=class data-label=unit>
            {value}
        </td>
    }
}
