//! One role: its name and what it includes; a new one, perhaps begun as a copy.

use super::list;
use super::server::{DeleteRole, RoleRefusal, RolesScreen, SaveRole, SaveRoleError, load_roles};
use crate::error::Failure;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::id::RoleId;
use model::permission::{Permission, PermissionSet};
use model::role::{Role, RoleProblem};
use ui::{Banner, Button, ButtonVariant, EmptyState, Field, Input, LinkButton, PageHead, Panel, Skeleton, Tone};

pub(crate) const NEW_PATH: &str = "/roles/new";

/// The address of a role's page.
pub(crate) fn path(role: RoleId) -> String {
    format!("{}/{role}", list::PATH)
}

#[component]
pub fn RolePage() -> AnyView {
    let params = use_params_map();
    page(
        move || params.with(|params| params.get("role").and_then(|id| id.parse().ok())),
        |role| match role {
            Some(role) => {
                Start { id: Some(role.id), role: RoleState::of(&role), name: role.name, permissions: role.permissions }
            }
            None => Start::unknown(),
        },
    )
}

/// With `?from=` a copy of that role.
#[component]
pub fn NewRolePage() -> AnyView {
    let query = use_query_map();
    page(
        move || query.with(|query| query.get("from").and_then(|id| id.parse().ok())),
        |role| match role {
            Some(role) => Start { id: None, name: String::new(), permissions: role.permissions, role: RoleState::Own },
            None => {
                Start { id: None, name: String::new(), permissions: PermissionSet::default(), role: RoleState::Own }
            }
        },
    )
}

