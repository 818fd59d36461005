//! Asking for a link to choose a new password.

use super::server::AskForPassword;
use crate::form::Form;
use crate::identity::sign_in;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Banner, Button, ButtonVariant, CentredPage, Field, Input, Tone};

pub(crate) const PATH: &str = "/forgotten-password";

#[component]
pub fn ForgottenPasswordPage() -> AnyView {
    let action = ServerAction::<AskForPassword>::new();
    let form = Form::of(action);
    let sent = use_query_map().with_untracked(|query| query.get("sent").is_some());
    let told = move || {
        (sent || form.done().is_some()).then(|| {
            view! {
                <Banner tone=Tone::Success title="Look into your mail" alert=true>
                    <p>
                        "If this address has an account, we sent it a link. It works for an hour. Nothing came? Ask the owner of your business."
                    </p>
                </Banner>
            }
        })
    };
    let back = || {
        view! {
            <a class="link" href=sign_in::PATH>
                "Back to signing in"
            </a>
        }
    };
    view! {
        <Title text="Forgotten password" />
        <CentredPage
            brand="Tradepost"
            title="Forgotten password"
            context="We send you a link to choose a new one."
            foot=back
        >
            <ActionForm action=action attr:class="stack" attr:novalidate=true>
                {told} {form.banner()} <Field id="email" label="E-mail" error=form.problem("email")>
                    <Input
                        name="email"
                        kind="email"
                        value=form.value("email")
                        autocomplete="username"
                        autofocus=true
                    />
                </Field>
                <Button variant=ButtonVariant::Primary kind="submit" wide=true busy=action.pending()>
                    "Send the link"
                </Button>
            </ActionForm>
        </CentredPage>
    }
    .into_any()
}
