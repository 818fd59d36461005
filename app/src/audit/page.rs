//! The audit log's page.

use super::address::address;
use super::server::{AuditScreen, load_audit};
use crate::error::Failure;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;
use model::audit::{Action, AuditEntry, AuditQuery, FilterProblem};
use model::id::UserId;
use ui::{
    Button, Column, EmptyState, Field, Input, LinkButton, PageHead, Panel, Select, SelectOption, Skeleton, Table,
};

pub(crate) const PATH: &str = "/audit";
/// Where the rows can be had as a file.
const EXPORT_PATH: &str = "/audit.csv";
const CONTEXT: &str = "Who did what, newest first. Nobody can change it.";

#[component]
pub fn AuditPage() -> AnyView {
    let params = use_query_map();
    let asked = Memo::new(move |_| params.with(|params| AuditQuery::read(|key| params.get(key))));
    #[cfg(feature = "ssr")]
    if asked.with_untracked(|(_, problem)| problem.is_some()) {
        crate::context::set_page_status(http::StatusCode::BAD_REQUEST);
    }
    let screen = Resource::new(
        move || asked.get(),
        |(query, problem)| {
            // What can be read of the filters alone would be another question.
            load_audit(problem.is_none().then_some(query))
        },
    );
    let content = move || {
        // Before the wait, which outlives a request whose browser left.
        let (query, problem) = asked.get();
        Suspend::new(async move {
            match (screen.await, problem) {
                (Ok(screen), None) => loaded(&query, screen),
                (Ok(screen), Some(problem)) => unreadable(&query, &problem, screen.people),
                (Err(error), _) => view! {
                    <PageHead title="Audit log" />
                    <Failure error=error retry=move || screen.refetch() />
                }
                .into_any(),
            }
        })
    };
    view! {
        <Title text="Audit log" />
        <Transition fallback=skeleton>{content}</Transition>
    }
    .into_any()
}

fn loaded(query: &AuditQuery, screen: AuditScreen) -> AnyView {
    let AuditScreen { page, people, may_export } = screen;
    let export = {
        let href = address(EXPORT_PATH, &AuditQuery { before: None, ..query.clone() });
        move || {
            may_export
                .then(|| view! { <LinkButton href=href icon="receipt" external=true>"Export as CSV"</LinkButton> })
        }
    };
    let older = page.next.map(|next| address(PATH, &AuditQuery { before: Some(next), ..query.clone() }));
    let newest = query.before.map(|_| address(PATH, &AuditQuery { before: None, ..query.clone() }));
    let pages = (newest.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                {newest.map(|href| view! { <LinkButton href=href small=true icon="chevron-left">"Newest"</LinkButton> })}
                {older.map(|href| view! { <LinkButton href=href small=true icon="chevron-right">"Older"</LinkButton> })}
            </nav>
        }
    });
    let is_filtered = *query != AuditQuery::default();
    let rows = page.rows.into_iter().map(row).collect_view();
    let is_empty = rows.is_empty();
    let columns = vec![
        Column::text("When"),
        Column::text("Who"),
        Column::text("What"),
        Column::text("To what"),
        Column::text("From where"),
    ];
    view! {
        <PageHead title="Audit log" context=CONTEXT actions=export />
        {filters(query, None, people)}
        <Panel title="Entries" flush=true>
            {if is_empty {
                nothing(is_filtered)
            } else {
                view! {
                    <Table caption="Audit log" columns=columns rows=true>
                        {rows}
                    </Table>
                }
                    .into_any()
            }} {pages}
        </Panel>
    }
    .into_any()
}

/// A filter can't be read. No rows are shown: they would be taken for what was asked for.
fn unreadable(query: &AuditQuery, problem: &FilterProblem, people: Vec<(UserId, String)>) -> AnyView {
    Effect::new(|_| {
        request_animation_frame(|| {
            ui::dom::focus_first("[aria-invalid=true]");
        });
    });
    let all = || view! { <LinkButton href=PATH>"Show everything"</LinkButton> };
    // Whose field isn't on the page.
    let text = match problem {
        FilterProblem::Before(_) => problem.to_string(),
        _ => "A filter can’t be read. Mend it, or leave all of them out.".to_owned(),
    };
    view! {
        <PageHead title="Audit log" context=CONTEXT />
        {filters(query, Some(problem), people)}
        <Panel title="Entries" flush=true>
            <EmptyState icon="circle-alert" title="Nothing is shown" text=text actions=all />
        </Panel>
    }
    .into_any()
}

fn filters(query: &AuditQuery, problem: Option<&FilterProblem>, people: Vec<(UserId, String)>) -> AnyView {
    let told = |parameter: &str| problem.filter(|told| told.parameter() == parameter).map(ToString::to_string);
    let (actor_error, action_error, from_error, to_error) = (told("actor"), told("action"), told("from"), told("to"));
    let anybody = SelectOption::new("", "Everybody");
    let people: Vec<_> = std::iter::once(anybody)
        .chain(people.into_iter().map(|(id, name)| SelectOption::new(id.to_string(), name)))
        .collect();
    let anything = SelectOption::new("", "Everything");
    let actions = Action::ALL.iter().map(|action| SelectOption::new(action.word(), action.label()));
    let actions: Vec<_> = std::iter::once(anything).chain(actions).collect();
    let date = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let (from, to) = (date(query.from), date(query.to));
    let actor = query.actor.map(|id| id.to_string()).unwrap_or_default();
    let action = query.action.map(|action| action.word().to_owned()).unwrap_or_default();
    view! {
        <Form method="GET" action=PATH attr:class="filter-form">
            <Field id="actor" label="Who" error=actor_error>
                <Select name="actor" options=people selected=actor />
            </Field>
            <Field id="action" label="What" error=action_error>
                <Select name="action" options=actions selected=action />
            </Field>
            <Field id="from" label="From" error=from_error>
                <Input name="from" kind="date" value=from />
            </Field>
            <Field id="to" label="To" error=to_error>
                <Input name="to" kind="date" value=to />
            </Field>
            <Button kind="submit">"Show"</Button>
        </Form>
    }
    .into_any()
}

fn row(entry: AuditEntry) -> AnyView {
    let request = format!("Request {}", entry.correlation);
    let changes = entry.changes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let what = if changes.is_empty() { entry.action } else { format!("{}: {changes}", entry.action) };
    view! {
        <tr title=request>
            <td class="cell-secondary cell-end cell-line figures">
                <time datetime=entry.occurred_at_iso>{entry.occurred_at}</time>
            </td>
            <td class="cell-secondary cell-line">{entry.actor}</td>
            <td class="cell-main cell-wrap">{what}</td>
            <td class="cell-third cell-line">{entry.object}</td>
            <td class="cell-wide cell-line figures">{entry.address.unwrap_or_else(|| "The program itself".to_owned())}</td>
        </tr>
    }
    .into_any()
}

fn nothing(is_filtered: bool) -> AnyView {
    let text = match is_filtered {
        true => "Nothing fits these filters. Choose fewer, or other days.",
        false => "What people and the program do is noted here from now on.",
    };
    view! { <EmptyState icon="scroll-text" title="Nothing here" text=text /> }.into_any()
}

fn skeleton() -> AnyView {
    let lines = (0..10).map(|_| view! { <Skeleton /> }).collect_view();
    view! {
        <div aria-busy="true" aria-live="polite">
            <PageHead title="Audit log" context=CONTEXT />
            <Panel title="Entries">
                <div class="stack">{lines}</div>
            </Panel>
        </div>
    }
    .into_any()
}
