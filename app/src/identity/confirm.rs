//! The page that asks somebody who is signed in for their password again, before what a browser left open must not let others do.

use super::server::ConfirmPassword;
use crate::error::{FormFailure, Refusal};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonVariant, CentredPage, Field, Input};

/// Where people are sent who entered their password too long ago for where they are going.
pub const PATH: &str = "/confirm-password";

const CONTEXT: &str = "What comes next is sensitive, and you entered your password a while ago.";

#[component]
pub fn ConfirmPage() -> AnyView {
    let action = ServerAction::<ConfirmPassword>::new();
    let next = use_query_map().with_untracked(|query| query.get("next"));
    let error = Memo::new(move |_| action.value().with(|outcome| outcome.clone().and_then(Result::err)));
    let password_error = Signal::derive(move || match error.get() {
        Some(Refusal::Problem(problem)) => Some(problem.to_string()),
        _ => None,
    });
    let failed = move || match error.get() {
        Some(Refusal::Failed(error)) => Some(view! { <FormFailure error=error /> }),
        _ => None,
    };
    let foot = || view! { <a class="link" href="/" rel="external">"Leave it"</a> };
    Effect::new(move |_| {
        if error.with(Option::is_some) {
            request_animation_frame(|| {
                ui::dom::focus_first("[name=password]");
            });
        }
    });
    view! {
        <Title text="Enter your password" />
        <CentredPage brand="Tradepost" title="Enter your password" context=CONTEXT foot=foot>
            <ActionForm action=action attr:class="stack" attr:novalidate=true>
                {failed}
                <input type="hidden" name="next" value=next />
                <Field id="password" label="Password" error=password_error>
                    <Input name="password" kind="password" autocomplete="current-password" autofocus=true />
                </Field>
                <Button variant=ButtonVariant::Primary kind="submit" wide=true busy=action.pending()>
                    "Go on"
                </Button>
            </ActionForm>
        </CentredPage>
    }
    .into_any()
}
