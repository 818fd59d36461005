//! The page of the link that opens a business. It waits for a press of its button: programs that look through mail follow links too.

use super::PATH;
use super::server::{ConfirmRegistration, load_link};
use crate::error::Failure;
use crate::form::Form;
use crate::identity::link::{self, LinkParts};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Button, ButtonVariant, CentredPage};

#[component]
pub fn ConfirmPage() -> AnyView {
    let action = ServerAction::<ConfirmRegistration>::new();
    let parts = LinkParts::of_page();
    let business = Resource::new(move || parts.get(), |link| load_link(link.business, link.token));
    let content = move || {
        Suspend::new(async move {
            match business.await {
                Ok(Some(business)) => confirm(action, parts.get_untracked(), business),
                Ok(None) => link::invalid(PATH, "Fill in the form again"),
                Err(error) => view! { <Failure error=error retry=move || business.refetch() /> }.into_any(),
            }
        })
    };
    view! {
        <Title text="Open a business" />
        <CentredPage brand="Tradepost" title="Open a business" context="This link came with a mail to you.">
            <Transition fallback=link::skeleton>{content}</Transition>
        </CentredPage>
    }
    .into_any()
}

fn confirm(action: ServerAction<ConfirmRegistration>, link: LinkParts, business: String) -> AnyView {
    let form = Form::of(action);
    let text = format!("Your address is confirmed by this. You become the owner of {business}.");
    view! {
        <ActionForm action=action attr:class="stack">
            {form.banner()} <p>{text}</p> <p class="field-error">{form.problem("email")}</p>
            <input type="hidden" name="business" value=link.business />
            <input type="hidden" name="token" value=link.token />
            <Button variant=ButtonVariant::Primary kind="submit" wide=true busy=action.pending()>
                {format!("Open {business}")}
            </Button>
        </ActionForm>
    }
    .into_any()
}
