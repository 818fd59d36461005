//! Choosing a new password, by a link.

use super::PATH;
use super::server::{ResetPassword, load_reset};
use crate::error::Failure;
use crate::form::Form;
use crate::identity::link::{self, LinkParts};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Button, ButtonVariant, CentredPage, Field, Input};

#[component]
pub fn ResetPasswordPage() -> AnyView {
    let action = ServerAction::<ResetPassword>::new();
    let parts = LinkParts::of_page();
    let email = Resource::new(move || parts.get(), |link| load_reset(link.token));
    let content = move || {
        Suspend::new(async move {
            match email.await {
                Ok(Some(email)) => choose(action, parts.get_untracked(), email),
                Ok(None) => link::invalid(PATH, "Ask for another link"),
                Err(error) => view! { <Failure error=error retry=move || email.refetch() /> }.into_any(),
            }
        })
    };
    view! {
        <Title text="New password" />
        <CentredPage
            brand="Tradepost"
            title="New password"
            context="It ends all your sessions; then you sign in with it."
        >
            <Transition fallback=link::skeleton>{content}</Transition>
        </CentredPage>
    }
    .into_any()
}

fn choose(action: ServerAction<ResetPassword>, link: LinkParts, email: String) -> AnyView {
    let form = Form::of(action);
    view! {
        <ActionForm action=action attr:class="stack" attr:novalidate=true>
            {form.banner()} <Field id="email" label="E-mail">
                <Input name="email" kind="email" value=email autocomplete="username" disabled=true />
            </Field>
            <Field
                id="password"
                label="New password"
                hint="8 to 128 characters. Several words make a good one."
                error=form.problem("password")
            >
                <Input name="password" kind="password" autocomplete="new-password" autofocus=true />
            </Field> <input type="hidden" name="token" value=link.token />
            <Button variant=ButtonVariant::Primary kind="submit" wide=true busy=action.pending()>
                "Set the password"
            </Button>
        </ActionForm>
    }
    .into_any()
}
