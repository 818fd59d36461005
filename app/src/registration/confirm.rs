//! The page of the link that opens a business. It waits for a press of its button: programs that look through mail follow links too.

use super::PATH;
use super::server::{AskedBusiness, ConfirmRegistration, load_link};
use crate::error::Failure;
use crate::form::Form;
use crate::identity::link::{self, LinkParts};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Button, ButtonVariant, CentredPage, Field, Input};

#[component]
pub fn ConfirmPage() -> AnyView {
    let action = ServerAction::<ConfirmRegistration>::new();
    let parts = LinkParts::of_page();
    let business = Resource::new(move || parts.get(), |link| load_link(link.business, link.token));
    let content = move || {
        Suspend::new(async move {
            match business.await {
                Ok(Some(asked)) => confirm(action, parts.get_untracked(), asked),
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

fn confirm(action: ServerAction<ConfirmRegistration>, link: LinkParts, asked: AskedBusiness) -> AnyView {
    let form = Form::of(action);
    let AskedBusiness { business, email } = asked;
    let text = format!("Your address is confirmed by this. Choose a password, and you become the owner of {business}.");
    view! {
        <ActionForm action=action attr:class="stack" attr:novalidate=true>
            {form.banner()} <p>{text}</p> <Field id="email" label="E-mail" error=form.problem("email")>
                <Input name="email" kind="email" value=email autocomplete="username" disabled=true />
            </Field>
            <Field
                id="password"
                label="Password"
                hint="8 to 128 characters. Several words make a good one."
                error=form.problem("password")
            >
                <Input name="password" kind="password" autocomplete="new-password" autofocus=true />
            </Field>
            <input type="hidden" name="business" value=link.business />
            <input type="hidden" name="token" value=link.token />
            <Button variant=ButtonVariant::Primary kind="submit" wide=true busy=action.pending()>
                {format!("Open {business}")}
            </Button>
        </ActionForm>
    }
    .into_any()
}
