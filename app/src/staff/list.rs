//! Everybody who works here.

use super::member;
use super::server::load_staff;
use crate::error::Failure;
use leptos::prelude::*;
use leptos_meta::Title;
use model::staff::Member;
use ui::{Badge, Column, PageHead, Panel, Skeleton, Table, Tone};

pub(crate) const PATH: &str = "/staff";

#[component]
pub fn StaffPage() -> AnyView {
    let members = Resource::new(|| (), |()| load_staff());
    let content = move || {
        Suspend::new(async move {
            match members.await {
                Ok(members) => loaded(members),
                Err(error) => view! {
                    <PageHead title="Staff" />
                    <Failure error=error retry=move || members.refetch() />
                }
                .into_any(),
            }
        })
    };
    view! {
        <Title text="Staff" />
        <Transition fallback=skeleton>{content}</Transition>
    }
    .into_any()
}

fn loaded(members: Vec<Member>) -> AnyView {
    let active = members.iter().filter(|member| !member.suspended).count();
    let context = match active {
        1 => "1 person works here.".to_owned(),
        _ => format!("{active} people work here."),
    };
    let rows = members.into_iter().map(row).collect_view();
    let columns = vec![
        Column::text("Name"),
        Column::text("E-mail"),
        Column::text("Role"),
        Column::text("State"),
        Column::text("Since"),
    ];
    view! {
        <PageHead title="Staff" context=context />
        <Panel title="People" flush=true>
            <Table caption="Everybody who works here" columns=columns rows=true>
                {rows}
            </Table>
        </Panel>
    }
    .into_any()
}

fn row(person: Member) -> AnyView {
    view! {
        <tr>
            <td class="cell-main cell-clip" title=person.name.clone()>
                <a class="link" href=member::path(person.user)>
                    {person.name.clone()}
                </a>
            </td>
            <td class="cell-wide cell-line">{person.email.clone()}</td>
            <td class="cell-secondary cell-line">{person.role_name.clone()}</td>
            <td class="cell-secondary cell-end cell-line">{state(&person)}</td>
            <td class="cell-wide cell-line figures">{person.joined_on.clone()}</td>
        </tr>
    }
    .into_any()
}

/// Whether the person can get in, and is in.
pub(super) fn state(member: &Member) -> AnyView {
    let (tone, text) = match (member.suspended, member.sessions) {
        (true, _) => (Tone::Danger, "Suspended"),
        (false, 0) => (Tone::Neutral, "Signed out"),
        (false, _) => (Tone::Success, "Signed in"),
    };
    view! { <Badge tone=tone>{text}</Badge> }.into_any()
}

fn skeleton() -> AnyView {
    let lines = (0..6).map(|_| view! { <Skeleton /> }).collect_view();
    view! {
        <div aria-busy="true" aria-live="polite">
            <PageHead title="Staff" context="Loading who works here" />
            <Panel title="People">
                <div class="stack">{lines}</div>
            </Panel>
        </div>
    }
    .into_any()
}
