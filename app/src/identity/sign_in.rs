//! The sign-in page.

use super::server::{SignIn, SignInError, SignInRefusal};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::words::duration;
use ui::{Banner, Button, ButtonVariant, CentredPage, Field, Input, Tone};

/// Where people are sent who are not signed in.
pub const PATH: &str = "/sign-in";

#[component]
pub fn SignInPage() -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let (next, changed) = use_query_map().with_untracked(|query| (query.get("next"), query.get("changed").is_some()));
    let changed =
        changed.then(|| view! { <Banner tone=Tone::Success>"The password is changed. Sign in with it."</Banner> });
    let error = Memo::new(move |_| action.value().with(|value| value.as_ref().and_then(|result| result.clone().err())));
    // The address typed before, where the form comes back without scripts.
    let email = error.get_untracked().map(|SignInError { email, .. }| email).unwrap_or_default();
    let field_error = move |of: fn(&SignInRefusal) -> Option<String>| {
        Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| of(&error.reason))))
    };
    let email_error = field_error(|reason| match reason {
        SignInRefusal::Email(error) => Some(error.to_string()),
        _ => None,
    });
    let password_error = field_error(|reason| match reason {
        SignInRefusal::Password(error) => Some(error.to_string()),
        _ => None,
    });
    let form_error = field_error(|reason| match reason {
        SignInRefusal::NoMatch => {
            Some("That e-mail address and password don’t match. Check both and try again.".into())
        }
        SignInRefusal::Wait(seconds) => Some(format!(
            "Too many attempts failed. The next one is possible in {}. You don’t have to wait on a device that you signed in with before, nor after choosing a new password by the link that “Forgotten password” sends.",
            duration(*seconds)
        )),
        SignInRefusal::Failed(error) => Some(error.to_string()),
        SignInRefusal::Email(_) | SignInRefusal::Password(_) => None,
    });
    Effect::new(move |_| {
        if error.with(Option::is_some) {
            request_animation_frame(|| {
                ui::dom::focus_first("[aria-invalid=true], [name=password]");
            });
        }
    });
    view! {
        <Title text="Sign in" />
        <CentredPage brand="Tradepost" title="Sign in" context="Use the e-mail address that your business knows." foot=foot>
            <ActionForm action=action attr:class="stack" attr:novalidate=true>
                {changed} {move || form_error.get().map(|text| view! { <Banner tone=Tone::Danger alert=true>{text}</Banner> })}
                <input type="hidden" name="next" value=next />
                <Field id="email" label="E-mail" error=email_error>
                    <Input name="email" kind="email" value=email autocomplete="username" autofocus=true />
                </Field>
                <Field id="password" label="Password" error=password_error>
                    <Input name="password" kind="password" autocomplete="current-password" />
                </Field>
                <Button variant=ButtonVariant::Primary kind="submit" wide=true busy=action.pending()>
                    "Sign in"
                </Button>
            </ActionForm>
        </CentredPage>
    }
}

fn foot() -> AnyView {
    view! {
        <p class="foot-links">
            <a class="link" href=crate::password_reset::PATH>
                "Forgotten your password?"
            </a>
            <a class="link" href=crate::registration::PATH>
                "Open a business"
            </a>
        </p>
    }
    .into_any()
}
