//! Everybody who works here.

use super::server::{RevokeInvitation, StaffScreen, load_staff};
use super::{invite, member};
use crate::error::Failure;
use crate::form::Form;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::staff::{Invitation, Member};
use model::words::plural;
use ui::{Badge, Banner, Button, ButtonVariant, Column, LinkButton, PageHead, Panel, Skeleton, Table, Tone};

pub(crate) const PATH: &str = "/staff";

#[component]
pub fn StaffPage() -> AnyView {
    let revoke = ServerAction::<RevokeInvitation>::new();
    let screen = Resource::new(move || revoke.version().get(), |_| load_staff());
    let content = move || {
        Suspend::new(async move {
            match screen.await {
                Ok(screen) => loaded(revoke, screen),
                Err(error) => view! {
                    <PageHead title="Staff" />
                    <Failure error=error retry=move || screen.refetch() />
                }
                .into_any(),
            }
        })
    };
    let query = use_query_map();
    let replaced = move || {
        query.with(|query| query.get("replaced").is_some()).then(|| {
            view! {
                <Banner tone=Tone::Success alert=true>
                    "This address had an invitation already. It is replaced: only the link of the new one works."
                </Banner>
            }
        })
    };
    view! {
        <Title text="Staff" />
        {replaced}
        {Form::of(revoke).banner()}
        <Transition fallback=skeleton>{content}</Transition>
    }
    .into_any()
}

fn loaded(revoke: ServerAction<RevokeInvitation>, screen: StaffScreen) -> AnyView {
    let StaffScreen { members, invitations, may_invite, sends_mail } = screen;
    let active = members.iter().filter(|member| !member.suspended).count();
    let context = plural(active, "person works here.", "people work here.");
    let action = move || may_invite.then(invite_button);
    let invitations = (!invitations.is_empty()).then(|| invited(revoke, invitations, may_invite, sends_mail));
    let rows = members.into_iter().map(row).collect_view();
    let columns = vec![
        Column::text("Name"),
        Column::text("E-mail"),
        Column::text("Role"),
        Column::text("State"),
        Column::text("Since"),
    ];
    view! {
        <PageHead title="Staff" context=context actions=action />
        <div class="stack">
            <Panel title="People" flush=true>
                <Table caption="Everybody who works here" columns=columns rows=true>
                    {rows}
                </Table>
            </Panel>
            {invitations}
        </div>
    }
    .into_any()
}

fn invite_button() -> AnyView {
    view! {
        <LinkButton href=invite::PATH icon="plus" variant=ButtonVariant::Primary>
            "Invite somebody"
        </LinkButton>
    }
    .into_any()
}

/// Who was asked to join and didn't yet.
fn invited(
    revoke: ServerAction<RevokeInvitation>,
    invitations: Vec<Invitation>,
    may_change: bool,
    sends_mail: bool,
) -> AnyView {
    let rows = invitations.into_iter().map(|invitation| invitation_row(revoke, invitation, may_change)).collect_view();
    let columns = vec![
        Column::text("E-mail"),
        Column::text("Role"),
        Column::text("Invited by"),
        Column::text("Open until"),
        Column::unlabelled("Take it back"),
    ];
    let mail = move || {
        let label = if sends_mail { "Mail" } else { "Their links" };
        view! {
            <LinkButton href=crate::mail::PATH small=true icon="mail">
                {label}
            </LinkButton>
        }
    };
    view! {
        <Panel title="Invited" flush=true actions=mail>
            <Table caption="Who was asked to join" columns=columns rows=true>
                {rows}
            </Table>
        </Panel>
    }
    .into_any()
}

fn invitation_row(revoke: ServerAction<RevokeInvitation>, invitation: Invitation, may_change: bool) -> AnyView {
    let label = format!("Take back the invitation of {}", invitation.email);
    let until = if invitation.expired {
        view! { <Badge tone=Tone::Warning>"Too old"</Badge> }.into_any()
    } else {
        invitation.expires_at.into_any()
    };
    let take_back = may_change.then(|| {
        view! {
            <ActionForm action=revoke>
                <input type="hidden" name="invitation" value=invitation.id.to_string() />
                <Button kind="submit" small=true label=label busy=revoke.pending()>
                    "Take back"
                </Button>
            </ActionForm>
        }
    });
    view! {
        <tr>
            <td class="cell-main cell-clip" title=invitation.email.clone()>
                {invitation.email.clone()}
            </td>
            <td class="cell-secondary cell-line">{invitation.role_name}</td>
            <td class="cell-wide cell-line">{invitation.invited_by}</td>
            <td class="cell-wide cell-line figures">{until}</td>
            <td class="cell-action cell-line">{take_back}</td>
        </tr>
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
