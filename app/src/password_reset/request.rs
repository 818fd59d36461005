//! Asking for a link to choose a new password.

use super::server::{AskForPassword, load_forgotten_password};
use crate::error::Failure;
use crate::form::Form;
use crate::identity::{link, sign_in};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Banner, Button, ButtonVariant, CentredPage, Field, Input, Tone};

pub(crate) const PATH: &str = "/forgotten-password";

#[component]
pub fn ForgottenPasswordPage() -> AnyView {
    let action = ServerAction::<AskForPassword>::new();
    let form = Form::of(action);
    let screen = Resource::new(|| (), |()| load_forgotten_password());
    let sent = use_query_map().with_untracked(|query| query.get("sent").is_some());
    let content = move || {
        Suspend::new(async move {
            match screen.await {
                Ok(sends_mail) => ask(action, form, sent, sends_mail),
                Err(error) => view! { <Failure error=error retry=move || screen.refetch() /> }.into_any(),
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
            context="You choose a new one by a link that works once."
            foot=back
        >
            <Transition fallback=link::skeleton>{content}</Transition>
        </CentredPage>
    }
    .into_any()
}

fn ask(action: ServerAction<AskForPassword>, form: Form<()>, sent: bool, sends_mail: bool) -> AnyView {
    let told = move || match (sent || form.done().is_some(), sends_mail) {
        (true, true) => Some(mailed()),
        (true, false) => Some(kept()),
        (false, true) => None,
        (false, false) => Some(without_mail()),
    };
    let label = if sends_mail { "Send the link" } else { "Make the link" };
    view! {
        <ActionForm action=action attr:class="stack" attr:novalidate=true>
            {told} {form.banner()} <Field id="email" label="E-mail" error=form.problem("email")>
                <Input name="email" kind="email" value=form.value("email") autocomplete="username" autofocus=true />
            </Field>
            <Button variant=ButtonVariant::Primary kind="submit" wide=true busy=action.pending()>
                {label}
            </Button>
        </ActionForm>
    }
    .into_any()
}

fn mailed() -> AnyView {
    view! {
        <Banner tone=Tone::Success title="Look into your mail" alert=true>
            <p>
                "If this address has an account, we sent it a link. It works for an hour. Nothing came? Ask the owner of your business."
            </p>
        </Banner>
    }
    .into_any()
}

fn kept() -> AnyView {
    view! {
        <Banner tone=Tone::Success title="Ask for the link" alert=true>
            <p>
                "If this address has an account, its link stands in the mail list of your business now. It works for an hour: ask whoever may read that list."
            </p>
        </Banner>
    }
    .into_any()
}

fn without_mail() -> AnyView {
    view! {
        <Banner tone=Tone::Info title="No mail is sent from here">
            <p>
                "The link will stand in the mail list of your business: ask whoever may read that list. If you are the owner, a new password is made on the server: "
                <code class="secret">"tradepost user password --email …"</code>
            </p>
        </Banner>
    }
    .into_any()
}
