//! Asking somebody to join.

use super::list;
use super::server::{InviteMember, load_roles_to_give};
use crate::error::Failure;
use crate::form::Form;
use leptos::prelude::*;
use leptos_meta::Title;
use model::role::{BuiltInRole, Role};
use ui::{Button, ButtonVariant, Field, Input, LinkButton, PageHead, Panel, Select, SelectOption, Skeleton};

pub(super) const PATH: &str = "/staff/invite";

#[component]
pub fn InvitePage() -> AnyView {
    let action = ServerAction::<InviteMember>::new();
    let roles = Resource::new(|| (), |()| load_roles_to_give());
    let content = move || {
        Suspend::new(async move {
            match roles.await {
                Ok(roles) => form(action, roles),
                Err(error) => view! { <Failure error=error retry=move || roles.refetch() /> }.into_any(),
            }
        })
    };
    view! {
        <Title text="Invite somebody" />
        <PageHead
            title="Invite somebody"
            context="They join by a link that works once, for four days."
            actions=back
        />
        <Transition fallback=skeleton>{content}</Transition>
    }
    .into_any()
}

fn form(action: ServerAction<InviteMember>, roles: Vec<Role>) -> AnyView {
    let form = Form::of(action);
    // The least that is asked for most often; never by mistake the owner.
    let usual = roles.iter().find(|role| role.is_built_in && role.name == BuiltInRole::Sales.label());
    let usual = usual.or(roles.first()).map(|role| role.id.to_string());
    let options = roles.into_iter().map(|role| SelectOption::new(role.id.to_string(), role.name)).collect();
    let selected = form.typed("role").or(usual).unwrap_or_default();
    view! {
        <Panel title="Person">
            <ActionForm action=action attr:class="stack form-narrow" attr:novalidate=true>
                {form.banner()} <Field id="email" label="E-mail" error=form.problem("email")>
                    <Input name="email" kind="email" value=form.value("email") autocomplete="off" autofocus=true />
                </Field>
                <Field id="role" label="Role" hint="You can give what you hold yourself." error=form.problem("role")>
                    <Select name="role" options=options selected=selected />
                </Field>
                <div class="row">
                    <Button kind="submit" variant=ButtonVariant::Primary busy=action.pending()>
                        "Send the invitation"
                    </Button>
                </div>
            </ActionForm>
        </Panel>
    }
    .into_any()
}

fn back() -> AnyView {
    view! { <LinkButton href=list::PATH icon="chevron-left">"All staff"</LinkButton> }.into_any()
}

fn skeleton() -> AnyView {
    view! {
        <Panel title="Person">
            <div class="stack" aria-busy="true">
                <Skeleton />
                <Skeleton />
            </div>
        </Panel>
    }
    .into_any()
}
