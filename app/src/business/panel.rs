//! The businesses that somebody works for, on the page of their account.

use super::server::{SwitchBusiness, load_workplaces};
use crate::error::Failure;
use crate::form::Form;
use leptos::prelude::*;
use model::session::Workplace;
use ui::{Badge, Button, Column, Panel, Table, Tone};

/// Nothing, for whoever works for one, but for why they could not go to another: that may be what left them with one.
#[component]
pub fn BusinessesPanel() -> AnyView {
    let refused = Form::of(ServerAction::<SwitchBusiness>::new()).banner();
    let workplaces = Resource::new(|| (), |()| load_workplaces());
    let content = move || {
        Suspend::new(async move {
            match workplaces.await {
                Ok(workplaces) if workplaces.len() > 1 => several(workplaces),
                Ok(_) => ().into_any(),
                Err(error) => view! { <Failure error=error retry=move || workplaces.refetch() /> }.into_any(),
            }
        })
    };
    view! {
        {refused}
        <Transition>{content}</Transition>
    }
    .into_any()
}

fn several(workplaces: Vec<Workplace>) -> AnyView {
    let rows = workplaces.into_iter().map(row).collect_view();
    let columns = vec![Column::text("Business"), Column::text("Role"), Column::unlabelled("Go there")];
    view! {
        <Panel title="Your businesses" flush=true>
            <Table caption="The businesses that you work for" columns=columns rows=true>
                {rows}
            </Table>
        </Panel>
    }
    .into_any()
}

/// A plain form: the whole page goes, and with it everything of the business before.
fn row(workplace: Workplace) -> AnyView {
    let label = format!("Go to {}", workplace.business);
    let action = <SwitchBusiness as server_fn::ServerFn>::PATH;
    let go = if workplace.is_current {
        view! { <Badge tone=Tone::Success>"Here"</Badge> }.into_any()
    } else {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="business" value=workplace.tenant.to_string() />
                <Button kind="submit" small=true label=label>
                    "Go there"
                </Button>
            </form>
        }
        .into_any()
    };
    view! {
        <tr>
            <td class="cell-main cell-clip">{workplace.business}</td>
            <td class="cell-secondary cell-line">{workplace.role}</td>
            <td class="cell-action cell-line">{go}</td>
        </tr>
    }
    .into_any()
}
