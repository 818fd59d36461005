//! The page of the API keys.

use super::form::{FORM, create_form, made};
use super::server::{ApiKeysScreen, CreateApiKey, RevokeApiKey, load_api_keys};
use crate::error::Failure;
use leptos::prelude::*;
use leptos_meta::Title;
use model::api_key::{ApiKey, ApiKeyState};
use ui::{Badge, Banner, Column, ConfirmButton, EmptyState, PageHead, Panel, Skeleton, Table, Tone};

pub(crate) const PATH: &str = "/api-keys";
const NO_KEYS: &str = "A key lets another program, such as a web shop, ask for what this business has here.";
const CONTEXT: &str = "By which other programs act for whoever made them, within what they were made for.";

#[component]
pub fn ApiKeysPage() -> AnyView {
    let create = ServerAction::<CreateApiKey>::new();
    let revoke = ServerAction::<RevokeApiKey>::new();
    let screen = Resource::new(move || (create.version().get(), revoke.version().get()), |_| load_api_keys());
    let content = move || {
        Suspend::new(async move {
            match screen.await {
                Ok(screen) => loaded(create, revoke, screen),
                Err(error) => view! { <Failure error=error retry=move || screen.refetch() /> }.into_any(),
            }
        })
    };
    let made_here = move || create.value().with(|value| value.clone().and_then(Result::ok)).map(made);
    Effect::new(move |_| {
        if create.value().with(|outcome| matches!(outcome, Some(Ok(_)))) {
            ui::dom::reset_form(FORM);
        }
    });
    let refused = move || {
        let error = revoke.value().with(|value| value.clone().and_then(Result::err));
        error.map(|error| view! { <Banner tone=Tone::Danger alert=true>{error.to_string()}</Banner> })
    };
    view! {
        <Title text="API keys" />
        <PageHead title="API keys" context=CONTEXT />
        <div class="stack">
            {made_here} {refused} <Transition fallback=skeleton>{content}</Transition>
        </div>
    }
    .into_any()
}

fn loaded(create: ServerAction<CreateApiKey>, revoke: ServerAction<RevokeApiKey>, screen: ApiKeysScreen) -> AnyView {
    let ApiKeysScreen { keys, may_change, held, made: told } = screen;
    let form = may_change.then(|| create_form(create, held));
    view! {
        <div class="stack">{told.map(made)} {list(revoke, keys, may_change)} {form}</div>
    }
    .into_any()
}

fn list(revoke: ServerAction<RevokeApiKey>, keys: Vec<ApiKey>, may_change: bool) -> AnyView {
    if keys.is_empty() {
        return view! {
            <Panel title="All keys">
                <EmptyState icon="key-square" title="No keys yet" text=NO_KEYS />
            </Panel>
        }
        .into_any();
    }
    let rows = keys.into_iter().map(|key| row(revoke, key, may_change)).collect_view();
    let columns = vec![
        Column::text("Name"),
        Column::text("May"),
        Column::text("Made by"),
        Column::text("Last used"),
        Column::text("State"),
        Column::unlabelled("Revoke it"),
    ];
    view! {
        <Panel title="All keys" flush=true>
            <Table caption="API keys" columns=columns rows=true>
                {rows}
            </Table>
        </Panel>
    }
    .into_any()
}

fn row(revoke: ServerAction<RevokeApiKey>, key: ApiKey, may_change: bool) -> AnyView {
    let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.word()).collect();
    let labels: Vec<_> = key.scopes.iter().map(|scope| scope.label()).collect();
    let is_revocable = may_change && matches!(key.state, ApiKeyState::InForce | ApiKeyState::MakerGone);
    let last = is_revocable.then(|| revoke_button(revoke, &key));
    let badge = state(&key);
    let made = format!("Made on {}", key.made_on);
    view! {
        <tr>
            <td class="cell-main cell-clip" title=key.name.clone()>
                {key.name.clone()}
            </td>
            <td class="cell-wide cell-wrap" title=labels.join(", ")>
                {scopes.join(", ")}
            </td>
            <td class="cell-wide cell-line" title=made>
                {key.made_by}
            </td>
            <td class="cell-secondary cell-line figures">{key.last_used.unwrap_or_else(|| "Never".to_owned())}</td>
            <td class="cell-secondary cell-line">{badge}</td>
            <td class="cell-action cell-line">{last}</td>
        </tr>
    }
    .into_any()
}

fn revoke_button(revoke: ServerAction<RevokeApiKey>, key: &ApiKey) -> AnyView {
    let (id, dialog) = (key.id.to_string(), format!("revoke-{}", key.id));
    let (label, question) = (format!("Revoke the key {}", key.name), format!("Revoke the key {}?", key.name));
    view! {
        <ActionForm action=revoke>
            <input type="hidden" name="key" value=id />
            <ConfirmButton
                id=dialog
                text="Revoke"
                label=label
                question=question
                confirm="Revoke it"
                small=true
                busy=revoke.pending()
            >
                <p>"The program that has it is shut out at once, and for good: it needs a new key then."</p>
            </ConfirmButton>
        </ActionForm>
    }
    .into_any()
}

/// Whether it opens anything, and until when.
fn state(key: &ApiKey) -> AnyView {
    let (tone, text) = match (key.state, &key.expires_on) {
        (ApiKeyState::InForce, None) => (Tone::Success, "In force".to_owned()),
        (ApiKeyState::InForce, Some(day)) => (Tone::Success, format!("In force until {day}")),
        (ApiKeyState::Expired, _) => (Tone::Neutral, "Expired".to_owned()),
        (ApiKeyState::Revoked, _) => (Tone::Danger, "Revoked".to_owned()),
        (ApiKeyState::MakerGone, _) => (Tone::Warning, "Opens nothing: its maker has no access".to_owned()),
    };
    view! { <Badge tone=tone>{text}</Badge> }.into_any()
}

fn skeleton() -> AnyView {
    let lines = (0..4).map(|_| view! { <Skeleton /> }).collect_view();
    view! {
        <Panel title="All keys">
            <div class="stack" aria-busy="true" aria-live="polite">
                {lines}
            </div>
        </Panel>
    }
    .into_any()
}
