//! The address on the page of one's own account.

use super::server::{AskToConfirm, EmailScreen, load_email};
use crate::error::Failure;
use crate::form::Form;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{Badge, Banner, Button, Description, DescriptionList, Panel, Skeleton, Tone};

#[component]
pub fn EmailPanel() -> AnyView {
    let action = ServerAction::<AskToConfirm>::new();
    let screen = Resource::new(|| (), |()| load_email());
    let content = move || {
        Suspend::new(async move {
            match screen.await {
                Ok(screen) => loaded(action, screen),
                Err(error) => view! { <Failure error=error retry=move || screen.refetch() /> }.into_any(),
            }
        })
    };
    view! {
        <Panel title="E-mail">
            <Transition fallback=|| view! { <Skeleton /> }>{content}</Transition>
        </Panel>
    }
    .into_any()
}

fn loaded(action: ServerAction<AskToConfirm>, screen: EmailScreen) -> AnyView {
    let form = Form::of(action);
    let badge = if screen.confirmed {
        view! { <Badge tone=Tone::Success>"Confirmed"</Badge> }
    } else {
        view! { <Badge tone=Tone::Warning>"Not confirmed"</Badge> }
    };
    let sent = use_query_map().with_untracked(|query| query.get("sent").is_some());
    let told = move || {
        (sent || form.done().is_some())
            .then(|| view! { <Banner tone=Tone::Success alert=true>"We sent you a link."</Banner> })
    };
    let without = (!screen.confirmed && !screen.sends_mail)
        .then(|| view! { <p class="field-hint">"No mail leaves this server, so addresses can’t be confirmed."</p> });
    let ask = (!screen.confirmed && screen.sends_mail).then(|| {
        view! {
            <ActionForm action=action attr:class="stack">
                {told} {form.banner()} <div class="row">
                    <Button kind="submit" busy=action.pending()>
                        "Send me a link to confirm it"
                    </Button>
                </div>
            </ActionForm>
        }
    });
    view! {
        <div class="stack">
            <DescriptionList>
                <Description term="Address">{screen.email}</Description>
                <Description term="State">{badge}</Description>
            </DescriptionList>
            {ask} {without}
        </div>
    }
    .into_any()
}
