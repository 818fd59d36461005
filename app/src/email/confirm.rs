//! The page of the link that confirms an address.

use super::server::ConfirmEmail;
use crate::form::Form;
use crate::identity::link::{self, LinkParts};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Banner, Button, ButtonVariant, CentredPage, LinkButton, Tone};

#[component]
pub fn ConfirmEmailPage() -> AnyView {
    let action = ServerAction::<ConfirmEmail>::new();
    let form = Form::of(action);
    let parts = LinkParts::of_page().get_untracked();
    let confirmed = use_query_map().with_untracked(|query| query.get("confirmed").is_some());
    let can_be_ours = parts.can_be_ours();
    #[cfg(feature = "ssr")]
    if !confirmed && !can_be_ours {
        crate::context::set_page_status(http::StatusCode::NOT_FOUND);
    }
    let content = move || {
        if confirmed || form.done().is_some() {
            return thanks();
        }
        if !can_be_ours {
            return link::invalid(crate::account::PATH, "Ask for another one in your account");
        }
        let token = parts.token.clone();
        view! {
            <ActionForm action=action attr:class="stack">
                {form.banner()} <input type="hidden" name="token" value=token />
                <Button variant=ButtonVariant::Primary kind="submit" wide=true busy=action.pending()>
                    "Confirm the address"
                </Button>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <Title text="Confirm your address" />
        <CentredPage brand="Tradepost" title="Confirm your address" context="This link came with a mail to you.">
            {content}
        </CentredPage>
    }
    .into_any()
}

fn thanks() -> AnyView {
    view! {
        <div class="stack">
            <Banner tone=Tone::Success alert=true>
                "Your address is confirmed."
            </Banner>
            <div class="row">
                <LinkButton href="/" variant=ButtonVariant::Primary>
                    "Go on"
                </LinkButton>
            </div>
        </div>
    }
    .into_any()
}
