//! The roles that there are.

use super::form;
use super::server::{RolesScreen, load_roles};
use crate::error::Failure;
use leptos::prelude::*;
use leptos_meta::Title;
use model::role::Role;
use ui::{Amount, ButtonVariant, Column, LinkButton, PageHead, Panel, Skeleton, Table};

pub(crate) const PATH: &str = "/roles";
const CONTEXT: &str = "What people may do. Each person has one role.";

#[component]
pub fn RolesPage() -> AnyView {
    let screen = Resource::new(|| (), |()| load_roles());
    let content = move || {
        Suspend::new(async move {
            match screen.await {
                Ok(screen) => loaded(screen),
                Err(error) => view! {
                    <PageHead title="Roles" />
                    <Failure error=error retry=move || screen.refetch() />
                }
                .into_any(),
            }
        })
    };
    view! {
        <Title text="Roles" />
        <Transition fallback=skeleton>{content}</Transition>
    }
    .into_any()
}

fn loaded(screen: RolesScreen) -> AnyView {
    let may_change = screen.may_change;
    let new = move || {
        may_change.then(|| {
            view! {
                <LinkButton href=form::NEW_PATH variant=ButtonVariant::Primary icon="plus">
                    "New role"
                </LinkButton>
            }
        })
    };
    let rows = screen.roles.into_iter().map(row).collect_view();
    let columns =
        vec![Column::text("Role"), Column::text("Where from"), Column::amount("Permissions"), Column::amount("People")];
    view! {
        <PageHead title="Roles" context=CONTEXT actions=new />
        <Panel title="All roles" flush=true>
            <Table caption="Roles" columns=columns rows=true>
                {rows}
            </Table>
        </Panel>
    }
    .into_any()
}

fn row(role: Role) -> AnyView {
    let origin = if role.is_built_in { "Comes with the program" } else { "Made here" };
    view! {
        <tr>
            <td class="cell-main cell-clip">
                <a class="link" href=form::path(role.id)>
                    {role.name}
                </a>
            </td>
            <td class="cell-secondary cell-line">{origin}</td>
            <td class="amount cell-wide">{role.permissions.iter().count()}</td>
            <Amount value=role.people.to_string() secondary=true unit=if role.people == 1 { "person" } else { "people" } />
        </tr>
    }
    .into_any()
}

fn skeleton() -> AnyView {
    let lines = (0..7).map(|_| view! { <Skeleton /> }).collect_view();
    view! {
        <div aria-busy="true" aria-live="polite">
            <PageHead title="Roles" context=CONTEXT />
            <Panel title="All roles">
                <div class="stack">{lines}</div>
            </Panel>
        </div>
    }
    .into_any()
}
