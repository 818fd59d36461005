//! One role: its name and what it includes; a new one, perhaps begun as a copy.

use super::list;
use super::server::{
    DeleteRole, RequireSecondFactor, RoleRefusal, RolesScreen, SaveRole, SaveRoleError, load_role_editor,
};
use crate::error::{Failure, FormFailure};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::id::RoleId;
use model::permission::{Permission, PermissionSet};
use model::role::{Role, RoleProblem};
use ui::{
    Banner, Button, ButtonVariant, Checkbox, ConfirmButton, EmptyState, Field, Input, LinkButton, PageHead, Panel,
    Skeleton, Tone,
};

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
                let requires_second_factor = role.requires_second_factor;
                let state = RoleState::of(&role);
                Start {
                    id: Some(role.id),
                    role: state,
                    name: role.name,
                    permissions: role.permissions,
                    requires_second_factor,
                }
            }
            None => Start::empty(RoleState::Unknown),
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
            Some(role) => Start {
                permissions: role.permissions,
                requires_second_factor: role.requires_second_factor,
                ..Start::empty(RoleState::Own)
            },
            None => Start::empty(RoleState::Own),
        },
    )
}

/// What the form begins with.
#[derive(Clone)]
struct Start {
    id: Option<RoleId>,
    name: String,
    permissions: PermissionSet,
    requires_second_factor: bool,
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
    fn empty(role: RoleState) -> Self {
        let permissions = PermissionSet::default();
        Self { id: None, name: String::new(), permissions, requires_second_factor: false, role }
    }
}

/// Whoever looks at the page.
#[derive(Clone, Copy)]
struct Asker {
    may_change: bool,
    held: PermissionSet,
    own_role: RoleId,
    has_second_factor: bool,
}

impl Asker {
    /// Whether a second factor that this role requires would have to be set up by the asker first of all.
    fn would_need_one(self, role: Option<RoleId>) -> bool {
        role == Some(self.own_role) && !self.has_second_factor
    }
}

/// The forms of the page.
#[derive(Clone, Copy)]
struct Actions {
    save: ServerAction<SaveRole>,
    delete: ServerAction<DeleteRole>,
    require: ServerAction<RequireSecondFactor>,
}

impl Actions {
    /// Rises with everything that was done to the role: then it is read anew.
    fn version(self) -> usize {
        self.save.version().get() + self.require.version().get()
    }
}