/// What the form begins with.
#[derive(Clone)]
struct Start {
    id: Option<RoleId>,
    name: String,
    permissions: PermissionSet,
    role: RoleState,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RoleState {
    Own,
    BuiltIn,
    Unknown,
}

impl RoleState {
    fn of(role: &Role) -> Self {
        if role.is_built_in { Self::BuiltIn } else { Self::Own }
    }
}

impl Start {
    fn unknown() -> Self {
        Self { id: None, name: String::new(), permissions: PermissionSet::default(), role: RoleState::Unknown }
    }
}

/// The forms of the page.
#[derive(Clone, Copy)]
struct Actions {
    save: ServerAction<SaveRole>,
    delete: ServerAction<DeleteRole>,
}

fn page(
    chosen: impl Fn() -> Option<RoleId> + Copy + Send + Sync + 'static,
    start: fn(Option<Role>) -> Start,
) -> AnyView {
    let actions = Actions { save: ServerAction::new(), delete: ServerAction::new() };
    let screen = Resource::new(move || (chosen(), actions.save.version().get()), |_| load_roles());
    let content = move || {
        Suspend::new(async move {
            match screen.await {
                Ok(RolesScreen { roles, may_change, held }) => {
                    let chosen = chosen();
                    loaded(actions, start(roles.into_iter().find(|role| Some(role.id) == chosen)), may_change, held)
                }
                Err(error) => view! {
                    <PageHead title="Role" />
                    <Failure error=error retry=move || screen.refetch() />
                }
                .into_any(),
            }
        })
    };
    view! {
        <Title text="Role" />
        <Transition fallback=skeleton>{content}</Transition>
    }
    .into_any()
}

fn loaded(actions: Actions, start: Start, may_change: bool, held: PermissionSet) -> AnyView {
    match start.role {
        RoleState::Unknown => unknown(),
        RoleState::Own if may_change => editor(actions, start, held),
        RoleState::Own | RoleState::BuiltIn => shown(start, may_change),
    }
}

/// What the role includes, where it can't be changed.
fn shown(start: Start, may_change: bool) -> AnyView {
    let copy = start.id.filter(|_| may_change).map(|id| format!("{NEW_PATH}?from={id}"));
    let actions = move || {
        view! {
            <div class="row">
                {copy.map(|href| view! { <LinkButton href=href icon="copy">"Make a new one like it"</LinkButton> })} {back()}
            </div>
        }
    };
    let context =
        if start.role == RoleState::BuiltIn { "Comes with the program and stays as it is." } else { "Made here." };
    let items = start.permissions.iter().map(|permission| view! { <li>{permission.label()}</li> }).collect_view();
    view! {
        <PageHead title=start.name context=context actions=actions />
        <Panel title="Includes">
            <ul class="prose">{items}</ul>
        </Panel>
    }
    .into_any()
}

fn editor(actions: Actions, start: Start, held: PermissionSet) -> AnyView {
    let Actions { save, delete } = actions;
    let error = Memo::new(move |_| save.value().with(|value| value.as_ref().and_then(|value| value.clone().err())));
    // What was typed before, where the form comes back without scripts.
    let (name, chosen) = match error.get_untracked() {
        Some(SaveRoleError { name, permissions, .. }) => (name, permissions),
        None => (start.name.clone(), start.permissions),
    };
    let is_of_name = |problem: &RoleProblem| matches!(problem, RoleProblem::Name(_) | RoleProblem::NameTaken);
    let name_error = Signal::derive(move || {
        error.with(|error| match error.as_ref().map(|error| &error.reason) {
            Some(RoleRefusal::Problem(problem)) if is_of_name(problem) => Some(problem.to_string()),
            _ => None,
        })
    });
    let other_error = move || {
        let of_save = error.with(|error| error.as_ref().map(|error| error.reason.clone()));
        let of_delete = delete.value().with(|value| value.as_ref().and_then(|value| value.clone().err()));
        let shown = of_save.into_iter().chain(of_delete);
        let mut shown = shown.filter(|reason| !matches!(reason, RoleRefusal::Problem(problem) if is_of_name(problem)));
        shown.next().map(|reason| view! { <Banner tone=Tone::Danger alert=true>{reason.to_string()}</Banner> })
    };
    let title = if start.id.is_some() { start.name } else { "New role".to_owned() };
    let id = start.id.map(|id| id.to_string());
    let removal = id.clone().map(|id| {
        view! {
            <Panel title="Remove">
                <ActionForm action=delete attr:class="stack">
                    <input type="hidden" name="role" value=id />
                    <p>"A role that nobody has can be removed."</p>
                    <div class="row">
                        <Button kind="submit" variant=ButtonVariant::Danger busy=delete.pending()>
                            "Remove the role"
                        </Button>
                    </div>
                </ActionForm>
            </Panel>
        }
    });
    view! {
        <PageHead title=title context="You can give what you hold yourself." actions=back />
        {other_error}
        <div class="stack">
            <Panel title="Role">
                <ActionForm action=save attr:class="stack" attr:novalidate=true>
                    {id.map(|id| view! { <input type="hidden" name="role" value=id /> })}
                    <Field id="name" label="Name" error=name_error>
                        <Input name="name" value=name />
                    </Field>
                    {choices(chosen, held)}
                    <div class="row">
                        <Button kind="submit" variant=ButtonVariant::Primary busy=save.pending()>
                            "Save the role"
                        </Button>
                    </div>
                </ActionForm>
            </Panel>
            {removal}
        </div>
    }
    .into_any()
}

/// A box for each permission, by what it is about. Those that the asker doesn't hold can't be chosen.
fn choices(chosen: PermissionSet, held: PermissionSet) -> AnyView {
    let choice = |permission: &Permission| {
        let (permission, checked) = (*permission, chosen.contains(*permission));
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    name="permissions[]"
                    value=permission.word()
                    checked=checked
                    disabled=!held.contains(permission)
                />
                <span>{permission.label()}</span>
            </label>
        }
    };
    let boxes = Permission::ALL.iter().map(choice).collect_view();
    view! {
        <fieldset class="choices">
            <legend class="field-label">"Includes"</legend>
            {boxes}
        </fieldset>
    }
    .into_any()
}

fn back() -> AnyView {
    view! {
        <LinkButton href=list::PATH icon="chevron-left">
            "All roles"
        </LinkButton>
    }
    .into_any()
}

fn unknown() -> AnyView {
    view! {
        <PageHead title="Role" actions=back />
        <Panel title="No such role">
            <EmptyState icon="users" title="This role doesn’t exist" text="It may have been removed, or the address is mistyped." />
        </Panel>
    }
    .into_any()
}

fn skeleton() -> AnyView {
    let lines = (0..8).map(|_| view! { <Skeleton /> }).collect_view();
    view! {
        <div aria-busy="true" aria-live="polite">
            <PageHead title="Role" context="Loading the role" />
            <Panel title="Role">
                <div class="stack">{lines}</div>
            </Panel>
        </div>
    }
    .into_any()
}
