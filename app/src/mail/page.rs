//! What was written to whom.

use super::server::{MailScreen, load_mail};
use crate::error::Failure;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::mail::{MailEntry, MailState};
use model::words::plural;
use ui::{Badge, Banner, Column, EmptyState, PageHead, Pager, Panel, Skeleton, Table, Tone};

pub(crate) const PATH: &str = "/mail";

#[component]
pub fn MailPage() -> AnyView {
    let query = use_query_map();
    let before = Memo::new(move |_| query.with(|query| query.get("before")));
    let screen = Resource::new(move || before.get(), load_mail);
    let content = move || {
        Suspend::new(async move {
            match screen.await {
                Ok(screen) => loaded(screen, before.get_untracked().is_some()),
                Err(error) => view! { <Failure error=error retry=move || screen.refetch() /> }.into_any(),
            }
        })
    };
    view! {
        <Title text="Mail" />
        <PageHead title="Mail" context="What was written to people in the last 90 days." />
        <Transition fallback=skeleton>{content}</Transition>
    }
    .into_any()
}

fn loaded(screen: MailScreen, is_later_page: bool) -> AnyView {
    let MailScreen { page, sends } = screen;
    if page.rows.is_empty() {
        return view! {
            <Panel title="Mail">
                <EmptyState icon="mail" title="Nothing was written yet" text="Invitations and links for new passwords stand here." />
            </Panel>
        }
        .into_any();
    }
    let kept = (!sends).then(|| {
        view! {
            <Banner tone=Tone::Warning title="No mail leaves this server">
                <p>
                    "No mail server is set (SMTP_URL): mail stays here. Pass its links on yourself, to nobody but whom they are for."
                </p>
            </Banner>
        }
    });
    let next = page.next.map(|last| format!("{PATH}?before={last}"));
    let first = is_later_page.then(|| PATH.to_owned());
    let count = page.rows.len();
    let summary = if is_later_page { plural(count, "older one", "older ones") } else { format!("The latest {count}") };
    let rows = page.rows.into_iter().map(row).collect_view();
    let columns = vec![Column::text("About"), Column::text("To"), Column::text("State"), Column::text("Written")];
    view! {
        <div class="stack">
            {kept} <Panel title="Mail" flush=true>
                <Table caption="What was written to people" columns=columns rows=true>
                    {rows}
                </Table>
                <Pager summary=summary previous=first next=next />
            </Panel>
        </div>
    }
    .into_any()
}

fn row(mail: MailEntry) -> AnyView {
    let tone = match mail.state {
        MailState::Sent => Tone::Success,
        MailState::Waiting => Tone::Neutral,
        MailState::Kept => Tone::Warning,
        MailState::Failed => Tone::Danger,
    };
    let failure = mail.failure.map(|reason| view! { <p class="cell-note">{reason}</p> });
    let text = match mail.text {
        Ok(text) => view! {
            <details class="letter">
                <summary>"Read it"</summary>
                <pre class="letter-text">{text}</pre>
            </details>
        }
        .into_any(),
        Err(missing) => view! { <p class="cell-note">{missing.to_string()}</p> }.into_any(),
    };
    view! {
        <tr>
            <td class="cell-main cell-wrap">{mail.subject} {text} {failure}</td>
            <td class="cell-secondary cell-wrap">{mail.recipient}</td>
            <td class="cell-end cell-line">
                <Badge tone=tone>{mail.state.label()}</Badge>
            </td>
            <td class="cell-wide cell-line figures">{mail.created_at}</td>
        </tr>
    }
    .into_any()
}

fn skeleton() -> AnyView {
    let lines = (0..6).map(|_| view! { <Skeleton /> }).collect_view();
    view! {
        <Panel title="Mail">
            <div class="stack" aria-busy="true">
                {lines}
            </div>
        </Panel>
    }
    .into_any()
}
