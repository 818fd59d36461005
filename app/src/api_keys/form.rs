//! The form that makes a key, and the key that it made.

use super::server::{CreateApiKey, CreateApiKeyError};
use crate::error::{FormFailure, Refusal};
use leptos::prelude::*;
use model::api_key::{ApiKeyProblem, KeyLifetime};
use model::permission::PermissionSet;
use ui::{Banner, Button, ButtonVariant, Field, Input, Panel, Select, SelectOption, Tone};

pub(super) const FORM: &str = "key-form";

/// The form, with a box for everything that whoever asks holds.
pub(super) fn create_form(create: ServerAction<CreateApiKey>, held: PermissionSet) -> AnyView {
    let error = Memo::new(move |_| create.value().with(|value| value.as_ref().and_then(|value| value.clone().err())));
    // What was typed before, where the form comes back without scripts.
    let (name, lifetime, chosen) = match error.get_untracked() {
        Some(CreateApiKeyError { name, lifetime, permissions, .. }) => (name, lifetime, permissions),
        None => (String::new(), KeyLifetime::Quarter, PermissionSet::default()),
    };
    let name_error = Signal::derive(move || match error.try_get().flatten().map(|error| error.reason) {
        Some(Refusal::Problem(problem)) if problem.is_of_name() => Some(problem.to_string()),
        _ => None,
    });
    let is_of_name =
        |reason: &Refusal<ApiKeyProblem>| matches!(reason, Refusal::Problem(problem) if problem.is_of_name());
    let other_error = move || {
        let reason = error.try_with(|error| error.as_ref().map(|error| error.reason.clone())).flatten();
        let reason = reason.filter(|reason| !is_of_name(reason));
        reason.map(|reason| match reason {
            Refusal::Failed(error) => view! { <FormFailure error=error /> }.into_any(),
            Refusal::Problem(problem) => {
                view! { <Banner tone=Tone::Danger alert=true>{problem.to_string()}</Banner> }.into_any()
            }
        })
    };
    let lifetimes = KeyLifetime::ALL.iter().map(|lifetime| SelectOption::new(lifetime.word(), lifetime.label()));
    view! {
        <Panel title="New key">
            <ActionForm action=create attr:id=FORM attr:class="stack" attr:novalidate=true>
                {other_error}
                <Field id="name" label="Name" hint="Which program has it, and where." error=name_error>
                    <Input name="name" value=name autocomplete="off" />
                </Field>
                <Field id="lifetime" label="Good for">
                    <Select name="lifetime" options=lifetimes.collect() selected=lifetime.word() />
                </Field>
                {choices(chosen, held)}
                <div class="row">
                    <Button kind="submit" variant=ButtonVariant::Primary busy=create.pending()>
                        "Make the key"
                    </Button>
                </div>
            </ActionForm>
        </Panel>
    }
    .into_any()
}

fn choices(chosen: PermissionSet, held: PermissionSet) -> AnyView {
    let boxes = held
        .iter()
        .map(|permission| {
            let checked = chosen.contains(permission);
            view! {
                <label class="check">
                    <input type="checkbox" name="permissions[]" value=permission.word() checked=checked />
                    <span>{permission.label()}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="choices">
            <legend class="field-label">"May"</legend>
            {boxes}
        </fieldset>
    }
    .into_any()
}

/// A key, the one time that it can be seen.
pub(super) fn made(secret: String) -> AnyView {
    view! {
        <Banner tone=Tone::Success title="The key is made" alert=true>
            <p>"Copy it now and keep it like a password: it is not shown again."</p>
            <p>
                <code class="secret">{secret}</code>
            </p>
        </Banner>
    }
    .into_any()
}