fn page(
    chosen: impl Fn() -> Option<RoleId> + Copy + Send + Sync + 'static,
    start: fn(Option<Role>) -> Start,
) -> AnyView {
    let actions = Actions { save: ServerAction::new(), delete: ServerAction::new(), require: ServerAction::new() };
    let screen = Resource::new(move || (chosen(), actions.version()), |_| load_role_editor());
    let content = move || {
        // Before the wait, which outlives a request whose browser left.
        let chosen = chosen();
        Suspend::new(async move {
            match screen.await {
                Ok(RolesScreen { roles, may_change, held, own_role, has_second_factor }) => {
                    let start = start(roles.into_iter().find(|role| Some(role.id) == chosen));
                    loaded(actions, start, Asker { may_change, held, own_role, has_second_factor })
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

fn loaded(actions: Actions, start: Start, asker: Asker) -> AnyView {
    match start.role {
        RoleState::Unknown => unknown(),
        RoleState::Own if asker.may_change => editor(actions, start, asker),
        RoleState::Own | RoleState::BuiltIn => shown(actions, start, asker),
    }
}

/// What the role includes, where it can't be changed.
fn shown(actions: Actions, start: Start, asker: Asker) -> AnyView {
    let second_factor = match start.id {
        Some(id) if asker.may_change => second_factor_form(actions, id, start.requires_second_factor, asker),
        _ => second_factor_text(start.requires_second_factor),
    };
    let copy = start.id.filter(|_| asker.may_change).map(|id| format!("{NEW_PATH}?from={id}"));
    let links = move || {
        view! {
            <div class="row">
                {copy.map(|href| view! { <LinkButton href=href icon="copy">"Make a new one like it"</LinkButton> })} {back()}
            </div>
        }
    };
    let context =
        if start.role == RoleState::BuiltIn { "Comes with the program and stays as it is." } else { "Made here." };
    let outcome = actions.require.value();
    let failed = move || failure_of(outcome).filter(|reason| !is_of_second_factor(reason)).map(refused);
    let items = start.permissions.iter().map(|permission| view! { <li>{permission.label()}</li> }).collect_view();
    view! {
        <PageHead title=start.name context=context actions=links />
        {failed}
        <div class="stack">
            <Panel title="Includes">
                <ul class="prose">{items}</ul>
            </Panel>
            <Panel title="Second factor">{second_factor}</Panel>
        </div>
    }
    .into_any()
}

/// The one thing of a built-in role that the business chooses.
fn second_factor_form(actions: Actions, id: RoleId, required: bool, asker: Asker) -> AnyView {
    let require = actions.require;
    let outcome = require.value();
    let error =
        Signal::derive(move || failure_of(outcome).filter(is_of_second_factor).map(|reason| reason.to_string()));
    view! {
        <ActionForm action=require attr:class="stack">
            <input type="hidden" name="role" value=id.to_string() />
            <Checkbox name="required" checked=required error=error>
                "Requires a second factor"
            </Checkbox>
            {second_factor_note(asker.would_need_one(Some(id)))}
            <div class="row">
                <Button kind="submit" busy=require.pending()>
                    "Save the choice"
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn second_factor_text(required: bool) -> AnyView {
    let text = if required {
        "Whoever has this role needs a second factor."
    } else {
        "Whoever has this role chooses whether they use a second factor."
    };
    view! { <p>{text}</p> }.into_any()
}

/// What follows for people, and for the asker themselves.
fn second_factor_note(would_need_one: bool) -> AnyView {
    let own = would_need_one.then(|| {
        view! {
            <p class="field-hint">
                "This is your own role and you have no second factor yet: you will be led to set one up before anything else."
            </p>
        }
    });
    view! {
        <p class="field-hint">"Whoever has the role and no second factor has to set one up before they get anywhere."</p>
        {own}
    }
    .into_any()
}

/// What went wrong with a form's last sending. What shows it outlives a request whose browser left: then nothing did.
fn failure_of<Error>(outcome: impl Get<Value = Option<Result<(), Error>>>) -> Option<Error> {
    outcome.try_get().flatten().and_then(Result::err)
}

/// Said beside the box.
fn is_of_second_factor(reason: &RoleRefusal) -> bool {
    matches!(reason, RoleRefusal::Problem(RoleProblem::OwnSecondFactor))
}

fn refused(reason: RoleRefusal) -> AnyView {
    match reason {
        RoleRefusal::Problem(problem) => {
            let text = problem.to_string();
            view! { <Banner tone=Tone::Danger alert=true>{text}</Banner> }.into_any()
        }
        RoleRefusal::Failed(error) => view! { <FormFailure error=error /> }.into_any(),
    }
}

fn editor(actions: Actions, start: Start, asker: Asker) -> AnyView {
    let Actions { save, delete, .. } = actions;
    let (saved, deleted) = (save.value(), delete.value());
    let error = Memo::new(move |_| failure_of(saved));
    // What was typed before, where the form comes back without scripts.
    let (name, chosen, required) = match error.get_untracked() {
        Some(SaveRoleError { name, permissions, requires_second_factor, .. }) => {
            (name, permissions, requires_second_factor)
        }
        None => (start.name.clone(), start.permissions, start.requires_second_factor),
    };
    let is_of_name = |problem: &RoleProblem| matches!(problem, RoleProblem::Name(_) | RoleProblem::NameTaken);
    let name_error = Signal::derive(move || match error.try_get().flatten().map(|error| error.reason) {
        Some(RoleRefusal::Problem(problem)) if is_of_name(&problem) => Some(problem.to_string()),
        _ => None,
    });
    let second_factor_error = Signal::derive(move || {
        let reason = error.try_get().flatten().map(|error| error.reason);
        reason.filter(is_of_second_factor).map(|reason| reason.to_string())
    });
    let other_error = move || {
        let of_save = error.try_get().flatten().map(|error| error.reason);
        let shown = of_save.into_iter().chain(failure_of(deleted));
        let is_of_field = |reason: &RoleRefusal| {
            is_of_second_factor(reason) || matches!(reason, RoleRefusal::Problem(problem) if is_of_name(problem))
        };
        let mut shown = shown.filter(|reason| !is_of_field(reason));
        shown.next().map(refused)
    };
    let would_need_one = asker.would_need_one(start.id);
    let title = if start.id.is_some() { start.name } else { "New role".to_owned() };
    let id = start.id.map(|id| id.to_string());
    let removal = id.clone().map(|id| {
        view! {
            <Panel title="Remove">
                <ActionForm action=delete attr:class="stack">
                    <input type="hidden" name="role" value=id />
                    <p>"A role that nobody has or is invited to can be removed."</p>
                    <div class="row">
                        <ConfirmButton
                            id="remove-role"
                            text="Remove the role"
                            question="Remove the role?"
                            confirm="Remove it"
                            variant=ButtonVariant::Danger
                            busy=delete.pending()
                        >
                            <p>"It is gone for good. What was done about it stays in the audit log."</p>
                        </ConfirmButton>
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
                    {choices(chosen, asker.held)}
                    <Checkbox name="requires_second_factor" checked=required error=second_factor_error>
                        "Requires a second factor"
                    </Checkbox>
                    {second_factor_note(would_need_one)}
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
    #[cfg(feature = "ssr")]
    crate::context::set_page_status(http::StatusCode::NOT_FOUND);
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
